"""What is written is FHIR R4 by HL7's own schema, asks what we ask, and reads back as it was."""

import io
import json
import os
import sys
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from types import SimpleNamespace

import fhirpathpy
import pytest
import time_machine
from django.core.management import call_command
from fhirpathpy.models import models
from hypothesis import assume, given, settings

from intake.fhir.questionnaires import read_questionnaire
from intake.fhir.writing.bundles import Subject, write_bundle, write_patient
from intake.fhir.writing.enabling import EXPRESSION
from intake.fhir.writing.expressions import CannotBeSaid, PathWriter
from intake.fhir.writing.findings import About, Issue, Measure, write_issue, write_measure
from intake.fhir.writing.questionnaires import write_questionnaire
from intake.fhir.writing.responses import Filled, write_response
from intake.rules.compiled import compile_pack
from intake.rules.document import row
from intake.rules.loading.conditions import read_condition
from intake.rules.pack import load_pack
from intake.rules.state import AnswerState
from intake.rules.truth import NO, YES
from intake.wording import shown_texts
from tests.fhir.validators import problems_of
from tests.spec.cases import cases
from tests.unit.rules.strategies import ON, answers, conditions, shown_answers

PACK = load_pack()
QUESTIONNAIRE = PACK.questionnaire
NOON = datetime(ON.year, ON.month, ON.day, 12, tzinfo=UTC)
PATIENT, RESPONSE = uuid.UUID(int=1), uuid.UUID(int=2)
EXAMPLES = int(os.environ.get("EXAMPLES", "6"))  # EXAMPLES=500 for a long look
some = settings(max_examples=EXAMPLES)


def born(case):
    """A case's answers with a birth date in the place of the age that it states."""
    given = case.answers
    if given.age is None:
        return given
    values = {**given.values, "about.dob": ON.replace(year=ON.year - given.age)}
    return replace(given, values=values, age=None, bmi=None)


def written(given, *, language="en", declined=(), **changes):
    """The resource of some answers, words and all."""
    asked = SimpleNamespace(
        asked=frozenset(QUESTIONNAIRE.by_id), declined=frozenset(declined), as_on={}
    )
    filled = Filled(
        **{
            "id": RESPONSE,
            "patient": PATIENT,
            "language": language,
            "authored": NOON,
            "is_submitted": True,
            "by_patient": True,
            "shown": shown_texts(
                QUESTIONNAIRE, QUESTIONNAIRE.shown(given), given, asked, language=language, at=NOON
            ),
            "declined": declined,
            **changes,
        }
    )
    return write_response(QUESTIONNAIRE, given, filled)


@cache
def questionnaire():
    return write_questionnaire(QUESTIONNAIRE, PACK.documents["items"], is_signed_off=False)


def items_of(resource):
    """Every item, groups opened."""
    waiting, found = list(resource.get("item", ())), []
    while waiting:
        item = waiting.pop(0)
        found.append(item)
        waiting += item.get("item", ())
    return found


# Valid ---------------------------------------------------------------------------------------


def test_the_questionnaire_is_valid():
    assert problems_of(questionnaire()) == []


@pytest.mark.parametrize("case", cases()[::24], ids=lambda case: case.id)
def test_a_response_is_valid(case):
    given = QUESTIONNAIRE.in_force(born(case))
    for language in ("en", "es"):
        assert problems_of(written(given, language=language)) == []


def test_a_response_without_an_answer_is_valid():
    empty = replace(cases()[0].answers, values={}, age=None)
    resource = written(empty, is_submitted=False, by_patient=False)
    assert problems_of(resource) == []
    assert resource["status"] == "in-progress"
    assert "item" not in resource


# http://hl7.org/fhir/R4/valueset-observation-status.html, the required binding of both statuses.
OBSERVATION_STATUS = {
    *("registered", "preliminary", "final", "amended", "corrected"),
    *("cancelled", "entered-in-error", "unknown"),
}


def an_issue(**changes):
    values = {
        "id": uuid.UUID(int=3),
        "pattern": "rf.ces",
        "name": "Cauda equina",
        "urgency": "emergency",
        "urgency_label": "Emergency: phone now",
        "strength": "",
        "raised_at": NOON,
        "message": "Ask.",
        "speaks": ("For: numb where one sits",),
    }
    return Issue(**{**values, **changes})


