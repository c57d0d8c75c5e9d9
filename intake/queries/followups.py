"""Follow-ups as values: what the desk owes, what fell through, and the one of a note.

Nothing here opens a note: the desk reads when, how long and with whom, never why.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from clinic.models import Patient, User
from intake.models import FollowUp, Note
from intake.models.followups import BOOKED, DECLINED, OPEN, REASONS, RECALLED, TAKEN_BACK
from intake.wishes import DAYS

PAGE = 60
LATELY = timedelta(days=30)
MOST_COUNTED = 99
OWED = f"""(SELECT count(*) FROM (
    SELECT 1 FROM intake_followup WHERE clinic_id = %s AND state = 'open' LIMIT {MOST_COUNTED}
) owed)"""  # noqa: S608 - a number of ours
VALUES = (
    *("id", "state", "days", "wanted_from", "wanted_by", "minutes", "reason"),
    *("closed_at", "fell_at", "patient_id", "therapist_id", "therapist__name", "asked_by__name"),
    *("patient__given_name", "patient__family_name", "patient__reference"),
    *("closed_by__name", "note__appointment_id", "tries", "tried_at", "tried_by__name"),
)


class OwedCount(RawSQL):
    """How many follow-ups a clinic owes, in the statement that counts its day."""

    contains_aggregate = True  # a count of its own, over no row of that statement

    def __init__(self, clinic_id: int) -> None:
        super().__init__(OWED, (clinic_id,))


@dataclass(frozen=True)
class Owed:
    """One line of the desk's list. `with_whom` is empty for any therapist."""

    id: uuid.UUID
    patient_id: int
    patient_name: str
    patient_reference: str
    wanted_from: date
    wanted_by: date
    after_label: str
    minutes: int
    therapist_id: int | None
    with_whom: str
    asked_by: str
    is_overdue: bool
    is_due: bool
    state: str
    reason_label: str
    closed_by: str
    closed_at: datetime | None
    fell_at: datetime | None
    visit_id: int
    tries: int
    tried_by: str
    tried_at: datetime | None
    may_be_put_back: bool

    @property
    def aim(self) -> date:
        """The middle of the time that it is wanted for."""
        return self.wanted_from + (self.wanted_by - self.wanted_from) / 2


def owed_of(row: dict[str, Any], today: date) -> Owed:
    """A row as a value."""
    is_open = row["state"] == OPEN
    return Owed(
        id=row["id"],
        patient_id=row["patient_id"],
        patient_name=f"{row['patient__given_name']} {row['patient__family_name']}",
        patient_reference=row["patient__reference"],
        wanted_from=row["wanted_from"],
        wanted_by=row["wanted_by"],
        after_label=DAYS[row["days"]],
        minutes=row["minutes"],
        therapist_id=row["therapist_id"],
        with_whom=row["therapist__name"] or "",
        asked_by=row["asked_by__name"],
        is_overdue=is_open and row["wanted_by"] < today,
        is_due=is_open and row["wanted_from"] <= today,
        state=row["state"],
        reason_label=REASONS.get(row["reason"], ""),
        closed_by=row["closed_by__name"] or "",
        closed_at=row["closed_at"],
        fell_at=row["fell_at"],
        visit_id=row["note__appointment_id"],
        tries=row["tries"],
        tried_by=row["tried_by__name"] or "",
        tried_at=row["tried_at"],
        may_be_put_back=row["reason"] != TAKEN_BACK,
    )


def list_owed(
    user: User, today: date, *, is_due: bool = False, after: str = ""
) -> tuple[tuple[Owed, ...], str | None]:
    """One page of what is owed, the longest overdue first, and the key of the next page."""
    rows = FollowUp.objects.visible_to(user).owed()
    if is_due:
        rows = rows.filter(wanted_from__lte=today)
    return paged(rows, today, after)


