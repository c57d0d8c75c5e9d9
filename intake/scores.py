"""Scores as a therapist reads them: value, direction, change, and how each was worked out. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from intake.briefs import Source
from intake.instruments.enabling import shown
from intake.instruments.items import Answers, Item
from intake.instruments.scoring import (
    Change,
    Comparison,
    Instrument,
    Part,
    Rule,
    Score,
    are_comparable,
    compare,
    compare_parts,
    score,
    value_of,
)
from intake.labels import MORE
from intake.rules.pack import Pack
from intake.score_words import (
    BETTER,
    change_words,
    entry_of,
    matters_words,
    method_words,
    missing_words,
    source_words,
    sources_of,
    sum_words,
    version_words,
)

PAIN, PAIN_INSTRUMENT = "pain.avg", "I-NPRS"


@dataclass(frozen=True)
class Sent:
    """One instrument of one intake: its answers and the words that stood on the page."""

    key: str
    version: str
    instrument: Instrument
    answers: Answers
    words: Mapping[str, Mapping[str, Any]]
    at: datetime | None


@dataclass(frozen=True)
class Counted:
    """One item of a score: its words, and what it counts (empty where it is missing).

    `about` is what the patient named it, where an instrument asks for that. `before`, `change` and
    `verdict` compare the item alone with the last time.
    """

    question: str
    language: str
    answer: str
    answer_language: str
    counts: str
    about: str = ""
    about_language: str = "en"
    before: str = ""
    change: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class Cutoff:
    """From this value on the label applies."""

    starts: str
    label: str
    source: str


@dataclass(frozen=True)
class Scale:
    """One score. `value` is empty where too much is missing; `before` where there is no earlier."""

    title: str
    name: str
    value: str
    limits: str
    better: str
    label: str
    label_source: str
    before: str
    before_at: datetime | None
    change: str
    verdict: str
    items: tuple[Counted, ...]
    method: str
    sum_of: str
    missing: str
    cutoffs: tuple[Cutoff, ...]
    matters: str
    each_matters: str
    source: str
    version: str
    sources: tuple[Source, ...] = ()

    @property
    def is_begun(self) -> bool:
        """Whether anything was answered that it is made of."""
        return any(item.answer for item in self.items)

    @property
    def singles(self) -> tuple[Counted, ...]:
        """The items that are compared on their own."""
        return tuple(item for item in self.items if item.change)


@dataclass(frozen=True)
class Sheet:
    """Every shown answer of one instrument, word for word."""

    title: str
    version: str
    rows: tuple[Counted, ...]


def list_scales(
    pack: Pack, now: list[Sent], before: list[Sent], pain: list[Any]
) -> tuple[Scale, ...]:
    """The pain scale, then each score of each instrument. `pain`: now, before and before's time."""
    earlier = {sent.key: sent for sent in before}
    scales = [
        scale_of(pack, sent, rule, earlier.get(sent.key))
        for sent in now
        for rule in sent.instrument.scores
    ]
    return (*pain_scale(pack, *pain), *scales)


def pain_scale(pack: Pack, now: Any, before: Any, at: datetime | None) -> tuple[Scale, ...]:
    """The answer to our own question, read as the pack's instrument; nothing if not answered."""
    rule = pain_rule(pack)
    if now is None or rule is None:
        return ()
    worked = worked_out(rule, now)
    item = pack.questionnaire.item(PAIN)
    row = Counted(item.text("en"), "en", str(now), "en", str(now))
    earlier = None if before is None else worked_out(rule, before).value
    compared = compare(rule, worked.value, earlier)
    scale = drawn(pack, "Pain scale", worked, compared, at, (row,), pack.questionnaire.version)
    return (scale,)


def pain_rule(pack: Pack) -> Rule | None:
    """The pack's entry; the points are the first number of what it says about change."""
    entry = entry_of(pack, PAIN_INSTRUMENT)
    if entry is None or PAIN not in pack.questionnaire.by_id:
        return None
    return Rule(
        id="pain",
        name="Average of the last 7 days",
        method="sum",
        items=(PAIN,),
        least=Decimal(0),
        most=Decimal(10),
        better=entry["better"],
        may_miss=0,
        source=PAIN_INSTRUMENT,
        values={},
        change=Change(points_of(entry), PAIN_INSTRUMENT),
    )


