"""Scores as a therapist reads them: value, direction, change, and how each was worked out. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from intake.briefs import Source
from intake.cards import source_of
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
    score,
    value_of,
)
from intake.rules.pack import Pack

PAIN, PAIN_INSTRUMENT = "pain.avg", "I-NPRS"
BETTER = {"higher": "higher is better", "lower": "lower is better"}
VERDICT = {
    "better": "better by at least the {points} points that matter",
    "worse": "worse by at least the {points} points that matter",
    "small": "less than the {points} points that matter",
    "same": "no change",
    "": "how much matters is not declared",
}


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
    """One item of a score: its words, and what it counts (empty where it is missing)."""

    question: str
    language: str
    answer: str
    answer_language: str
    counts: str


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
    source: str
    version: str
    sources: tuple[Source, ...] = ()

    @property
    def is_begun(self) -> bool:
        """Whether anything was answered that it is made of."""
        return any(item.answer for item in self.items)


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


def entry_of(pack: Pack, id: str) -> Mapping[str, Any] | None:
    """An instrument of the pack."""
    listed = pack.documents["items"].get("instruments", ())
    return next((entry for entry in listed if entry["id"] == id), None)


def points_of(entry: Mapping[str, Any]) -> Decimal:
    """The first number of "2 points (…)" or "about 2 points …"."""
    found = re.search(r"\d+(\.\d+)?", entry["change"])
    if found is None:
        raise ValueError(f"{entry['id']} names no change in points")
    return Decimal(found[0])


def scale_of(pack: Pack, now: Sent, rule: Rule, before: Sent | None) -> Scale:
    """One score of one instrument, against the same version at the last intake."""
    worked = score(now.instrument.form, rule, now.answers)
    compared, why = None, ""
    if before is not None and before.instrument.content_hash != now.instrument.content_hash:
        why = "the last time it was another version"
    elif before is not None and not are_comparable(rule, now.answers, before.answers):
        why = "not the same activities as the last time"
    elif before is not None:
        compared = compare(
            rule, worked.value, score(before.instrument.form, rule, before.answers).value
        )
    rows = tuple(counted(now, part) for part in worked.parts)
    title = now.instrument.form.title.text("en")
    at = before.at if before else None
    return drawn(pack, title, worked, compared, at, rows, version_words(now), why)


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
        change=change_words(rule, compared) or why,
        verdict=compared.verdict if compared else "",
        items=rows,
        method=method_words(rule),
        sum_of=sum_words(worked),
        missing=missing_words(worked),
        cutoffs=tuple(Cutoff(str(one.starts), one.label, one.source) for one in rule.bands),
        matters=matters_words(pack, rule),
        source=source_words(pack, rule.source),
        version=version,
        sources=sources_of(pack, rule),
    )


def counted(sent: Sent, part: Part) -> Counted:
    """One item with its words and what it counts."""
    return row_of(sent, sent.instrument.form.by_id[part.link_id], part.counts)


def row_of(sent: Sent, item: Item, counts: Decimal | None = None) -> Counted:
    words = sent.words.get(item.link_id, {})
    question = item.text.text("en") if item.text else ""
    return Counted(
        question=words.get("question", question),
        language=words.get("language", item.text.language("en") if item.text else "en"),
        answer=", ".join(words.get("answers", ())),
        answer_language=words.get("answer_language", "en"),
        counts="" if counts is None else str(counts),
    )


def sheet_of(sent: Sent) -> Sheet:
    """Every question that is shown."""
    items = shown(sent.instrument.form, sent.answers)
    rows = tuple(row_of(sent, item) for item in items if item.is_question)
    return Sheet(sent.instrument.form.title.text("en"), sent.version, rows)


def version_words(sent: Sent) -> str:
    """Which questionnaire, which scoring, and the hash of both files."""
    rules = sent.instrument.rules
    scoring = f", scoring {rules.version}" if rules else ""
    return f"{sent.version}{scoring}, fingerprint {sent.instrument.content_hash[:12]}"


def change_words(rule: Rule, compared: Comparison | None) -> str:
    """The difference with its sign, and what it means by the declared points."""
    if compared is None:
        return ""
    points = rule.change.points if rule.change else ""
    return f"{compared.difference:+} ({VERDICT[compared.verdict].format(points=points)})"


def method_words(rule: Rule) -> str:
    """The rule in one sentence, its missing rule in another."""
    what = "Sum of the items." if rule.method == "sum" else "Mean of the answered items."
    if not rule.may_miss:
        return f"{what} With an item missing there is no score."
    fill = " each takes the mean of the answered;" if rule.method == "sum" else ""
    allowed = f"Up to {rule.may_miss} of {len(rule.items)} may be missing"
    return f"{what} {allowed};{fill} with more there is no score."


def sum_words(worked: Score) -> str:
    """The arithmetic, to be followed with a pencil."""
    known = [str(part.counts) for part in worked.parts if part.counts is not None]
    if worked.value is None or not known:
        return ""
    added = f"{' + '.join(known)} = {worked.added}"
    if worked.rule.method == "mean":
        return f"{added}; {worked.added} / {worked.answered} = {worked.value}"
    if worked.missing:
        return f"{added}; {worked.added} / {worked.answered} × {len(worked.parts)} = {worked.value}"
    return added


def missing_words(worked: Score) -> str:
    count = len(worked.missing)
    return f"{count} of {len(worked.parts)} items missing" if count else ""


def matters_words(pack: Pack, rule: Rule) -> str:
    """How many points matter, in the words of who says so."""
    if rule.change is None:
        return ""
    entry = entry_of(pack, rule.change.source)
    said = f"{entry['name']}: {entry['change']}" if entry else rule.change.source
    return f"{rule.change.points} points ({said})"


def source_words(pack: Pack, source: str) -> str:
    """An instrument of the pack by its name; anything else as it was declared."""
    entry = entry_of(pack, source)
    return f"{entry['name']}, in words of our own" if entry else source


def sources_of(pack: Pack, rule: Rule) -> tuple[Source, ...]:
    """What the pack cites for one of its instruments."""
    entry = entry_of(pack, rule.source)
    return tuple(source_of(pack, id) for id in entry["sources"]) if entry else ()
