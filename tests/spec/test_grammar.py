"""The truth tables of patterns.yaml, meta.condition_grammar, cell by cell.

Each table of the pack is looked up by the words of its rows, so a row that changes or is
added fails here until it has cases.
"""

from itertools import permutations

import pytest

from intake.rules.answers import read_answers
from intake.rules.findings import CannotTell, Finding
from intake.rules.loading.conditions import read_condition
from intake.rules.pack import load_pack
from intake.rules.patterns import Thresholds
from intake.rules.state import AnswerState
from tests.spec.grammar import (
    CONSTANT,
    ON,
    QUESTIONNAIRE,
    pattern,
    real_truth_of,
    truth_of,
    verdict_of,
    with_escalations,
)

GRAMMAR = load_pack().documents["patterns"]["meta"]["condition_grammar"]
LEAVES, COMBINERS = GRAMMAR["leaf_operators"], GRAMMAR["combiners"]
SCORED = GRAMMAR["pattern_verdict"]["scored"]["table"]

YES, NO = {"asked": "yes"}, {"asked": "no"}


def ticked(*options: str) -> dict:
    return YES | {"list": list(options)}


ANSWERED = [ticked("a"), ticked("a", "b"), ticked("b", "c"), ticked("c"), ticked("none")]
UNSURE = [ticked("unsure"), ticked("a", "unsure"), ticked("b", "c", "unsure")]
NOT_ASKED = [NO]
# Not reached yet, and hidden because the answer that would open it is missing.
UNANSWERED = [YES, {}]
EVERY_STATE = [*ANSWERED, *UNSURE, *NOT_ASKED, *UNANSWERED]


def has(*options: str):
    return lambda answers: bool(set(options) & set(answers.get("list", ())))


def lacks(*options: str):
    return lambda answers: not has(*options)(answers)


CHOSEN_ROWS = {
    "any": {
        "answered or answered_unsure, a chosen option is in L": [
            *filter(has("a"), ANSWERED),
            *filter(has("a"), UNSURE),
        ],
        "answered, no chosen option in L": [*filter(lacks("a"), ANSWERED)],
        "answered_unsure, no chosen option in L": [*filter(lacks("a"), UNSURE)],
        "not_asked": NOT_ASKED,
        "unanswered": UNANSWERED,
    },
    "none": {
        "a chosen option is in L": [*filter(has("a"), ANSWERED), *filter(has("a"), UNSURE)],
        "answered, no chosen option in L": [*filter(lacks("a"), ANSWERED)],
        "answered_unsure, no chosen option in L": [*filter(lacks("a"), UNSURE)],
        "not_asked": NOT_ASKED,
        "unanswered": UNANSWERED,
    },
}


@pytest.mark.parametrize("operator", ["any", "none"])
def test_chosen_options_as_in_the_table(operator: str):
    table = dict(LEAVES[operator]["table"])
    assert table.keys() == CHOSEN_ROWS[operator].keys()

    for row, states in CHOSEN_ROWS[operator].items():
        assert states
        for answers in states:
            found = truth_of({"item": "list", operator: ["a"]}, answers)
            assert (row, answers, found) == (row, answers, table[row])


def counted(answers: dict) -> int:
    return len(set(answers["list"]) - {"unsure", "none"})


def count_cells(row: str) -> list[tuple[int, dict]]:
    """(n, answers) that the words of a row describe."""
    numbers = range(-2, 5)
    answered = UNSURE if row.startswith("answered_unsure") else ANSWERED
    each = [(n, answers) for n in numbers for answers in answered]
    if row == "n is 0 or less":
        return [(n, answers) for n in numbers if n <= 0 for answers in EVERY_STATE]
    if "count n or more" in row:
        return [(n, answers) for n, answers in each if n > 0 and counted(answers) >= n]
    if "count below n" in row:
        return [(n, answers) for n, answers in each if n > 0 and counted(answers) < n]
    if "count n or less" in row:
        return [(n, answers) for n, answers in each if n >= 0 and counted(answers) <= n]
    if "count above n" in row:
        return [(n, answers) for n, answers in each if n >= 0 and counted(answers) > n]
    states = {"not_asked": NOT_ASKED, "unanswered": UNANSWERED}[row.split(" (")[0]]
    least = {"n 1 or more": 1, "n 0 or more": 0}[row.split(" (")[1].rstrip(")")]
    return [(n, answers) for n in numbers if n >= least for answers in states]


