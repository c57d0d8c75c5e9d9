"""The demo's patients who come for the third time: their briefs have something to compare."""

import re

import pytest
from django.utils import timezone

from clinic.models import Appointment, User
from clinic.walls import inside_clinic
from intake.demo.seed import make_clinic
from intake.demo.series import TIMES, seed_series
from intake.models import InstrumentVersion
from tests.clients import signed_in
from tests.factories.clinics import inside
from tests.walking import read, text_of


@pytest.fixture
def demo(clinic):
    with inside_clinic(None):
        made = make_clinic()
    seed_series(at=timezone.now())
    return made


def test_a_brief_of_the_demo_compares_three_kinds_of_scores(demo):
    with inside(demo.pk):
        ash = User.objects.get(email="ash@demo.example")
        visits = list(Appointment.objects.filter(therapist=ash).order_by("starts_at"))
    assert len({visit.patient_id for visit in visits}) == 1
    assert len(visits) == len(TIMES)
    page = text_of(signed_in(ash).get(f"/visits/{visits[-1].pk}/"))
    assert "-3 (better by at least the 2 points that matter)" in page
    assert "Your last week: Good week 8 of 0 to 9, higher is better. Good week" in page
    assert "Walk the dog for an hour +3 (better by at least the 3 points" in page or (
        "Pasear al perro una hora +3 (better by at least the 3 points" in page
    )


def brief_of_the_third_visit(demo):
    with inside(demo.pk):
        ash = User.objects.get(email="ash@demo.example")
        visit = Appointment.objects.filter(therapist=ash).latest("starts_at")
    return signed_in(ash), f"/visits/{visit.pk}/"


def test_each_score_is_a_line_with_its_table_and_marks_what_matters_by_its_source(demo):
    browser, url = brief_of_the_third_visit(demo)
    trends = read(browser.get(url)).select(".trend")
    assert [trend.h3.get_text() for trend in trends] == [
        "Pain scale: Average of the last 7 days",
        "What you can do: Own activities",
        "Your last week: Good week",
    ]
    pain, own, week = trends
    assert pain.svg["role"] == "img"
    assert re.fullmatch(
        r"Pain scale: 8 on \d+ \w+ \d{4}; 6 on [^;]+, meaningfully better; "
        r"3 on [^;]+, meaningfully better",
        pain.svg["aria-label"],
    )
    assert [cell.get_text() for cell in pain.select("td:nth-of-type(1)")] == ["3", "6", "8"]
    assert "Childs JD" in pain.select_one(".lead").get_text()
    assert len(own.select("tr.matters")) == len(own.select("svg path.matters")) == 1
    assert week.select(".matters") == []
    assert "was not declared" in week.select_one(".lead").get_text()
    assert not any(trend.select("[style], script") for trend in trends)


def test_a_first_visit_has_no_trend(demo):
    browser, _url = brief_of_the_third_visit(demo)
    with inside(demo.pk):
        ash = User.objects.get(email="ash@demo.example")
        first = Appointment.objects.filter(therapist=ash).earliest("starts_at")
    page = read(browser.get(f"/visits/{first.pk}/"))
    assert page.select("#scores")
    assert page.select(".trend") == []


def test_the_sheet_to_take_away_has_the_lines_too(demo, monkeypatch):
    drawn = []
    monkeypatch.setattr("intake.views.briefs.one_sheet", lambda draw: drawn.append(draw("8")))
    browser, url = brief_of_the_third_visit(demo)
    browser.get(f"{url}sheet/")
    assert drawn[0].count('class="trend-line"') == 3


def test_the_invented_questionnaire_is_asked_of_nobody_else(demo):
    with inside(demo.pk):
        assert not InstrumentVersion.objects.get(key="urn:previsit:demo:week").is_asked


def test_it_is_made_once(demo):
    with inside(demo.pk):
        before = Appointment.objects.count()
    seed_series(at=timezone.now())
    with inside(demo.pk):
        assert Appointment.objects.count() == before
