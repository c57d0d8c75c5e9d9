"""Forms that go wrong: what Enter presses, and where the address of a refused one leads."""

import pytest
from bs4 import BeautifulSoup, Tag
from django.urls import reverse

from clinic.models import Task
from intake.models import Flag, Note, Verdict
from tests.clients import signed_in
from tests.factories.intakes import submitted, urgent_answers
from tests.factories.programmes import form_of
from tests.walking import read

FIELDS = "input:not([type=hidden]), select"


@pytest.fixture
def visit(desk, visit_with_ash):
    """Of somebody who has sent an intake with an emergency in it."""
    submitted(desk, visit_with_ash, urgent_answers())
    return visit_with_ash


@pytest.fixture
def room(ash):
    return signed_in(ash)


# What Enter presses ------------------------------------------------------------------------------


def buttons_of(page: BeautifulSoup, form: Tag) -> list[Tag]:
    """Those that send a form, in their order on the page: a browser's Enter presses the first."""
    buttons = page.select("button:not([type=button])")
    return [
        one
        for one in buttons
        if (one.get("form") == form.get("id") if one.get("form") else form in one.parents)
    ]


def pressed_by_enter(page: BeautifulSoup) -> set[tuple[str, str]]:
    """Name and value of the first button of each form that has a field and several of them."""
    pressed = set()
    for form in page.select("main form"):
        buttons = buttons_of(page, form)
        if form.select_one(FIELDS) and len(buttons) > 1:
            pressed.add((buttons[0].get("name", ""), buttons[0].get("value", "")))
    return pressed


def test_enter_gives_no_verdict_and_enters_no_result(room, visit):
    page = read(room.get(f"/visits/{visit.pk}/"))
    assert page.select("form button[name=verdict]")
    assert page.select("form button[name=outcome]")
    assert pressed_by_enter(page) == {("", "")}


def test_enter_in_a_note_puts_nothing_in_and_does_not_sign(room, visit):
    page = read(room.get(f"/visits/{visit.pk}/note/"))
    assert page.select("form button[name=insert]")
    assert pressed_by_enter(page) == {("action", "save")}


def test_enter_in_a_programme_gives_nothing_also_below_its_preview(room, desk, ash, visit_with_ash):
    submitted(desk, visit_with_ash)
    url = f"/visits/{visit_with_ash.pk}/programme/"
    form = form_of("X-MARCH-SEAT", action="preview")
    for page in (read(room.get(url)), read(room.post(url, form))):
        assert pressed_by_enter(page) == {("action", "preview")}
    assert page.find(id="preview")


def test_a_reason_without_a_verdict_is_kept_and_judges_nothing(room, visit):
    flag = Flag.objects.filter(group="redflag").first()
    response = room.post(f"/flags/{flag.pk}/verdict/", {"reason": "reflexes fine"})
    assert response.status_code == 422
    page = read(response)
    assert "Choose one of the three verdicts" in page.get_text()
    assert page.find(id=f"reason-{flag.pk}")["value"] == "reflexes fine"
    assert not Verdict.objects.exists()


# The address of a refused form, opened again -----------------------------------------------------


def test_the_address_of_a_refused_form_of_a_brief_leads_to_the_brief(room, visit):
    room.post(f"/visits/{visit.pk}/note/", {"text": "S", "action": "sign"})
    urls = [
        reverse("verdict", args=[Flag.objects.first().pk]),
        reverse("result", args=[visit.pk, "T-PALP"]),
        reverse("call_report", args=[Task.objects.get().pk]),
        reverse("amend", args=[Note.objects.get().pk]),
    ]
    for url in urls:
        assert room.post(url, {}).status_code == 422, url
        assert room.get(url).headers["Location"] == f"/visits/{visit.pk}/", url


def test_that_of_the_desk_and_of_the_settings_leads_to_the_page_of_the_form(desk, admin, visit):
    person = visit.patient_id
    counter, office = signed_in(desk), signed_in(admin)
    for browser, url, page in (
        (counter, reverse("patient_create"), "/desk/"),
        (counter, reverse("book", args=[person]), f"/desk/patients/{person}/"),
        (office, reverse("clinic_texts"), "/settings/"),
    ):
        assert browser.post(url, {}).status_code == 422, url
        assert browser.get(url).headers["Location"] == page, url
