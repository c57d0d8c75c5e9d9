"""A clinician's signature is recorded, and an intake leaves as a file, at both widths."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.fhir.validators import problems_of
from tests.functional.looks import (
    assert_accessible,
    assert_no_sideways_scroll,
)
from tests.functional.people import PASSWORD, follow

DRAFT = "Clinical content not yet signed off"


def look(page: Page) -> None:
    assert_accessible(page)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_an_intake_leaves_as_one_valid_file(signed_in, size):
    page = signed_in("cedar", size)
    page.locator("table.visits tr", has_text="Submitted").first.locator("a.cover").click()
    reference = page.locator(".patient .ref").inner_text()
    follow(page.get_by_role("link", name="Take this intake out as FHIR"))
    if "/account/reauthenticate/" in page.url:  # the two sizes share one session
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main button[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Take this intake out as FHIR")
    look(page)
    page.get_by_label("Why").fill("The hospital asked for it")
    with page.expect_download() as download:
        page.get_by_role("button", name="Take the file out").click()
    assert re.fullmatch(r"intake-[0-9a-f]{8}\.json", download.value.suggested_filename)
    bundle = json.loads(Path(download.value.path()).read_text())
    resources = [entry["resource"] for entry in bundle["entry"]]
    assert resources[1]["identifier"][0]["value"] == reference
    for resource in resources:
        assert problems_of(resource) == [], resource["resourceType"]


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_signature_is_recorded_seen_and_taken_back(signed_in, size):
    page = signed_in("admin", size)
    page.goto("/settings/")
    page.get_by_role("link", name=re.compile("Record who signed")).first.click()
    look(page)
    page.get_by_label("Name of the clinician who signed").fill("Dr Wren Clinician")
    page.get_by_label("Registration and role").fill("PH00000, lead physiotherapist")
    page.get_by_label("Signed on").fill("2026-01-05")
    page.get_by_role("button", name="Record the signature").click()
    expect(page.get_by_role("status")).to_contain_text("Recorded")
    look(page)
    brief = signed_in("cedar", size)
    brief.locator("table.visits tr", has_text="Submitted").first.locator("a.cover").click()
    expect(brief.locator("body > header")).not_to_contain_text(DRAFT)
    expect(brief.locator("footer.foot")).to_contain_text("signed off by Dr Wren Clinician")
    page.get_by_role("button", name="Take the signature back").click()
    expect(page.get_by_role("status")).to_contain_text("a draft again")
    look(page)
    brief.reload()
    expect(brief.locator("body > header")).to_contain_text(DRAFT)
