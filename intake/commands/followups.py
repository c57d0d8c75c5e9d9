"""Follow-ups: asked for with a note, then booked, declined or recalled, and owed until then.

A patient who is not reached declines nothing: the try is noted and it stays owed.
"""

import uuid
from datetime import datetime

from clinic.access import Actor
from clinic.commands import scheduling
from clinic.commands.audit import record
from clinic.models import Appointment, User
from clinic.walls import in_transaction
from intake.models import FollowUp, Note
from intake.models.followups import (
    BOOKED,
    DECLINED,
    DECLINED_BECAUSE,
    OPEN,
    RECALLED,
    RECALLED_BECAUSE,
    TAKEN_BACK,
    FollowUpQuerySet,
)
from intake.wishes import Wish

STATES = {
    **dict.fromkeys(dict(DECLINED_BECAUSE), DECLINED),
    **dict.fromkeys(dict(RECALLED_BECAUSE), RECALLED),
}


class NotOwed(Exception):
    """Somebody else has booked or closed it meanwhile."""


class NotClosed(Exception):
    """It is owed, or booked, or taken back by whoever asked for it: nothing is put back."""


def attach(note: Note) -> None:
    """Put its follow-up on a note, locked, so that the desk cannot book it meanwhile."""
    row = FollowUp.objects.select_for_update(no_key=True).filter(note=note).first()
    if row:
        row.note = note


def is_settled(note: Note) -> bool:
    """Whether the desk has booked or closed the follow-up: the note changes it no more."""
    row = getattr(note, "follow_up", None)
    return bool(row and row.state != OPEN and row.reason != TAKEN_BACK)


def ask(*, by: Actor, at: datetime, note: Note, wish: Wish | None) -> None:
    """Bring the follow-up of a draft in line with the wish; the promise counts from now on.

    Runs inside the transaction that saves the note, with the visit and the follow-up locked.
    """
    row = getattr(note, "follow_up", None)
    if wish is None:
        if row:
            close_row(row, by, at, RECALLED, TAKEN_BACK)
        return
    row = row or FollowUp(clinic_id=note.clinic_id, patient_id=note.patient_id)
    row.note = note
    visit = Appointment.objects.select_related("clinic").get(pk=note.appointment_id)
    row.asked_by_id, row.asked_at, row.days = by.user_id, at, wish.days
    row.wanted_from, row.wanted_by = wish.window(
        visit.starts_at.astimezone(visit.clinic.zone).date()
    )
    row.minutes = wish.minutes
    row.therapist_id = by.user_id if wish.is_same else None
    reopen_row(row)
    record(by=by, action="asked for", subject=row)


@in_transaction
def book(
    *,
    by: Actor,
    at: datetime,
    follow_up_id: uuid.UUID,
    therapist: User,
    starts_at: datetime,
    minutes: int,
    is_overbooked: bool = False,
) -> Appointment:
    """Book what is owed; one of several who try wins. Raises NotOwed, scheduling.Clash."""
    row = locked(follow_up_id)
    visit = scheduling.book(
        by=by,
        at=at,
        patient=row.patient,
        therapist=therapist,
        starts_at=starts_at,
        minutes=minutes,
        is_overbooked=is_overbooked,
    )
    row.appointment = visit
    row.tries, row.tried_by, row.tried_at = 0, None, None
    close_row(row, by, at, BOOKED)
    return visit


@in_transaction
def close(*, by: Actor, at: datetime, follow_up_id: uuid.UUID, reason: str) -> FollowUp:
    """Declined by the patient, or recalled by the clinic, as the reason says. Raises NotOwed."""
    row = locked(follow_up_id)
    close_row(row, by, at, STATES[reason], reason)
    return row


@in_transaction
def note_try(*, by: Actor, at: datetime, follow_up_id: uuid.UUID, tries: int) -> bool:
    """The patient was not reached: still owed. Whether it counts: the same try is noted once.

    `tries` is how many the page knew of. Raises NotOwed.
    """
    row = locked(follow_up_id)
    if row.tries != tries:
        return False
    row.tries, row.tried_by_id, row.tried_at = tries + 1, by.user_id, at
    row.save()
    record(by=by, action="not reached", subject=row)
    return True


@in_transaction
def take_back(*, by: Actor, at: datetime, follow_up_id: uuid.UUID) -> FollowUp:
    """By whoever asked for it, also under a signed note. Raises NotOwed."""
    row = locked(follow_up_id)
    close_row(row, by, at, RECALLED, TAKEN_BACK)
    return row


@in_transaction
def put_back(*, by: Actor, at: datetime, follow_up_id: uuid.UUID) -> FollowUp:
    """Declined or recalled by mistake: owed again. Raises NotClosed."""
    row = rows().get(pk=follow_up_id)
    if row.state not in (DECLINED, RECALLED) or row.reason == TAKEN_BACK:
        raise NotClosed
    reopen_row(row)
    record(by=by, action="put back", subject=row)
    return row


@in_transaction
def cancel_visit(*, by: Actor, at: datetime, appointment: Appointment) -> FollowUp | None:
    """Cancel a visit; the follow-up that it was booked for is owed again."""
    row = rows().filter(appointment=appointment).first()
    scheduling.cancel(by=by, at=at, appointment=appointment)
    if row:
        row.fell_at = at
        reopen_row(row)
        record(by=by, action="fell through", subject=row)
    return row


def rows() -> FollowUpQuerySet:
    """Locked, with the patient."""
    return FollowUp.objects.select_for_update(no_key=True, of=("self",)).select_related("patient")


def locked(follow_up_id: uuid.UUID) -> FollowUp:
    """An owed one, locked."""
    row = rows().get(pk=follow_up_id)
    if not row.is_open:
        raise NotOwed
    return row


def close_row(row: FollowUp, by: Actor, at: datetime, state: str, reason: str = "") -> None:
    """It is owed no longer."""
    row.state, row.reason, row.closed_by_id, row.closed_at = state, reason, by.user_id, at
    row.save()
    record(by=by, action=state, subject=row)


def reopen_row(row: FollowUp) -> None:
    """It is owed from now on."""
    row.state, row.reason, row.appointment = OPEN, "", None
    row.closed_by = row.closed_at = None
    row.save()
