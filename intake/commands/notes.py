"""The therapist's note: a draft, then signed and frozen, then only added to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.models import Appointment
from clinic.walls import in_transaction
from intake.merging import Seen, merge
from intake.models import Addendum, Note
from intake.models.notes import kept_of


class NoteSigned(Exception):
    """The note is signed: what is still to say goes into an addendum."""


class NoteOfAnother(Exception):
    """A colleague has begun the note of this visit."""


class NothingWritten(Exception):
    """An empty note is neither begun nor signed."""


@dataclass(frozen=True)
class Saved:
    """The note as it is now. `differing`: what another window wrote into a part, kept as it is."""

    note: Note
    taken: frozenset[str]
    differing: Mapping[str, str]


@in_transaction
def save_note(
    *,
    by: Actor,
    at: datetime,
    appointment: Appointment,
    parts: Mapping[str, str],
    is_signed: bool,
    seen: Seen | None = None,
) -> Saved:
    """Save the parts of a draft; with `is_signed` freeze it, unless another window wrote otherwise.

    Part by part: changed here only, it is taken; changed elsewhere only, it stays. `seen` is what
    the page was drawn from. Raises NoteSigned, NoteOfAnother, NothingWritten.
    """
    note = locked(by, appointment)
    merged = merge(
        asked=frozenset(parts),
        seen=seen or Seen(),
        saved=note.kept,
        given=kept_of(appointment.pk, {key: text for key, text in parts.items() if text}),
    )
    differing = {key: note.parts.get(key, "") for key in merged.differing}
    is_changed = write(note, {key: parts[key] for key in merged.taken})
    is_signing = is_signed and not differing
    if not note.parts and (is_signing or note._state.adding):
        raise NothingWritten
    if is_changed or is_signing:
        note.saved_at, note.signed_at = at, at if is_signing else None
        note.save()
        record(by=by, action="signed" if is_signing else "saved", subject=note)
    return Saved(note, merged.taken, differing)


def locked(by: Actor, visit: Appointment) -> Note:
    """The draft of a visit, or a new one."""
    # The visit is locked, not the note: at first there is none to lock.
    Appointment.objects.select_for_update(no_key=True).get(pk=visit.pk)
    note = Note.objects.filter(appointment=visit).first()
    if note is None:
        return Note(
            clinic_id=visit.clinic_id,
            patient_id=visit.patient_id,
            appointment=visit,
            author_id=by.user_id,
        )
    if note.author_id != by.user_id:
        raise NoteOfAnother
    if note.is_signed:
        raise NoteSigned
    return note


def write(note: Note, parts: Mapping[str, str]) -> bool:
    """Put texts into the note; whether that changed anything."""
    changed = {key: text for key, text in parts.items() if text != note.parts.get(key, "")}
    for key, text in changed.items():
        setattr(note, key, text or None)
    return bool(changed)


@in_transaction
def amend(*, by: Actor, at: datetime, note: Note, text: str) -> Addendum:
    """Add to a signed note, with who and when."""
    addendum = Addendum.objects.create(
        clinic_id=note.clinic_id, note=note, text=text, by_id=by.user_id, at=at
    )
    record(by=by, action="amended", subject=note)
    return addendum