ABOUT = About(PATIENT, RESPONSE, NOON, True)
PAIN = Measure("pain", "Pain scale", Decimal(7), "", "0 to 10, lower is better")


def test_issues_scores_and_the_whole_bundle_are_valid():
    subject = Subject(PATIENT, "PV-1", "Otter", "Testwood", date(1980, 3, 27))
    measures = (PAIN, replace(PAIN, value=Decimal("6.67")), replace(PAIN, value=None, missing="2"))
    resources = [
        write_patient(subject),
        questionnaire(),
        written(QUESTIONNAIRE.in_force(born(cases()[0]))),
        *(write_issue(an_issue(urgency=each), ABOUT) for each in ("routine", "emergency")),
        *(write_measure(measure, ABOUT) for measure in measures),
        write_measure(PAIN, replace(ABOUT, is_final=False)),
    ]
    for resource in resources:
        assert problems_of(resource) == [], resource["resourceType"]
    bundle = write_bundle(uuid.UUID(int=9), NOON, resources)
    assert problems_of({**bundle, "entry": bundle["entry"][:1]}) == []
    assert [each["resource"] for each in bundle["entry"]] == resources


@pytest.mark.parametrize(
    "broken",
    [
        {"status": "finished"},
        {"authored": "yesterday"},
        {"subject": "somebody"},
        {"urgency": "high"},
        {"item": [{"text": "no linkId"}]},
    ],
)
def test_the_judges_refuse_what_is_not_fhir(broken):
    """The control: a resource that is wrong is called so."""
    assert problems_of(written(QUESTIONNAIRE.in_force(born(cases()[0]))) | broken)


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        ("", "preliminary"),
        ("cannot_tell", "preliminary"),
        ("confirmed", "final"),
        ("not_this", "cancelled"),
    ],
)
def test_only_what_a_therapist_confirmed_is_final(verdict, status):
    issue = write_issue(an_issue(verdict=verdict), ABOUT)
    assert issue["status"] == status
    assert problems_of(issue) == []
    assert status in OBSERVATION_STATUS
    # The control: neither judge knows the value set, so the words are listed here.
    assert problems_of({**issue, "status": "of another list"}) == []


def test_the_sections_are_named_in_the_language_of_the_response():
    given = QUESTIONNAIRE.in_force(born(cases()[0]))
    for language in ("en", "es"):
        names = {section.id: section.text(language) for section in QUESTIONNAIRE.sections}
        groups = written(given, language=language)["item"]
        assert groups
        assert all(group["text"] == names[group["linkId"]] for group in groups)


def test_a_flag_carries_no_probability():
    issue = write_issue(an_issue(), ABOUT)
    assert "probability" not in json.dumps(issue)
    assert "prediction" not in issue
    assert issue["resourceType"] == "DetectedIssue"
    assert issue["severity"] == "high"
    assert "Emergency: phone now." in issue["detail"]


# The questionnaire asks what we ask ------------------------------------------------------------


def test_every_question_option_and_text_is_there_in_both_languages():
    by_id = {item["linkId"]: item for item in items_of(questionnaire())}
    assert {item.link_id for item in QUESTIONNAIRE.items} <= set(by_id)
    for item in QUESTIONNAIRE.items:
        there = by_id[item.link_id]
        assert both_languages(there, "text") == (item.text("en"), item.text("es"))
        options = [option["valueCoding"] for option in there.get("answerOption", ())]
        known = QUESTIONNAIRE.possible_options(item)
        assert [option["code"] for option in options] == [option.id for option in known]
        for option, ours in zip(options, known, strict=True):
            assert both_languages(option, "display") == (ours.text("en"), ours.text("es"))


def both_languages(element, key):
    [translation] = element[f"_{key}"]["extension"]
    language, content = translation["extension"]
    assert language["valueCode"] == "es"
    return element[key], content["valueString"]


