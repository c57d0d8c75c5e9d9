"""A FHIR R4 QuestionnaireResponse means the same as our own document."""

from datetime import date
from decimal import Decimal

import pytest

from intake.fhir.responses import is_resource, read_response
from intake.rules.answers import AnswerError
from intake.rules.document import DocumentError, parse
from intake.rules.pack import load_pack

TODAY = date(2025, 6, 2)
QUESTIONNAIRE = load_pack().questionnaire


def coded(*codes: str) -> list[dict]:
    return [{"valueCoding": {"system": "urn:x", "code": code}} for code in codes]


def response(*items: dict, **more) -> dict:
    return {"resourceType": "QuestionnaireResponse", "item": list(items), **more}


def read(*items: dict, **more):
    return read_response(QUESTIONNAIRE, response(*items, **more), today=TODAY)


def test_every_type_of_answer_is_read():
    id, answers = read(
        {"linkId": "about.dob", "answer": [{"valueDate": "1980-02-29"}]},
        {"linkId": "about.sex", "answer": coded("male")},
        {"linkId": "problem.words", "answer": [{"valueString": "it hurts"}]},
        {"linkId": "pain.area", "answer": coded("knee", "low_back")},
        {"linkId": "pain.avg", "answer": [{"valueInteger": 7}]},
        {"linkId": "about.height_cm", "answer": [{"valueDecimal": 172.5}]},
        {"linkId": "about.weight_kg", "answer": [{"valueInteger": 70}]},
        id="r1",
        status="completed",
    )

    assert (id, answers.on) == ("r1", TODAY)
    assert answers.values == {
        "about.dob": date(1980, 2, 29),
        "about.sex": "male",
        "problem.words": "it hurts",
        "pain.area": ("low_back", "knee"),
        "pain.avg": 7,
        "about.height_cm": Decimal("172.5"),
        "about.weight_kg": Decimal(70),
    }


def test_groups_and_follow_ups_inside_answers_are_opened():
    opened = coded("saddle")
    opened[0]["item"] = [{"linkId": "rf.ces_when", "answer": coded("new_2w")}]
    _, answers = read(
        {"linkId": "safety", "item": [{"linkId": "page", "item": [{"linkId": "rf.now"}]}]},
        {"linkId": "more", "item": [{"linkId": "rf.ces", "answer": opened}]},
    )

    assert answers.values == {"rf.ces": ("saddle",), "rf.ces_when": "new_2w"}


def test_a_question_without_a_value_is_unanswered():
    absent = {"_valueCoding": {"extension": [{"url": "urn:absent", "valueCode": "declined"}]}}
    _, answers = read(
        {"linkId": "rf.ces", "answer": [absent]},
        {"linkId": "rf.now", "answer": []},
        {"linkId": "no such item", "text": "a heading"},
    )

    assert answers.values == {}


@pytest.mark.parametrize(
    ("authored", "on"),
    [
        ("2024-01-31", date(2024, 1, 31)),
        ("2024-01-31T23:30:00+02:00", date(2024, 1, 31)),
        ("2024-01-31T00:10:00.123Z", date(2024, 1, 31)),
    ],
)
def test_the_day_of_answering_is_the_writers_day(authored: str, on: date):
    assert read(authored=authored)[1].on == on


DEEP = {"linkId": "a"}
for _ in range(5_000):
    DEEP = {"linkId": "a", "item": [DEEP]}


def test_groups_in_groups_without_end_are_no_trouble():
    assert read(DEEP)[1].values == {}


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"linkId": "x", "answer": coded("a")}, "no such item"),
        ({"linkId": "about.sex", "answer": coded("mal")}, "has no option 'mal'"),
        ({"linkId": "about.sex", "answer": coded("male", "female")}, "takes exactly one answer"),
        ({"linkId": "about.sex", "answer": [{"valueString": "male"}]}, "takes valueCoding"),
        ({"linkId": "about.sex", "answer": [{"valueBoolean": True}]}, "takes valueCoding"),
        ({"linkId": "about.sex", "answer": [{"valueCoding": "male"}]}, "is not an object"),
        ({"linkId": "about.sex", "answer": [{"valueCoding": {}}]}, "exactly one option"),
        (
            {"linkId": "about.sex", "answer": [{"valueCoding": {"code": "male"}, "valueUri": "x"}]},
            "takes valueCoding",
        ),
        ({"linkId": "pain.avg", "answer": [{"valueDecimal": 7}]}, "takes valueInteger"),
        ({"linkId": "about.dob", "answer": [{"valueDate": "1980-02"}]}, "YYYY-MM-DD"),
        ({"linkId": "about.dob", "answer": [{"valueDateTime": "1980-02-01"}]}, "takes valueDate"),
        ({"linkId": "about.height_cm", "answer": [{"valueDecimal": float("inf")}]}, "ordinary"),
        ({"linkId": "rf.now", "answer": {"valueCoding": {}}}, "not a list of objects"),
        ({"linkId": "rf.now", "answer": [None]}, "not a list of objects"),
        ({"linkId": "rf.now", "item": ["x"]}, "not a list of objects"),
        ({"linkId": 7}, "an item has no linkId"),
        ({}, "an item has no linkId"),
    ],
)
def test_a_wrong_item_is_refused(item: dict, reason: str):
    with pytest.raises((AnswerError, DocumentError), match=reason):
        read(item)


def test_a_question_answered_twice_is_refused():
    once = {"linkId": "rf.ces", "answer": coded("saddle")}
    again = {"linkId": "group", "item": [{"linkId": "rf.ces", "answer": coded("none")}]}

    with pytest.raises(AnswerError, match=r"'rf\.ces': is answered twice"):
        read(once, again)


@pytest.mark.parametrize("authored", ["2024", "2024-01", "", None, 5, "yesterday"])
def test_an_authored_without_a_day_is_refused(authored):
    with pytest.raises(AnswerError, match="authored"):
        read(authored=authored)


def test_another_resource_is_refused():
    patient = {"resourceType": "Patient", "id": "a"}

    assert is_resource(patient)
    with pytest.raises(DocumentError, match="not a QuestionnaireResponse"):
        read_response(QUESTIONNAIRE, patient, today=TODAY)


def test_our_own_document_is_not_a_resource():
    assert not is_resource(parse(b'{"answers": {}}'))
