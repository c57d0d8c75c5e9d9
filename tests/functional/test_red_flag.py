"""A dangerous answer: told at once, flagged at once, first on the list, never why at the desk."""

from playwright.sync_api import expect

from tests.functional.people import Desk, Patient, Person, Therapist


def test_a_red_flag_is_told_at_once_and_flagged_before_the_form_is_finished(window, signed_in):
    person = Person()
    desk = Desk(signed_in("desk"))
    patient = Patient(window("phone", java_script_enabled=False))
    patient.begin(desk.invite(person), person)
    passed = patient.walk({"rf.now": ["collapse"]}, until="/intake/important/")
    assert len([one for one in passed if "/safety-" in one]) == 1

    page = patient.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Get help now")
    expect(page.get_by_role("link", name="Call 999")).to_have_attribute("href", "tel:999")
    page.goto("/intake/")
    assert page.url.endswith("/intake/important/")
    page.goto("/intake/check/")
    assert page.url.endswith("/intake/important/")

    therapist = Therapist(signed_in("ash"))
    is_first_on_the_list(therapist, person)
    therapist.open_brief(person)
    expect(therapist.page.locator(".told-at")).to_contain_text("not confirmed as read")
    expect(therapist.page.locator(".standing")).to_contain_text("Unfinished.")
    assert therapist.page.locator(".finding .u-emergency").is_visible()
    is_called_first_without_a_reason(desk, person)

    patient.go_on()
    assert "/intake/questions/safety-" in page.url
    therapist.page.reload()
    expect(therapist.page.locator(".told-at")).to_contain_text("confirmed as read")
    expect(therapist.page.locator(".told-at")).not_to_contain_text("not confirmed")


def is_first_on_the_list(therapist: Therapist, person: Person) -> None:
    """Among the urgent, before everybody who is less so."""
    page = therapist.page
    page.goto("/today/")
    rows = page.locator("section.urgent tbody tr").all_inner_texts()
    ours = next(number for number, row in enumerate(rows) if person.name in row)
    assert all("Emergency" in row for row in rows[: ours + 1])
    top = page.locator("section.urgent").bounding_box()
    rest = page.locator("main section").nth(1).bounding_box()
    assert top["y"] < rest["y"]
    assert "Under way" in rows[ours]


def is_called_first_without_a_reason(desk: Desk, person: Person) -> None:
    page = desk.page
    expect(desk.find(person).locator(".call")).to_have_text("Call first")
    expect(desk.row(person)).to_contain_text("Under way")
    desk.row(person).get_by_role("link", name=person.name).click()
    expect(page.locator(".person .call")).to_have_text("Call first")
    source = page.content().lower()
    for reason in ("emergency", "faint", "collapse", "life-threatening", "999", "red flag"):
        assert reason not in source


def test_a_lesser_warning_after_a_confirmed_one_does_not_stop_the_patient_again(window, signed_in):
    person = Person()
    patient = Patient(window("phone"))
    patient.begin(Desk(signed_in("desk")).invite(person), person)
    answers = {"rf.now": ["collapse"], "rf.unwell": ["weight_loss"], "hx.conditions": ["cancer"]}
    passed = patient.walk(answers)
    assert len([one for one in passed if "/intake/important/" in one]) == 1
