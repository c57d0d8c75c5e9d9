"""The therapist's note: a draft, then signed and frozen, then only added to."""

from datetime import datetime

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.models import Appointment
from clinic.walls import in_transaction
from intake.models import Addendum, Note


class NoteSigned(Exception):
    """The note is signed: what is still to say goes into an addendum."""


class NoteOfAnother(Exception):
    """A colleague has begun the note of this visit."""


@in_transaction
def save_note(
    *, by: Actor, at: datetime, appointment: Appointment, text: str, is_signed: bool
) -> Note:
    """Save the draft; with `is_signed` freeze it. Raises NoteSigned, NoteOfAnother."""
    # The visit is locked, not the note: at first there is none to lock.
    Appointment.objects.select_for_update(no_key=True).get(pk=appointment.pk)
    note = Note.objects.filter(appointment=appointment).first()
    if note is None:
        note = Note(
            clinic_id=appointment.clinic_id,
            patient_id=appointment.patient_id,
            appointment=appointment,
            author_id=by.user_id,
        )
    elif note.author_id != by.user_id:
        raise NoteOfAnother
    elif note.is_signed:
        raise NoteSigned
    note.text, note.saved_at = text, at
    note.signed_at = at if is_signed else None
    note.save()
    record(by=by, action="signed" if is_signed else "saved", subject=note)
    return note


@in_transaction
def amend(*, by: Actor, at: datetime, note: Note, text: str) -> Addendum:
    """Add to a signed note, with who and when."""
    addendum = Addendum.objects.create(
        clinic_id=note.clinic_id, note=note, text=text, by_id=by.user_id, at=at
    )
    record(by=by, action="amended", subject=note)
    return addendum
