"""Each pattern: there, nearly there, not to be told. docs/patterns.md shows the same cases."""

import pytest

from intake.rules.pack import load_pack
from tests.spec.cases import Chapter, chapters

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
    assert chapter.near_miss.shown(chapter.pattern) is None
    assert chapter.near_miss.cannot_tell(chapter.pattern) is None


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
