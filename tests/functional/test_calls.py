"""An urgent answer on a phone: the therapist's bar, taking the call, saying what was done."""

import os

from playwright.sync_api import expect

from tests.functional.looks import assert_accessible, assert_no_sideways_scroll
from tests.functional.people import Desk, Patient, Person, next_time

KEEP = os.environ.get("PREVISIT_LOOKS")


def look(page, name):
    """At 360 and 1280 px; PREVISIT_LOOKS names a directory for pictures."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert_accessible(page)
        assert_no_sideways_scroll(page)
        if KEEP:
            page.screenshot(path=f"{KEEP}/{name}-{width}.png")


def collapse(window, desk, person):
    """A patient in the middle of the form."""
    patient = Patient(window("phone"))
    patient.begin(desk.invite(person, next_time()), person)
    patient.walk({"rf.now": ["collapse"]}, until="/intake/important/")


def test_a_call_stays_with_the_desk_until_a_therapist_has_reached_the_patient(window, signed_in):
    person, desk = Person(), Desk(signed_in("desk"))
    collapse(window, desk, person)
    page = signed_in("birch")
    take(page, person)
    box = page.locator(".call-box")
    box.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what was done")
    look(page, "refused")
    box.get_by_label("Not reached").check()
    box.get_by_role("button", name="Save").click()
    expect(box).to_contain_text("Not reached, Birch Demo-Therapist")
    look(page, "not-reached")
    desk.page.goto("/desk/")
    expect(desk.row(person).locator(".call")).to_have_text("Call first")

    box.get_by_label("Spoke with the patient").check()
    box.get_by_label("Words").fill("An ambulance is on its way.")
    box.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("The call is closed.")
    expect(page.locator("article", has_text=person.name)).to_have_count(0)
    desk.page.reload()
    expect(desk.row(person).locator(".call")).to_have_count(0)


def take(page, person):
    """From the bar to the brief of a patient of somebody else."""
    bar = page.locator(".bar")
    expect(bar).to_contain_text("to take by")
    expect(bar).not_to_contain_text(person.name)
    look(page, "bar")
    bar.click()
    assert page.title() == "Urgent calls – Demo Movement Clinic"
    look(page, "calls")
    ours = page.locator("article", has_text=person.name)
    ours.get_by_role("button", name="Take this call").click()
    expect(page.get_by_role("heading", level=1, name=person.name)).to_be_visible()
    expect(page.get_by_role("heading", name="Urgent call: yours")).to_be_visible()
    look(page, "taken")


def test_the_admin_sets_who_is_asked(signed_in):
    page = signed_in("admin")
    page.get_by_role("link", name="Urgent calls").click()
    look(page, "on-call")
    page.get_by_label("Therapist on duty").select_option(label="Cedar Demo-Therapist")
    page.get_by_label("Fallback address").fill("nowhere")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is saved.")
    look(page, "on-call-refused")
    page.get_by_label("Fallback address").fill("lead@demo.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_label("Fallback address")).to_have_value("lead@demo.example")
