"""What a patient told last time, as the pages of this time may offer it.

Who may see it is not known here: `intake.guards.sees_last` is asked before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from clinic.models import Contact
from intake.carried import fitting, get_carried, offered
from intake.chart import get_chart
from intake.merging import Kept, Seen
from intake.queries.pages import Draft
from intake.queries.questionnaires import get_published
from intake.queries.questions import Refused
from intake.rules.answered import Value
from intake.rules.answers import as_json, plain, read_answers
from intake.rules.pages import Page, page_of
from intake.rules.questions import Questionnaire
from intake.wording import answer_texts, day_of, written_date


@dataclass(frozen=True)
class Told:
    """An answer of last time in the words of this page; `said_on` where it is older than that."""

    question: str
    answers: tuple[str, ...]
    said_on: str = ""


@dataclass(frozen=True)
class Offer:
    """What was told of one section, to be left or changed. `seen` are the stamps of the answers.

    `by_patient`: whether the one who answers is the one who told it.
    """

    told: tuple[Told, ...]
    day: str
    seen: str
    by_patient: bool
    is_confirmed: bool = False


@dataclass(frozen=True)
class Last:
    """The answers of the intake before this one that may be carried over, each with its date."""

    values: Mapping[str, Value]
    as_on: Mapping[str, str]
    sent_on: date


def get_last(draft: Draft, zone: ZoneInfo, again: str = "") -> Last | None:
    """None without an intake before, or while the patient has not said what this one is about.

    `again` asks as if that had been said.
    """
    last, wanted = draft.response.previous, get_carried().when(again or draft.response.again)
    if last is None or last.submitted_at is None or last.pack_id is None or not wanted:
        return None
    sent_on = last.submitted_at.astimezone(zone).date()
    known = get_published(last.pack_id).pack.questionnaire
    told = known.in_force(read_answers(known, last.answers, on=sent_on))
    values = fitting(draft.questionnaire, as_json(told), wanted, on=draft.saved.on)
    as_on = {key: last.shown.get(key, {}).get("as_on", sent_on.isoformat()) for key in values}
    return Last(values, as_on, sent_on)


def open_on(draft: Draft, key: str, last: Last | None) -> dict[str, Value]:
    """Last time's answers to the questions of this page that are still open."""
    if last is None:
        return {}
    ours = {
        link_id: value
        for link_id, value in last.values.items()
        if page_of(draft.questionnaire, link_id) == key
    }
    return offered(draft.questionnaire, draft.saved, draft.response.declined, ours)


def get_offer(draft: Draft, key: str, last: Last | None, language: str) -> Offer | None:
    """What this page may ask "is this still true?" of; None when there is nothing."""
    values = open_on(draft, key, last)
    if last is None or not values:
        return None
    first = {link_id: day for link_id, day in last.as_on.items() if day != str(last.sent_on)}
    return Offer(
        told=tuple(
            Told(
                item.text(language),
                tuple(answer_texts(draft.questionnaire, item, values[item.link_id], language)),
                day_of(first.get(item.link_id), language),
            )
            for item in draft.questionnaire.items
            if item.link_id in values
        ),
        day=written_date(last.sent_on, language),
        seen=str(stamps(draft, values)),
        by_patient=is_by_patient(draft),
    )


def is_by_patient(draft: Draft) -> bool:
    """Whether the patient answers, now as then."""
    last = draft.response.previous
    return draft.response.voice == "self" and (last is None or last.voice == "self")


def stamps(draft: Draft, values: Mapping[str, Value]) -> Seen:
    """What a page that shows these values was drawn from."""
    told = {link_id: plain(value) for link_id, value in values.items()}
    return Kept(draft.response.pk, told, ()).seen(told)


def still_true(draft: Draft, key: str, last: Last | None, seen: Seen) -> dict[str, Value]:
    """Of what a page showed, all that still stands as it was shown there."""
    values = open_on(draft, key, last)
    now = stamps(draft, values).stamps
    return {key: value for key, value in values.items() if seen.stamps.get(key) == now[key]}


def prefilled(draft: Draft, key: str, last: Last | None) -> dict[str, Any]:
    """The same answers as they stand in the fields of the ordinary page; nothing of it is saved."""
    return {link_id: plain(value) for link_id, value in open_on(draft, key, last).items()}


# What was confirmed --------------------------------------------------------------------------


def confirmed(draft: Draft, page: Page) -> dict[str, Mapping[str, Any]]:
    """The words of this page's answers that were told before and confirmed."""
    shown = draft.response.shown
    return {
        item.link_id: shown[item.link_id]
        for item in page.items
        if item.link_id in draft.saved.values and "as_on" in shown.get(item.link_id, {})
    }


def rest_of(draft: Draft, page: Page, refused: Refused | None) -> Page:
    """The page without what was confirmed, unless something is wrong there."""
    wrong = refused.errors if refused else {}
    done = confirmed(draft, page).keys() - wrong
    return replace(page, items=tuple(item for item in page.items if item.link_id not in done))


def get_confirmed(draft: Draft, page: Page, language: str) -> Offer | None:
    """The confirmed answers of a page, in the words they had; None when there are none."""
    words = confirmed(draft, page)
    if not words:
        return None
    days = {said["as_on"] for said in words.values()}
    newest = max(days)
    return Offer(
        told=tuple(
            Told(
                said["question"],
                tuple(said["answers"]),
                day_of(said["as_on"] if said["as_on"] != newest else None, language),
            )
            for said in words.values()
        ),
        day=day_of(newest, language),
        seen="",
        by_patient=is_by_patient(draft),
        is_confirmed=True,
    )


def has_address(patient_id: int) -> bool:
    """Whether there is an address on file that a code could go to."""
    return bool(Contact.objects.get(patient_id=patient_id).email)


def about_what(draft: Draft, last: Last | None, language: str) -> tuple[str, ...]:
    """Where it hurt last time, to tell one problem from another."""
    link_id = get_chart().item
    value = last.values.get(link_id) if last else None
    if value is None:
        return ()
    questionnaire: Questionnaire = draft.questionnaire
    return tuple(answer_texts(questionnaire, questionnaire.item(link_id), value, language))
