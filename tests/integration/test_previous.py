"""A patient who comes again: this visit's places over those of the last."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.clients import signed_in
from tests.factories.intakes import calm_answers, submitted
from tests.factories.visits import make_visit
from tests.integration.test_statements import statements
from tests.walking import read

NO_MORE = {"infl.back": ["none"], "hx.oa": ["none"], "rf.male": ["none"], "rf.female": ["none"]}
FIRST = NO_MORE | {"pain.area": ["groin_front_hip", "knee"], "pain.main_area": "knee"}
AGAIN = NO_MORE | {"pain.area": ["groin_front_hip", "low_back"], "pain.main_area": "low_back"}


@pytest.fixture
def again(desk, ash, visit_with_ash, clock):
    """The second visit of Otter, whose first intake was another day."""
    submitted(desk, visit_with_ash, {**calm_answers(), **FIRST})
    clock.shift(timedelta(days=9))
    starts = timezone.now() + timedelta(hours=2)
    visit = make_visit(desk, ash, visit_with_ash.patient, starts)
    submitted(desk, visit, {**calm_answers(), **AGAIN})
    return visit


def marked(page, when):
    """The places that the figure on a brief marks so, with their side."""
    marks = page.select(f".where .body-figure .{when}")
    return {mark["href"].partition("#")[2] for mark in marks}


def test_the_figure_holds_both_and_the_words_say_what_is_new_and_gone(again, ash):
    page = read(signed_in(ash).get(f"/visits/{again.pk}/"))
    assert marked(page, "now") == {"right-low_back", "right-groin_front_hip"}
    assert marked(page, "was") == {"right-knee", "right-groin_front_hip"}
    said = " ".join(page.select_one(".over-last").get_text(" ").split())
    assert "New since: Lower back." in said
    assert "Gone since: Knee." in said


def test_another_side_than_last_time_is_drawn_where_it_was_and_said(
    desk, ash, visit_with_ash, clock
):
    submitted(desk, visit_with_ash, {**calm_answers(), **FIRST, "pain.side": "left"})
    clock.shift(timedelta(days=9))
    starts = timezone.now() + timedelta(hours=2)
    visit = make_visit(desk, ash, visit_with_ash.patient, starts)
    submitted(desk, visit, {**calm_answers(), **FIRST, "pain.side": "right"})
    page = read(signed_in(ash).get(f"/visits/{visit.pk}/"))
    assert marked(page, "now") == {"right-knee", "right-groin_front_hip"}
    assert marked(page, "was") == {"left-knee", "left-groin_front_hip"}
    assert "side then: Left" in " ".join(page.select_one(".over-last").get_text(" ").split())


def test_a_first_visit_has_nothing_to_compare(again, ash, visit_with_ash):
    page = read(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))
    assert page.select(".over-last") == []
    assert marked(page, "now")
    assert not marked(page, "was")


def test_another_patients_intake_is_never_the_last_one(again, desk, ash):
    other = make_visit(desk, ash, starts_at=timezone.now() + timedelta(hours=4))
    submitted(desk, other)
    page = read(signed_in(ash).get(f"/visits/{other.pk}/"))
    assert page.select(".over-last") == []


def test_the_comparison_takes_one_statement_more_and_the_trend_none(again, ash, visit_with_ash):
    browser = signed_in(ash)
    assert b'class="trend-line"' in browser.get(f"/visits/{again.pk}/").content
    counts = []
    for visit in (visit_with_ash, again):
        browser.get(f"/visits/{visit.pk}/")
        counts.append(len(statements(browser, "get", f"/visits/{visit.pk}/")))
    assert counts[1] == counts[0] + 1
