"""What a patient does with an intake: save, sign and send."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.statements import Given, Statement, update
from clinic.walls import in_transaction
from intake.commands.flags import Step, raise_flags
from intake.commands.invitations import close_links
from intake.merging import Kept, Merge, Seen, merge
from intake.models import PatientMessage, Response
from intake.notices import Words
from intake.queries.instruments import with_open_instrument
from intake.queries.readings import get_reading
from intake.rules.answered import Answers
from intake.rules.contradictions import find_unasked
from intake.rules.derived import age
from intake.voices import role_of, voice_of
from intake.wording import missing_of, shown_texts

# What each act writes: a sealed field that did not change is not sealed again.
SAVED = ("answers", "declined", "shown", "urgency", "language", "saved_at", "role", "voice")
SENT = ("urgency", "pack", "saved_at", "submitted_at", "submit_key", "signer", "statement", "way")


class AlreadySubmitted(Exception):
    """The intake was signed and sent: nothing in it changes any more."""


class MessageUnread(Exception):
    """The message of a red flag waits to be confirmed: nothing is signed past it."""


class Incomplete(Exception):
    """A required question that is shown has neither an answer nor a refusal."""


class Unasked(Exception):
    """Two answers do not fit together and nobody was asked about them yet."""


@dataclass(frozen=True)
class Page:
    """What one page gave: link ids that were asked, and what was answered or declined.

    `as_on`: the date of the answers that were told before and are confirmed as still true.
    """

    asked: frozenset[str]
    answers: Mapping[str, Any]
    declined: frozenset[str] = frozenset()
    as_on: Mapping[str, str] = field(default_factory=dict)

    def only(self, taken: frozenset[str]) -> "Page":
        """Those of its questions."""
        answers = {key: value for key, value in self.answers.items() if key in taken}
        as_on = {key: day for key, day in self.as_on.items() if key in taken}
        return Page(self.asked & taken, answers, self.declined & taken, as_on)


@in_transaction
def save_answers(
    *,
    by: Actor,
    at: datetime,
    response_id: uuid.UUID,
    page: Page,
    language: str,
    today: date,
    held: Response | None = None,
) -> Response:
    """Replace what was asked, keep the rest, and let the rules read it at once.

    `today` is the clinic's date: ages are reckoned on it. `held` is the row, for a caller who has
    fetched it under its lock already. Raises AlreadySubmitted.
    """
    response = held or locked(response_id)
    keep(by=by, at=at, response=response, page=page, language=language, today=today)
    return response


@in_transaction
def merge_answers(
    *, by: Actor, at: datetime, held: Response, page: Page, seen: Seen, language: str, today: date
) -> Merge:
    """Save a page that was drawn from `seen` into the row, which is `held` under its lock.

    What was answered differently elsewhere since then is not changed: the person chooses. Raises
    AlreadySubmitted.
    """
    given = Kept(held.pk, page.answers, page.declined)
    found = merge(asked=page.asked, seen=seen, saved=held.kept, given=given)
    page = page.only(found.taken)
    keep(by=by, at=at, response=held, page=page, language=language, today=today)
    return found


def keep(
    *, by: Actor, at: datetime, response: Response, page: Page, language: str, today: date
) -> None:
    """Write a page into a locked draft, with what the rules find in it."""
    if response.is_submitted:
        raise AlreadySubmitted
    page = replace(page, as_on={**still_as_on(response, page), **page.as_on})
    kept = {key: value for key, value in response.answers.items() if key not in page.asked}
    step = step_of(response, page)
    response.answers = {**kept, **page.answers}
    response.declined = sorted((set(response.declined) - page.asked) | page.declined)
    now = get_reading(response, today)
    answers = now.believed
    shown = {key: value for key, value in response.shown.items() if key not in page.asked}
    # An answer that was hidden when it came has no words yet: it gets them when it comes back.
    worded = replace(page, asked=page.asked | (answers.values.keys() - shown.keys()))
    response.shown = {
        **shown,
        **shown_texts(now.questionnaire, now.shown, answers, worded, language=language, at=at),
    }
    listen(response, answers)
    response.saved_at, response.language = at, language
    raise_flags(by=by, at=at, response=response, now=now, step=step)
    update(response, *SAVED)
    record(by=by, action="saved", subject=response)


def step_of(response: Response, page: Page) -> Step:
    """What this page adds to the answers, and what of them it changes or takes back."""
    before = response.answers
    given = {*before, *response.declined}
    changed = {key for key in page.asked & before.keys() if page.answers.get(key) != before[key]}
    return Step(frozenset(page.answers.keys() - given), frozenset(changed))


def still_as_on(response: Response, page: Page) -> dict[str, str]:
    """The dates of confirmed answers that this page leaves as they were."""
    return {
        link_id: words["as_on"]
        for link_id, words in response.shown.items()
        if link_id in page.asked
        and "as_on" in words
        and page.answers.get(link_id) == response.answers.get(link_id)
    }


def listen(response: Response, answers: Answers) -> None:
    """Who answers, as they have said by now; the next page speaks to them."""
    role = role_of(answers.values.get("about.completed_by"), response.role)
    years = age(answers)
    if role != response.role or years is not None:
        response.voice = voice_of(role, years)
    response.role = role


def locked(response_id: uuid.UUID) -> Response:
    """The row, locked until the transaction ends."""
    return Response.objects.with_pack().select_for_update().get(pk=response_id)


@in_transaction
def submit(
    *,
    by: Actor,
    at: datetime,
    invitation_id: uuid.UUID,
    key: uuid.UUID,
    signer: str,
    statement: Words,
    today: date,
    session: bytes = b"",
    way: str = "link",
) -> Response:
    """Sign and send, once: the same key again gives the same receipt.

    The link is then used up; only `session`, the browser that sent, keeps its receipt.

    Raises AlreadySubmitted for another key, MessageUnread, Incomplete when a shown required
    question is open, Unasked.
    """
    response = drafts_to_send.first(invitation=invitation_id)
    if response is None:
        raise Response.DoesNotExist
    if response.is_submitted:
        if response.submit_key != key:
            raise AlreadySubmitted
        return response
    if response.has_unread_message:
        raise MessageUnread
    now = get_reading(response, today)
    missing = missing_of(now.shown, now.believed, response.declined)
    if missing or response.has_open_instrument:
        raise Incomplete
    asked, pack = response.contradictions or (), now.published.pack
    if find_unasked(pack.contradictions, pack.questionnaire, now.believed, asked):
        raise Unasked
    raise_flags(by=by, at=at, response=response, now=now)
    response.pack_id = now.published.id
    response.submitted_at = response.saved_at = at
    response.submit_key, response.signer, response.statement = key, signer, statement.text
    response.way = way
    update(response, *SENT)
    close_links(at=at, invitation_id=invitation_id, keep=session)
    record(by=by, action="submitted", subject=response)
    return response


@Statement
def drafts_to_send() -> QuerySet[Response]:
    """Locked, with what may stand in the way of sending."""
    drafts = with_unread_message(with_open_instrument(Response.objects.with_pack()))
    return drafts.select_for_update().filter(invitation_id=Given("invitation"))


def with_unread_message(responses: QuerySet[Response]) -> QuerySet[Response]:
    """Whether a message of each still waits to be confirmed, in the same statement."""
    unread = PatientMessage.objects.filter(response=OuterRef("pk"), confirmed_at=None)
    return responses.annotate(**{"has_unread_message": Exists(unread)})
