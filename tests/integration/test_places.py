"""What each place is like: asked after the chart, kept sealed, read back to both sides."""

import pytest
from django.db import IntegrityError, connection, transaction

from intake.models import Response
from tests.clients import Browser, signed_in, with_link
from tests.factories.intakes import answer, begin, calm_answers, submit
from tests.factories.visits import open_link
from tests.walking import post, read, sign, text_of, url_of

URL = "/intake/places/"
TOLD = {
    "groin_front_hip.feel": ["ache", "tight"],
    "groin_front_hip.strength": "6",
    "knee.strength": "0",
}


@pytest.fixture
def otter(desk, visit_with_ash):
    """The patient's phone; groin and knee are chosen."""
    areas = {"pain.area": ["groin_front_hip", "knee"], "pain.main_area": "groin_front_hip"}
    answer(begin(desk, visit_with_ash), {**calm_answers(), **areas})
    return with_link(open_link(visit_with_ash))


@pytest.fixture
def response(visit_with_ash):
    return lambda: Response.objects.get(appointment=visit_with_ash)


def test_the_page_follows_the_chart_and_leads_to_the_next_page(otter):
    chart = read(otter.get("/intake/questions/problem/"))
    sent = {
        "pain.area": ["groin_front_hip", "knee"],
        "pain.main_area": "knee",
        "pain.side": "left",
        "pain.onset_when": "w1_6",
        "pain.onset_how": "gradual",
        "pain.trend": "same",
        "pain.past": "none",
    }
    assert chart.select_one(".taps")
    landed = post(otter, "/intake/questions/problem/", sent)
    assert url_of(landed) == URL
    names = [words.get_text() for words in read(landed).select(".card > fieldset > legend")]
    assert names == ["Groin or front of the hip", "Knee"]
    assert url_of(post(otter, URL, TOLD)).startswith("/intake/questions/safety-")


def test_it_may_be_left_empty_or_skipped(otter, response):
    page = read(otter.get(URL))
    assert page.select_one("a.skip-on")["href"].startswith("/intake/questions/safety-")
    assert post(otter, URL, {}).status_code == 200
    assert response().places == {}


def test_nothing_is_asked_where_there_is_no_pain(desk, visit_with_ash):
    answer(begin(desk, visit_with_ash), {**calm_answers(), "pain.area": ["none"]})
    browser = with_link(open_link(visit_with_ash))
    assert url_of(browser.get(URL, follow=True)) != URL


def test_what_is_told_is_kept_sealed_in_codes_and_words(otter, response):
    post(otter, URL, TOLD)
    kept = response().places
    assert set(kept) == {"groin_front_hip", "knee"}
    groin = kept["groin_front_hip"]
    assert (groin["feels"], groin["strength"]) == (["ache", "tight"], 6)
    assert groin["answers"] == ["Deep ache", "Tight or pulling", "6 of 10"]
    assert kept["knee"]["strength"] == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT places FROM intake_response WHERE id = %s", [response().pk])
        (sealed,) = cursor.fetchone()
    assert b"groin" not in bytes(sealed)


def test_a_place_taken_back_is_kept_aside_and_comes_back(otter, response):
    post(otter, URL, TOLD)
    answer(response(), {"pain.area": ["groin_front_hip"]})
    assert "Knee" not in text_of(otter.get(URL))
    assert "Knee 0 of 10" not in text_of(otter.get("/intake/check/"))
    post(otter, URL, {"groin_front_hip.strength": "7"})
    answer(response(), {"pain.area": ["groin_front_hip", "knee"]})
    assert "Knee 0 of 10" in text_of(otter.get("/intake/check/"))


@pytest.mark.parametrize("wrong", [{"knee.strength": "11"}, {"knee.feel": ["itch"]}])
def test_what_the_page_does_not_offer_is_refused_and_the_rest_stays_ticked(otter, wrong):
    refused = post(otter, URL, {**TOLD, **wrong})
    assert refused.status_code == 422
    page = read(refused)
    assert page.select_one(".error-summary a")["href"].startswith("#p-2-")
    assert page.select_one('[name="groin_front_hip.strength"][value="6"]').has_attr("checked")


def test_saved_ticks_are_shown_again(otter):
    post(otter, URL, TOLD)
    page = read(otter.get(URL))
    ticked = [(box["name"], box["value"]) for box in page.select("input[checked]")]
    assert ticked == [
        ("groin_front_hip.feel", "ache"),
        ("groin_front_hip.feel", "tight"),
        ("groin_front_hip.strength", "6"),
        ("knee.strength", "0"),
    ]


def test_it_stands_on_the_check_with_a_way_to_change_it_and_on_the_receipt(otter):
    post(otter, URL, TOLD)
    check = otter.get("/intake/check/")
    assert "Deep ache Tight or pulling 6 of 10" in text_of(check)
    assert read(check).select(f'a[href="{URL}?from=check#p-1"]')
    assert url_of(post(otter, f"{URL}?from=check", TOLD)) == "/intake/check/"
    receipt = sign(otter)
    assert "Deep ache Tight or pulling 6 of 10" in text_of(receipt)
    assert post(otter, URL, TOLD).status_code == 409


def test_the_receipt_does_not_list_places_of_which_nothing_was_said(otter):
    post(otter, URL, {"knee.strength": "2"})
    rows = [dt.get_text() for dt in read(sign(otter)).select("dl.answers dt")]
    assert "Knee" in rows
    assert "Groin or front of the hip" not in rows


def test_the_therapist_reads_it_beside_the_figure_and_among_the_answers(
    otter, response, ash, visit_with_ash
):
    post(otter, URL, TOLD)
    submit(response())
    page = read(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))
    said = [" ".join(line.get_text(" ").split()) for line in page.select(".each-place span")]
    assert said == [
        "Groin or front of the hip Deep ache, Tight or pulling, 6 of 10",
        "Knee 0 of 10",
    ]
    row = page.select_one("#a-place-groin-front-hip")
    assert [dd.get_text() for dd in row.select("dd")] == [
        "Deep ache",
        "Tight or pulling",
        "6 of 10",
    ]


def test_a_spanish_page_keeps_spanish_words_and_the_therapist_reads_english(
    otter, response, ash, visit_with_ash
):
    otter.post("/language/", {"language": "es", "next": "/intake/"})
    page = text_of(otter.get(URL))
    assert "Para cada sitio" in page
    assert "¿Qué nota ahí?" in page
    post(otter, URL, TOLD)
    assert response().places["knee"]["answers"] == ["0 de 10"]
    submit(response())
    brief = read(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))
    assert "6 of 10" in brief.select_one(".each-place span").get_text()
    assert brief.select_one("#a-place-knee dd")["lang"] == "es"


def test_the_language_is_switched_without_losing_a_tick(otter, response):
    switched = post(otter, URL, {**TOLD, "language": "es"})
    assert (url_of(switched), read(switched).html["lang"]) == (URL, "es")
    assert response().places["knee"]["strength"] == 0


def test_the_database_freezes_it_with_the_response(otter, response):
    post(otter, URL, TOLD)
    sent = submit(response())
    sent.places = {}
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        sent.save(update_fields=["places"])


def test_no_rule_reads_it(otter, response):
    before = response().urgency
    post(otter, URL, {"groin_front_hip.feel": ["numb"], "groin_front_hip.strength": "10"})
    assert response().urgency == before
    assert "numb" not in str(response().answers)


def test_without_a_link_there_is_nothing(kept):
    assert Browser().get(URL).status_code == 404
