"""Questions of an instrument that take several typed answers: a row each, one more on request."""

import pytest
from django.utils import timezone

from intake.commands import instruments
from intake.models import InstrumentResponse
from tests.clients import signed_in, with_link
from tests.factories.clinics import actor
from tests.factories.intakes import answer, begin, calm_answers
from tests.factories.visits import open_link
from tests.unit.instruments.making import BASE, question, text_of, when
from tests.walking import post, read, sign, url_of
from tests.walking import text_of as words_of

PAGE = "/intake/more/2-1/"
THREE = [{"url": BASE + "questionnaire-maxOccurs", "valueInteger": 3}]
TEAPOTS = text_of(
    question("bought", "date", repeats=True, extension=THREE),
    question("cups", "integer", repeats=True),
    question("tales", "text", repeats=True),
    question("name", "string", required=True),
)
DATES = {"i1.day": ["3", "14"], "i1.month": ["5", "2"], "i1.year": ["2024", "2025"]}


@pytest.fixture
def otter(admin, desk, visit_with_ash):
    by, at = actor(admin), timezone.now()
    version = instruments.import_instrument(by=by, at=at, questionnaire=TEAPOTS, scoring="")
    instruments.ask(by=by, at=at, version=version, is_asked=True)
    answer(begin(desk, visit_with_ash), calm_answers())
    browser = with_link(open_link(visit_with_ash))
    post(browser, "/intake/more/1-1/", {})
    return browser


def kept(visit):
    return InstrumentResponse.objects.get(response__appointment=visit, position=2).answers


def test_a_few_rows_are_there_from_the_start_and_enter_adds_none(otter):
    page = read(otter.get(PAGE))
    assert len(page.select("[name='i1.day']")) == len(page.select("[name=i2]")) == 2
    second = page.select("textarea[name=i3]")[1]["id"]
    assert page.select_one(f"label[for={second}]").get_text() == "Answer 2"
    assert page.select_one("#answers button").get("name") is None


def test_every_row_is_an_answer_and_empty_rows_are_none(otter, visit_with_ash):
    tales = ["Once upon\n a time", "", "The end"]
    sent = {**DATES, "i2": ["4", "", "6"], "i3": tales, "i4": "Pot"}
    assert url_of(post(otter, PAGE, sent)) == "/intake/check/"
    assert kept(visit_with_ash) == {
        "bought": ["2024-05-03", "2025-02-14"],
        "cups": [4, 6],
        "tales": ["Once upon\n a time", "The end"],
        "name": ["Pot"],
    }
    sign(otter)
    assert "3 May 2024" in words_of(otter.get("/intake/receipt/"))
    assert "14 February 2025" in words_of(otter.get("/intake/receipt/"))


def test_add_another_keeps_what_is_typed_and_scolds_nobody(otter, visit_with_ash):
    shown = otter.post(PAGE, {**DATES, "i2": ["4", "5"], "more": "i1"})
    assert shown.status_code == 200
    page = read(shown)
    assert len(page.select("[name='i1.day']")) == 3
    assert page.select_one(".error-summary") is None
    assert [each["value"] for each in page.select("[name=i2]")] == ["4", "5"]
    assert page.find(id="i-1-3-day") is not None
    assert kept(visit_with_ash)["cups"] == [4, 5]


def test_there_is_no_more_room_than_the_file_gives(otter, visit_with_ash):
    shown = read(otter.post(PAGE, {**DATES, "more": "i1"}))
    assert shown.select_one("button[name=more][value=i1]") is None
    assert shown.select_one("button[name=more][value=i2]")["formaction"] == "#i-2-3"
    four = {key: [*value, *value] for key, value in DATES.items()}
    refused = otter.post(PAGE, {**four, "i4": "Pot"})
    assert refused.status_code == 422
    assert "Give no more than 3 answers" in words_of(refused)
    assert kept(visit_with_ash) == {"bought": ["2024-05-03", "2025-02-14"], "name": ["Pot"]}


def test_an_error_says_in_which_row_it_is_and_all_rows_stay(otter):
    refused = otter.post(PAGE, {"i2": ["4", "many", "6"], "i4": "Pot"})
    assert "Answer 2: Enter a whole number" in words_of(refused)
    page = read(refused)
    assert [each["value"] for each in page.select("[name=i2]")] == ["4", "many", "6"]
    link = page.select_one(".error-summary a")["href"]
    assert page.find(id=link[1:])["name"] == "i2"


