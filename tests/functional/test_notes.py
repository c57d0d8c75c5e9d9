"""A note between two patients: facts put in by a tap, saved by itself, signed; nothing is lost."""

import re

from playwright.sync_api import Page, expect

from tests.functional.looks import (
    assert_accessible,
    assert_finger_sized,
    assert_no_sideways_scroll,
)
from tests.functional.people import Desk, Patient, Person, Therapist, sign_in

# The script tries again after a while, at most after fifteen seconds.
PATIENCE = 30_000


def saving(page: Page, text: str) -> None:
    expect(page.locator("#saving")).to_contain_text(text, timeout=PATIENCE)


def test_a_note_is_written_with_few_taps_and_nothing_of_it_is_lost(window, signed_in):
    person = Person()
    patient = Patient(window("phone"))
    patient.begin(Desk(signed_in("desk")).invite(person), person)
    patient.walk({"problem.words": "It pinches."}, until="/questions/safety")
    therapist = Therapist(signed_in("ash", "phone", has_touch=True))
    therapist.open_brief(person)
    page = therapist.page
    page.get_by_role("link", name="Write the note").click()
    page.get_by_role("button", name="Complaint").click()
    expect(page.locator("#subjective")).to_have_value(re.compile("words: “It pinches.”"))
    saving(page, "Saved")
    for look in (assert_accessible, assert_no_sideways_scroll, assert_finger_sized):
        look(page)
    outlives_a_lost_connection(page)
    beside = outlives_the_session(page)
    is_written_in_two_windows(page, beside)
    is_signed_in_one_of_them(page, beside)
    beside.close()


def outlives_a_lost_connection(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("#plan").fill("Written in the lift.")
    saving(page, "no connection")
    page.context.set_offline(False)
    saving(page, "Saved")


def outlives_the_session(page: Page) -> Page:
    """Signed in again in another tab, what was typed is saved by itself; gives that tab."""
    page.context.clear_cookies()
    page.locator("#plan").fill("Written after the session ended.")
    saving(page, "you are signed out")
    beside = page.context.new_page()
    sign_in(beside, "ash")
    page.bring_to_front()
    saving(page, "Saved")
    beside.goto(page.url)
    expect(beside.locator("#plan")).to_have_value("Written after the session ended.")
    return beside


def is_written_in_two_windows(page: Page, beside: Page) -> None:
    """The second is shown what the first wrote, and keeps both."""
    page.locator("#plan").fill("By the first window.")
    saving(page, "Not saved yet")
    saving(page, "Saved")
    beside.locator("#plan").fill("By the second window.")
    saving(beside, "Another window wrote here too")
    other = beside.locator("[data-other=plan]")
    expect(other).to_contain_text("By the first window.")
    assert_accessible(beside)
    other.get_by_role("button", name="Add it below mine").click()
    saving(beside, "Saved")


def is_signed_in_one_of_them(page: Page, beside: Page) -> None:
    """The other is told, and keeps what is typed."""
    beside.get_by_role("button", name="Sign", exact=True).click()
    expect(beside.locator(".signed")).to_contain_text("Signed by Ash Demo-Therapist")
    both = beside.locator(".written", has_text="By the second window.")
    expect(both).to_have_text("By the second window.\nBy the first window.")
    page.locator("#plan").fill("Too late.")
    saving(page, "This note is signed. Add an addendum instead.")
    page.locator("#plan").fill("By the first window.")


def test_what_is_left_to_sign_and_the_blocks_look_right(signed_in):
    for size in ("phone", "desktop"):
        page = signed_in("birch", size, has_touch=size == "phone")
        for address in ("/notes/", "/notes/blocks/"):
            page.goto(address)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert_accessible(page)
            assert_no_sideways_scroll(page)
