"""A follow-up wanted in the note: the desk books it from its list, or closes it in two taps."""

import re

from playwright.sync_api import Page, expect

from tests.functional.looks import (
    assert_accessible,
    assert_finger_sized,
    assert_no_sideways_scroll,
)
from tests.functional.people import Desk, Person, Therapist, next_time


def asks(therapist: Therapist, person: Person) -> None:
    """In 2 weeks, with no word of a note yet: the patient is on the way to the desk."""
    page = therapist.page
    therapist.open_brief(person)
    page.get_by_role("link", name="Write the note").click()
    page.get_by_label("When", exact=True).select_option(label="in 2 weeks")
    expect(page.locator("#saving")).to_contain_text("Saved", timeout=30_000)


def look(page: Page) -> None:
    for size in ({"width": 1280, "height": 800}, {"width": 360, "height": 740}):
        page.set_viewport_size(size)
        assert_accessible(page)
        assert_no_sideways_scroll(page)
    assert_finger_sized(page)


def test_a_follow_up_goes_from_the_note_over_the_desks_list_into_the_calendar(signed_in):
    booked, declined = Person(), Person()
    desk = Desk(signed_in("desk", "phone", has_touch=True))
    page = desk.page
    therapist = Therapist(signed_in("ash"))
    for person in (booked, declined):
        desk.invite(person)
        asks(therapist, person)

    page.goto("/desk/")
    page.get_by_role("link", name=re.compile("Follow-ups owed")).click()
    row = page.locator("tr", has_text=declined.name)
    row.locator("summary").click()
    look(page)
    row.get_by_role("button", name="Does not want one").click()
    expect(page.get_by_role("status").filter(has_text="Closed:")).to_be_visible()

    page.locator("tr", has_text=booked.name).get_by_role("link", name="Book").click()
    look(page)
    expect(page.get_by_label("Length")).to_have_value("30")
    page.get_by_label("Time").fill(next_time())
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Booked:")).to_be_visible()
    page.goto("/desk/follow-ups/")
    expect(page.locator("tr", has_text=booked.name)).to_have_count(0)
    expect(page.locator("tr", has_text=declined.name)).to_have_count(0)

    therapist.open_brief(booked)
    expect(therapist.page.locator(".again-said")).to_contain_text("booked for")
    therapist.page.goto("/follow-ups/")
    expect(therapist.page.locator("tr", has_text=declined.name)).to_contain_text(
        "Does not want one"
    )
    assert_accessible(therapist.page)
