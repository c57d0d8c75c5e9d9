"""The brief: what matters first without scrolling, all of it on one sheet of paper."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.factories.heavy import HEAVY
from tests.functional.people import Desk, Patient, Person, Therapist

THERAPISTS = ["ash", "birch", "cedar"]


def addresses(page: Page, state: str) -> list[str]:
    """Of the demo's briefs on this therapist's list whose intake is in a state."""
    visits = page.locator("table.visits tr", has_text=state).filter(has_not_text=Person.given)
    rows = visits.locator("a.cover")
    return list(dict.fromkeys(rows.evaluate_all("found => found.map(one => one.href)")))


def briefs(page: Page, state: str) -> Iterator[str]:
    """Opens one after the other."""
    page.goto("/today/")
    found = addresses(page, state)
    assert found
    for address in found:
        page.goto(address)
        yield address


def ends_at(part: Locator) -> float:
    """How far down the page its last line is."""
    box = part.bounding_box()
    assert box is not None, part
    return box["y"] + box["height"]


def assert_first_screen(page: Page) -> None:
    """Who, the findings, the complaint, the figure and the medicines stand above the fold."""
    assert page.evaluate("scrollY") == 0
    fold = page.viewport_size["height"]
    parts = {
        "patient": page.locator("header.patient"),
        "findings": page.locator(".findings"),
        "complaint": page.locator(".words"),
        "figure": page.locator(".where .body-figure"),
        "medicines": page.locator(".medicines"),
    }
    if page.locator("#since").count():
        parts["what changed"] = page.locator(".since-first")
    if page.locator("#cannot-tell").count():
        parts["what to ask"] = page.locator(".ask-first")
    low = {name: ends_at(part) for name, part in parts.items() if ends_at(part) > fold}
    assert low == {}, page.url


@pytest.mark.parametrize("name", THERAPISTS)
def test_what_matters_first_is_on_the_first_screen(signed_in, name):
    page, again = signed_in(name), 0
    for state in ("Submitted", "Under way"):
        for _ in briefs(page, state):
            assert_first_screen(page)
            again += page.locator(".since-first").count()
    assert again >= 2  # who comes again, and who comes for the third time


@pytest.mark.parametrize("name", THERAPISTS)
def test_a_submitted_brief_prints_on_one_sheet_of_either_size(signed_in, name):
    page = signed_in(name)
    for address in briefs(page, "Submitted"):
        assert (address, sheets(page, "A4")) == (address, 1)
        assert (address, sheets(page, "Letter")) == (address, 1)


def sheets(page: Page, paper: str) -> int:
    """How many pages the printer would take."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))


def test_sheets_are_counted(window):
    page = window()
    page.set_content("<p>One</p><p style='break-before: page'>Two</p>")
    assert sheets(page, "A4") == 2


@pytest.fixture
def heavy(window, signed_in) -> Page:
    """The brief of somebody with everything, open."""
    person = Person()
    patient = Patient(window("phone", java_script_enabled=False))
    patient.begin(Desk(signed_in("desk")).invite(person), person)
    patient.walk(HEAVY)
    patient.sign(person)
    therapist = Therapist(signed_in("ash"))
    therapist.open_brief(person)
    return therapist.page


def test_the_heaviest_brief_shows_the_urgent_first_and_prints_on_one_sheet(heavy):
    page = heavy
    marks = page.locator(".finding .mark").all_inner_texts()
    assert marks[0].startswith("Emergency")
    assert len(marks) > 2
    assert ends_at(page.locator(".finding").first) < 400
    assert ends_at(page.locator(".words")) < 800
    assert ends_at(page.locator(".also")) < 800
    assert sheets(page, "A4") == 1
    assert sheets(page, "Letter") == 1


def test_every_line_says_what_it_rests_on(signed_in):
    page = signed_in("ash")
    page.goto("/today/")
    page.locator(".urgent a.cover").first.click()
    card = page.locator("article.card").first
    card.locator("summary", has_text="Sources").click()
    sources = card.locator("details", has_text="Sources").locator("dd")
    expect(sources.first).to_be_visible()
    assert all(re.search(r"S-[A-Z0-9]+ · ", text) for text in sources.all_inner_texts())
