"""The pack's made-up patients as cases: their answers and what must come of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from intake.rules.answers import Answers, read_answers
from intake.rules.findings import CannotTell, Finding, Findings, find
from intake.rules.pack import load_pack, read_documents
from intake.rules.patterns import Pattern
from intake.rules.state import AnswerState
from intake.rules.truth import Truth

NEAR_MISSES = Path(__file__).with_name("near_misses.yaml")
ON = date(2025, 6, 2)  # the vignettes give ages, so any day will do


@dataclass(frozen=True)
class Case:
    id: str
    about: str
    answers: Answers
    expect: Mapping[str, Any]
    near_miss: tuple[str, ...]  # patterns this is named as close to: not shown, no more is asked
    athlete: bool | None

    @cached_property
    def findings(self) -> Findings:
        return find(load_pack(), self.answers)

    def shown(self, pattern: str) -> Finding | None:
        return next((found for found in self.findings.shown if found.pattern == pattern), None)

    def cannot_tell(self, pattern: str) -> CannotTell | None:
        verdicts = self.findings.cannot_tell
        return next((verdict for verdict in verdicts if verdict.pattern == pattern), None)


@cache
def vignettes() -> Mapping[str, Mapping[str, Any]]:
    """As the pack writes them, by id."""
    return {raw["id"]: raw for raw in read_documents()["vignettes"]["vignettes"]}


@cache
def cases() -> tuple[Case, ...]:
    return tuple(case_of(raw) for raw in vignettes().values())


def case_of(raw: Mapping[str, Any]) -> Case:
    given = dict(raw["answers"])
    derived = given.pop("derived", {})
    questionnaire = load_pack().questionnaire
    return Case(
        id=raw["id"],
        about=raw["about"],
        answers=read_answers(questionnaire, given, on=ON, derived=derived),
        expect=raw["expect"],
        near_miss=tuple(raw.get("near_miss", ())),
        athlete=derived.get("athlete"),
    )


@dataclass(frozen=True)
class NearMiss:
    """A patient `like` one who has the pattern, `but` for a few answers: those now in force."""

    case: Case
    like: Case
    but: Mapping[str, Any]

    def score_of(self, pattern: Pattern) -> tuple[bool, int]:
        """Whether the pattern is open, and the sum of its lines all the same."""
        state = AnswerState(load_pack().questionnaire.by_id, self.case.answers)
        yes = [line for line in pattern.lines if line.condition.evaluate(state) is Truth.YES]
        is_open = pattern.condition.evaluate(state) is Truth.YES
        return is_open, sum(line.points or 0 for line in yes)

    def is_near(self, pattern: Pattern) -> bool:
        """One line of evidence or one answer away; a scored one may be only not open."""
        if pattern.thresholds is None:
            return len(self.but) == 1
        is_open, score = self.score_of(pattern)
        least = min(line.points for line in pattern.supports if line.points)
        return score >= pattern.thresholds.possible - (least if is_open else 0)


@dataclass(frozen=True)
class Chapter:
    """A pattern with a case that has it, one that comes close, and one that cannot tell."""

    pattern: str
    positive: Case
    near_miss: NearMiss
    cannot_tell: Case


@cache
def chapters() -> tuple[Chapter, ...]:
    return tuple(chapter_of(pattern.id) for pattern in load_pack().patterns)


def chapter_of(pattern: str) -> Chapter:
    """The first of each kind; the pack has all three for every pattern."""
    return Chapter(
        pattern,
        positive=next(case for case in cases() if pattern in case.expect["has"]),
        near_miss=near_miss_of(pattern),
        cannot_tell=next(case for case in cases() if pattern in case.expect.get("cannot_tell", ())),
    )


@cache
def near_misses() -> Mapping[str, Any]:
    """As they are written, by pattern."""
    raw: Mapping[str, Any] = yaml.safe_load(NEAR_MISSES.read_text(encoding="utf-8"))
    return raw


def near_miss_of(pattern: str) -> NearMiss:
    """What is no longer asked after the change is not answered either."""
    written, questionnaire = near_misses()[pattern], load_pack().questionnaire
    raw = vignettes()[written["like"]]
    answers, but = dict(raw["answers"]), dict(written["but"])
    derived = answers.get("derived", {})
    answers["derived"] = derived | {key: but[key] for key in ("age", "bmi") if key in but}
    answers |= {key: value for key, value in but.items() if key not in answers["derived"]}
    case = case_of(raw | {"about": written["about"], "answers": answers})
    like = next(one for one in cases() if one.id == written["like"])
    in_force = questionnaire.in_force(case.answers)
    return NearMiss(replace(case, answers=in_force), like, but)
