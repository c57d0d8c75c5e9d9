"""When a question of an instrument is shown: every operator, with one answer, several and none."""

from datetime import date
from decimal import Decimal

import pytest

from intake.instruments.answers import as_json, read_answers
from intake.instruments.enabling import in_force, open_items, shown
from intake.instruments.items import Other
from tests.unit.instruments.making import choice, form_of, question, when

NUMBER = {"kind": "integer", "name": "answerInteger", "value": 5}
TRUTH = [
    # operator, answers, shown
    ("exists", (), False),
    ("exists", (5,), True),
    ("=", (), False),
    ("=", (5,), True),
    ("=", (4,), False),
    ("=", (4, 5), True),
    ("!=", (), True),
    ("!=", (5,), False),
    ("!=", (4,), True),
    ("!=", (4, 5), False),
    (">", (), False),
    (">", (5,), False),
    (">", (6,), True),
    (">", (4, 6), True),
    ("<", (), False),
    ("<", (5,), False),
    ("<", (4,), True),
    (">=", (4,), False),
    (">=", (5,), True),
    ("<=", (6,), False),
    ("<=", (5,), True),
]


def is_shown(first, condition, *given, **more):
    form = form_of(first, question("q", enableWhen=[condition], **more))
    answers = {first["linkId"]: given} if given else {}
    return "q" in [item.link_id for item in shown(form, answers)]


@pytest.mark.parametrize(("operator", "given", "expected"), TRUTH)
def test_the_truth_of_each_operator(operator, given, expected):
    answer = {"answerBoolean": True} if operator == "exists" else {"answerInteger": 5}
    first = question("a", "integer", repeats=True)
    assert is_shown(first, when("a", operator, **answer), *given) is expected


def test_exists_false_is_shown_while_there_is_no_answer():
    condition = when("a", "exists", answerBoolean=False)
    assert is_shown(question("a"), condition)
    assert not is_shown(question("a"), condition, True)


@pytest.mark.parametrize(
    ("first", "answer", "yes", "no"),
    [
        (question("a"), {"answerBoolean": False}, False, True),
        (question("a", "string"), {"answerString": "tea"}, "tea", "Tea"),
        (question("a", "decimal"), {"answerDecimal": 1.50}, Decimal("1.5"), Decimal("1.51")),
        (question("a", "date"), {"answerDate": "2024-05-03"}, date(2024, 5, 3), date(2024, 5, 4)),
        (choice("a", 0, 1), {"answerCoding": {"code": "o1"}}, "o1", "o2"),
        (
            question("a", "open-choice", answerOption=[{"valueString": "tea"}]),
            {"answerString": "rust"},
            Other("rust"),
            "tea",
        ),
        (question("a", "choice", answerOption=[{"valueInteger": 2}, {"valueInteger": 3}]),
         {"answerInteger": 2}, "2", "3"),
    ],
)  # fmt: skip
def test_every_type_is_compared_with_its_like(first, answer, yes, no):
    assert is_shown(first, when("a", "=", **answer), yes)
    assert not is_shown(first, when("a", "=", **answer), no)


@pytest.mark.parametrize(("behavior", "expected"), [("all", False), ("any", True)])
def test_several_conditions_hold_together_or_any_of_them(behavior, expected):
    form = form_of(
        question("a"),
        question("b"),
        question(
            "q",
            enableBehavior=behavior,
            enableWhen=[when("a", "=", answerBoolean=True), when("b", "=", answerBoolean=True)],
        ),
    )
    assert ("q" in [i.link_id for i in shown(form, {"a": (True,), "b": (False,)})]) is expected


CHAIN = form_of(
    question("a", required=True),
    question("b", required=True, enableWhen=[when("a", "=", answerBoolean=True)]),
    {
        "linkId": "g",
        "type": "group",
        "text": "G",
        "enableWhen": [when("b", "=", answerBoolean=True)],
        "item": [question("c", required=True)],
    },
)


def test_an_answer_to_a_hidden_question_opens_nothing_and_is_not_believed():
    answers = {"a": (False,), "b": (True,), "c": (True,)}
    assert [item.link_id for item in shown(CHAIN, answers)] == ["a"]
    assert in_force(CHAIN, answers) == {"a": (False,)}


def test_what_is_open_is_shown_required_and_empty():
    assert [item.link_id for item in open_items(CHAIN, {})] == ["a"]
    assert [item.link_id for item in open_items(CHAIN, {"a": (True,)})] == ["b"]
    assert [i.link_id for i in open_items(CHAIN, {"a": (True,), "b": (True,)})] == ["c"]
    assert open_items(CHAIN, {"a": (False,)}) == ()


def test_answers_come_back_from_json_as_they_went():
    form = form_of(
        question("d", "decimal"),
        question("t", "date"),
        question("o", "open-choice", answerOption=[{"valueString": "tea"}]),
        question("n", "integer", repeats=True),
    )
    answers = {
        "d": (Decimal("1.50"),),
        "t": (date(2024, 5, 3),),
        "o": (Other("rust"),),
        "n": (1, 2),
    }
    assert read_answers(form, as_json(answers)) == answers
