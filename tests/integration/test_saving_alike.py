"""The pages of places and of instruments lose no more than our own: one idea of saving for all."""

from dataclasses import dataclass
from typing import Any

import pytest

from intake.models import InstrumentResponse, LinkSession, Response
from tests.clients import with_link
from tests.factories.intakes import answer, begin, calm_answers
from tests.factories.visits import make_patient, make_visit, open_link
from tests.walking import post, read, sign, text_of, url_of

AREAS = {"pain.area": ["groin_front_hip", "knee"], "pain.main_area": "knee"}
OWN = "/intake/more/1-1/"


@dataclass(frozen=True)
class Kind:
    """A page: a question with two answers and their words, another question, a wrong answer."""

    key: str
    url: str
    asked: str
    mine: str
    theirs: str
    words: str
    other: dict[str, str]
    wrong: dict[str, str]


PLACES = Kind(
    "places",
    "/intake/places/",
    "knee.strength",
    "6",
    "3",
    "3 of 10",
    {"groin_front_hip.strength": "9"},
    {"groin_front_hip.strength": "11"},
)
SHEET = Kind(
    "1-1",
    OWN,
    "i3",
    "Walk the dog",
    "Ride a bike",
    "Ride a bike",
    {"i5": "Climb the hill"},
    {"i5": "x" * 3000},
)
alike = pytest.mark.parametrize("kind", [PLACES, SHEET], ids=["places", "instrument"])


@pytest.fixture
def draft(desk, visit_with_ash):
    return answer(begin(desk, visit_with_ash), {**calm_answers(), **AREAS})


@pytest.fixture
def phone(draft, visit_with_ash):
    return with_link(open_link(visit_with_ash))


@pytest.fixture
def laptop(draft, visit_with_ash):
    return with_link(open_link(visit_with_ash))


def saved(draft) -> dict[str, Any]:
    """What was said on both kinds of pages, by the names of the controls."""
    draft.refresh_from_db()
    row = InstrumentResponse.objects.get(response=draft, position=1)
    controls = {"activity.1": "i3", "activity.1.now": "i4", "activity.2": "i5"}
    on_sheet = {controls[key]: str(given[0]) for key, given in row.answers.items()}
    said = draft.kept_places.answers
    return on_sheet | {key: str(one) if isinstance(one, int) else one for key, one in said.items()}


def seen_on(browser, kind):
    return read(browser.get(kind.url)).find("input", {"name": "seen"})["value"]


def type_in(browser, kind, seen, sent):
    """What the script sends: only what changed."""
    return browser.post(f"/intake/save/{kind.key}/", {"seen": seen, "only": [*sent], **sent})


# As it is typed ---------------------------------------------------------------------------------


@alike
def test_what_is_typed_is_saved_and_nothing_else_is_touched(kind, phone, draft):
    type_in(phone, kind, seen_on(phone, kind), kind.other)
    said = type_in(phone, kind, seen_on(phone, kind), {kind.asked: kind.mine})
    assert (said.status_code, said.json()["refused"]) == (200, [])
    again = type_in(phone, kind, said.json()["seen"], {kind.asked: kind.theirs})
    assert not again.json()["differ"]
    assert saved(draft) == {kind.asked: kind.theirs, **kind.other}


@alike
def test_what_is_taken_back_is_gone_and_the_same_batch_twice_is_no_quarrel(kind, phone, draft):
    seen = seen_on(phone, kind)
    first = type_in(phone, kind, seen, {kind.asked: kind.mine})
    assert type_in(phone, kind, seen, {kind.asked: kind.mine}).json() == first.json()
    gone = phone.post(
        f"/intake/save/{kind.key}/", {"seen": first.json()["seen"], "only": [kind.asked]}
    )
    assert gone.json()["refused"] == []
    assert saved(draft) == {}


@alike
def test_one_wrong_answer_costs_neither_the_others_nor_itself(kind, phone, draft):
    seen = seen_on(phone, kind)
    said = type_in(phone, kind, seen, {kind.asked: kind.mine, **kind.wrong})
    assert said.json()["refused"] == [*kind.wrong]
    assert saved(draft) == {kind.asked: kind.mine}
    seen = said.json()["seen"]
    shown = phone.post(kind.url, {"seen": seen, kind.asked: kind.theirs, **kind.wrong})
    assert shown.status_code == 422
    assert saved(draft) == {kind.asked: kind.theirs}
    assert read(shown).find(id="answers")["data-unsaved"] == next(iter(kind.wrong))