@pytest.mark.parametrize("operator", ["count_gte", "count_lte"])
def test_counts_as_in_the_table(operator: str):
    for row, value in LEAVES[operator]["table"]:
        cells = count_cells(row)
        assert cells
        for n, answers in cells:
            found = truth_of({"item": "list", operator: n}, answers)
            assert (row, n, answers, found) == (row, n, answers, value)


def test_of_limits_what_is_counted_and_changes_nothing_else():
    assert LEAVES["of"]["table"] == [
        ["limits the options that are counted; changes nothing else", ""]
    ]
    two_of_three = {"item": "list", "count_gte": 2, "of": ["a", "b"]}

    assert truth_of(two_of_three, ticked("a", "b")) == "yes"
    assert truth_of(two_of_three, ticked("b", "c")) == "no"
    assert truth_of(two_of_three, ticked("b", "c", "unsure")) == "unknown"
    assert truth_of(two_of_three, NO) == "no"
    assert truth_of(two_of_three, YES) == "unknown"
    assert truth_of({"item": "list", "count_lte": 1, "of": ["a", "b"]}, ticked("b", "c")) == "yes"


def test_exclusive_and_unsure_options_are_never_counted():
    options = ["unsure", "none", "a"]
    assert truth_of({"item": "list", "count_gte": 1, "of": options}, ticked("none")) == "no"
    assert truth_of({"item": "list", "count_gte": 1}, ticked("unsure")) == "unknown"
    assert truth_of({"item": "list", "count_lte": 0}, ticked("none")) == "yes"


def test_answered_is_as_in_the_table_and_never_unknown():
    table = dict(LEAVES["answered"]["table"])
    answered = table["answered: true, item answered or answered_unsure"]
    unanswered = table["answered: true, item unanswered or not_asked"]
    assert (len(table), table["answered: false"]) == (3, "the opposite")

    for answers in [*ANSWERED, *UNSURE]:
        assert truth_of({"item": "list", "answered": True}, answers) == answered == "yes"
        assert truth_of({"item": "list", "answered": False}, answers) == "no"
    for answers in [*NOT_ASKED, *UNANSWERED]:
        assert truth_of({"item": "list", "answered": True}, answers) == unanswered == "no"
        assert truth_of({"item": "list", "answered": False}, answers) == "yes"


COMPARED = [
    ("lt", 5, {4: "yes", 5: "no", 6: "no"}),
    ("lte", 5, {4: "yes", 5: "yes", 6: "no"}),
    ("gte", 5, {4: "no", 5: "yes", 6: "yes"}),
    ("eq", 5, {4: "no", 5: "yes", 6: "no"}),
]


@pytest.mark.parametrize(("operator", "limit", "expected"), COMPARED)
def test_numbers_as_in_the_table(operator: str, limit: int, expected: dict):
    table = dict(LEAVES["number"]["table"])
    assert table == {"answered": "compare", "not_asked": "no", "unanswered": "unknown"}
    condition = {"item": "size", operator: limit}

    for size, value in expected.items():
        assert truth_of(condition, YES | {"size": size}) == value
    assert truth_of(condition, NO) == table["not_asked"]
    for answers in UNANSWERED:
        assert truth_of(condition, answers) == table["unanswered"]