def test_what_the_schema_does_not_look_at_holds_as_well():
    """The rules of the specification that no schema can say: que-2, que-6, que-12, qrs-1."""
    items = items_of(questionnaire())
    ids = [item["linkId"] for item in items]
    assert len(set(ids)) == len(ids)
    for item in items:
        assert ("enableBehavior" in item) == (len(item.get("enableWhen", ())) > 1), item["linkId"]
        if item["type"] == "display":
            assert not {"required", "repeats", "answerOption", "code"} & set(item)
    for item in items_of(written(QUESTIONNAIRE.in_force(born(cases()[0])))):
        assert not ("item" in item and "answer" in item)
        assert item["linkId"] in ids


def test_public_codes_that_were_looked_up_are_there_and_those_from_memory_are_not():
    codes = {
        (code["system"], code["code"])
        for item in items_of(questionnaire())
        for code in item.get("code", ())
    }
    assert ("http://loinc.org", "72514-3") in codes
    assert ("http://loinc.org", "21112-8") not in codes


def test_our_own_reader_of_questionnaires_refuses_it_only_for_what_it_says_it_cannot_do():
    reasons = {each.reason for each in read_questionnaire(json.dumps(questionnaire())).problems}
    assert {reason.split(",")[0].split(" http")[0] for reason in reasons} == {
        "needs",
        "names a unit",
    }


def expression_of(item):
    found = [each for each in item.get("extension", ()) if each["url"] == EXPRESSION]
    return found[0]["valueExpression"]["expression"] if found else None


@cache
def compiled(expression):
    return fhirpathpy.compile(expression, models["r4"])


def is_true(expression, resource):
    with time_machine.travel(NOON, tick=False):
        return compiled(expression)(resource, {"resource": resource}) == [True]


def is_enabled(item, resource):
    """As a form filler of somebody else reads it: enableWhen, or the expression, or always."""
    if expression := expression_of(item):
        return is_true(expression, resource)
    if "enableWhen" not in item:
        return True
    given = {each["linkId"]: each.get("answer", ()) for each in items_of(resource)}
    met = [
        any(
            (answer["valueCoding"]["system"], answer["valueCoding"]["code"])
            == (one["answerCoding"]["system"], one["answerCoding"]["code"])
            for answer in given.get(one["question"], ())
        )
        for one in item["enableWhen"]
    ]
    assert all(one["operator"] == "=" for one in item["enableWhen"])
    return any(met) if item.get("enableBehavior") == "any" else all(met)


def differing(given):
    """The questions that their form and ours would not agree to ask."""
    resource = written(given)
    shown = {item.link_id for item in QUESTIONNAIRE.shown(given)}
    return {
        item["linkId"]
        for item in items_of(questionnaire())
        if item["linkId"] in QUESTIONNAIRE.by_id
        and is_enabled(item, resource) != (item["linkId"] in shown)
    }


@pytest.mark.parametrize("case", cases()[::45], ids=lambda case: case.id)
def test_another_form_filler_asks_a_case_what_we_ask(case):
    assert differing(QUESTIONNAIRE.in_force(born(case))) == set()


@some
@given(shown_answers())
def test_another_form_filler_asks_whatever_was_answered_what_we_ask(given):
    assert differing(QUESTIONNAIRE.in_force(replace(given, age=None, bmi=None))) == set()


def test_the_comparison_notices_a_question_that_is_asked_wrongly():
    """The control: an expression about another age is found out."""
    given = QUESTIONNAIRE.in_force(born(cases()[0]))  # a dancer of 17
    item = next(one for one in items_of(questionnaire()) if one["linkId"] == "rf.child")
    assert is_true(expression_of(item), written(given))
    assert not is_true(expression_of(item).replace("18 years", "17 years"), written(given))


@pytest.mark.parametrize("years", [16, 17, 18])
@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_a_birthday_counts_on_its_day_leap_days_too(years, shift):
    adult = PathWriter(QUESTIONNAIRE).paths(read_condition({"derived": "age", "gte": 17}))
    for today in (date(2025, 2, 28), date(2024, 2, 29), date(2025, 3, 1)):
        dob = date(today.year - years, 3, 1) + timedelta(days=shift - 1)
        given = replace(cases()[0].answers, values={"about.dob": dob}, on=today, age=None)
        told = AnswerState(QUESTIONNAIRE.by_id, given).derived("age") >= 17
        resource = written(given)
        with time_machine.travel(datetime(*today.timetuple()[:3], 12, tzinfo=UTC), tick=False):
            for path, expected in zip(adult, (told, not told), strict=True):
                found = compiled(path)(resource, {"resource": resource})
                assert (found == [True]) is expected, (today, dob)


