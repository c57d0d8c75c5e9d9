"""The form's pages: one per section, in the safety section one per question."""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.rules.answered import Answers
from intake.rules.items import Item
from intake.rules.questions import Questionnaire


@dataclass(frozen=True, slots=True)
class Page:
    """`key` is neutral: it names a section and a number, never what is asked."""

    key: str
    section: str
    items: tuple[Item, ...]


def page_of(questionnaire: Questionnaire, link_id: str) -> str:
    return questionnaire.page_keys[link_id]


def pages(questionnaire: Questionnaire, answers: Answers) -> tuple[Page, ...]:
    """In the order of their first items; a page without a shown item does not exist."""
    return pages_of(questionnaire, questionnaire.shown(answers))


def pages_of(questionnaire: Questionnaire, shown: Iterable[Item]) -> tuple[Page, ...]:
    """The same, where it is known already what is shown."""
    by_key: dict[str, list[Item]] = {}
    for item in shown:
        by_key.setdefault(page_of(questionnaire, item.link_id), []).append(item)
    return tuple(Page(key, items[0].section, tuple(items)) for key, items in by_key.items())
