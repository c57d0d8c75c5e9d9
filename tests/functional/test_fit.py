"""A second look at answers that do not fit together, on a phone and without JavaScript."""

import re

from playwright.sync_api import expect

from tests.functional.looks import (
    assert_accessible,
    assert_finger_sized,
    assert_no_sideways_scroll,
)
from tests.functional.people import Desk, Patient, Person, Therapist, follow

ODD = {"about.sex": "female", "pain.area": ["knee"], "pain.avg": "9", "impact.activity": "0"}


def test_it_is_asked_once_and_may_be_left(window, signed_in):
    person = Person()
    patient = Patient(window("phone", java_script_enabled=False))
    page = patient.page
    patient.begin(Desk(signed_in("desk")).invite(person), person)
    patient.walk(ODD)
    page.goto("/intake/sign/")
    assert page.url.endswith("/intake/fit/")
    expect(page.locator(".pair")).to_have_count(1)
    assert_finger_sized(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert_no_sideways_scroll(page)
    follow(page.get_by_role("button", name="It is right as it is"))
    assert page.url.endswith("/intake/sign/")
    patient.sign(person)
    therapist = Therapist(signed_in("ash"))
    therapist.open_brief(person)
    expect(therapist.page.locator("#misfits")).to_contain_text("left as it is")
    assert_accessible(therapist.page)


def test_an_answer_is_changed_by_keyboard_and_the_page_is_accessible(window, signed_in):
    person = Person()
    patient = Patient(window("phone"))
    page = patient.page
    patient.begin(Desk(signed_in("desk")).invite(person), person)
    patient.walk(ODD)
    page.goto("/intake/fit/")
    assert_accessible(page)
    page.get_by_role("button", name=re.compile("how much has this got in the way")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/intake/questions/impact/**")
    page.locator('[name="impact.activity"][value="8"]').check(force=True)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/intake/check/")
    expect(page.locator("main a.button")).to_have_attribute("href", "/intake/sign/")
