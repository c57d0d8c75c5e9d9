"""Writing the audit trail, in the transaction of what it tells of (decision D-02)."""

from django.db import models

from clinic.access import Actor
from clinic.models import AuditEvent
from clinic.statements import write
from clinic.walls import inside_clinic

COLUMNS = (
    *("clinic_id", "actor_kind", "actor_id", "action"),
    *("subject_type", "subject_id", "request_id"),
)
WRITE = f"""INSERT INTO clinic_auditevent ({", ".join(COLUMNS)})
    VALUES ({", ".join("%s" for _ in COLUMNS)})"""  # noqa: S608 - names of ours


class Anonymous(Exception):
    """Nobody was named: an audit row without an actor is refused."""


def event(*, by: Actor, action: str, subject: models.Model | None, kind: str = "") -> AuditEvent:
    """One row, not yet saved."""
    if not by.id:
        raise Anonymous(action)
    return AuditEvent(
        clinic_id=by.clinic_id,
        actor_kind=by.kind,
        actor_id=by.id,
        action=action,
        subject_type=kind or (subject._meta.model_name or "" if subject else ""),
        subject_id=str(subject.pk) if subject else "",
        request_id=by.request_id,
    )


def record(*, by: Actor, action: str, subject: models.Model | None, kind: str = "") -> None:
    """Write one row; if that fails, what it tells of is rolled back with it."""
    row = event(by=by, action=action, subject=subject, kind=kind)
    write(WRITE, [getattr(row, column) for column in COLUMNS])


def record_denial(*, by: Actor, view: str) -> None:
    """Write that somebody was refused, in a transaction of its own."""
    with inside_clinic(by.clinic_id):
        record(by=by, action="denied", subject=None, kind=view[:30])
