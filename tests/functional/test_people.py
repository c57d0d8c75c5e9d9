"""For a child, on a tablet of the clinic, on the phone, and in the clinic's own words."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.functional.looks import (
    assert_accessible,
    assert_finger_sized,
    assert_no_sideways_scroll,
)
from tests.functional.people import TOMORROW, Desk, Patient, Person, Therapist, next_time
from tests.functional.spanish import assert_spanish

CHILD = {"born": date.today().replace(year=date.today().year - 12, day=1)}  # noqa: DTZ011
ANSWERS = {"about.completed_by": "parent", "pain.onset_how": "gradual"}


def looks_right(page: Page, has_scripts: bool = True) -> None:
    """axe is a script itself: where scripts are off it cannot run."""
    if has_scripts:
        assert_accessible(page)
    assert_finger_sized(page)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize(("language", "has_scripts"), [("en", True), ("es", False)])
def test_a_parent_answers_for_a_child_on_a_phone(window, signed_in, language, has_scripts):
    person = Person(language=language, **CHILD)
    link = Desk(signed_in("desk")).invite(person)
    patient = Patient(window("phone", java_script_enabled=has_scripts))
    page = patient.page
    patient.open(link)
    patient.give_birth_date(person.born)
    looks_right(page, has_scripts)
    patient.agree()
    expect(page.locator("h1")).to_have_text(
        re.compile("Please get a parent or carer|Avise a su padre")
    )
    looks_right(page, has_scripts)
    page.locator('button[name=role][value="parent"]').click()
    expect(page.get_by_text(re.compile("About your child|Sobre su hijo")).first).to_be_visible()
    expect(page.locator('[name="about.completed_by"][value=parent]')).to_be_checked()
    passed = patient.walk({**ANSWERS, "about.dob": person.born})
    assert len(passed) > 8
    if language == "es":
        assert_spanish(page)
    asks = re.compile("What does your child do in most weeks|Qué hace su hijo o hija")
    expect(page.get_by_text(asks).first).to_be_visible()
    looks_right(page, has_scripts)
    patient.sign(person)
    expect(page.get_by_text(re.compile(r"\((\s*)(parent or carer|padre, madre)"))).to_be_visible()
    expect(page.get_by_text(asks).first).to_be_visible()
    looks_right(page, has_scripts)
    therapist = Therapist(signed_in("ash"))
    therapist.open_brief(person)
    expect(therapist.page.get_by_text("a parent or carer, on their own device")).to_be_visible()
    assert_accessible(therapist.page)


def test_a_receipt_is_taken_away_as_a_file(window, signed_in):
    person = Person()
    patient = Patient(window("phone"))
    patient.begin(Desk(signed_in("desk")).invite(person), person)
    patient.walk({})
    patient.sign(person)
    with patient.page.expect_download() as download:
        patient.page.get_by_role("link", name="Save a copy").click()
    assert re.fullmatch(r"[0-9A-F]{8}\.pdf", download.value.suggested_filename)
    assert download.value.path().read_bytes().startswith(b"%PDF-")


# On a tablet ----------------------------------------------------------------------------------


def handed_over(desk: Desk, person: Person) -> str:
    """The code on the desk's page."""
    desk.open_tomorrow()
    desk.create(person)
    desk.book(next_time(TOMORROW))
    desk.page.get_by_role("button", name="Hand over a tablet").click()
    said = desk.page.get_by_role("status").filter(has_text="Tablet for").inner_text()
    return re.search(r"type (\w{4}-\w{4})", said)[1]


def open_tablet(page: Page, code: str, person: Person, has_scripts: bool = True) -> None:
    page.goto("/kiosk/")
    looks_right(page, has_scripts)
    page.locator("#code").fill(code.lower())
    patient = Patient(page)
    patient.give_birth_date(person.born)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_tablet_is_handed_over_filled_in_and_locked(window, signed_in, has_scripts):
    person = Person()
    desk = Desk(signed_in("desk"))
    code = handed_over(desk, person)
    page = window("phone", java_script_enabled=has_scripts)
    open_tablet(page, code, person, has_scripts)
    expect(page.get_by_text("This tablet locks after 2 minutes")).to_be_visible()
    looks_right(page, has_scripts)
    patient = Patient(page)
    patient.agree()
    patient.walk({})
    patient.sign(person)
    expect(page.get_by_text("Please give the tablet back to the desk.")).to_be_visible()
    looks_right(page, has_scripts)
    page.goto("/intake/receipt/")
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    expect(desk.find(person)).to_contain_text("Submitted")


def test_a_tablet_that_nobody_touches_locks_itself(window, signed_in):
    person = Person()
    code = handed_over(Desk(signed_in("desk")), person)
    page = window("phone")
    page.clock.install()
    open_tablet(page, code, person)
    page.clock.run_for(100_000)
    page.locator("#agree").check()
    page.clock.run_for(100_000)
    expect(page.get_by_role("heading", name="How we use your answers")).to_be_visible()
    page.clock.run_for(125_000)
    page.wait_for_url("**/kiosk/over/")
    looks_right(page)
    page.goto("/intake/")
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()


def test_the_patient_stops_and_locks_by_hand(window, signed_in):
    person = Person()
    code = handed_over(Desk(signed_in("desk")), person)
    page = window("phone", java_script_enabled=False)
    open_tablet(page, code, person, has_scripts=False)
    page.get_by_role("button", name="Stop and lock").click()
    expect(page.get_by_text("Please give the tablet back to the desk.")).to_be_visible()


# On the phone ---------------------------------------------------------------------------------


def test_the_desk_types_what_it_hears(signed_in):
    person = Person()
    desk = Desk(signed_in("desk"))
    page = desk.page
    desk.open_tomorrow()
    desk.create(person)
    desk.book(next_time(TOMORROW))
    page.get_by_role("button", name="Fill in by phone").click()
    expect(page.get_by_text("By phone: read each question out")).to_be_visible()
    assert_accessible(page)
    patient = Patient(page)
    patient.agree()
    patient.walk({"problem.words": "It clicks"})
    page.goto("/intake/sign/")
    expect(page.get_by_text("It is kept as agreed by phone")).to_be_visible()
    assert_accessible(page)
    page.locator("#name").fill(person.name)
    patient.go_on()
    page.wait_for_url("**/desk/")
    expect(page.get_by_text("Sent. The answers are with the therapist.")).to_be_visible()
    page.goto("/intake/receipt/")
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    therapist = Therapist(signed_in("ash"))
    therapist.open_brief(person)
    expect(therapist.page.get_by_text("by phone, typed by")).to_be_visible()
    expect(therapist.page.get_by_text("read out and agreed by phone")).to_be_visible()


# The clinic's own words -----------------------------------------------------------------------


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_admin_is_told_what_is_wrong_and_nothing_is_saved(signed_in, size):
    page = signed_in("admin", size)
    page.locator("summary", has_text="Change what patients are told").click()
    assert_accessible(page)
    page.locator("#id_notice_en").fill("Call {NOBODY}.")
    page.get_by_role("button", name="Save a new version").click()
    expect(page.get_by_text("Nothing stands for {NOBODY}")).to_be_visible()
    expect(page.locator("#id_notice_en")).to_have_value("Call {NOBODY}.")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
