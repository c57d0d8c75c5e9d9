"""The pack's made-up patients as cases: their answers and what must come of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from intake.rules.answers import Answers, read_answers
from intake.rules.findings import CannotTell, Finding, Findings, find
from intake.rules.pack import load_pack, read_documents

ON = date(2025, 6, 2)  # the vignettes give ages, so any day will do


@dataclass(frozen=True)
class Case:
    id: str
    about: str
    answers: Answers
    expect: Mapping[str, Any]
    near_miss: tuple[str, ...]
    athlete: bool | None

    @property
    def findings(self) -> Findings:
        return findings_of(self.id)

    def shown(self, pattern: str) -> Finding | None:
        return next((found for found in self.findings.shown if found.pattern == pattern), None)

    def cannot_tell(self, pattern: str) -> CannotTell | None:
        verdicts = self.findings.cannot_tell
        return next((verdict for verdict in verdicts if verdict.pattern == pattern), None)


@cache
def cases() -> tuple[Case, ...]:
    return tuple(case_of(raw) for raw in read_documents()["vignettes"]["vignettes"])


@cache
def findings_of(id: str) -> Findings:
    case = next(case for case in cases() if case.id == id)
    return find(load_pack(), case.answers)


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
class Chapter:
    """A pattern with a case that has it, one that comes close, and one that cannot tell."""

    pattern: str
    positive: Case
    near_miss: Case
    cannot_tell: Case


@cache
def chapters() -> tuple[Chapter, ...]:
    return tuple(chapter_of(pattern.id) for pattern in load_pack().patterns)


def chapter_of(pattern: str) -> Chapter:
    """The first of each kind; the pack has all three for every pattern."""
    return Chapter(
        pattern,
        positive=next(case for case in cases() if pattern in case.expect["has"]),
        near_miss=next(case for case in cases() if pattern in case.near_miss),
        cannot_tell=next(case for case in cases() if pattern in case.expect.get("cannot_tell", ())),
    )