@alike
def test_sent_answers_do_not_change_any_more(kind, phone, draft):
    seen = seen_on(phone, kind)
    sign(phone)
    assert type_in(phone, kind, seen, {kind.asked: kind.mine}).status_code == 409
    assert phone.post(kind.url, {"seen": seen, kind.asked: kind.mine}).status_code == 409
    assert saved(draft) == {}


# Two windows ------------------------------------------------------------------------------------


@alike
def test_two_devices_that_answer_different_questions_are_merged(kind, phone, laptop, draft):
    on_phone, on_laptop = seen_on(phone, kind), seen_on(laptop, kind)
    post(phone, kind.url, {"seen": on_phone, kind.asked: kind.mine})
    post(laptop, kind.url, {"seen": on_laptop, **kind.other})
    assert saved(draft) == {kind.asked: kind.mine, **kind.other}


def quarrel(kind, phone, laptop):
    """The same question answered differently; the page that the second one gets."""
    on_phone, on_laptop = seen_on(phone, kind), seen_on(laptop, kind)
    post(phone, kind.url, {"seen": on_phone, kind.asked: kind.theirs})
    return laptop.post(kind.url, {"seen": on_laptop, kind.asked: kind.mine, **kind.other})


@alike
@pytest.mark.parametrize("choice", ["there", "here"])
def test_of_two_different_answers_both_are_shown_and_the_person_chooses(
    kind, choice, phone, laptop, draft
):
    shown = quarrel(kind, phone, laptop)
    assert shown.status_code == 422
    page = read(shown)
    there = page.find("input", {"name": f"keep.{kind.asked}", "value": "there"})
    assert f"“{kind.words}”" in page.find("label", {"for": there["id"]}).get_text()
    assert page.select_one(".error-summary a")["href"] == f"#{there['id']}"
    assert saved(draft) == {kind.asked: kind.theirs, **kind.other}
    radio = page.find(id=there["id"].removesuffix("there") + choice)
    seen = page.find("input", {"name": "seen"})["value"]
    chosen = {"seen": seen, kind.asked: kind.mine, **kind.other, radio["name"]: radio["value"]}
    assert "different answers" not in text_of(post(laptop, kind.url, chosen))
    wanted = kind.theirs if choice == "there" else kind.mine
    assert saved(draft) == {kind.asked: wanted, **kind.other}


@alike
def test_typing_against_another_device_is_told_and_takes_nothing(kind, phone, laptop, draft):
    on_phone, on_laptop = seen_on(phone, kind), seen_on(laptop, kind)
    type_in(phone, kind, on_phone, {kind.asked: kind.theirs})
    said = type_in(laptop, kind, on_laptop, {kind.asked: kind.mine}).json()
    assert (said["differ"], said["refused"], said["seen"]) == (True, [kind.asked], on_laptop)
    assert saved(draft) == {kind.asked: kind.theirs}


@alike
def test_an_old_page_sent_again_unchanged_puts_nothing_back(kind, phone, laptop, draft):
    type_in(phone, kind, seen_on(phone, kind), {kind.asked: kind.mine})
    old = seen_on(phone, kind)
    type_in(laptop, kind, seen_on(laptop, kind), {kind.asked: kind.theirs})
    post(phone, kind.url, {"seen": old, kind.asked: kind.mine})
    assert saved(draft) == {kind.asked: kind.theirs}


def test_a_place_that_another_device_took_back_keeps_what_was_typed_aside(phone, draft):
    old = seen_on(phone, PLACES)
    answer(draft, {"pain.area": ["groin_front_hip"]})
    post(phone, PLACES.url, {"seen": old, "knee.strength": "6"})
    assert saved(draft) == {"knee.strength": "6"}
    assert "6 of 10" not in text_of(phone.get("/intake/check/"))


def test_a_question_that_another_device_closed_keeps_what_was_typed_aside(phone, draft):
    type_in(phone, SHEET, seen_on(phone, SHEET), {"i3": "Walk the dog"})
    old = seen_on(phone, SHEET)
    phone.post("/intake/save/1-1/", {"seen": old, "only": ["i3"]})
    assert "i4=" not in seen_on(phone, SHEET)
    post(phone, OWN, {"seen": old, "i3": "", "i4": "7"})
    assert saved(draft) == {"i4": "7"}