def test_several_operators_must_all_hold():
    assert LEAVES["derived"]["several_operators"] == "all must hold"
    between = {"gte": 5, "lt": 7.5}

    for size, value in {4.9: "no", 5: "yes", 7.4: "yes", 7.5: "no"}.items():
        assert truth_of({"item": "size", **between}, YES | {"size": size}) == value
    assert real_truth_of({"derived": "age", "gte": 11, "lte": 55}, {}, {"age": 55}) == "yes"
    assert real_truth_of({"derived": "age", "gte": 11, "lte": 55}, {}, {"age": 56}) == "no"


def test_derived_values_as_in_the_table():
    assert [row for row, _ in LEAVES["derived"]["table"]] == [
        "age known",
        "about.dob unanswered",
        "height and weight known",
        "height or weight unanswered or not asked",
        "life.activity has an option of athlete_any",
        "life.activity answered without one",
        "life.activity unanswered",
    ]
    height, weight = {"about.height_cm": 170}, {"about.weight_kg": 86.7}
    adult, heavy = {"derived": "age", "gte": 18}, {"derived": "bmi", "gte": 30}

    assert real_truth_of(adult, {"about.dob": "2007-06-02"}) == "yes"
    assert real_truth_of(adult, {"about.dob": "2007-06-03"}) == "no"
    assert real_truth_of(adult, {}) == "unknown"
    assert real_truth_of(heavy, height | weight) == "yes"
    assert real_truth_of(heavy, height | {"about.weight_kg": 86.6}) == "no"
    assert [real_truth_of(heavy, part) for part in (height, weight, {})] == ["unknown"] * 3
    adult_without_need = {"about.dob": "1980-01-01", "pain.area": ["knee"]}
    assert real_truth_of(heavy, adult_without_need) == "unknown"


def test_an_athlete_is_whoever_does_one_of_the_named_sports():
    is_athlete = {"derived": "athlete", "eq": True}
    is_none = {"derived": "athlete", "eq": False}
    named = load_pack().documents["patterns"]["meta"]["athlete_any"]
    options = load_pack().questionnaire.item("life.activity").options

    for each in options:
        expected = ("yes", "no") if each.id in named else ("no", "yes")
        answers = {"life.activity": [each.id]}
        found = real_truth_of(is_athlete, answers), real_truth_of(is_none, answers)
        assert (each.id, found) == (each.id, expected)
    assert real_truth_of(is_athlete, {}) == real_truth_of(is_none, {}) == "unknown"


@pytest.mark.parametrize("combiner", ["all_of", "any_of"])
def test_combiners_as_in_the_table_in_any_order(combiner: str):
    for first, second, value in COMBINERS[combiner]["table_two_parts"]:
        for parts in permutations([first, second]):
            condition = {combiner: [CONSTANT[part] for part in parts]}
            assert (parts, truth_of(condition, {})) == (parts, value)


def test_empty_lists_are_as_in_the_rules():
    assert "an empty list is yes" in COMBINERS["all_of"]["rule"]
    assert "an empty list is no" in COMBINERS["any_of"]["rule"]
    assert truth_of({"all_of": []}, {}) == "yes"
    assert truth_of({"any_of": []}, {}) == "no"


def test_not_as_in_the_table():
    for part, value in COMBINERS["not"]["table"]:
        assert truth_of({"not": CONSTANT[part]}, {}) == value


def test_count_true_as_in_the_table_in_any_order():
    for *parts, value in COMBINERS["count_true_gte"]["table_n2_three_parts"]:
        for ordered in permutations(parts):
            conditions = [CONSTANT[part] for part in ordered]
            assert truth_of({"count_true_gte": 2, "conds": conditions}, {}) == value


def test_an_answer_that_is_present_counts_though_its_question_does_not_apply():
    assert truth_of({"item": "list", "any": ["a"]}, NO | {"list": ["a"]}) == "yes"
    assert truth_of({"item": "list", "any": ["b"]}, {"list": ["a"]}) == "no"


