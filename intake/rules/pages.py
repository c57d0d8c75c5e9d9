"""The form's pages: one per section, in the safety section one per question."""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.rules.answered import Answers
from intake.rules.items import Item
from intake.rules.questions import Questionnaire

QUESTION_BY_QUESTION = "safety"


@dataclass(frozen=True, slots=True)
class Page:
    """`key` is neutral: it names a section and a number, never what is asked."""

    key: str
    section: str
    items: tuple[Item, ...]


def lead_of(questionnaire: Questionnaire, item: Item) -> Item:
    """The question that a follow-up follows; a question that follows none leads itself.

    A follow-up reads, in its ask_if, an earlier item of its own section.
    """
    read = item.ask_if.items() if item.ask_if else frozenset()
    earlier = [
        questionnaire.item(link_id)
        for link_id in questionnaire.in_order(read)
        if questionnaire.item(link_id).section == item.section
    ]
    return lead_of(questionnaire, earlier[-1]) if earlier else item


def page_of(questionnaire: Questionnaire, link_id: str) -> str:
    item = questionnaire.item(link_id)
    if item.section != QUESTION_BY_QUESTION:
        return item.section
    return f"{item.section}-{lead_of(questionnaire, item).order}"


def pages(questionnaire: Questionnaire, answers: Answers) -> tuple[Page, ...]:
    """In the order of their first items; a page without a shown item does not exist."""
    return pages_of(questionnaire, questionnaire.shown(answers))


def pages_of(questionnaire: Questionnaire, shown: Iterable[Item]) -> tuple[Page, ...]:
    """The same, where it is known already what is shown."""
    by_key: dict[str, list[Item]] = {}
    for item in shown:
        by_key.setdefault(page_of(questionnaire, item.link_id), []).append(item)
    return tuple(Page(key, items[0].section, tuple(items)) for key, items in by_key.items())
