"""Every page in every state, with its styles: axe finds nothing, nothing is too small or too wide.

What no machine finds (does a screen reader make sense of it, do people understand it) is not
tested here and nowhere yet.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.functional.looks import (
    assert_accessible,
    assert_finger_sized,
    assert_no_sideways_scroll,
)
from tests.functional.people import Desk, Patient, Person, Therapist, follow, next_time

SIZES = ["phone", "desktop"]
DANGER = {"rf.ces": ["bladder"], "rf.ces_when": "new_2w", "pain.area": ["low_back", "knee"]}


def look(page: Page) -> None:
    """At a page of the patient's."""
    assert_accessible(page)
    assert_finger_sized(page)
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    assert_no_sideways_scroll(page)
    page.set_viewport_size(size)


@pytest.mark.parametrize(("size", "language"), [("phone", "es"), ("desktop", "en")])
def test_every_page_of_a_patient(window, signed_in, size, language):
    person = Person(language=language)
    patient = Patient(window(size))
    patient.open(Desk(signed_in("desk")).invite(person))
    page = patient.page
    look(page)
    patient.go_on()
    look(page)
    patient.give_birth_date(person.born.replace(year=1950))
    look(page)
    patient.give_birth_date(person.born)
    look(page)
    patient.go_on()
    look(page)
    patient.agree()
    looks_at_every_question(patient)
    page.goto("/intake/sign/")
    look(page)
    patient.go_on()
    look(page)
    patient.sign(person)
    look(page)
    page.goto("/intake/questions/about/")
    look(page)


def looks_at_every_question(patient: Patient) -> None:
    """Each page empty, refused where it can be, and filled; the warning; the check twice."""
    page, seen = patient.page, set()
    page.goto("/intake/check/")
    look(page)
    page.goto("/intake/")
    while not page.url.endswith("/intake/check/"):
        look(page)
        if page.url.endswith("/intake/important/"):
            seen.add("important")
            patient.go_on()
            continue
        step = page.url.partition("#")[0]
        is_refused_by_another = "/safety-" in step and any("/safety-" in one for one in seen)
        if step in seen or is_refused_by_another:
            patient.answer(DANGER)
        # Else it is left empty: refused, or free to skip.
        seen.add(step)
        patient.go_on()
    assert "important" in seen
    assert len(seen) > 15
    look(page)


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_without_a_link(window, size):
    page = window(size)
    for address in (
        "/",
        "/privacy/",
        "/accessibility/",
        "/i/nobody-was-ever-sent-this-link-at-all/",
    ):
        for language in ("English", "Español"):
            page.goto(address)
            button = page.get_by_role("button", name=language)
            if button.count():
                follow(button)
            look(page)
    assert page.goto("/no-such-page/").status == 404
    look(page)


@pytest.mark.parametrize("size", SIZES)
def test_the_page_that_asks_a_second_device_for_its_code(window, signed_in, size):
    person = Person()
    link = Desk(signed_in("desk")).invite(person)
    Patient(window("phone")).begin(link, person)
    other = Patient(window(size))
    other.open(link)
    other.give_birth_date(person.born)
    look(other.page)
    other.go_on()
    look(other.page)


@pytest.mark.parametrize("size", SIZES)
def test_the_therapists_pages(signed_in, size):
    page = signed_in("ash", size)
    page.goto("/today/")
    assert_accessible(page)
    for state in ("No intake sent", "Not begun", "Under way", "Submitted"):
        page.goto("/today/")
        page.locator("tr", has_text=state).locator("a.cover").first.click()
        expect(page.locator(".patient")).to_contain_text(state)
        assert_accessible(page)
    page.goto("/today/")
    page.locator(".urgent a.cover").first.click()
    for summary in page.locator("main summary").all():
        if summary.is_visible():
            summary.click()
    assert_accessible(page)


