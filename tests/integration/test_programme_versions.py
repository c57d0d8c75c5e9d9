"""A home programme beside the answers: what is asked and checked, what a new version keeps."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.models import Message
from intake.commands import programmes
from intake.commands.programmes import Wish
from intake.handouts import Chosen
from intake.models import Programme
from intake.queries.programmes import get_choosing
from intake.rules.pack import load_pack
from tests.clients import signed_in
from tests.factories.clinics import within
from tests.factories.intakes import answer, begin, calm_answers, submitted
from tests.factories.programmes import (
    form_of,
    give,
    open_programme,
    raise_alarm,
    with_programme_link,
)
from tests.factories.visits import make_patient, make_visit
from tests.walking import read, text_of

SORE_KNEE = {
    "pain__area": ["groin_front_hip", "knee"],
    "pain__main_area": "groin_front_hip",
    "pain__side": "left",
}


@pytest.fixture
def visit(desk, visit_with_ash):
    submitted(desk, visit_with_ash)
    return visit_with_ash


@pytest.fixture
def url(visit):
    return f"/visits/{visit.pk}/programme/"


def choosing_of(visit):
    with within(visit.clinic):
        return get_choosing(visit, timezone.now().date(), visit.clinic.zone)


def checked(page):
    """The exercises that are ticked on the page."""
    return [box["value"] for box in read(page).select("input[name=chosen][checked]")]


def value(page, name):
    return read(page).select_one(f"input[name='{name}']")["value"]


# Asked first -------------------------------------------------------------------------------------


def test_what_no_answer_tells_has_to_be_asked(desk, ash):
    visit, browser = make_visit(desk, ash), signed_in(ash)
    url = f"/visits/{visit.pk}/programme/"
    to_ask = next(one for one in choosing_of(visit).choice.suggestions if one.ask)
    id = to_ask.exercise.id
    typed = form_of(id)
    del typed[f"{id}.asked"]
    refused = browser.post(url, typed)
    assert refused.status_code == 422
    assert programmes.NotAsked.say in text_of(refused)
    assert not Programme.objects.exists()
    page = text_of(browser.post(url, form_of(id), follow=True))
    assert Programme.objects.get().chosen[id]["asked"] == [each.say for each in to_ask.ask]
    assert f"Asked first: {to_ask.ask[0].say}" in " ".join(page.split())


@pytest.mark.parametrize("has_answers", [True, False])
def test_a_box_stands_where_something_has_to_be_asked(desk, ash, visit, has_answers):
    visit = visit if has_answers else make_visit(desk, ash)
    page = read(signed_in(ash).get(f"/visits/{visit.pk}/programme/"))
    assert any(one.ask for one in choosing_of(visit).choice.suggestions) != has_answers
    for one in choosing_of(visit).choice.suggestions:
        boxes = page.select(f"input[name='{one.exercise.id}.asked']")
        assert len(boxes) == bool(one.ask), one.exercise.id


# Checked against ---------------------------------------------------------------------------------


def test_the_page_says_which_intake_it_was_checked_against(desk, ash, visit, clock):
    clock.shift(timedelta(days=30))
    later = make_visit(desk, ash, visit.patient)
    sent = visit.response.submitted_at
    page = text_of(signed_in(ash).get(f"/visits/{later.pk}/programme/"))
    assert f"Checked against the intake of {sent.day} {sent:%b %Y}." in page
    answer(begin(desk, later), calm_answers())
    page = text_of(signed_in(ash).get(f"/visits/{later.pk}/programme/"))
    assert "Checked against the answers so far: this intake has not been sent yet." in page


def test_what_newer_answers_speak_against_stands_with_what_was_given(desk, ash, visit, url, clock):
    kneel = Chosen("X-HALF-KNEEL", load_pack().exercises["X-HALF-KNEEL"].start(), "", is_asked=True)
    give(ash, visit, Wish([kneel]))
    assert "Since then" not in text_of(signed_in(ash).get(url))
    clock.shift(timedelta(days=30))
    submitted(desk, make_visit(desk, ash, visit.patient), calm_answers(**SORE_KNEE))
    page = " ".join(text_of(signed_in(ash).get(url)).split())
    name = load_pack().exercises["X-HALF-KNEEL"].names["en"]
    assert f"Since then the answers speak against “{name}”: sore kneecap without padding" in page


# One form, one programme -------------------------------------------------------------------------


def test_the_same_form_sent_twice_gives_one_programme_and_one_mail(ash, url):
    browser, typed = signed_in(ash), form_of("X-MARCH-SEAT")
    browser.post(url, typed)
    page = text_of(browser.post(url, typed, follow=True))
    assert "It was given already, once." in page
    assert Programme.objects.count() == 1
    assert Message.objects.filter(kind="programme").count() == 1
    browser.post(url, form_of("X-MARCH-SEAT"))
    assert Programme.objects.count() == 2


def test_each_page_has_a_key_of_its_own_and_a_refused_one_keeps_it(ash, url):
    browser = signed_in(ash)
    assert value(browser.get(url), "key") != value(browser.get(url), "key")
    typed = form_of()
    assert value(browser.post(url, typed), "key") == typed["key"]
    without = browser.post(url, form_of("X-MARCH-SEAT", key=""))
    assert without.status_code == 422
    assert not Programme.objects.exists()


# A change ----------------------------------------------------------------------------------------


def test_a_change_begins_with_what_was_given(ash, url):
    browser = signed_in(ash)
    changed = {
        "X-MARCH-SEAT.sets": 4,
        "X-MARCH-SEAT.reps": "",
        "X-MARCH-SEAT.progression": "As we said",
        "reading": ["E-FLARE"],
    }
    browser.post(url, form_of("X-MARCH-SEAT") | changed)
    page = browser.get(url)
    assert checked(page) == ["X-MARCH-SEAT"]
    assert value(page, "X-MARCH-SEAT.sets") == "4"
    assert value(page, "X-MARCH-SEAT.reps") == ""
    assert value(page, "X-MARCH-SEAT.progression") == "As we said"
    [reading] = read(page).select("input[name=reading][checked]")
    assert reading["value"] == "E-FLARE"
    pack = str(load_pack().exercises["X-SLR"].start()["reps"])
    assert value(page, "X-SLR.reps") == pack, "what was not given begins with the pack's dose"


def test_what_was_ticked_is_seen_where_the_list_is_folded(ash, visit, url):
    last = choosing_of(visit).choice.suggestions[-1].exercise.id
    browser = signed_in(ash)
    assert not read(browser.get(url)).select(f"details[open] #x-{last}")
    browser.post(url, form_of(last, **{f"{last}.reason": "seen and judged"}))
    assert read(browser.get(url)).select(f"details[open] #x-{last}[checked]")


# How much ----------------------------------------------------------------------------------------


def test_an_exercise_without_any_number_is_refused(ash, url):
    emptied = {"X-MARCH-SEAT.sets": "", "X-MARCH-SEAT.reps": ""}
    refused = signed_in(ash).post(url, form_of("X-MARCH-SEAT") | emptied)
    assert refused.status_code == 422
    assert programmes.DoseMissing.say in text_of(refused)
    assert not Programme.objects.exists()


@pytest.mark.parametrize("id", [id for id, one in load_pack().exercises.items() if one.dose])
def test_every_exercise_says_how_much_or_is_refused(ash, visit, id):
    if not load_pack().exercises[id].is_for_patients:
        return
    emptied = Chosen(id, {}, "", reason="seen and judged", is_asked=True)
    try:
        given = give(ash, visit, Wish([emptied]))
    except programmes.DoseMissing:
        return
    assert given.content["blocks"][0]["dose"]


# The page and the paper --------------------------------------------------------------------------


def test_the_page_and_the_paper_say_whose_they_are(desk, ash, visit, url, monkeypatch):
    give(ash, visit)
    browser, reference = signed_in(ash), visit.patient.reference
    head = read(browser.get(url)).select_one("header.patient").get_text(" ", strip=True)
    for words in (visit.patient.name, reference, "Born"):
        assert words in head
    assert reference in text_of(browser.get(f"{url}handout/"))
    otter = with_programme_link(open_programme(visit))
    assert reference in text_of(otter.get("/programme/exercises/"))
    drawn = []
    monkeypatch.setattr("intake.views.papers.as_pdf", lambda html: drawn.append(html) or b"")
    browser.get(f"{url}handout/copy/")
    otter.get("/programme/exercises/copy/")
    assert [reference in sheet for sheet in drawn] == [True, True]


def test_ending_takes_two_steps(ash, visit, url):
    give(ash, visit)
    page = read(signed_in(ash).get(url))
    [button] = page.select("form[action$='/end/'] button")
    assert button.get_text() == "Yes, end it for good"
    folded = button.find_parent("details")
    assert folded.summary.get_text() == "End the programme"
    assert not folded.has_attr("open")


@pytest.mark.parametrize(("language", "label"), [("en", "How it goes on:"), ("es", "Cómo sigue:")])
def test_the_handout_calls_what_comes_next_by_what_it_is(desk, ash, language, label):
    visit = make_visit(desk, ash, make_patient(desk, language=language))
    march = Chosen("X-MARCH-SEAT", {"sets": 2}, "Hold a week after a flare", is_asked=True)
    give(ash, visit, Wish([march]))
    page = text_of(signed_in(ash).get(f"/visits/{visit.pk}/programme/handout/"))
    assert f"{label} Hold a week after a flare" in " ".join(page.split())


# Pain of a version before ------------------------------------------------------------------------


@pytest.fixture
def hurting(ash, visit, url):
    """Pain over the rule on the first day, not yet seen."""
    give(ash, visit)
    otter = with_programme_link(open_programme(visit))
    otter.post("/programme/", {"done": ["X-MARCH-SEAT"], "during": "9"})
    return visit


def words(page):
    return " ".join(text_of(page).split())


@pytest.mark.parametrize("how", ["a new version", "the end"])
def test_pain_that_nobody_saw_outlives_its_programme(ash, hurting, url, how):
    browser = signed_in(ash)
    if how == "the end":
        browser.post(f"{url}end/")
    else:
        browser.post(url, form_of("X-WALK"))
    assert "Programme: pain above the rule, 1 patient" in words(browser.get("/today/"))
    over = browser.get("/programmes/over/")
    assert "Version 1, ended" in words(over)
    assert "pain during 9 of 10" in words(over)
    form = read(over).select_one(".over-rule form")
    until = form.select_one("[name=until]")["value"]
    browser.post(form["action"], {"until": until})
    assert "pain above the rule," not in words(browser.get("/today/"))
    assert not read(browser.get("/programmes/over/")).select(".over-rule")


def test_two_versions_of_one_patient_are_one_patient(ash, hurting, url):
    browser = signed_in(ash)
    browser.post(url, form_of("X-MARCH-SEAT"))
    otter = with_programme_link(open_programme(hurting))
    otter.post("/programme/", {"done": ["X-MARCH-SEAT"], "during": "8"})
    assert "Programme: pain above the rule, 1 patient" in words(browser.get("/today/"))
    assert len(read(browser.get("/programmes/over/")).select(".over-rule > li")) == 2


def test_brief_and_page_tell_of_the_version_before(ash, hurting, url):
    browser, brief = signed_in(ash), f"/visits/{hurting.pk}/"
    said = "done on 1 of 1 day, pain during 9, over the pain rule on 1 day"
    assert "Version 1" not in words(browser.get(brief))
    browser.post(url, form_of("X-WALK"))
    assert f"nothing ticked yet. Version 1: {said}" in words(browser.get(brief))
    assert f"Version 1, {hurting.starts_at:%-d %b}" in words(browser.get(url))
    assert said in words(browser.get(url))
    browser.post(f"{url}end/")
    line = words(browser.get(brief))
    assert f"Programme ended {hurting.starts_at:%-d %b}: {said}" in line, "nobody ticked version 2"
    assert said in words(browser.get(url))


def test_a_programme_that_ended_without_a_tick_is_no_line(ash, visit, url):
    give(ash, visit)
    assert "Programme since" in words(signed_in(ash).get(f"/visits/{visit.pk}/"))
    signed_in(ash).post(f"{url}end/")
    page = words(signed_in(ash).get(f"/visits/{visit.pk}/"))
    assert "Programme since" not in page
    assert "Programme ended" not in page


def test_an_ended_programme_is_not_called_paused(desk, ash, hurting, url):
    signed_in(ash).post(f"{url}end/")
    raise_alarm(desk, ash, hurting.patient)
    page = read(signed_in(ash).get(f"/visits/{hurting.pk}/"))
    assert "paused" not in page.select_one(".programme-line").get_text()
