"""Notes as values: the one of a visit, and those that are left to do."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from clinic.models import Appointment, User
from intake.models import Addendum, Note
from intake.queries.days import day_starts
from intake.queries.desk import read_key
from intake.soap import PARTS, Part

PAGE = 60
LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True)
class AddendumRead:
    """What was added, by whom and when."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Written:
    """One part of a note with its text."""

    part: Part
    text: str


@dataclass(frozen=True)
class NoteRead:
    """A note and what was added to it."""

    id: UUID
    written: tuple[Written, ...]
    state: str
    author: str
    author_id: int
    saved_at: datetime
    signed_at: datetime | None
    addenda: tuple[AddendumRead, ...]


def get_note(visit: Appointment) -> NoteRead | None:
    """The note of a visit that was fetched with `note__author`."""
    note: Note | None = getattr(visit, "note", None)
    if note is None:
        return None
    parts = note.parts
    return NoteRead(
        note.pk,
        tuple(Written(part, parts[part.key]) for part in PARTS if part.key in parts),
        "signed" if note.is_signed else "draft",
        note.author.name,
        note.author_id,
        note.saved_at,
        note.signed_at,
        list_addenda(note) if note.is_signed else (),
    )


def list_addenda(note: Note) -> tuple[AddendumRead, ...]:
    """In the order they were added."""
    rows = Addendum.objects.filter(note=note).select_related("by").order_by("at")
    return tuple(AddendumRead(row.text, row.by.name, row.at) for row in rows)


@dataclass(frozen=True)
class Unfinished:
    """A visit whose note is not signed. `saved_at` is None where there is none yet."""

    visit_id: int
    starts_at: datetime
    patient_name: str
    patient_reference: str
    saved_at: datetime | None


VALUES = ("patient__given_name", "patient__family_name", "patient__reference")


def list_unsigned(user: User, after: str = "") -> tuple[tuple[Unfinished, ...], str | None]:
    """One page of this therapist's drafts, the oldest visit first, and the key of the next page."""
    rows = Appointment.objects.visible_to(user).filter(
        note__author_id=user.pk, note__signed_at=None, note__isnull=False
    )
    if last := read_key(after):
        starts_at, last_id = last
        rows = rows.filter(Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, id__gt=last_id))
    found = rows.order_by("starts_at", "id").values("id", "starts_at", "note__saved_at", *VALUES)
    drafts = tuple(map(unfinished_of, found[: PAGE + 1]))
    if len(drafts) <= PAGE:
        return drafts, None
    last_shown = drafts[PAGE - 1]
    key = f"{last_shown.starts_at.isoformat().replace('+00:00', 'Z')}_{last_shown.visit_id}"
    return drafts[:PAGE], key


def list_without_note(
    user: User, now: datetime, today: date, zone: ZoneInfo
) -> tuple[Unfinished, ...]:
    """This therapist's visits of the last week that are over and have no note."""
    rows = (
        Appointment.objects.visible_to(user)
        .standing()
        .filter(therapist_id=user.pk, note=None, ends_at__lte=now)
        .filter(starts_at__gte=day_starts(today, zone) - LOOK_BACK)
    )
    found = rows.order_by("starts_at", "id").values("id", "starts_at", *VALUES)
    return tuple(map(unfinished_of, found[:PAGE]))


def unfinished_of(row: dict[str, Any]) -> Unfinished:
    """A row as a value."""
    return Unfinished(
        visit_id=row["id"],
        starts_at=row["starts_at"],
        patient_name=f"{row['patient__given_name']} {row['patient__family_name']}",
        patient_reference=str(row["patient__reference"]),
        saved_at=row.get("note__saved_at"),
    )