def missing(condition: dict, answers: dict) -> set[str]:
    state = AnswerState(QUESTIONNAIRE.by_id, read_answers(QUESTIONNAIRE, answers, on=ON))
    return set(read_condition(condition).missing(state))


LIST_A, ALWAYS_A = {"item": "list", "any": ["a"]}, {"item": "always", "any": ["a"]}
KNOWN, DENIED = CONSTANT["yes"], CONSTANT["no"]


@pytest.mark.parametrize(
    ("condition", "answers", "expected"),
    [
        (LIST_A, YES, {"list"}),
        (LIST_A, {}, {"asked", "list"}),
        (LIST_A, ticked("b", "unsure"), {"list"}),
        (LIST_A, ticked("b"), set()),
        (LIST_A, NO, set()),
        ({"item": "size", "gte": 1}, {}, {"asked", "size"}),
        ({"not": LIST_A}, YES, {"list"}),
        ({"all_of": [LIST_A, ALWAYS_A, KNOWN]}, YES, {"list", "always"}),
        ({"all_of": [LIST_A, DENIED]}, YES, set()),
        ({"any_of": [LIST_A, ALWAYS_A, DENIED]}, YES, {"list", "always"}),
        ({"any_of": [LIST_A, KNOWN]}, YES, set()),
        ({"all_of": [{"any_of": [LIST_A, KNOWN]}, ALWAYS_A]}, YES, {"always"}),
        ({"count_true_gte": 2, "conds": [LIST_A, ALWAYS_A, KNOWN]}, YES, {"list", "always"}),
        ({"count_true_gte": 2, "conds": [LIST_A, DENIED, DENIED]}, YES, set()),
    ],
)
def test_missing_items_are_those_of_the_unknown_parts(condition, answers, expected):
    assert missing(condition, answers) == expected


@pytest.mark.parametrize(
    ("derived", "expected"),
    [
        ({"derived": "age", "lt": 18}, {"about.dob"}),
        ({"derived": "bmi", "gte": 30}, {"about.height_cm", "about.weight_kg"}),
        ({"derived": "athlete", "eq": True}, {"life.activity"}),
    ],
)
def test_a_derived_value_misses_what_it_comes_from(derived, expected):
    questionnaire = load_pack().questionnaire
    state = AnswerState(questionnaire.by_id, read_answers(questionnaire, {}, on=ON))
    condition = read_condition(derived)

    assert condition.missing(state) == expected
    assert condition.items() == expected


MARKS = Thresholds(possible=2, some=4, strong=6)
SCORED_ROWS = {
    "gate no": [pattern("no", ("yes", 9), thresholds=MARKS)],
    "high below possible_score (whatever the gate)": [
        pattern(gate, ("yes", 1), ("unknown", -1), thresholds=MARKS)
        for gate in ("yes", "no", "unknown")
    ],
    "gate unknown, high at or above possible_score": [
        pattern("unknown", ("yes", 2), thresholds=MARKS),
        pattern("unknown", ("yes", 1), ("unknown", 1), thresholds=MARKS),
    ],
    "gate yes, score at or above possible_score": [
        pattern("yes", ("yes", points), thresholds=MARKS) for points in range(2, 9)
    ],
    "gate yes, score below possible_score, high at or above it": [
        pattern("yes", ("yes", 1), ("unknown", 1), thresholds=MARKS),
        pattern("yes", ("yes", 1), ("yes", -1), ("unknown", 2), thresholds=MARKS),
    ],
}
VERDICTS = {"no": type(None), "cannot tell": CannotTell, "yes, tier by score": Finding}


def test_scored_patterns_as_in_the_table():
    assert {row for row, _ in SCORED} == SCORED_ROWS.keys()

    for row, verdict in SCORED:
        for made in SCORED_ROWS[row]:
            assert (row, type(verdict_of(made))) == (row, VERDICTS[verdict])


