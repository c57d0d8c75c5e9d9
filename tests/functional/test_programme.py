"""A home programme from the therapist's page to the patient's phone and back to the brief."""

import re

from playwright.sync_api import Page, expect

from tests.functional.looks import (
    assert_accessible,
    assert_finger_sized,
    assert_no_sideways_scroll,
)
from tests.functional.people import Desk, Patient, Person, Therapist, follow

# Front of the hip, for a while, nothing urgent: a pattern with exercises.
ANSWERS = {
    "about.sex": "female",
    "pain.area": ["groin_front_hip"],
    "pain.worse": ["lift_leg", "stairs_up", "stand_up"],
    "pain.onset_when": "m3_12",
    "pain.onset_how": "gradual",
    "pain.avg": "4",
}


def test_a_therapist_gives_and_a_patient_ticks(window, signed_in):
    person = Person()
    desk = Desk(signed_in("desk"))
    patient = Patient(window("phone", java_script_enabled=False))
    patient.begin(desk.invite(person), person)
    patient.walk(ANSWERS)
    patient.sign(person)
    page = give(Therapist(signed_in("ash")), person)
    desk.page.reload()
    tick(patient, desk.link(), person)
    page.reload()
    expect(page.locator("#given")).to_contain_text("done on 1 of 1 day, pain during 7")
    see(page, person)


def give(therapist: Therapist, person: Person) -> Page:
    """Chosen, changed, looked at, given."""
    therapist.open_brief(person)
    page = therapist.page
    page.get_by_role("link", name="Home programme").click()
    assert_accessible(page)
    page.locator("details", has_text="All other exercises").locator("summary").first.click()
    page.get_by_label("Seated march", exact=True).check()
    page.get_by_label("Repeats of Seated march").fill("12")
    page.get_by_role("button", name="Look at the handout first").click()
    expect(page.locator("#preview")).to_contain_text("2 sets, 12 repeats each")
    page.set_viewport_size({"width": 360, "height": 740})
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Give this programme").click()
    expect(page.get_by_role("status")).to_contain_text("The programme is given")
    assert_accessible(page)
    return page


def tick(patient: Patient, link: str, person: Person) -> None:
    """On the phone, without a script, with more pain than the rule allows."""
    phone = patient.page
    patient.open(link)
    patient.give_birth_date(person.born)
    expect(phone).to_have_title("Your page from the clinic – Demo Movement Clinic")
    assert_finger_sized(phone)
    assert_no_sideways_scroll(phone)
    phone.get_by_label(re.compile("Seated march")).check()
    phone.locator("#during-7").check(force=True)
    phone.get_by_role("button", name="Save this day").click()
    expect(phone.get_by_role("status")).to_contain_text("stop the exercises and call the clinic")
    phone.get_by_role("link", name="How to do them").click()
    expect(phone.locator(".drawn svg")).to_have_count(1)
    assert_no_sideways_scroll(phone)


def see(page: Page, person: Person) -> None:
    """From the therapist's own list, and off it again, on a screen as narrow as a phone."""
    page.goto("/today/")
    follow(page.get_by_role("link", name="pain above the rule"))
    ours = page.locator(".over-rule > li", has_text=person.name)
    expect(ours).to_contain_text("pain during 7 of 10")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    ours.get_by_role("button", name="Seen").click()
    expect(page.get_by_role("status")).to_contain_text("Ticked off as seen by you.")
    expect(ours).to_have_count(0)


def test_the_patients_pages_are_accessible(window, signed_in):
    """In the demo somebody has a programme already: her page in a browser with its script."""
    person = Person(language="es")
    desk = Desk(signed_in("desk"))
    desk.invite(person)
    therapist = Therapist(signed_in("ash"))
    therapist.open_brief(person)
    page = therapist.page
    page.get_by_role("link", name="Home programme").click()
    page.locator("details", has_text="All other exercises").evaluate("one => one.open = true")
    page.get_by_label("Walk and keep active", exact=True).check()
    page.get_by_role("button", name="Give to the patient").click()
    desk.page.reload()
    phone = window("phone")
    patient = Patient(phone)
    patient.open(desk.link())
    assert_accessible(phone)
    patient.give_birth_date(person.born)
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    expect(phone.locator("h1")).to_have_text("Sus ejercicios")
    assert_accessible(phone)
    phone.goto("/programme/exercises/")
    expect(phone.locator(".handout")).to_contain_text("La traducción no se ha revisado")
    assert_accessible(phone)