def worked_out(rule: Rule, answer: int) -> Score:
    parts = (Part(PAIN, Decimal(answer)),)
    return Score(rule, parts, value_of(rule, parts))


def points_of(entry: Mapping[str, Any]) -> Decimal:
    """The first number of "2 points (…)" or "about 2 points …"."""
    found = re.search(r"\d+(\.\d+)?", entry["change"])
    if found is None:
        raise ValueError(f"{entry['id']} names no change in points")
    return Decimal(found[0])


def scale_of(pack: Pack, now: Sent, rule: Rule, before: Sent | None) -> Scale:
    """One score of one instrument, against the same version at the last intake."""
    worked = score(now.instrument.form, rule, now.answers)
    compared, singles, why = None, {}, ""
    if before is not None and before.instrument.content_hash != now.instrument.content_hash:
        why = "the last time it was another version"
    elif before is not None:
        earlier = score(before.instrument.form, rule, before.answers)
        singles = compare_parts(worked, earlier, now.answers, before.answers)
        if are_comparable(rule, now.answers, before.answers):
            compared = compare(rule, worked.value, earlier.value)
        else:
            why = "not the same activities as the last time"
    rows = tuple(counted(now, rule, part, singles.get(part.link_id)) for part in worked.parts)
    title = now.instrument.form.title.text("en")
    at = before.at if before else None
    version = version_words(now.instrument)
    return drawn(pack, title, worked, compared, at, rows, version, why)


def drawn(
    pack: Pack,
    title: str,
    worked: Score,
    compared: Comparison | None,
    before_at: datetime | None,
    rows: tuple[Counted, ...],
    version: str,
    why: str = "",
) -> Scale:
    """A worked-out score in words."""
    rule, band = worked.rule, worked.band
    return Scale(
        title=title,
        name=rule.name,
        value="" if worked.value is None else str(worked.value),
        limits=f"{rule.least} to {rule.most}",
        better=BETTER[rule.better],
        label=band.label if band else "",
        label_source=band.source if band else "",
        before=str(compared.before) if compared else "",
        before_at=before_at,
        change=change_words(rule.change, compared) or why,
        verdict=compared.verdict if compared else "",
        items=rows,
        method=method_words(rule),
        sum_of=sum_words(worked),
        missing=missing_words(worked),
        cutoffs=tuple(Cutoff(str(one.starts), one.label, one.source) for one in rule.bands),
        matters=matters_words(pack, rule.change),
        each_matters=matters_words(pack, rule.each),
        source=source_words(pack, rule.source),
        version=version,
        sources=sources_of(pack, rule),
    )


def counted(sent: Sent, rule: Rule, part: Part, compared: Comparison | None) -> Counted:
    """One item with its words, what it counts, and its own change."""
    row = row_of(sent, sent.instrument.form.by_id[part.link_id], part.counts)
    named = sent.words.get(rule.names.get(part.link_id, ""), {})
    return replace(
        row,
        about=", ".join(named.get("answers", ())),
        about_language=named.get("language", "en"),
        before=str(compared.before) if compared else "",
        change=change_words(rule.each, compared),
        verdict=compared.verdict if compared else "",
    )


def row_of(sent: Sent, item: Item, counts: Decimal | None = None) -> Counted:
    words = sent.words.get(item.link_id, {})
    question = item.text.text("en") if item.text else ""
    return Counted(
        question=words.get("question", question),
        language=words.get("language", item.text.language("en") if item.text else "en"),
        answer=MORE.join(words.get("answers", ())),
        answer_language=words.get("answer_language", "en"),
        counts="" if counts is None else str(counts),
    )


def sheet_of(sent: Sent) -> Sheet:
    """Every question that is shown."""
    items = shown(sent.instrument.form, sent.answers)
    rows = tuple(row_of(sent, item) for item in items if item.is_question)
    return Sheet(sent.instrument.form.title.text("en"), sent.version, rows)
