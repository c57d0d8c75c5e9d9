"""The therapist's note: a draft, then signed and frozen, then only added to."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.models import Appointment
from clinic.walls import in_transaction
from intake.commands import followups
from intake.merging import Seen, merge
from intake.models import Addendum, Note, Response
from intake.models.notes import ANSWERS, kept_of, stamp_of
from intake.wishes import WISH, Wish


class NoteSigned(Exception):
    """The note is signed: what is still to say goes into an addendum."""


class NoteOfAnother(Exception):
    """A colleague has begun the note of this visit."""


class NothingWritten(Exception):
    """An empty note is neither begun nor signed."""


@dataclass(frozen=True)
class Saved:
    """The note as it is now. `differing`: what another window wrote into a part, kept as it is.

    `moved_from`: the stamp of the answers that the page was drawn with, where they are others now
    and it was to be signed.
    """

    note: Note
    taken: frozenset[str]
    differing: Mapping[str, str]
    moved_from: str = ""


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
    """Save the parts of a draft; with `is_signed` freeze it, unless another window wrote otherwise
    or the patient has changed the answers since the page was drawn.

    Part by part: changed here only, it is taken; changed elsewhere only, it stays. `seen` is what
    the page was drawn from. Under the key WISH stands the follow-up that is wanted: it is owed from
    this moment, and fixed when the desk has booked or closed it.
    Raises NoteSigned, NoteOfAnother, NothingWritten.
    """
    note = locked(by, appointment)
    merged = merge(
        asked=frozenset(parts),
        seen=seen or Seen(),
        saved=note.kept,
        given=kept_of(appointment.pk, parts),
    )
    differing = {key: said_of(note, key) for key in merged.differing}
    wish = parts[WISH] if WISH in merged.taken else note.wish
    if wish != note.wish and followups.is_settled(note):
        wish, differing[WISH] = note.wish, "the desk has booked or closed the follow-up"
    moved_from = answers_before(appointment, seen) if is_signed else ""
    is_signing = is_signed and not differing and not moved_from
    is_changed = write(note, {key: parts[key] for key in merged.taken - {WISH}})
    if not note.parts and (is_signing or (note._state.adding and not wish)):
        raise NothingWritten
    if is_changed or wish != note.wish:
        keep(note, by, at)
    if wish != note.wish:
        followups.ask(by=by, at=at, note=note, wish=Wish.read(wish))
    if is_signing:
        keep(note, by, at, signed_at=at)
    if moved_from:
        record(by=by, action="held back", subject=note)
    return Saved(note, merged.taken, differing, moved_from)


def answers_before(visit: Appointment, seen: Seen | None) -> str:
    """The page's stamp of the answers, where the patient has saved since; else empty.

    Without a stamp nothing is held back: only a page of ours carries one.
    """
    drawn = seen.stamps.get(ANSWERS, "") if seen else ""
    rows = Response.objects.filter(appointment=visit).values_list("saved_at", flat=True)
    return "" if drawn == stamp_of(rows.first()) else drawn


def keep(note: Note, by: Actor, at: datetime, signed_at: datetime | None = None) -> None:
    """Write the row and the trail."""
    note.saved_at, note.signed_at = at, signed_at
    note.save()
    record(by=by, action="signed" if signed_at else "saved", subject=note)


def said_of(note: Note, key: str) -> str:
    """What is saved of a part, or of the wish, to be read."""
    if key != WISH:
        return note.parts.get(key, "")
    wish = Wish.read(note.wish)
    return wish.label if wish else "no follow-up is owed"


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
    followups.attach(note)
    return note


def write(note: Note, parts: Mapping[str, str]) -> bool:
    """Put texts into the note; whether that changed anything."""
    changed = {key: text for key, text in parts.items() if text != note.parts.get(key, "")}
    for key, text in changed.items():
        setattr(note, key, text or None)
    return bool(changed)


@in_transaction
def amend(*, by: Actor, at: datetime, note: Note, text: str, key: uuid.UUID) -> Addendum:
    """Add to a signed note, with who and when. `key` comes with the form: sent twice it is one."""
    # Of two that come at once, the second waits and finds the first.
    Appointment.objects.select_for_update(no_key=True).get(pk=note.appointment_id)
    if same := Addendum.objects.filter(pk=key, note=note).first():
        return same
    addendum = Addendum.objects.create(
        id=key, clinic_id=note.clinic_id, note=note, text=text, by_id=by.user_id, at=at
    )
    record(by=by, action="amended", subject=note)
    return addendum