# The end of a session, another language, later ---------------------------------------------------


@alike
def test_what_was_typed_into_an_ended_session_comes_back_and_can_be_sent_again(
    kind, phone, draft, visit_with_ash
):
    seen = seen_on(phone, kind)
    LinkSession.objects.all().delete()
    assert type_in(phone, kind, seen, {kind.asked: kind.mine}).status_code == 404
    kept = phone.post(kind.url, {"seen": seen, kind.asked: kind.mine})
    form = read(kept).find(id="answers")
    fields = {each["name"]: each["value"] for each in form.select("input[type=hidden]")}
    fields.pop("csrfmiddlewaretoken")
    post(with_link(open_link(visit_with_ash)), form["action"], fields)
    assert saved(draft) == {kind.asked: kind.mine}


@alike
def test_what_was_typed_for_one_person_is_never_saved_for_another(kind, phone, draft, desk, ash):
    seen = seen_on(phone, kind)
    visit = make_visit(desk, ash, make_patient(desk, given_name="Heron"))
    theirs = answer(begin(desk, visit), {**calm_answers(), **AREAS})
    tablet = with_link(open_link(visit))
    page = tablet.post(kind.url, {"seen": seen, kind.asked: kind.mine})
    script = type_in(tablet, kind, seen, {kind.asked: kind.mine})
    assert (page.status_code, script.status_code) == (404, 404)
    assert saved(theirs) == {}
    assert read(page).find("input", {"name": kind.asked})["value"] == kind.mine


@alike
def test_another_language_saves_and_keeps_what_could_not_be_taken(kind, phone, draft):
    sent = {"seen": seen_on(phone, kind), kind.asked: kind.mine, **kind.wrong, "language": "es"}
    shown = phone.post(kind.url, sent)
    assert read(shown).html["lang"] == "es"
    assert read(shown).find(id="answers")["data-unsaved"] == next(iter(kind.wrong))
    assert saved(draft) == {kind.asked: kind.mine}


@alike
def test_finish_later_saves_what_is_valid_and_waits_for_the_rest(kind, phone, draft):
    sent = {"seen": seen_on(phone, kind), kind.asked: kind.mine, "later": "1"}
    assert phone.post(kind.url, {**sent, **kind.wrong}).status_code == 422
    assert saved(draft) == {kind.asked: kind.mine}
    sent["seen"] = seen_on(phone, kind)
    assert url_of(post(phone, kind.url, sent)) == "/intake/later/"


# Going on -----------------------------------------------------------------------------------------


def test_who_stopped_on_a_page_that_may_be_left_empty_comes_back_to_it_once(phone, draft):
    assert url_of(phone.get("/intake/", follow=True)) == OWN
    type_in(phone, SHEET, seen_on(phone, SHEET), {"i5": "Climb"})
    assert url_of(phone.get("/intake/", follow=True)) == OWN
    post(phone, OWN, {"seen": seen_on(phone, SHEET), "i5": "Climb"})
    assert url_of(phone.get("/intake/", follow=True)) == "/intake/check/"


def test_what_typing_opened_is_new_when_the_page_is_left_not_when_it_is_opened_again(phone, draft):
    seen = seen_on(phone, SHEET)
    said = type_in(phone, SHEET, seen, {"i5": "Climb"}).json()
    assert "One more question" not in text_of(phone.get(OWN))
    page = post(phone, OWN, {"seen": said["seen"], "i5": "Climb"})
    assert url_of(page) == OWN
    assert "One more question" in text_of(page)


def test_what_stands_in_a_field_from_before_stays_when_another_is_typed(desk, visit_with_ash):
    answer(begin(desk, visit_with_ash), calm_answers(goal__main="Climb the hill"))
    phone = with_link(open_link(visit_with_ash))
    page = read(phone.get(OWN))
    assert page.find(id="i-3").get_text() == "Climb the hill"
    type_in(phone, SHEET, page.find("input", {"name": "seen"})["value"], {"i5": "Ride"})
    assert read(phone.get(OWN)).find(id="i-3").get_text() == "Climb the hill"
    draft = Response.objects.get(appointment=visit_with_ash)
    assert saved(draft) == {"i5": "Ride"}