@pytest.mark.parametrize("size", SIZES)
def test_a_brief_that_is_judged_refused_and_written_on(window, signed_in, size):
    person = Person()
    patient = Patient(window("phone"))
    patient.begin(Desk(signed_in("desk")).invite(person), person)
    patient.walk(DANGER)
    patient.sign(person)
    therapist = Therapist(signed_in("ash", size))
    therapist.open_brief(person)
    page, card = therapist.page, therapist.card("cauda equina")
    card.get_by_role("button", name="Confirmed").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    card.get_by_label("Reason").fill("Examined")
    card.get_by_role("button", name="Confirmed").click()
    page.get_by_role("link", name="Write the note").click()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    page.locator("#subjective").fill("Back.")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator(".signed")).to_be_visible()
    page.get_by_label("Add to this note").fill("Later.")
    page.get_by_role("button", name="Add with").click()
    assert_accessible(page)


@pytest.mark.parametrize("size", SIZES)
def test_the_desks_pages(signed_in, size):
    desk, person, time = Desk(signed_in("desk", size)), Person(), next_time()
    page = desk.page
    assert_accessible(page)
    page.goto("/desk/?day=2031-01-01")
    expect(page.get_by_text("Nobody is booked on this day")).to_be_visible()
    assert_accessible(page)
    page.goto("/desk/")
    page.get_by_label("Find a patient").press_sequentially("zzz")
    expect(page.locator("#results [role=status]")).to_contain_text("Nobody found")
    assert_accessible(page)
    page.get_by_label("Find a patient").fill("Test")
    expect(page.locator("#results li").first).to_be_visible()
    assert_accessible(page)
    page.locator("summary", has_text="New patient").click()
    page.get_by_role("button", name="Create the patient").click()
    assert_accessible(page)
    page.goto("/desk/")
    desk.invite(person, time)
    assert_accessible(page)
    desk.book(time)
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)


ACCOUNT = [
    "mfa/",
    "mfa/totp/activate/",
    "mfa/webauthn/",
    "mfa/webauthn/add/",
    "mfa/recovery-codes/",
    "sessions/",
    "password/",
    "logout/",
    "reauthenticate/",
]


@pytest.mark.parametrize("size", SIZES)
def test_signing_in_and_the_account(window, size):
    page = window(size)
    page.goto("/account/login/")
    assert_accessible(page)
    page.get_by_label("Email").fill("nobody@demo.example")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Demo Admin").click()
    page.wait_for_url("**/settings/")
    assert_accessible(page)
    for address in ACCOUNT:
        page.goto(f"/account/{address}")
        assert_accessible(page)


@pytest.mark.parametrize("size", SIZES)
def test_a_page_that_somebody_may_not_open(signed_in, size):
    page = signed_in("desk", size)
    assert page.goto("/today/").status == 403
    assert_accessible(page)


def test_a_patient_gets_to_the_questions_by_keyboard_alone(window, signed_in):
    person = Person()
    page = window("desktop")
    page.goto(Desk(signed_in("desk")).invite(person))
    press_until(page, lambda: focused(page) == "day")
    for value in (person.born.day, person.born.month, person.born.year):
        page.keyboard.type(str(value))
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/intake/notice/")
    press_until(page, lambda: focused(page) == "role")
    page.keyboard.press("Space")
    press_until(page, lambda: focused(page) == "agree")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/intake/questions/about/")
    for name in ("about.completed_by", "about.sex"):
        press_until(page, lambda name=name: focused(page) == name)
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/intake/questions/problem/")
    page.keyboard.press("Tab")
    assert focused(page, "textContent") == "Skip to the main part"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def focused(page: Page, what: str = "name") -> str:
    return page.evaluate(f"document.activeElement.{what} || ''").strip()


def press_until(page: Page, arrived: Callable[[], bool]) -> None:
    """The Tab key; whatever it stops at can be seen to be stopped at."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if arrived():
            return
    raise AssertionError("The Tab key never gets there")
