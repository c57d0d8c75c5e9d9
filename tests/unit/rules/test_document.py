"""A line of JSON in, a line of JSON out."""

from datetime import date
from decimal import Decimal

import pytest

from intake.rules.answers import AnswerError, read_answers
from intake.rules.compiled import find_compiled
from intake.rules.document import DocumentError, complete, parse, read_document, row
from intake.rules.findings import find
from intake.rules.pack import load_pack

TODAY = date(2025, 6, 2)
PACK = load_pack()
QUESTIONNAIRE = PACK.questionnaire


def test_a_document_is_read_with_its_date_and_derived_values():
    document = parse(
        b'{"id": "a", "date": "2024-01-31", "answers": {"about.dob": "2000-02-01", "pain.avg": 3},'
        b' "derived": {"bmi": 31.4, "athlete": false}}'
    )

    id, answers = read_document(QUESTIONNAIRE, document, today=TODAY)
    assert (id, answers.on, answers.bmi) == ("a", date(2024, 1, 31), Decimal("31.4"))
    assert answers.values == {"about.dob": date(2000, 2, 1), "pain.avg": 3}


@pytest.mark.parametrize("id", [None, "a", 17, "ñ"])
def test_an_id_is_text_or_a_whole_number_or_left_out(id):
    read, answers = read_document(QUESTIONNAIRE, {"id": id, "answers": {}}, today=TODAY)

    assert (read, answers.on) == (id, TODAY)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": -Infinity}', "-Infinity is not a number"),
        (b'{"a": 1, "a": 2}', "the key 'a' is there twice"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8 at byte 1"),
        (b'{"a": "\xc3"}', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' * 100_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "not JSON"),
    ],
)
def test_a_line_that_is_no_object_is_refused_in_one_line(line: bytes, reason: str):
    with pytest.raises(DocumentError, match=reason) as refused:
        parse(line)

    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "has no 'answers'"),
        ({"answers": []}, "'answers' is not an object"),
        ({"answers": None}, "'answers' is not an object"),
        ({"answers": {}, "derived": []}, "'derived' is not an object"),
        ({"answers": {}, "id": 1.5}, "'id' is neither"),
        ({"answers": {}, "id": True}, "'id' is neither"),
        ({"answers": {}, "id": {}}, "'id' is neither"),
        ({"answers": {}, "date": "yesterday"}, "date"),
        ({"answers": {}, "date": None}, "date"),
        ({"answers": {"x": 1}}, "no such item"),
        ({"answers": {"about.height_cm": float("inf")}}, "ordinary size"),
    ],
)
def test_a_document_of_another_shape_is_refused(document: dict, reason: str):
    with pytest.raises((DocumentError, AnswerError), match=reason):
        read_document(QUESTIONNAIRE, document, today=TODAY)


def test_a_huge_exponent_is_refused_before_it_is_computed():
    document = parse(b'{"answers": {"about.weight_kg": 1e999999999}}')

    with pytest.raises(AnswerError, match="ordinary size"):
        read_document(QUESTIONNAIRE, document, today=TODAY)


def test_completing_denies_what_is_shown_and_unanswered_but_never_the_complaint():
    given = read_answers(QUESTIONNAIRE, {"rf.look": ["leg_swollen"]}, on=TODAY, derived={"age": 30})
    filled = complete(QUESTIONNAIRE, given).values

    assert filled["rf.look"] == ("leg_swollen",)
    assert filled["rf.clot"] == ("none",)  # shown by the answer above
    assert filled["rf.leg_weak"] == "none"  # a choice, not a checklist
    assert filled["pain.morning"] == "none"
    assert "pain.area" not in filled
    assert "about.sex" not in filled  # has no "none"
    assert "rf.child" not in filled  # not shown
    assert "rf.female" not in filled  # whether it is shown is not known
    assert given.values == {"rf.look": ("leg_swollen",)}


def test_completing_goes_on_until_nothing_new_is_shown():
    young = {"about.sex": "female"}
    given = read_answers(QUESTIONNAIRE, young, on=TODAY, derived={"age": 30})
    once = complete(QUESTIONNAIRE, given)

    assert once.values["rf.female"] == ("none",)
    assert complete(QUESTIONNAIRE, once) == once


def test_a_row_has_its_keys_in_their_order():
    raw = {"pain.area": ["groin_front_hip"], "pain.worse": ["lift_leg", "stairs_up"]}
    answers = read_answers(QUESTIONNAIRE, raw, on=TODAY, derived={"age": 30})
    found = find(PACK, answers)
    written = row(PACK, "a", found)

    assert list(written) == ["id", "pack", "urgency", "findings", "cannot_tell", "suppressed"]
    assert list(written["findings"][0]) == [
        *("pattern", "group", "urgency", "tier", "score", "low", "high", "firm"),
        *("for", "against", "missing", "could_rise", "tests"),
    ]
    assert written["findings"][0] == {
        "pattern": "ilio.tendinopathy",
        "group": "iliopsoas",
        "urgency": "routine",
        "tier": "some",
        "score": 4,
        "low": 1,
        "high": 8,
        "firm": False,
        "for": [f"ilio.tendinopathy.s{number}" for number in (1, 2, 4)],
        "against": [],
        "missing": [
            *("pain.onset_how", "pain.past", "pain.feel", "snap.any"),
            *("life.activity", "life.load_change"),
        ],
        "could_rise": [],
        "tests": list(PACK.pattern("ilio.tendinopathy").tests),
    }
    assert list(written["cannot_tell"][0]) == ["pattern", "missing"]
    assert (written["id"], written["pack"], written["urgency"]) == ("a", "0.2.0", "routine")


def test_a_rise_that_cannot_be_told_is_written_with_what_is_missing():
    raw = {"pain.area": ["front_thigh"], "hx.meds": ["bone_drug"]}
    answers = read_answers(QUESTIONNAIRE, raw, on=TODAY)
    written = row(PACK, None, find_compiled(PACK, answers))
    (bone,) = [each for each in written["findings"] if each["pattern"] == "rf.aff"]

    assert bone["could_rise"] == [
        {
            "to": "same_day",
            "missing": ["pain.trend", "rf.weight_bear", "rf.night", "pain.worse"],
        },
        {"to": "emergency", "missing": ["rf.weight_bear"]},
    ]
    assert (bone["tier"], bone["score"], bone["firm"]) == (None, None, None)
