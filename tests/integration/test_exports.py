"""An intake leaves the house: to whom, after what, and what of it. `tests/fhir` judges the form."""

import io
import json
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clinic.models import AuditEvent
from intake.commands import flags
from intake.models import Export, Flag
from intake.queries.questionnaires import get_published
from intake.rules.answers import read_answers
from intake.rules.document import row
from tests.clients import signed_in
from tests.factories.clinics import PASSWORD, actor, inside
from tests.factories.intakes import (
    answer,
    begin,
    calm_answers,
    confirm,
    submit,
    submitted,
    tell,
    urgent_answers,
)
from tests.factories.visits import make_visit
from tests.fhir.validators import problems_of
from tests.walking import text_of

REASON = {"reason": "the hospital asked for it"}


@pytest.fixture
def visit(desk, ash):
    return make_visit(desk, ash)


@pytest.fixture
def sent(desk, visit):
    response = begin(desk, visit, "es")
    answer(response, urgent_answers(), declined=("impact.worry",))
    tell(response)
    confirm(response)
    return submit(response)


@pytest.fixture
def room(ash):
    return signed_in(ash)


def proved(browser, visit):
    """Signed in anew, as the page that asks for it sends back."""
    url = f"/visits/{visit.pk}/export/"
    page = browser.get(url)
    assert page.headers["Location"] == f"/account/reauthenticate/?next={url}"
    back = browser.post(page.headers["Location"], {"password": PASSWORD})
    assert back.headers["Location"] == url
    return browser


def taken(browser, visit):
    page = browser.post(f"/visits/{visit.pk}/export/", REASON)
    assert page.status_code == 200
    return page, json.loads(page.content)


def of_type(bundle, kind):
    found = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in found if resource["resourceType"] == kind]


def test_it_leaves_only_after_the_password_and_for_a_reason_that_is_kept(room, ash, visit, sent):
    url = f"/visits/{visit.pk}/export/"
    assert room.post(url, REASON).headers["Location"].startswith("/account/reauthenticate/")
    assert not Export.objects.exists()
    proved(room, visit)
    assert "Take this intake out as FHIR" in text_of(room.get(url))
    assert room.post(url, {"reason": " "}).status_code == 422
    assert not Export.objects.exists()
    taken(room, visit)
    export = Export.objects.get()
    assert (export.kind, export.count, export.reason, export.by) == (
        "fhir",
        1,
        REASON["reason"],
        ash,
    )
    trail = AuditEvent.objects.filter(action="exported").values_list("subject_id", flat=True)
    assert set(trail) == {str(export.pk), str(sent.pk)}


def test_after_five_minutes_the_password_is_asked_for_again(room, visit, sent, clock):
    proved(room, visit)
    clock.shift(timedelta(minutes=5, seconds=1))
    page = room.post(f"/visits/{visit.pk}/export/", REASON)
    assert page.headers["Location"].startswith("/account/reauthenticate/")
    assert not Export.objects.exists()


def test_the_file_is_a_valid_bundle_whose_name_says_nothing(room, visit, sent):
    page, bundle = taken(proved(room, visit), visit)
    assert page.headers["Content-Type"] == "application/fhir+json"
    assert page.headers["Content-Disposition"].startswith('attachment; filename="intake-')
    assert "no-store" in page.headers["Cache-Control"]
    for name in (visit.patient.family_name, visit.patient.reference):
        assert name not in str(dict(page.headers))
    for entry in bundle["entry"]:
        assert problems_of(entry["resource"]) == [], entry["resource"]["resourceType"]
    assert problems_of({**bundle, "entry": bundle["entry"][:1]}) == []
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert {"Patient", "Questionnaire", "QuestionnaireResponse", "DetectedIssue"} <= set(kinds)
    assert "Observation" in kinds
    addresses = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(addresses)) == len(addresses)
    assert set(references_in(bundle)) <= set(addresses)


def references_in(value):
    """Every address that a part of the bundle points to."""
    if isinstance(value, list):
        return [found for each in value for found in references_in(each)]
    if not isinstance(value, dict):
        return []
    here = [value["reference"]] if isinstance(value.get("reference"), str) else []
    return here + [found for each in value.values() for found in references_in(each)]


def test_it_tells_what_the_brief_tells(room, visit, sent):
    _, bundle = taken(proved(room, visit), visit)
    [patient], [said] = of_type(bundle, "Patient"), of_type(bundle, "QuestionnaireResponse")
    assert patient["identifier"][0]["value"] == visit.patient.reference
    assert (said["status"], said["language"]) == ("completed", "es")
    open_flags = Flag.objects.filter(response=sent, changed_at=None, is_suppressed=False)
    issues = of_type(bundle, "DetectedIssue")
    assert {one["code"]["coding"][0]["code"] for one in issues} == {
        flag.pattern for flag in open_flags
    }
    for issue in issues:
        assert issue["status"] == "preliminary"
        assert any(each["code"][0]["text"].startswith("For") for each in issue["evidence"])
        assert "%" not in json.dumps(issue), "a published share reads like a probability"
    pain = next(one for one in of_type(bundle, "Observation") if "pain-scale" in str(one["code"]))
    assert pain["valueQuantity"]["value"] == sent.answers["pain.avg"]
    for score in of_type(bundle, "Observation"):
        assert ("valueQuantity" in score) is not ("dataAbsentReason" in score)


def test_notes_verdicts_and_contact_stay_in_the_house(room, ash, visit, sent):
    room.post(f"/visits/{visit.pk}/note/", {"text": "canarynote", "action": "sign"})
    flag = Flag.objects.filter(response=sent)[0]
    said = {"choice": "confirmed", "reason": "canaryreason"}
    flags.judge(by=actor(ash), at=timezone.now(), flag=flag, **said)
    page, _ = taken(proved(room, visit), visit)
    text = page.content.decode()
    for secret in ("canary", visit.patient.contact.email, "patients.example", "07700"):
        assert secret not in text