def list_fallen(user: User, now: datetime, today: date, after: str = "") -> Any:
    """What this therapist asked for and nobody will come to, as far as is known.

    Overdue, cancelled, not reached, declined.
    """
    still = Q(state=OPEN) & (Q(wanted_by__lt=today) | Q(fell_at__isnull=False) | Q(tries__gt=0))
    ended = Q(state__in=(DECLINED, RECALLED), closed_at__gte=now - LATELY)
    mine = FollowUp.objects.visible_to(user).filter(asked_by_id=user.pk)
    rows = mine.filter(still | (ended & ~Q(closed_by_id=user.pk)))
    return paged(rows, today, after)


def paged(rows: QuerySet[FollowUp], today: date, after: str) -> tuple[tuple[Owed, ...], str | None]:
    """By the last day that they are wanted for."""
    if last := read_key(after):
        wanted_by, last_id = last
        rows = rows.filter(
            Q(wanted_by__gt=wanted_by) | Q(wanted_by=wanted_by, id__gt=last_id),
            wanted_by__gte=wanted_by,
        )
    found = rows.order_by("wanted_by", "id").values(*VALUES)[: PAGE + 1]
    owed = tuple(owed_of(row, today) for row in found)
    if len(owed) <= PAGE:
        return owed, None
    last_shown = owed[PAGE - 1]
    return owed[:PAGE], f"{last_shown.wanted_by.isoformat()}_{last_shown.id}"


def read_key(key: str) -> tuple[date, uuid.UUID] | None:
    """Day and id of the last line of a page; None for anything that is not such a key."""
    day, _, last_id = key.partition("_")
    try:
        return date.fromisoformat(day), uuid.UUID(last_id)
    except ValueError:
        return None


def list_closed(user: User, now: datetime, today: date) -> tuple[Owed, ...]:
    """What was declined or recalled lately, the last first: so that a slip can be put back."""
    rows = FollowUp.objects.visible_to(user).filter(
        state__in=(DECLINED, RECALLED), closed_at__gte=now - LATELY
    )
    found = rows.order_by("-closed_at", "id").values(*VALUES)[:PAGE]
    return tuple(owed_of(row, today) for row in found)


def list_of_patient(user: User, patient: Patient, today: date) -> tuple[Owed, ...]:
    """What one patient is owed."""
    rows = FollowUp.objects.visible_to(user).owed().filter(patient=patient)
    found = rows.order_by("wanted_by", "id").values(*VALUES)[:5]
    return tuple(owed_of(row, today) for row in found)


def get_owed(user: User, follow_up_id: uuid.UUID, today: date) -> Owed | None:
    """One of the clinic's, whatever became of it."""
    rows = FollowUp.objects.visible_to(user).filter(pk=follow_up_id).values(*VALUES)
    row = rows.first()
    return owed_of(row, today) if row else None


@dataclass(frozen=True)
class Again:
    """The follow-up of a note as its author reads it."""

    id: uuid.UUID
    state: str
    label: str
    starts_at: datetime | None
    reason_label: str
    fell_at: datetime | None
    wanted_from: date
    wanted_by: date
    is_overdue: bool
    tries: int
    tried_at: datetime | None
    asked_by_id: int
    closed_by: str
    closed_at: datetime | None
    is_taken_back: bool


def get_again(note: Note | None, today: date) -> Again | None:
    """Of a note that was fetched with `follow_up__appointment` and `follow_up__closed_by`.

    Nothing of a wish that its therapist dropped before she signed: the note never had it.
    """
    row: FollowUp | None = getattr(note, "follow_up", None)
    if row is None or was_dropped(row):
        return None
    return Again(
        row.pk,
        row.state,
        row.wish.label,
        row.appointment.starts_at if row.state == BOOKED and row.appointment else None,
        REASONS.get(row.reason, ""),
        row.fell_at,
        row.wanted_from,
        row.wanted_by,
        row.is_open and row.wanted_by < today,
        row.tries,
        row.tried_at,
        row.asked_by_id,
        row.closed_by.name if row.closed_by else "",
        row.closed_at,
        row.reason == TAKEN_BACK,
    )


def was_dropped(row: FollowUp) -> bool:
    """Whether whoever asked for it took it back while the note was a draft."""
    if row.reason != TAKEN_BACK or row.closed_by_id != row.asked_by_id or not row.closed_at:
        return False
    return row.note.signed_at is None or row.closed_at <= row.note.signed_at
