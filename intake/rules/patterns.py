"""A pattern: what it is called, when it is there, what speaks for and against it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from intake.rules.conditions import Condition
from intake.rules.problems import refuse_if

URGENCY_RANK: Mapping[str, int] = {
    "routine": 0,
    "before_appointment": 1,
    "same_day": 2,
    "emergency": 3,
}
ALARMS = ("same_day", "emergency")
TIERS = ("possible", "some", "strong")
GROUPS = ("iliopsoas", "lookalike", "redflag")
KINDS = ("scored", "rule")
BASES = ("lr", "criterion", "accuracy", "guideline", "author-judgement")
LR_CAP, JUDGEMENT_CAP = 3, 2

Texts = Mapping[str, str]


def points_of(ratio: float, interval: tuple[float, float]) -> int:
    """The pack's lr_rule: round(log2(LR)), one nearer 0 for an unsure large one, at most 3."""
    points = round(math.log2(ratio))
    nearest = interval[0] if ratio > 1 else interval[1]
    if abs(points) >= 2 and 0.5 <= nearest <= 2:
        points -= int(math.copysign(1, points))
    return max(-LR_CAP, min(LR_CAP, points))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of evidence; `points` is None in a rule, negative when it speaks against.

    `cap_note` is the written reason for more points than judgement may give.
    """

    id: str
    condition: Condition
    say: str
    basis: str
    sources: tuple[str, ...]
    verified: str
    points: int | None = None
    ratio: float | None = None
    interval: tuple[float, float] | None = None
    accuracy: str | None = None
    cap_note: str | None = None

    def __post_init__(self) -> None:
        refuse_if(
            None if self.sources else "has no source",
            None if self.say.strip() else "says nothing",
            None if self.basis in BASES else f"unknown basis '{self.basis}'",
            self._wrong_points(),
        )

    def _wrong_points(self) -> str | None:
        if self.points is None:
            return None
        if self.basis != "lr":
            if abs(self.points) > JUDGEMENT_CAP and not self.cap_note:
                return f"{self.points} points, but judgement gives at most {JUDGEMENT_CAP}"
            return None
        if self.ratio is None or self.interval is None:
            return "basis lr needs lr and ci"
        if self.ratio <= 0:
            return "lr is not above 0"
        expected = points_of(self.ratio, self.interval)
        if self.points != expected:
            return f"{self.points} points, but its likelihood ratio gives {expected}"
        return None


@dataclass(frozen=True, slots=True)
class Settle:
    """What would decide a pattern: answers, examination tests, and both in words."""

    ask: tuple[str, ...]
    tests: tuple[str, ...]
    say: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    possible: int
    some: int
    strong: int

    def __post_init__(self) -> None:
        rising = self.possible < self.some < self.strong
        refuse_if(None if rising else "possible_score, min_score and strong_score must rise")

    def tier(self, score: int) -> str | None:
        if score >= self.strong:
            return "strong"
        if score >= self.some:
            return "some"
        return "possible" if score >= self.possible else None


@dataclass(frozen=True)
class Pattern:
    """`condition` is the gate of a scored pattern and the trigger of a rule."""

    id: str
    group: str
    kind: str
    urgency: str
    names: Texts
    condition: Condition
    supports: tuple[Line, ...]
    contradicts: tuple[Line, ...]
    tests: tuple[str, ...]
    sources: tuple[str, ...]
    therapist_message: str
    patient_messages: Texts
    thresholds: Thresholds | None = None
    to_same_day: Condition | None = None
    to_emergency: Condition | None = None
    suppressed_by: frozenset[str] = frozenset()
    overlaps_with: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()
    trigger_says: tuple[str, ...] = ()
    settle: Settle | None = None
    prevalence: str | None = None
    evidence_strength: str | None = None

    def __post_init__(self) -> None:
        refuse_if(
            None if self.group in GROUPS else f"unknown group '{self.group}'",
            None if self.urgency in URGENCY_RANK else f"unknown urgency '{self.urgency}'",
            None if self.sources else "has no source",
            *self._wrong_signs(),
        )

    def _wrong_signs(self) -> list[str]:
        """In a scored pattern each line has points that say what its list says."""
        scored = self.thresholds is not None
        found = []
        for sign, lines in ((1, self.supports), (-1, self.contradicts)):
            for line in lines:
                if not scored and line.points is not None:
                    found.append(f"line {line.id} of a rule has points")
                if scored and (line.points is None or line.points * sign <= 0):
                    side = "above" if sign > 0 else "below"
                    found.append(f"line {line.id} needs points {side} 0")
        return found

    def name(self, language: str) -> str:
        return self.names[language]

    def patient_message(self, language: str) -> str:
        return self.patient_messages[language]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return self.supports + self.contradicts

    @property
    def escalations(self) -> tuple[tuple[str, Condition], ...]:
        """What may raise its urgency, the lesser rise first."""
        rises = (("same_day", self.to_same_day), ("emergency", self.to_emergency))
        return tuple((to, condition) for to, condition in rises if condition is not None)

    @cached_property
    def reads(self) -> frozenset[str]:
        """Every item that its condition, its lines or its escalations read."""
        conditions = [self.condition, *(line.condition for line in self.lines)]
        conditions += [condition for _, condition in self.escalations]
        return frozenset().union(*(condition.items() for condition in conditions))
