"""The note of a visit as a value."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinic.models import Appointment
from intake.models import Addendum, Note


@dataclass(frozen=True)
class AddendumRead:
    """What was added, by whom and when."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class NoteRead:
    """A note and what was added to it."""

    id: UUID
    text: str
    state: str
    author: str
    saved_at: datetime
    signed_at: datetime | None
    addenda: tuple[AddendumRead, ...]


def get_note(visit: Appointment) -> NoteRead | None:
    """The note of a visit that was fetched with `note__author`."""
    note: Note | None = getattr(visit, "note", None)
    if note is None:
        return None
    return NoteRead(
        note.pk,
        note.text,
        "signed" if note.is_signed else "draft",
        note.author.name,
        note.saved_at,
        note.signed_at,
        list_addenda(note) if note.is_signed else (),
    )


def list_addenda(note: Note) -> tuple[AddendumRead, ...]:
    """In the order they were added."""
    rows = Addendum.objects.filter(note=note).select_related("by").order_by("at")
    return tuple(AddendumRead(row.text, row.by.name, row.at) for row in rows)