def test_what_was_saved_comes_back_in_its_rows(otter):
    post(otter, PAGE, {**DATES, "i2": ["1", "2", "3"], "i4": "Pot"})
    page = read(otter.get(PAGE))
    assert [each["value"] for each in page.select("[name=i2]")] == ["1", "2", "3"]
    assert [each["value"] for each in page.select("[name='i1.year']")] == ["2024", "2025"]


def test_rows_are_saved_while_they_are_typed(otter, visit_with_ash):
    seen = read(otter.get(PAGE)).find("input", {"name": "seen"})["value"]
    saved = otter.post("/intake/save/2-1/", {"seen": seen, "only": "i2", "i2": ["7", "", "8"]})
    assert saved.status_code == 200
    assert kept(visit_with_ash) == {"cups": [7, 8]}


def test_the_admin_reads_how_many_answers_there_may_be(admin):
    browser = signed_in(admin)
    page = browser.post(
        "/settings/instruments/import/", {"questionnaire": TEAPOTS, "scoring": ""}, follow=True
    )
    assert "Date; up to 3 answers, which cannot be scored" in words_of(page)


# Groups ----------------------------------------------------------------------------------------

POTS = text_of(
    {
        "linkId": "pot",
        "type": "group",
        "text": "A pot",
        "repeats": True,
        "extension": THREE,
        "item": [
            question("colour", "string", required=True),
            question("lid"),
            question("knob", "string", enableWhen=[when("lid", "=", answerBoolean=True)]),
        ],
    },
    {
        "linkId": "end",
        "type": "group",
        "text": "The end",
        "item": [question("why", "string")],
    },
)


@pytest.fixture
def wren(admin, desk, visit_with_ash):
    by, at = actor(admin), timezone.now()
    version = instruments.import_instrument(by=by, at=at, questionnaire=POTS, scoring="")
    instruments.ask(by=by, at=at, version=version, is_asked=True)
    answer(begin(desk, visit_with_ash), calm_answers())
    browser = with_link(open_link(visit_with_ash))
    post(browser, "/intake/more/1-1/", {})
    return browser


def sent(page, **more):
    """The page as a browser sends it back: its stamps, and what was typed."""
    return {"seen": page.find("input", {"name": "seen"})["value"], **more}


def test_a_group_is_there_once_until_another_is_asked_for(wren, visit_with_ash):
    page = read(wren.get(PAGE))
    assert [each["name"] for each in page.select("textarea")] == ["i2"]
    again = wren.post(PAGE, sent(page, i2="Blue", more="i1"))
    assert again.status_code == 200
    page = read(again)
    assert [each["name"] for each in page.select("textarea")] == ["i2", "i6"]
    assert page.select_one("main h2").get_text() == "A pot (2)"
    assert page.select_one(".error-summary") is None
    assert kept(visit_with_ash) == {"colour": ["Blue"]}


def test_a_second_time_has_its_own_conditions_and_is_required_only_once_begun(wren, visit_with_ash):
    page = read(wren.post(PAGE, sent(read(wren.get(PAGE)), i2="Blue", more="i1")))
    opened = wren.post(PAGE, sent(page, i2="Blue", i7="true"))
    assert opened.status_code == 422
    page = read(opened)
    assert page.select_one("[name=i8]") is not None
    assert page.select_one("[name=i4]") is None
    whole = sent(page, i2="Blue", i6="Green", i7="true", i8="Round")
    assert url_of(post(wren, PAGE, whole)) == "/intake/more/2-2/"
    post(wren, "/intake/more/2-2/", {})
    assert kept(visit_with_ash) == {
        "colour": ["Blue"],
        "colour#2": ["Green"],
        "lid#2": [True],
        "knob#2": ["Round"],
    }
    sign(wren)
    receipt = words_of(wren.get("/intake/receipt/"))
    assert "What of colour? (2) Green" in receipt


def test_an_opened_time_that_stays_empty_is_not_there(wren, visit_with_ash):
    page = read(wren.post(PAGE, sent(read(wren.get(PAGE)), i2="Blue", more="i1")))
    assert url_of(post(wren, PAGE, sent(page, i2="Blue"))) == "/intake/more/2-2/"
    assert kept(visit_with_ash) == {"colour": ["Blue"]}
    assert len(read(wren.get(PAGE)).select("textarea")) == 1


def test_a_group_is_not_there_more_often_than_the_file_says(wren):
    page = read(wren.post(PAGE, sent(read(wren.get(PAGE)), i2="Blue", more="i1")))
    page = read(wren.post(PAGE, sent(page, i2="Blue", i6="Green", more="i1")))
    assert len(page.select("textarea")) == 3
    assert page.select_one("button[name=more]") is None