@settings(some, max_examples=EXAMPLES * 4)
@given(conditions, answers())
def test_the_whole_grammar_is_said_exactly_yes_for_yes_and_no_for_no(raw, given):
    condition = read_condition(raw)
    given = QUESTIONNAIRE.in_force(replace(given, age=None, bmi=None))
    try:
        paths = PathWriter(QUESTIONNAIRE).paths(condition)
    except CannotBeSaid as refusal:
        assume(str(refusal) != "bmi")
        raise
    found = condition.evaluate(AnswerState(QUESTIONNAIRE.by_id, given))
    resource = written(given)
    assert is_true(paths.yes, resource) is (found is YES)
    assert is_true(paths.no, resource) is (found is NO)


# There and back ------------------------------------------------------------------------------


def evaluated(resources, monkeypatch):
    """What `manage.py evaluate` finds in each of some resources."""
    lines = io.BytesIO("\n".join(map(json.dumps, resources)).encode())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=lines))
    out = io.StringIO()
    call_command("evaluate", stdout=out, stderr=io.StringIO())
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_case_is_found_the_same_after_going_out_and_coming_back(monkeypatch):
    given = [QUESTIONNAIRE.in_force(born(case)) for case in cases()]
    found = evaluated([written(one, language="es") for one in given], monkeypatch)
    find = compile_pack(PACK)
    for case, one, back in zip(cases(), given, found, strict=True):
        assert back == row(PACK, str(RESPONSE), find(one)), case.id


@settings(some, max_examples=max(EXAMPLES, 40))
@given(shown_answers())
def test_whatever_was_answered_is_found_the_same_after_coming_back(given):
    given = QUESTIONNAIRE.in_force(replace(given, age=None, bmi=None))
    expected = row(PACK, str(RESPONSE), compile_pack(PACK)(given))
    with pytest.MonkeyPatch.context() as patch:
        assert evaluated([written(given)], patch) == [expected]


def test_the_day_of_answering_is_the_clinics_own(monkeypatch):
    """Just before midnight at the clinic it is still that day, whatever the clock says in UTC."""
    given = QUESTIONNAIRE.in_force(born(cases()[0]))
    late = datetime.fromisoformat("2025-06-02T23:30:00-05:00")
    assert written(given, authored=late)["authored"] == "2025-06-02T23:30:00-05:00"
    expected = row(PACK, str(RESPONSE), compile_pack(PACK)(given))
    assert evaluated([written(given, authored=late)], monkeypatch) == [expected]


def test_what_was_not_to_be_said_comes_out_as_that_and_back_as_unanswered(monkeypatch):
    given = QUESTIONNAIRE.in_force(born(cases()[0]))
    values = {key: value for key, value in given.values.items() if key != "rf.ces"}
    without = replace(given, values=values)
    resource = written(without, declined=("rf.ces",))
    [item] = [each for each in items_of(resource) if each["linkId"] == "rf.ces"]
    assert [each["valueCode"] for each in item["extension"]] == ["asked-declined"]
    assert "answer" not in item
    assert problems_of(resource) == []
    expected = row(PACK, str(RESPONSE), compile_pack(PACK)(without))
    assert evaluated([resource], monkeypatch) == [expected]


def test_the_words_are_those_of_the_page():
    given = QUESTIONNAIRE.in_force(born(cases()[0]))
    items = {each["linkId"]: each for each in items_of(written(given, language="es"))}
    asked = QUESTIONNAIRE.item("pain.area")
    assert items["pain.area"]["text"] == asked.text("es")
    [answer] = items["pain.area"]["answer"]
    assert answer["valueCoding"]["code"] == "groin_front_hip"
    assert answer["valueCoding"]["display"] == next(
        option.text("es") for option in asked.options if option.id == "groin_front_hip"
    )
