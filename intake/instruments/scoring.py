"""Scores: worked out exactly, rounded once, and nothing missing ever counts as zero."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from intake.instruments.enabling import in_force
from intake.instruments.items import Answers, Form, Item, Other, Value

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Band:
    """From this score on the label applies, up to the next band."""

    starts: Decimal
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Change:
    """How many points make a change that matters."""

    points: Decimal
    source: str


@dataclass(frozen=True)
class Rule:
    """How one score is made. `values`: item to option key ("true", "false") to what it counts.

    `change` is of the score, `each` of one item alone.
    """

    id: str
    name: str
    method: str
    items: tuple[str, ...]
    least: Decimal
    most: Decimal
    better: str
    may_miss: int
    source: str
    values: Mapping[str, Mapping[str, Decimal]]
    bands: tuple[Band, ...] = ()
    change: Change | None = None
    same: tuple[str, ...] = ()
    each: Change | None = None

    @property
    def names(self) -> Mapping[str, str]:
        """The item that names each scored one: as many answers have to be the same as there are."""
        is_paired = len(self.items) == len(self.same)
        return dict(zip(self.items, self.same, strict=True)) if is_paired else {}


@dataclass(frozen=True)
class Rules:
    """Everything declared beside a questionnaire."""

    version: str
    source: str
    scores: tuple[Rule, ...]


@dataclass(frozen=True)
class Instrument:
    """A questionnaire, how it is scored, and the hash of both files."""

    form: Form
    rules: Rules | None
    content_hash: str

    @property
    def scores(self) -> tuple[Rule, ...]:
        return self.rules.scores if self.rules else ()


@dataclass(frozen=True, slots=True)
class Part:
    """What one item gave to a score; `counts` is None where nothing was answered."""

    link_id: str
    counts: Decimal | None


@dataclass(frozen=True)
class Score:
    """A worked-out score. `value` is None where too much is missing."""

    rule: Rule
    parts: tuple[Part, ...]
    value: Decimal | None

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(part.link_id for part in self.parts if part.counts is None)

    @property
    def added(self) -> Decimal:
        """The answered items added up."""
        return sum((part.counts for part in self.parts if part.counts is not None), Decimal(0))

    @property
    def answered(self) -> int:
        return len(self.parts) - len(self.missing)

    @property
    def band(self) -> Band | None:
        return band_of(self.rule, self.value)


def score(form: Form, rule: Rule, answers: Answers) -> Score:
    """A hidden question counts as missing: what was not asked is not zero either."""
    believed = in_force(form, answers)
    parts = tuple(
        Part(link_id, counted(form.by_id[link_id], rule, believed.get(link_id, ())))
        for link_id in rule.items
    )
    return Score(rule, parts, value_of(rule, parts))


def counted(item: Item, rule: Rule, given: tuple[Value, ...]) -> Decimal | None:
    """What an answer counts; words written in count as nothing, which is missing."""
    if len(given) != 1 or isinstance(given[0], Other):
        return None
    value = given[0]
    declared = rule.values.get(item.link_id)
    if declared is not None:
        return declared.get(str(value).lower() if isinstance(value, bool) else str(value))
    if item.kind == "choice":
        return item.by_key[str(value)].ordinal
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    return None


def value_of(rule: Rule, parts: tuple[Part, ...]) -> Decimal | None:
    """A mean is that of the answered items; in a sum each missing item takes their mean."""
    known = [Fraction(part.counts) for part in parts if part.counts is not None]
    if not known or len(parts) - len(known) > rule.may_miss:
        return None
    mean = sum(known, Fraction(0)) / len(known)
    return rounded(mean if rule.method == "mean" else mean * len(parts))


def rounded(exact: Fraction) -> Decimal:
    """To two decimals, a half upwards (away from zero)."""
    hundredths = abs(exact) * 100
    whole = int(hundredths + Fraction(1, 2))
    amount = Decimal(whole) / 100
    return plain(-amount if exact < 0 else amount)


def plain(number: Decimal) -> Decimal:
    """Without zeros behind the point."""
    short = number.quantize(CENT, ROUND_HALF_UP).normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral() else short


def band_of(rule: Rule, value: Decimal | None) -> Band | None:
    """The last band that has started."""
    if value is None:
        return None
    started = [band for band in rule.bands if band.starts <= value]
    return started[-1] if started else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """This time against the last. `verdict` is better, worse, same or small; empty: not told."""

    before: Decimal
    difference: Decimal
    verdict: str


def compare(rule: Rule, now: Decimal | None, before: Decimal | None) -> Comparison | None:
    """None where one of the two could not be worked out."""
    if now is None or before is None:
        return None
    difference = plain(now - before)
    return Comparison(before, difference, verdict_of(rule, rule.change, difference))


def compare_parts(
    now: Score, before: Score, answers: Answers, earlier: Answers
) -> dict[str, Comparison]:
    """Each item alone, where the rule says how much matters and it means the same both times."""
    rule, past = now.rule, {part.link_id: part.counts for part in before.parts}
    found = {}
    for part in now.parts:
        then, named = past.get(part.link_id), rule.names.get(part.link_id)
        is_same = named is None or words_of(answers, named) == words_of(earlier, named)
        if rule.each and is_same and part.counts is not None and then is not None:
            difference = plain(part.counts - then)
            verdict = verdict_of(rule, rule.each, difference)
            found[part.link_id] = Comparison(then, difference, verdict)
    return found


def verdict_of(rule: Rule, change: Change | None, difference: Decimal) -> str:
    if difference == 0:
        return "same"
    if change is None:
        return ""
    if abs(difference) < change.points:
        return "small"
    return "better" if (difference > 0) is (rule.better == "higher") else "worse"


def are_comparable(rule: Rule, now: Answers, before: Answers) -> bool:
    """Whether what has to be the same both times is: a scale of one's own activities needs it."""
    return all(words_of(now, link_id) == words_of(before, link_id) for link_id in rule.same)


def words_of(answers: Answers, link_id: str) -> list[str]:
    return [str(value).casefold().strip() for value in answers.get(link_id, ())]
