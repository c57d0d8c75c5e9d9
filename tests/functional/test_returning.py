"""A patient who comes again, on a phone: a code, "still true" in one tap, or a change."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.functional.looks import (
    assert_accessible,
    assert_finger_sized,
    assert_no_sideways_scroll,
)
from tests.functional.people import Desk, Patient, Person, Therapist, next_time

FIRST = {"about.sex": "female", "pain.area": ["knee"], "pain.side": "left"}


def looked_at(page: Page) -> None:
    """A page that is new here: nothing on it is small, wide or closed to anybody."""
    assert_finger_sized(page)
    assert_no_sideways_scroll(page)
    assert_accessible(page)


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def desk(window, signed_in, person) -> Page:
    """The desk's page of somebody who has sent one intake and is invited to the second."""
    desk = Desk(signed_in("desk"))
    first = Patient(window("phone", java_script_enabled=False))
    first.begin(desk.invite(person, next_time()), person)
    first.walk(FIRST)
    first.sign(person)
    desk.page.reload()
    desk.book(next_time())
    expect(desk.page.get_by_role("status").filter(has_text="Booked:")).to_be_visible()
    desk.send()
    return desk.page


def come_back(page: Page, desk: Page) -> None:
    """From the offer over the code to the first section of last time."""
    looked_at(page)
    page.get_by_role("button", name="Send me a code").click()
    looked_at(page)
    desk.reload()
    mail = desk.locator(".sent .written").inner_text()
    page.get_by_label("Code").fill(re.search(r"\d{6}", mail)[0])
    page.get_by_role("button", name="Continue").click()
    same = page.get_by_role("button", name="Yes, the same problem")
    same.wait_for()
    looked_at(page)
    same.click()
    page.get_by_role("button", name="Still true").wait_for()
    looked_at(page)


def test_still_true_in_one_tap_then_a_change_then_the_brief(window, signed_in, person, desk):
    patient = Patient(window("phone"))
    page = patient.page
    patient.begin(Desk(desk).link(), person)
    come_back(page, desk)
    page.get_by_role("button", name="Still true").click()
    expect(page.get_by_text("2 answers here are still as on")).to_be_visible()
    assert patient.questions() == ["about.completed_by"]
    looked_at(page)
    patient.answer({})
    patient.go_on()
    expect(page.locator(".answers")).to_contain_text("Knee")
    page.get_by_role("link", name="Change something").click()
    expect(page.locator('[name="pain.side"][value="left"]')).to_be_checked()
    patient.answer(FIRST | {"pain.side": "right"})
    patient.go_on()
    without_scripts(window("phone", java_script_enabled=False, storage_state=cookies_of(page)))

    therapist = Therapist(signed_in("ash")).page
    therapist.goto("/today/")
    therapist.locator("a.cover", has_text=person.name).last.click()
    since = therapist.locator("#since")
    expect(since).to_contain_text("the same problem")
    expect(since.locator("dd", has_text="Left")).to_contain_text("Right")
    assert_accessible(therapist)


def cookies_of(page: Page) -> Any:
    """The same session for another window."""
    return page.context.storage_state()


def without_scripts(page: Page) -> None:
    """A section where nothing is asked anew, and the way back to it."""
    page.goto("/intake/questions/life/")
    page.get_by_role("button", name="Still true").click()
    page.goto("/intake/questions/life/")
    expect(page.get_by_text("You said that this is still true.")).to_be_visible()
