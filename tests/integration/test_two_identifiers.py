"""The right patient (CS-004): a name and a second identifier on each page about one patient."""

import uuid

import pytest

from clinic.models import TaskEvent
from intake.models import FollowUp, Note
from tests.clients import signed_in
from tests.factories.clinics import PASSWORD
from tests.factories.intakes import submitted, urgent_answers
from tests.factories.visits import make_patient, make_visit
from tests.walking import read


@pytest.fixture
def visit(desk, ash):
    """Of one of two patients of one name and birth date, with answers, a signed note and a call."""
    make_visit(desk, ash, make_patient(desk, given_name="Same", family_name="Mockford"))
    patient = make_patient(desk, given_name="Same", family_name="Mockford")
    visit = make_visit(desk, ash, patient)
    submitted(desk, visit, urgent_answers())
    return visit


def said_in(page):
    """What stands on the page itself, its title left out."""
    return read(page).main.get_text(" ", strip=True)


@pytest.mark.parametrize("part", ["", "note/", "scores/", "missed/", "export/"])
def test_each_page_about_a_visit_names_the_patient_twice(part, ash, visit):
    browser = signed_in(ash)
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    page = browser.get(f"/visits/{visit.pk}/{part}")
    assert page.status_code == 200
    assert_both(page, visit)


def test_a_note_and_an_addendum_that_are_refused_name_the_patient_twice(ash, visit):
    browser, path = signed_in(ash), f"/visits/{visit.pk}/note/"
    assert_both(browser.post(path, {"action": "sign", "plan": " "}), visit)
    browser.post(path, {"action": "sign", "plan": "P"})
    amend = f"/notes/{Note.objects.get().pk}/amend/"
    assert_both(browser.post(amend, {"key": uuid.uuid4(), "text": ""}), visit)


def test_each_line_of_a_list_names_the_patient_twice(ash, desk, visit):
    browser, counter = signed_in(ash), signed_in(desk)
    wish = {"again_days": "14", "again_minutes": "30", "again_with": "same"}
    browser.post(f"/visits/{visit.pk}/note/", {"action": "save", "plan": "P", **wish})
    owed = FollowUp.objects.get()
    counter.post(f"/desk/follow-ups/{owed.pk}/tried/", {"tries": "0"})
    assert TaskEvent.objects.exists()
    for path in ("/today/", "/notes/", "/follow-ups/", "/calls/"):
        assert_both(browser.get(path), visit)
    for path in ("/desk/", "/desk/follow-ups/", f"/desk/follow-ups/{owed.pk}/"):
        assert_both(counter.get(path), visit)


@pytest.mark.parametrize("part", ["", "note/", "scores/"])
def test_the_foot_of_each_printed_sheet_names_the_patient_twice(part, ash, visit):
    foot = read(signed_in(ash).get(f"/visits/{visit.pk}/{part}")).select_one("main .foot")
    assert visit.patient.name in foot.get_text()
    assert visit.patient.reference in foot.get_text()


def test_control_a_page_about_nobody_names_nobody(ash, visit):
    said = said_in(signed_in(ash).get("/notes/blocks/"))
    assert visit.patient.name not in said


def assert_both(page, visit):
    said = said_in(page)
    assert visit.patient.name in said
    assert visit.patient.reference in said
