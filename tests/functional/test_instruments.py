"""An instrument from the admin's file to the therapist's score, answered on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.functional.looks import (
    assert_accessible,
    assert_finger_sized,
    assert_no_sideways_scroll,
)
from tests.functional.people import Desk, Patient, Person, Therapist, follow
from tests.unit.instruments.making import question, text_of

FILES = Path(__file__).resolve().parents[1] / "instruments"


POTS = text_of(
    question("cups", "integer", repeats=True),
    {
        "linkId": "pot",
        "type": "group",
        "text": "A pot",
        "repeats": True,
        "item": [question("colour", "string", required=True)],
    },
)


@pytest.fixture
def asked(signed_in):
    """The gate is asked in every intake while the test lasts."""
    page = signed_in("admin")
    page.goto("/settings/instruments/")
    assert_accessible(page)
    page.get_by_label("Questionnaire").set_input_files(FILES / "garden.json")
    page.get_by_label("Scoring").set_input_files(FILES / "garden.yaml")
    bring(page, "How loud is your garden gate?", "Garden gate questions")
    yield page
    stop(page)


@pytest.fixture
def pots(signed_in):
    """The same for one that asks for as many pots as there are."""
    page = signed_in("admin")
    page.goto("/settings/instruments/")
    file = {"name": "pots.json", "mimeType": "application/json", "buffer": POTS.encode()}
    page.get_by_label("Questionnaire").set_input_files(file)
    bring(page, "What of colour?", "Teapots")
    yield page
    stop(page)


def bring(page: Page, holds: str, title: str) -> None:
    """Look at the chosen files, import them, ask what they hold."""
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("cell", name=holds)).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Import it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert_accessible(page)
    page.get_by_role("button", name="Ask it in every new intake").click()
    expect(page.get_by_role("status")).to_contain_text("New intakes ask it.")


def stop(page: Page) -> None:
    page.get_by_role("button", name="Stop asking it").click()
    expect(page.get_by_role("status")).to_contain_text("no longer")


class Visitor(Patient):
    """A patient without scripts, and a window with them to measure the same pages in."""

    def __init__(self, page: Page, scripted: Page) -> None:
        super().__init__(page)
        self.scripted = scripted


def looks(patient: Visitor) -> None:
    """The page in a window of the same cookies with scripts: axe is one."""
    seen = patient.scripted
    seen.context.add_cookies(patient.page.context.cookies())
    seen.goto(patient.page.url)
    measured(seen)


def measured(page: Page) -> None:
    assert_accessible(page)
    assert_finger_sized(page)
    assert_no_sideways_scroll(page)


def test_an_instrument_is_brought_answered_without_javascript_and_scored(window, signed_in, asked):
    person = Person(language="en")
    patient = Visitor(window("phone", java_script_enabled=False), window("phone"))
    patient.begin(Desk(signed_in("desk")).invite(person), person)
    patient.walk({"goal.main": "Dance again"}, until="/intake/more/1-1/")
    own_activities(patient)
    garden_gate(patient)
    patient.sign(person)
    expect(patient.page.get_by_text("It howls")).to_be_visible()
    reads_the_scores(Therapist(signed_in("ash")), person)


def test_answers_and_groups_are_added_without_javascript(window, signed_in, pots):
    person = Person()
    patient = Visitor(window("phone", java_script_enabled=False), window("phone"))
    patient.begin(Desk(signed_in("desk")).invite(person), person)
    page = patient.page
    page.goto("/intake/more/2-1/")
    cups, colours = page.locator("input[name=i1]"), page.locator("textarea")
    cups.nth(0).fill("4")
    cups.nth(1).fill("6")
    follow(page.locator("button", has_text="Add another: What of cups?"))
    expect(cups).to_have_count(3)
    cups.nth(2).fill("many")
    patient.go_on()
    expect(page.locator(".error-summary")).to_be_visible()
    assert [each.input_value() for each in cups.all()] == ["4", "6", "many"]
    looks(patient)
    cups.nth(2).fill("9")
    patient.go_on()
    colours.fill("Blue")
    follow(page.locator("button", has_text="Add another: A pot"))
    expect(page.get_by_role("heading", name="A pot (2)")).to_be_visible()
    colours.nth(1).fill("Green")
    patient.go_on()
    page.goto("/intake/more/2-2/")
    assert [each.input_value() for each in colours.all()] == ["Blue", "Green"]
    looks(patient)


def own_activities(patient: Visitor) -> None:
    page = patient.page
    expect(page.locator("[name=i3]")).to_have_value("Dance again")
    looks(patient)
    page.locator("[name=i4][value='3']").check()
    page.locator("[name=i5]").fill("Ride a bike")
    patient.go_on()
    expect(page.get_by_text("One more question about that")).to_be_visible()
    page.locator("[name=i6][value='6']").check()
    patient.go_on()


def garden_gate(patient: Visitor) -> None:
    page = patient.page
    patient.go_on()
    expect(page.locator(".error-summary")).to_be_visible()
    looks(patient)
    patient.scripted.locator("main form .button").click()
    measured(patient.scripted)
    page.get_by_label("It howls").check()
    patient.go_on()
    page.get_by_role("group", name="Did anybody oil it this week?").get_by_label("No").check()
    page.locator("[name=i4]").fill("3")
    patient.go_on()
    expect(page.get_by_role("group", name="Which colours has it had?")).to_be_visible()
    looks(patient)
    page.get_by_label("blue").check()
    page.get_by_label("Another answer, in your own words").fill("rust")
    patient.go_on()
    assert page.url.endswith("/intake/check/")
    looks(patient)


def reads_the_scores(therapist: Therapist, person: Person) -> None:
    page = therapist.page
    therapist.open_brief(person)
    scores = page.locator("#scores")
    expect(scores).to_contain_text("4.5 of 0 to 10, higher is better; 1 of 3 items missing")
    expect(scores).to_contain_text("7 of 0 to 8, lower is better. Loud gate (Invented)")
    assert_accessible(page)
    page.get_by_role("link", name="How each score is worked out").click()
    expect(page.get_by_text("3 + 1 + 3 = 7")).to_be_visible()
    expect(page.get_by_text("3 + 6 = 9; 9 / 2 = 4.5")).to_be_visible()
    assert_accessible(page)
