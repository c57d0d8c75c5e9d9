"""Examination results: entered at the visit, withdrawn by another entry, never changed."""

from datetime import datetime

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.models import Appointment
from clinic.walls import in_transaction
from intake.commands.notes import NoteSigned
from intake.models import ExamResult, Note


@in_transaction
def enter_result(
    *, by: Actor, at: datetime, appointment: Appointment, test: str, side: str, outcome: str
) -> ExamResult:
    """Keep what a test showed. Raises NoteSigned: what is found later goes into an addendum."""
    # The visit is locked as for its note: a result cannot slip in under a signature.
    Appointment.objects.select_for_update(no_key=True).get(pk=appointment.pk)
    if Note.objects.filter(appointment=appointment).exclude(signed_at=None).exists():
        raise NoteSigned
    result = ExamResult.objects.create(
        clinic_id=appointment.clinic_id,
        appointment=appointment,
        test=test,
        side=side,
        outcome=outcome,
        by_id=by.user_id,
        at=at,
    )
    record(by=by, action="examined", subject=result)
    return result
