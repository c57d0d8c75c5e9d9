"""Each pattern: there, nearly there, not to be told. docs/patterns.md shows the same cases."""

from dataclasses import replace

import pytest

from intake.rules.answers import as_json
from intake.rules.pack import load_pack
from tests.spec.cases import Chapter, cases, chapters, near_miss_of, near_misses

each_chapter = pytest.mark.parametrize(
    "chapter", chapters(), ids=[chapter.pattern for chapter in chapters()]
)


@each_chapter
def test_it_is_found_with_the_evidence_for_it(chapter: Chapter):
    pattern, finding = load_pack().pattern(chapter.pattern), chapter.positive.shown(chapter.pattern)

    assert finding is not None
    assert finding.for_lines
    assert set(finding.for_lines) <= {line.id for line in pattern.supports}
    assert set(finding.against_lines) <= {line.id for line in pattern.contradicts}
    assert finding.tests == pattern.tests


@each_chapter
def test_coming_close_is_not_enough(chapter: Chapter):
    case = chapter.near_miss.case
    assert case.shown(chapter.pattern) is None
    assert case.cannot_tell(chapter.pattern) is None
    assert chapter.pattern not in case.findings.suppressed


@each_chapter
def test_who_comes_close_is_like_somebody_who_has_it_but_for_what_is_said(chapter: Chapter):
    near = chapter.near_miss
    assert near.like.shown(chapter.pattern) is not None
    before, now = as_json(near.like.answers), as_json(near.case.answers)
    asked_on = {link_id for link_id in before if link_id in now}
    changed = {link_id for link_id in asked_on if before[link_id] != now[link_id]}
    assert changed == set(near.but) - {"age", "bmi"}
    assert not set(now) - set(before) - changed


@each_chapter
def test_who_comes_close_is_one_line_or_one_answer_away(chapter: Chapter):
    assert chapter.near_miss.is_near(load_pack().pattern(chapter.pattern))


def test_a_case_that_is_far_away_is_not_called_near():
    pattern = load_pack().pattern("ilio.tendinopathy")
    near = near_miss_of(pattern.id)
    far = next(case for case in cases() if case.id == "V62")  # -2 points, of the 3 it takes
    assert near.is_near(pattern)
    assert not replace(near, case=far).is_near(pattern)


def test_nobody_comes_close_to_a_pattern_that_is_none():
    assert set(near_misses()) == set(load_pack().by_id)


@each_chapter
def test_it_says_which_answers_are_missing(chapter: Chapter):
    verdict = chapter.cannot_tell.cannot_tell(chapter.pattern)

    assert verdict is not None
    assert verdict.missing


@each_chapter
def test_what_is_missing_stands_in_the_order_of_the_questions(chapter: Chapter):
    verdict = chapter.cannot_tell.cannot_tell(chapter.pattern)
    orders = [load_pack().questionnaire.item(link_id).order for link_id in verdict.missing]

    assert orders == sorted(set(orders))
