"""Answers that do not fit together: asked once and kindly, kept, marked on the brief."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from intake.commands.contradictions import answer_contradictions
from intake.models import Response
from tests.clients import signed_in, with_link
from tests.factories.intakes import answer, begin, calm_answers, patient_actor
from tests.factories.visits import make_patient, make_visit, open_link
from tests.walking import post, read, sign, text_of, url_of

URL = "/intake/fit/"
ODD = {"pain.avg": 9, "impact.activity": 0}
OLD = {"pain.onset_when": "d0_2", "pain.trend": "jump"}
STRONG = "You told us that the pain is very strong, and also that it hardly gets in your way."


@pytest.fixture
def visit_with_ash(desk, ash):
    """Of somebody who gives the birth date that is on file."""
    born = date.fromisoformat(calm_answers()["about.dob"])
    return make_visit(desk, ash, make_patient(desk, birth_date=born))


@pytest.fixture
def otter(desk, visit_with_ash):
    answer(begin(desk, visit_with_ash), {**calm_answers(), **ODD})
    return with_link(open_link(visit_with_ash))


@pytest.fixture
def response(visit_with_ash):
    return lambda: Response.objects.get(appointment=visit_with_ash)


def test_the_check_leads_to_it_and_the_signature_waits(otter):
    check = read(otter.get("/intake/check/"))
    assert check.select("main a.button")[-1]["href"] == URL
    asked = otter.get("/intake/sign/", follow=True)
    assert url_of(asked) == URL
    said = text_of(asked)
    assert STRONG in said
    answers = [dd.get_text(" ", strip=True) for dd in read(asked).select(".pair dd:not(.change)")]
    assert answers == ["9 of 10", "0 of 10"]


def test_answers_that_fit_are_not_asked_about(desk, visit_with_ash):
    answer(begin(desk, visit_with_ash), calm_answers(pain__avg=4, impact__activity=5))
    browser = with_link(open_link(visit_with_ash))
    assert url_of(browser.get(URL, follow=True)) == "/intake/sign/"


def test_looking_at_it_changes_nothing(otter, response):
    otter.get(URL)
    assert response().contradictions is None


def test_leaving_it_as_it_is_goes_on_and_is_kept_word_for_word(otter, response):
    assert url_of(post(otter, URL)) == "/intake/sign/"
    kept = response().contradictions["strong_but_not_in_the_way"]
    assert kept["is_left"] is True
    assert kept["question"].startswith(STRONG)
    assert [each["answers"] for each in kept["answers"]] == [["9 of 10"], ["0 of 10"]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT contradictions FROM intake_response WHERE id = %s", [response().pk])
        assert b"strong" not in bytes(cursor.fetchone()[0])


def test_it_is_asked_once(otter):
    post(otter, URL)
    assert url_of(otter.get(URL, follow=True)) == "/intake/sign/"


def test_change_leads_to_the_answer_and_back_over_the_check(otter, response):
    landed = post(otter, URL, {"change": "impact.activity"})
    assert url_of(landed) == "/intake/questions/impact/"
    assert landed.request["QUERY_STRING"] == "from=check"
    form = {"impact.activity": "7", "impact.worry": "2", "goal.main": ""}
    after = post(otter, "/intake/questions/impact/?from=check", form)
    assert url_of(after) == "/intake/check/"
    assert url_of(otter.get("/intake/sign/", follow=True)) == "/intake/sign/"
    assert response().contradictions["strong_but_not_in_the_way"]["is_left"] is False


def test_changing_one_still_asks_about_the_other(otter, response):
    answer(response(), OLD)
    assert len(read(otter.get(URL)).select(".pair")) == 2
    post(otter, URL, {"change": "pain.trend"})
    assert list(response().contradictions) == ["new_or_old"]
    assert len(read(otter.get(URL)).select(".pair")) == 1


def test_one_that_is_not_on_the_page_is_not_kept(otter, response):
    assert url_of(post(otter, URL, {"change": "pain.morning"})) != URL
    assert response().contradictions == {}


def test_what_is_missing_comes_first(desk, visit_with_ash):
    whole = {**calm_answers(), **ODD}
    whole.pop("pain.feel")
    answer(begin(desk, visit_with_ash), whole)
    browser = with_link(open_link(visit_with_ash))
    assert url_of(browser.get(URL, follow=True)) == "/intake/check/"


def test_it_is_asked_in_spanish(otter, response):
    otter.post("/language/", {"language": "es", "next": "/intake/"})
    assert "Nos dijo que el dolor es muy fuerte" in text_of(otter.get(URL))
    post(otter, URL)
    assert response().contradictions["strong_but_not_in_the_way"]["language"] == "es"


def brief_of(ash, visit):
    return read(signed_in(ash).get(f"/visits/{visit.pk}/"))


def test_the_therapist_reads_what_was_left(otter, ash, visit_with_ash):
    post(otter, URL)
    sign(otter)
    page = brief_of(ash, visit_with_ash)
    (first,) = page.select(".findings .unfit li")
    assert first.get_text().endswith("(left so)")
    said = " ".join(page.select_one("#misfits").get_text(" ").split())
    assert "left as it is" in said
    assert STRONG in said
    assert page.select('#misfits a[href="#a-pain-avg"]')


def test_the_therapist_reads_what_was_not_asked_yet(otter, ash, visit_with_ash):
    assert "not asked yet" in brief_of(ash, visit_with_ash).select_one("#misfits").get_text()


def test_the_therapist_reads_who_went_back_and_changed_nothing(
    otter, response, ash, visit_with_ash
):
    post(otter, URL, {"change": "pain.avg"})
    assert "and did not" in brief_of(ash, visit_with_ash).select_one("#misfits").get_text()


def test_the_therapist_reads_what_was_changed_after_being_asked(
    otter, response, ash, visit_with_ash
):
    post(otter, URL, {"change": "pain.avg"})
    answer(response(), {"pain.avg": 3})
    page = brief_of(ash, visit_with_ash)
    assert "Answers changed when asked" in page.select_one(".further").get_text()
    assert not page.select(".unfit")
    said = " ".join(page.select_one("#misfits").get_text(" ").split())
    assert "how bad was the pain on average? from 9 of 10 to 3 of 10 . They fit now." in said


def test_a_change_that_does_not_settle_it_is_told_too(otter, response, ash, visit_with_ash):
    post(otter, URL)
    answer(response(), {"pain.avg": 8})
    said = " ".join(brief_of(ash, visit_with_ash).select_one("#misfits").get_text(" ").split())
    assert "from 9 of 10 to 8 of 10" in said
    assert "They fit now" not in said


def test_a_signature_sent_straight_to_its_address_is_asked_first(otter, response):
    form = {"name": "Otter Testwood", "key": str(uuid.uuid4())}
    assert url_of(post(otter, "/intake/sign/", form)) == URL
    assert response().submitted_at is None
    post(otter, URL)
    assert url_of(post(otter, "/intake/sign/", form)) == "/intake/receipt/"
    assert response().submitted_at is not None


def test_what_was_asked_once_keeps_its_words_and_its_answer(otter, response, visit_with_ash):
    post(otter, URL)
    before = response().contradictions
    answer_contradictions(
        by=patient_actor(response().invitation),
        at=timezone.now(),
        response_id=response().pk,
        ids=list(before),
        is_left=False,
        language="es",
        today=timezone.now().date(),
    )
    assert response().contradictions == before


def test_a_parent_is_asked_about_the_child(otter, response):
    draft = response()
    draft.role, draft.voice = "parent", "parent"
    draft.save(update_fields=["role", "voice"])
    asked = "it hardly gets in the way of your child"
    assert asked in text_of(otter.get(URL))
    post(otter, URL)
    assert asked in response().contradictions["strong_but_not_in_the_way"]["question"]


def test_after_sending_nothing_of_it_changes(otter, response):
    sign(otter)
    assert post(otter, URL).status_code == 409
    sent = response()
    sent.contradictions = {}
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        sent.save(update_fields=["contradictions"])


def test_no_flag_is_raised_or_lowered_by_it(otter, response):
    before = response().urgency
    post(otter, URL)
    assert response().urgency == before
