"""What the verdicts teach: a miss in two taps, its place in the table, the cases that leave."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.functional.looks import assert_accessible, assert_no_sideways_scroll
from tests.functional.people import PASSWORD, follow


def look(page: Page) -> None:
    assert_accessible(page)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_miss_in_two_taps_is_counted_and_becomes_a_case(signed_in, size):
    page = signed_in("cedar", size)
    page.locator("table.visits tr", has_text="Submitted").first.locator("a.cover").click()
    page.get_by_role("link", name="We found something no flag said").click()
    look(page)
    choice = page.get_by_role("button", name=re.compile("hernia")).last
    name = choice.inner_text()
    choice.click()
    expect(page.get_by_role("status")).to_contain_text("no flag had said it")
    page.get_by_role("link", name="Verdicts").click()
    look(page)
    row = page.get_by_role("row", name=re.compile(re.escape(name)))
    expect(row.get_by_role("cell").last).not_to_have_text("0")
    assert "Cedar" not in page.locator("main").inner_text()
    assert name in taken_out(page)
    take_back(page, name)


def taken_out(page: Page) -> list[str]:
    """What the cases expect, by the names on the page of the table."""
    names = dict(
        page.locator("tbody tr").evaluate_all(
            "rows => rows.map(row => [row.cells[0].dataset.pattern, row.cells[0].innerText])"
        )
    )
    follow(page.get_by_role("link", name="Misses as cases"))
    if "/account/reauthenticate/" in page.url:  # the two sizes share one session
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main button[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Misses as cases to replay")
    look(page)
    page.get_by_label("Why").fill("For the tests of the pack")
    with page.expect_download() as download:
        page.get_by_role("button", name="Take the cases out").click()
    lines = Path(download.value.path()).read_text().splitlines()
    return [names[one] for line in lines for one in json.loads(line)["expect"].get("has", [])]


def take_back(page: Page, name: str) -> None:
    page.goto("/today/")
    page.locator("table.visits tr", has_text="Submitted").first.locator("a.cover").click()
    page.get_by_role("link", name="We found something no flag said").click()
    page.get_by_role("button", name=f"Take back {name}").click()
    expect(page.get_by_role("status")).to_contain_text("counts no more")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_draft_is_replayed_and_looked_at_before_it_goes_live(signed_in, size):
    page = signed_in("admin", size)
    page.goto("/settings/rehearsals/")
    look(page)
    follow(page.get_by_role("link", name=re.compile("stricter")))
    while page.get_by_role("link", name="Look again").count():
        follow(page.get_by_role("link", name="Look again"))
    expect(page.get_by_role("button", name=re.compile("Publish"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Iliopsoas bursitis"))).to_be_visible()
    look(page)
