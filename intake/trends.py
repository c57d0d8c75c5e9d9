"""A score over the last intakes: a line, a table, and which changes matter by whose word. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from intake.briefs import Source
from intake.instruments.items import Answers
from intake.instruments.scoring import Rule, are_comparable, compare, score
from intake.rules.pack import Pack
from intake.score_words import BETTER, matters_words, source_words, sources_of
from intake.scores import Sent, pain_rule

MOST = 8
# What the drawing measures, and where in it the scale stands.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 300, 100, 30, 282, 16, 80
MEANING = {
    "better": "meaningfully better",
    "worse": "meaningfully worse",
    "small": "less than is meaningful",
    "same": "no change",
    "": "no threshold declared",
}
BROKEN = "not the same activities as the time before"


@dataclass(frozen=True)
class Intake:
    """What one intake gave: the answer about pain, and its instruments."""

    at: datetime
    pain: int | None
    sent: tuple[Sent, ...]


@dataclass(frozen=True)
class Past:
    """One score. `given` is what has to be the same to be compared."""

    at: datetime
    value: Decimal
    given: Answers


@dataclass(frozen=True)
class Time:
    """One score in the table and in the drawing; `change` is empty where nothing is compared."""

    at: datetime
    value: str
    change: str
    meaning: str
    matters: bool
    x: int
    y: int


@dataclass(frozen=True)
class Trend:
    """The scores of one rule, oldest first. `lines` are drawn only between what compares.

    `others`: how many were left out because another version of the instrument was answered.
    """

    title: str
    name: str
    better: str
    least: str
    most: str
    times: tuple[Time, ...]
    lines: tuple[str, ...]
    matters: str
    source: str
    sources: tuple[Source, ...]
    others: int

    @property
    def latest_first(self) -> tuple[Time, ...]:
        return tuple(reversed(self.times))

    @property
    def has_mark(self) -> bool:
        """Whether any change matters."""
        return any(time.matters for time in self.times)


def list_trends(pack: Pack, intakes: Sequence[Intake]) -> tuple[Trend, ...]:
    """Every score that this intake, the last, and an earlier one have; the intakes in their order.

    An instrument's other versions are counted, not drawn: their points may not mean the same.
    """
    kept = intakes[-MOST:]
    return (*of_pain(pack, kept), *of_instruments(pack, kept))


def of_pain(pack: Pack, intakes: Sequence[Intake]) -> Iterator[Trend]:
    rule = pain_rule(pack)
    if rule is None:
        return
    pasts = [Past(one.at, Decimal(one.pain), {}) for one in intakes if one.pain is not None]
    yield from drawn(pack, "Pain scale", rule, pasts)


def of_instruments(pack: Pack, intakes: Sequence[Intake]) -> Iterator[Trend]:
    for now in intakes[-1].sent if intakes else ():
        alike = [(each.at, one) for each in intakes for one in each.sent if one.key == now.key]
        version = now.instrument.content_hash
        same = [(at, one) for at, one in alike if one.instrument.content_hash == version]
        for rule in now.instrument.scores:
            pasts = [past for at, one in same for past in worked(rule, at, one)]
            title = now.instrument.form.title.text("en")
            yield from drawn(pack, title, rule, pasts, others=len(alike) - len(same))


def worked(rule: Rule, at: datetime, sent: Sent) -> Iterator[Past]:
    """The score, where enough was answered for one."""
    value = score(sent.instrument.form, rule, sent.answers).value
    if value is not None:
        yield Past(at, value, sent.answers)


def drawn(
    pack: Pack, title: str, rule: Rule, pasts: Sequence[Past], others: int = 0
) -> Iterator[Trend]:
    """Nothing for fewer than two."""
    if len(pasts) < 2:
        return
    times = [time_of(rule, pasts, number) for number in range(len(pasts))]
    yield Trend(
        title=title,
        name=rule.name,
        better=BETTER[rule.better],
        least=str(rule.least),
        most=str(rule.most),
        times=tuple(times),
        lines=tuple(
            f"M{one.x} {one.y}L{other.x} {other.y}"
            for (one, other), (before, now) in zip(pairwise(times), pairwise(pasts), strict=True)
            if are_comparable(rule, now.given, before.given)
        ),
        matters=matters_words(pack, rule.change),
        source=source_words(pack, rule.source),
        sources=sources_of(pack, rule),
        others=others,
    )


def time_of(rule: Rule, pasts: Sequence[Past], number: int) -> Time:
    """One score against the one before it."""
    past = pasts[number]
    before = pasts[number - 1] if number else None
    x, y = place(rule, pasts, past)
    plain = Time(past.at, str(past.value), "", "", matters=False, x=x, y=y)
    if before is None:
        return plain
    if not are_comparable(rule, past.given, before.given):
        return Time(past.at, str(past.value), "", BROKEN, matters=False, x=x, y=y)
    found = compare(rule, past.value, before.value)
    if found is None:
        return plain
    change, matters = f"{found.difference:+}", found.verdict in ("better", "worse")
    return Time(past.at, str(past.value), change, MEANING[found.verdict], matters=matters, x=x, y=y)


def place(rule: Rule, pasts: Sequence[Past], past: Past) -> tuple[int, int]:
    """Where it stands in the drawing: to the right by its day, up by its score."""
    whole = (pasts[-1].at - pasts[0].at).total_seconds()
    along = (past.at - pasts[0].at).total_seconds() / whole if whole else 0
    up = (past.value - rule.least) / (rule.most - rule.least)
    return round(LEFT + along * (RIGHT - LEFT)), round(BOTTOM - float(up) * (BOTTOM - TOP))
