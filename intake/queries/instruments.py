"""Instruments of an intake: which, how far they are answered, and what their words are."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from intake.fhir.instruments import read_instrument
from intake.instruments.answers import read_answers
from intake.instruments.enabling import open_items, shown
from intake.instruments.items import Answers, Form, Item, Other, Page, Text, Value
from intake.instruments.scoring import Instrument
from intake.merging import Kept
from intake.models import InstrumentResponse, InstrumentVersion, Response
from intake.voices import form_in_voice
from intake.wording import written_date


class Unreadable(Exception):
    """A version that was imported can no longer be read: the program became stricter."""


@cache
def get_instrument(version_id: uuid.UUID) -> Instrument:
    """A version as a value. It never changes, so it is read once a process."""
    row = InstrumentVersion.objects.get(pk=version_id)
    found = read_instrument(row.questionnaire, row.scoring).instrument
    if found is None:
        raise Unreadable(str(version_id))
    return found


@dataclass(frozen=True)
class SheetPage:
    """One page with those of its items that are shown. `key` is neutral: two numbers."""

    key: str
    page: Page
    items: tuple[Item, ...]

    @property
    def questions(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.is_question)


@dataclass(frozen=True)
class Sheet:
    """One instrument within one intake, asked of whoever answers."""

    row: InstrumentResponse
    instrument: Instrument
    filled_in: Answers
    voice: str
    opened: frozenset[str] = frozenset()

    @property
    def form(self) -> Form:
        return form_in_voice(self.instrument.form, self.voice)

    @cached_property
    def answers(self) -> Answers:
        """What was saved, also what is no longer shown."""
        return read_answers(self.form, self.row.answers)

    @cached_property
    def standing(self) -> Answers:
        """What was saved, and what stands in the fields of pages not left yet."""
        unasked = {
            link_id: values
            for link_id, values in self.filled_in.items()
            if link_id not in self.row.shown
        }
        return {**unasked, **self.answers}

    @property
    def kept(self) -> Kept:
        """What is saved, to compare a page with."""
        return kept_by_control(self.row, self.form, self.row.answers)

    @cached_property
    def every_page(self) -> tuple[SheetPage, ...]:
        """The pages of the form, also those of which nothing is shown now."""
        visible = {item.link_id for item in shown(self.form, self.standing, self.opened)}
        return tuple(
            SheetPage(
                f"{self.row.position}-{page.number}",
                page,
                tuple(item for item in page.items if item.link_id in visible),
            )
            for page in self.form.pages
        )

    @property
    def pages(self) -> tuple[SheetPage, ...]:
        """The pages with a question that is shown."""
        return tuple(page for page in self.every_page if page.questions)

    def was_left(self, page: SheetPage) -> bool:
        """Whether every question of a page was on it when it was saved."""
        return all(item.link_id in self.row.shown for item in page.questions)

    def missing(self) -> tuple[Item, ...]:
        """Required questions that are shown and open."""
        return open_items(self.form, self.answers)

    def key_of(self, item: Item) -> str:
        """The key of the page that asks a question."""
        number = next(page.number for page in self.form.pages if item in page.items)
        return f"{self.row.position}-{number}"


def kept_by_control(row: InstrumentResponse, form: Form, answers: Mapping[str, Any]) -> Kept:
    """Answers as JSON keeps them, by the names of their inputs."""
    named = {form.by_id[key].control: given for key, given in answers.items() if key in form.by_id}
    return Kept(row.response_id, named, ())


def list_sheets(response: Response) -> tuple[Sheet, ...]:
    """The instruments of an intake, in the order of their pages."""
    rows = InstrumentResponse.objects.filter(response=response).order_by("position")
    return tuple(
        Sheet(row, instrument, filled_in(response, row, instrument), response.voice)
        for row in rows
        for instrument in [get_instrument(row.instrument_id)]
    )


def with_open_instrument(responses: QuerySet[Response]) -> QuerySet[Response]:
    """With whether an instrument has a required question open, in the same statement."""
    unfinished = InstrumentResponse.objects.filter(response=OuterRef("pk"), is_whole=False)
    # Spelled as a dictionary because the type checker takes the name for a second field.
    return responses.annotate(**{"has_open_instrument": Exists(unfinished)})


def is_whole(instrument: Instrument, answers: Answers) -> bool:
    """Whether no required question that is shown is open."""
    return not open_items(instrument.form, answers)


def filled_in(response: Response, row: InstrumentResponse, instrument: Instrument) -> Answers:
    """What stands in the fields from the start: what the file says, and what is asked again."""
    initial = {item.link_id: item.initial for item in instrument.form.items if item.initial}
    again = [link_id for rule in instrument.scores for link_id in rule.same]
    if response.is_submitted or row.shown.keys() >= set(again):
        return initial
    before = last_answers(response, row)
    repeated = {link_id: before[link_id] for link_id in again if before.get(link_id)}
    if not repeated and (goal := response.answers.get("goal.main")):
        repeated = {again[0]: (str(goal),)}
    return {**initial, **repeated}


def last_answers(response: Response, row: InstrumentResponse) -> Answers:
    """The patient's answers to the same version at the last intake that was sent."""
    before = (
        InstrumentResponse.objects.filter(
            instrument_id=row.instrument_id,
            response__patient_id=response.patient_id,
            response__submitted_at__isnull=False,
        )
        .exclude(response=response)
        .order_by("-response__submitted_at")
        .first()
    )
    return read_answers(get_instrument(row.instrument_id).form, before.answers) if before else {}


def words_of(item: Item, given: tuple[Value, ...], language: str) -> list[str]:
    """An answer in words: options in the order they are offered."""
    if item.kind == "choice":
        written = [value for value in given if value not in item.by_key]
        given = (*(key for key in item.by_key if key in given), *written)
    return [word_of(item, value, language) for value in given]


def word_of(item: Item, value: Value, language: str) -> str:
    """One value in words."""
    if isinstance(value, Other):
        return value.text
    if isinstance(value, bool):
        with translation.override(language):
            return _("Yes") if value else _("No")
    if isinstance(value, date):
        return written_date(value, language)
    if item.kind == "choice":
        return item.by_key[str(value)].text.text(language)
    return str(value)


def label_of(item: Item, language: str) -> str:
    """The words of a question with what is printed before it."""
    words = item.text.text(language) if item.text else ""
    again = f" ({item.copy})" if item.copy > 1 else ""
    return f"{item.prefix} {words}{again}".strip()


def language_of(text: Text | None, wanted: str) -> str:
    """The language that a text is shown in."""
    return text.language(wanted) if text else wanted


def shown_words(
    items: Mapping[str, Item], answers: Answers, *, language: str, at: datetime
) -> dict[str, dict[str, Any]]:
    """What stood on a page as it was left, unanswered questions too."""
    return {
        link_id: {
            "question": label_of(item, language),
            "answers": words_of(item, answers.get(link_id, ()), language),
            "language": language_of(item.text, language),
            "answer_language": answer_language(item, answers.get(link_id, ()), language),
            "at": at.isoformat(),
        }
        for link_id, item in items.items()
    }


def answer_language(item: Item, given: tuple[Value, ...], language: str) -> str:
    """Options may stand in the file's language; everything else is the page's."""
    chosen = [item.by_key[one] for one in given if isinstance(one, str) and one in item.by_key]
    return language_of(chosen[0].text, language) if chosen else language