def test_rules_as_in_the_table():
    assert GRAMMAR["pattern_verdict"]["rule"] == [
        ["trigger yes", "yes: fires"],
        ["trigger no", "no"],
        ["trigger unknown", "cannot tell: list the missing items"],
    ]

    assert isinstance(verdict_of(pattern("yes")), Finding)
    assert verdict_of(pattern("no")) is None
    assert verdict_of(pattern("unknown")) == CannotTell("p", ("always",))


@pytest.mark.parametrize(
    ("points", "tier"), [(2, "possible"), (3, "possible"), (4, "some"), (6, "strong")]
)
def test_the_score_sets_the_tier(points: int, tier: str):
    assert verdict_of(pattern("yes", ("yes", points), thresholds=MARKS)).tier == tier


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("yes", 4)], ("some", 4, 4, 4, True)),
        ([("yes", 4), ("unknown", 1), ("no", 2)], ("some", 4, 4, 5, True)),
        ([("yes", 4), ("unknown", 2)], ("some", 4, 4, 6, False)),
        ([("yes", 4), ("unknown", -1)], ("some", 4, 3, 4, False)),
        ([("yes", 5), ("unknown", -1)], ("some", 5, 4, 5, True)),
        ([("yes", 6), ("unknown", 2)], ("strong", 6, 6, 8, True)),
        ([("yes", 7), ("yes", -1), ("unknown", -2)], ("strong", 6, 4, 6, False)),
        ([("yes", 2), ("unknown", -2), ("unknown", 1)], ("possible", 2, 0, 3, False)),
        ([("yes", 3)], ("possible", 3, 3, 3, True)),
    ],
)
def test_a_score_is_firm_when_no_missing_answer_can_change_its_tier(lines, expected):
    found = verdict_of(pattern("yes", *lines, thresholds=MARKS))

    assert (found.tier, found.score, found.low, found.high, found.firm) == expected


def test_a_finding_names_the_lines_for_and_against_it_and_what_its_unknown_lines_miss():
    lines = [("yes", 4), ("no", 2), ("unknown", 1), ("yes", -1)]
    found = verdict_of(pattern("yes", *lines, thresholds=MARKS))

    assert (found.for_lines, found.against_lines) == (("l0",), ("l3",))
    assert found.missing == ("always",)


ESCALATIONS = [
    ({}, "before_appointment", []),
    ({"to_same_day": "yes"}, "same_day", []),
    ({"to_emergency": "yes"}, "emergency", []),
    ({"to_same_day": "yes", "to_emergency": "yes"}, "emergency", []),
    ({"to_same_day": "no", "to_emergency": "no"}, "before_appointment", []),
    ({"to_same_day": "unknown"}, "before_appointment", ["same_day"]),
    (
        {"to_same_day": "unknown", "to_emergency": "unknown"},
        "before_appointment",
        ["same_day", "emergency"],
    ),
    ({"to_same_day": "yes", "to_emergency": "unknown"}, "same_day", ["emergency"]),
    ({"to_same_day": "unknown", "to_emergency": "yes"}, "emergency", []),
]


@pytest.mark.parametrize(("conditions", "urgency", "rises"), ESCALATIONS)
def test_an_escalation_raises_only_when_yes_and_is_told_when_unknown(conditions, urgency, rises):
    rule = pattern("yes", urgency="before_appointment")
    found = verdict_of(with_escalations(rule, **conditions))

    assert found.urgency == urgency
    assert [(rise.to, rise.missing) for rise in found.could_rise] == [
        (to, ("always",)) for to in rises
    ]


def test_an_escalation_never_lowers():
    rule = pattern("yes", urgency="emergency")

    assert verdict_of(with_escalations(rule, to_same_day="yes")).urgency == "emergency"


def test_what_is_only_worth_checking_is_always_routine():
    made = with_escalations(
        pattern("yes", ("yes", 3), thresholds=MARKS), to_same_day="unknown", to_emergency="yes"
    )
    found = verdict_of(made)

    assert (found.tier, found.urgency, found.could_rise) == ("possible", "routine", ())