def test_a_flag_leaves_with_the_last_verdict_on_it(room, ash, visit, sent, clock):
    flag = Flag.objects.filter(response=sent, changed_at=None, is_suppressed=False)[0]
    browser = proved(room, visit)
    for choice, status in (("confirmed", "final"), ("not_this", "cancelled")):
        clock.shift(timedelta(minutes=1))
        said = {"choice": choice, "reason": "Examined."}
        flags.judge(by=actor(ash), at=timezone.now(), flag=flag, **said)
        _, bundle = taken(browser, visit)
        stands = {one["id"]: one["status"] for one in of_type(bundle, "DetectedIssue")}
        assert stands.pop(str(flag.pk)) == status
        assert set(stands.values()) <= {"preliminary"}


def test_an_unfinished_intake_says_that_it_is_one(room, desk, visit):
    response = begin(desk, visit)
    answer(response, {"rf.now": ["chest"]})
    _, bundle = taken(proved(room, visit), visit)
    assert of_type(bundle, "QuestionnaireResponse")[0]["status"] == "in-progress"
    assert {one["status"] for one in of_type(bundle, "DetectedIssue")} == {"preliminary"}
    assert [problems_of(entry["resource"]) for entry in bundle["entry"]] == [[]] * len(
        bundle["entry"]
    )


def test_without_an_intake_there_is_nothing_to_take(room, visit):
    assert room.get(f"/visits/{visit.pk}/export/").status_code == 404
    assert "Take this intake out" not in text_of(room.get(f"/visits/{visit.pk}/"))


def test_another_therapists_patient_is_not_there_however_fresh_the_sign_in(birch, visit, sent):
    browser = signed_in(birch)
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    assert browser.get(f"/visits/{visit.pk}/export/").status_code == 404
    assert browser.post(f"/visits/{visit.pk}/export/", REASON).status_code == 404
    assert not Export.objects.exists()


# As a command --------------------------------------------------------------------------------


def run(account, **options):
    """What the command writes, line by line, and what it says on the way."""
    out, err = io.StringIO(), io.StringIO()
    day, today = timedelta(days=1), timezone.now().date()
    days = {"since": today - day, "until": today + day}
    given = {"reason": "move to another system", "by": account.email, **days, **options}
    call_command("export_fhir", **given, stdout=out, stderr=err)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def fill(desk, ash, number):
    return [submitted(desk, make_visit(desk, ash), calm_answers()) for _ in range(number)]


def test_the_command_writes_each_questionnaire_once_and_a_bundle_for_each(
    committed, desk, ash, monkeypatch
):
    monkeypatch.setattr("intake.queries.exports.CHUNK", 2)
    responses = fill(desk, ash, 3)
    lines, said = run(ash)
    assert [line["resourceType"] for line in lines] == ["Questionnaire", *["Bundle"] * 3]
    ids = [of_type(line, "QuestionnaireResponse")[0]["id"] for line in lines[1:]]
    assert sorted(ids) == sorted(str(response.pk) for response in responses)
    assert "3 intakes written." in said
    with inside(ash.clinic_id):
        kept = list(Export.objects.order_by("at", "count").values_list("count", flat=True))
        assert sorted(kept) == [1, 2]
        assert {export.reason for export in Export.objects.all()} == {"move to another system"}
        named = AuditEvent.objects.filter(action="exported", subject_type="response")
        assert set(named.values_list("subject_id", flat=True)) == set(ids)


def test_evaluate_finds_in_what_was_written_what_the_intake_showed(
    committed, desk, ash, monkeypatch
):
    visit = make_visit(desk, ash)
    response = begin(desk, visit, "es")
    answer(response, urgent_answers())
    tell(response)
    confirm(response)
    response = submit(response)
    lines, _ = run(ash, only="QuestionnaireResponse")
    sent = io.BytesIO("\n".join(map(json.dumps, lines)).encode())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=sent))
    out = io.StringIO()
    call_command("evaluate", stdout=out)
    with inside(ash.clinic_id):
        published = get_published(response.pack_id)
        questionnaire = published.pack.questionnaire
        on = response.submitted_at.astimezone(ash.clinic.zone).date()
        answers = questionnaire.in_force(read_answers(questionnaire, response.answers, on=on))
        shown = Flag.objects.filter(response=response, changed_at=None, is_suppressed=False)
        patterns = set(shown.values_list("pattern", flat=True))
    found = json.loads(out.getvalue())
    assert found == row(published.pack, str(response.pk), published.find(answers))
    assert {one["pattern"] for one in found["findings"]} == patterns


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_the_command_refuses_without_a_reason(reason, committed, desk, ash):
    fill(desk, ash, 1)
    with pytest.raises(CommandError, match="reason"):
        run(ash, reason=reason)
    with inside(ash.clinic_id):
        assert not Export.objects.exists()


def test_the_command_refuses_whoever_may_not_read_a_brief(committed, desk, ash, admin, gone):
    for account in (desk, admin, gone, SimpleNamespace(email="nobody@example.org")):
        with pytest.raises(CommandError, match="no active account"):
            run(account)


def test_only_the_days_that_were_asked_for_are_written(committed, desk, ash):
    fill(desk, ash, 1)
    tomorrow = timezone.now().date() + timedelta(days=3)
    assert run(ash, since=tomorrow, until=tomorrow)[0] == []


def test_another_clinics_intakes_stay_there(committed, desk, ash, other_desk, sorrel):
    fill(other_desk, sorrel, 1)
    assert run(ash)[0] == []
    assert len(run(sorrel, only="QuestionnaireResponse")[0]) == 1
