"""The plain reading of the pack: every pattern judged line by line.

Slow and obvious on purpose: `intake.rules.compiled` must always agree with it.
"""

from collections.abc import Set
from dataclasses import dataclass

from intake.rules.answered import Answers
from intake.rules.conditions import NOTHING, Items
from intake.rules.pack import Pack
from intake.rules.patterns import URGENCY_RANK, Line, Pattern, Thresholds
from intake.rules.questions import Questionnaire
from intake.rules.state import AnswerState
from intake.rules.truth import NO, UNKNOWN, YES, Truth
from intake.rules.verdicts import CannotTell, CouldRise, Finding, Findings, most_urgent


def find(pack: Pack, answers: Answers, ruled_out: Set[str] = NOTHING) -> Findings:
    """Whatever is `ruled_out` is still found, and hides nothing."""
    state = AnswerState(pack.questionnaire.by_id, answers)
    verdicts = [judge(pattern, pack.questionnaire, state) for pattern in pack.patterns]
    found = {verdict.pattern: verdict for verdict in verdicts if isinstance(verdict, Finding)}
    hiding = found.keys() - ruled_out
    hidden = tuple(id for id in found if not pack.pattern(id).suppressed_by.isdisjoint(hiding))
    shown = [finding for finding in found.values() if finding.pattern not in hidden]
    return Findings(
        shown=tuple(sorted(shown, key=lambda finding: -URGENCY_RANK[finding.urgency])),
        cannot_tell=tuple(verdict for verdict in verdicts if isinstance(verdict, CannotTell)),
        suppressed=hidden,
    )


def judge(
    pattern: Pattern, questionnaire: Questionnaire, state: AnswerState
) -> Finding | CannotTell | None:
    """Yes, cannot tell, or None for no."""
    if pattern.thresholds is not None:
        return judge_scored(pattern, pattern.thresholds, questionnaire, state)
    verdict = pattern.condition.evaluate(state)
    if verdict is UNKNOWN:
        missing = questionnaire.in_order(pattern.condition.missing(state))
        return CannotTell(pattern.id, missing)
    if verdict is NO:
        return None
    return finding_of(pattern, questionnaire, state, Weighed.of(pattern, state), tier=None)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The lines of a pattern, each judged, and for a scored one the points in play."""

    lines: tuple[tuple[Line, Truth], ...]

    @classmethod
    def of(cls, pattern: Pattern, state: AnswerState) -> "Weighed":
        return cls(tuple((line, line.condition.evaluate(state)) for line in pattern.lines))

    def of_value(self, truth: Truth) -> list[Line]:
        return [line for line, value in self.lines if value is truth]

    @property
    def score(self) -> int:
        return sum(line.points or 0 for line in self.of_value(YES))

    @property
    def low(self) -> int:
        """The score if every unknown line turned out against the pattern."""
        return self.score + sum(min(line.points or 0, 0) for line in self.of_value(UNKNOWN))

    @property
    def high(self) -> int:
        return self.score + sum(max(line.points or 0, 0) for line in self.of_value(UNKNOWN))

    def missing(self, state: AnswerState) -> Items:
        return NOTHING.union(*(line.condition.missing(state) for line in self.of_value(UNKNOWN)))


def judge_scored(
    pattern: Pattern, thresholds: Thresholds, questionnaire: Questionnaire, state: AnswerState
) -> Finding | CannotTell | None:
    gate, weighed = pattern.condition.evaluate(state), Weighed.of(pattern, state)
    if gate is NO or thresholds.tier(weighed.high) is None:
        return None
    tier = thresholds.tier(weighed.score)
    if gate is YES and tier is not None:
        return finding_of(pattern, questionnaire, state, weighed, tier)
    missing = pattern.condition.missing(state) | weighed.missing(state)
    return CannotTell(pattern.id, questionnaire.in_order(missing))


def finding_of(
    pattern: Pattern,
    questionnaire: Questionnaire,
    state: AnswerState,
    weighed: Weighed,
    tier: str | None,
) -> Finding:
    urgency = "routine" if tier == "possible" else raised(pattern, state)
    scored = pattern.thresholds
    yes = {line.id for line in weighed.of_value(YES)}
    return Finding(
        pattern=pattern.id,
        group=pattern.group,
        urgency=urgency,
        tier=tier,
        score=weighed.score if scored else None,
        low=weighed.low if scored else None,
        high=weighed.high if scored else None,
        firm=is_firm(scored, weighed, tier) if scored else None,
        for_lines=tuple(line.id for line in pattern.supports if line.id in yes),
        against_lines=tuple(line.id for line in pattern.contradicts if line.id in yes),
        missing=questionnaire.in_order(weighed.missing(state)),
        could_rise=() if tier == "possible" else rises(pattern, questionnaire, state, urgency),
        tests=pattern.tests,
    )


def is_firm(thresholds: Thresholds, weighed: Weighed, tier: str | None) -> bool:
    """Neither the best nor the worst reading of the unknown lines changes the tier."""
    return thresholds.tier(weighed.low) == tier == thresholds.tier(weighed.high)


def raised(pattern: Pattern, state: AnswerState) -> str:
    """Its own urgency, raised by every escalation that is yes."""
    reached = [to for to, condition in pattern.escalations if condition.evaluate(state) is YES]
    return most_urgent((pattern.urgency, *reached))


def rises(
    pattern: Pattern, questionnaire: Questionnaire, state: AnswerState, urgency: str
) -> tuple[CouldRise, ...]:
    return tuple(
        CouldRise(to, questionnaire.in_order(condition.missing(state)))
        for to, condition in pattern.escalations
        if URGENCY_RANK[to] > URGENCY_RANK[urgency] and condition.evaluate(state) is UNKNOWN
    )
