"""What makes a condition yes or no: those answers, and of a list those options, and no others."""

from collections.abc import Mapping

import pytest

from intake.rules.answered import Answers
from intake.rules.conditions import (
    AllOf,
    AnyChosen,
    AnyOf,
    Comparison,
    CountAtLeast,
    CountAtMost,
    CountTrueAtLeast,
    DerivedIs,
    IsAnswered,
    NoneChosen,
    Not,
    NumberIs,
)
from intake.rules.pack import load_pack
from intake.rules.reasons import reasons
from intake.rules.state import AnswerState
from tests.unit.test_cards import NOON

AREA, UNWELL, PAIN = "pain.area", "rf.unwell", "pain.avg"
SAID: Mapping[str, object] = {AREA: ("knee", "buttock"), UNWELL: ("none",), PAIN: 7}
KNEE, HIP = AnyChosen(AREA, frozenset({"knee"})), AnyChosen(AREA, frozenset({"deep_hip"}))
FEVER = AnyChosen(UNWELL, frozenset({"fever"}))
STRONG = NumberIs(PAIN, (Comparison("gte", 5),))
OPEN = AnyChosen("hx.meds", frozenset({"statin"}))


@pytest.fixture(scope="module")
def state():
    return AnswerState(load_pack().questionnaire.by_id, Answers(dict(SAID), NOON.date(), age=70))


CASES = {
    "chosen": (KNEE, {AREA: {"knee"}}),
    "not chosen": (FEVER, {UNWELL: None}),
    "none of them": (NoneChosen(UNWELL, frozenset({"fever"})), {UNWELL: None}),
    "one of them after all": (NoneChosen(AREA, frozenset({"knee"})), {AREA: {"knee"}}),
    "enough of any": (CountAtLeast(AREA, 2), {AREA: {"knee", "buttock"}}),
    "enough of some": (CountAtLeast(AREA, 1, frozenset({"knee"})), {AREA: {"knee"}}),
    "too few": (CountAtLeast(AREA, 3), {AREA: None}),
    "few enough": (CountAtMost(AREA, 2), {AREA: None}),
    "too many": (CountAtMost(AREA, 1), {AREA: {"knee", "buttock"}}),
    "too many of some": (CountAtMost(AREA, 0, frozenset({"knee"})), {AREA: {"knee"}}),
    "a number": (STRONG, {PAIN: None}),
    "answered": (IsAnswered(PAIN, True), {PAIN: None}),
    "an age": (DerivedIs("age", (Comparison("gte", 65),)), {"about.dob": None}),
    "unknown": (OPEN, {}),
    "all of them": (AllOf((KNEE, STRONG)), {AREA: {"knee"}, PAIN: None}),
    "all but one": (AllOf((KNEE, FEVER, OPEN)), {UNWELL: None}),
    "any of them": (AnyOf((FEVER, KNEE, OPEN)), {AREA: {"knee"}}),
    "none of any": (AnyOf((FEVER, HIP)), {UNWELL: None, AREA: None}),
    "enough parts": (CountTrueAtLeast((KNEE, FEVER, STRONG), 2), {AREA: {"knee"}, PAIN: None}),
    "not": (Not(KNEE), {AREA: {"knee"}}),
    "the same list twice": (
        AllOf((KNEE, AnyChosen(AREA, frozenset({"buttock"})))),
        {AREA: {"knee", "buttock"}},
    ),
    "some of a list and all of it": (AllOf((KNEE, IsAnswered(AREA, True))), {AREA: None}),
}


@pytest.mark.parametrize(("condition", "expected"), CASES.values(), ids=CASES)
def test_a_condition_rests_on_what_makes_it_so(condition, expected, state):
    assert reasons(condition, state) == expected


def test_every_true_line_of_the_pack_rests_on_something_it_reads(state):
    lines = [line for pattern in load_pack().patterns for line in pattern.lines]
    found = [(line.condition, reasons(line.condition, state)) for line in lines]
    assert sum(bool(told) for _, told in found) > 50
    assert all(told.keys() <= condition.items() for condition, told in found)
