"""The pages a patient sees, as values that the templates loop over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.urls import reverse

from intake.chart import get_chart
from intake.models import Response
from intake.queries.places import PlacesView, place_rows
from intake.queries.questionnaires import Published
from intake.queries.questions import (
    Draw,
    Question,
    Refused,
    first_control,
    html_id_of,
    others,
    seen_of,
)
from intake.queries.readings import get_reading
from intake.queries.sheets import SheetView, next_page_url
from intake.rules.answered import Answers
from intake.rules.pages import Page, page_of, pages_of
from intake.rules.questions import Item, Questionnaire
from intake.voices import COMPLETED_BY
from intake.wording import day_of, missing_of

BIRTH_DATE = "about.dob"
FILLED_IN_BY = "about.completed_by"


@dataclass(frozen=True)
class PageView:
    """One page: where it stands, its questions, and the stamps that it is drawn from.

    `unsaved` names the questions whose typed answers were not taken.
    """

    key: str
    section_name: str
    number: int
    total: int
    is_first: bool
    is_for_another: bool
    back_url: str | None
    questions: tuple[Question, ...]
    seen: str
    unsaved: tuple[str, ...]


View = PageView | PlacesView | SheetView


@dataclass(frozen=True)
class Draft:
    """An open response with what its pages are made of.

    `saved` holds every answer, `believed` only those the rules may read.
    """

    response: Response
    published: Published
    saved: Answers
    believed: Answers
    pages: tuple[Page, ...]

    @property
    def questionnaire(self) -> Questionnaire:
        """The one this response is pinned to, asked of whoever answers."""
        return self.published.asked[self.response.voice]

    def page(self, key: str) -> Page | None:
        """The page with this key, None if no question of it is shown."""
        return next((page for page in self.pages if page.key == key), None)

    def missing(self) -> tuple[Item, ...]:
        """Required questions still open."""
        shown = (item for page in self.pages for item in page.items)
        return missing_of(shown, self.believed, self.response.declined)


def get_draft(response: Response, today: date) -> Draft:
    """A response with its questions and the pages that its answers open."""
    now = get_reading(response, today)
    pages = pages_of(now.questionnaire, now.shown)
    return Draft(response, now.published, now.saved, now.believed, pages)


def get_page(
    draft: Draft,
    page: Page,
    language: str,
    refused: Refused | None = None,
    told: Mapping[str, Any] = MappingProxyType({}),
) -> PageView:
    """The page as it stands: with saved answers, or with what a refused form holds.

    What was `told` last time stands in the fields of open questions.
    """
    sections = [section.id for section in draft.questionnaire.sections]
    position = [each.key for each in draft.pages].index(page.key)
    back = draft.pages[position - 1] if position else None
    kept = draft.response.kept
    words = {key: said.get("answers", ()) for key, said in draft.response.shown.items()}
    draw = Draw(
        draft.questionnaire,
        draft.saved,
        frozenset(draft.response.declined),
        language,
        refused,
        {**told, **known_already(draft, page)},
        others(kept, refused, words),
    )
    return PageView(
        key=page.key,
        section_name=draft.questionnaire.section(page.section).text(language),
        number=sections.index(page.section) + 1,
        total=len(sections),
        is_first=position == 0,
        is_for_another=draft.response.voice != "self",
        back_url=reverse("page", args=[back.key]) if back else None,
        questions=tuple(
            draw.question(item, is_heading=is_lead_alone(page, number))
            for number, item in enumerate(page.items)
        ),
        seen=str(seen_of(kept, [item.link_id for item in page.items], refused)),
        unsaved=refused.unsaved() if refused else (),
    )


def known_already(draft: Draft, page: Page) -> dict[str, str]:
    """What was said before is not asked twice: it stands in its fields to be left or mended."""
    asked = {item.link_id for item in page.items} - draft.saved.values.keys()
    known = {FILLED_IN_BY: COMPLETED_BY[draft.response.role]}
    if BIRTH_DATE in asked:
        known[BIRTH_DATE] = draft.response.patient.birth_date.isoformat()
    return known


def is_lead_alone(page: Page, number: int) -> bool:
    """In the safety section the leading question is the page's heading."""
    return number == 0 and page.key != page.section


def list_errors(view: View) -> list[dict[str, str]]:
    """The error summary: each leads to the first control of its question."""
    return [
        {"href": f"#{first_control(question)}", "text": f"{question.error}: {question.text}"}
        for question in view.questions
        if question.error
    ]


def url_of(draft: Draft, link_id: str) -> str:
    """The page that asks a question."""
    return reverse("page", args=[page_of(draft.questionnaire, link_id)])


def next_url(draft: Draft) -> str:
    """Where the patient goes on: what is open, a page never left, or the check before sending."""
    missing = draft.missing()
    if missing:
        return url_of(draft, missing[0].link_id)
    return next_page_url(draft.response) or reverse("check")


def get_sections(draft: Draft, language: str) -> list[dict[str, Any]]:
    """Every shown question with the words of its answer, by section, for checking and keeping."""
    counted = draft.believed.values.keys() | set(draft.response.declined)
    kept = {key: words for key, words in draft.response.shown.items() if key in counted}
    found: dict[str, list[dict[str, Any]]] = {}
    for page in draft.pages:
        rows = found.setdefault(page.section, [])
        for item in page.items:
            words = kept.get(item.link_id)
            rows.append(
                {
                    "question": words["question"] if words else item.text(language),
                    "answers": words["answers"] if words else [],
                    "is_declined": bool(words and words["is_declined"]),
                    "is_missing": words is None and item.required,
                    "as_on": day_of(words and words.get("as_on"), language),
                    "change_url": change_url(page, item),
                }
            )
            if item.link_id == get_chart().item:
                rows += place_rows(
                    draft.questionnaire, draft.saved, draft.response, language, reverse("places")
                )
    return [
        {"name": draft.questionnaire.section(section).text(language), "rows": rows}
        for section, rows in found.items()
    ]


def change_url(page: Page, item: Item) -> str:
    """To one question of a page, and back to the check from there."""
    return f"{reverse('page', args=[page.key])}?from=check#{html_id_of(item)}"
