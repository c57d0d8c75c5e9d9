"""Urgent calls as a therapist reads them: on the list of open ones and at the top of a brief."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, Q, QuerySet, When
from django.db.models.functions import JSONObject
from django.urls import reverse

from clinic.models import Appointment, Contact, Task, TaskEvent, Urgency, User
from clinic.queries.tasks import time_of
from intake import labels
from intake.queries.call_events import CallEvent, event_of, folded, history_columns
from intake.queries.sealed import opened, text_of
from intake.queries.sign_offs import sign_off_of_visit


@dataclass(frozen=True)
class Call:
    """One urgent call: who holds it, until when, whom to ring, and what happened so far."""

    id: uuid.UUID
    visit_id: int
    patient_name: str
    patient_reference: str
    phone: str | None
    email: str | None  # only where there is no number, for whoever may read
    therapist_name: str
    starts_at: datetime | None
    urgency: str
    urgency_label: str
    state: str
    holder: str
    is_mine: bool
    may_read: bool
    opened_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    is_late: bool
    was_changed: bool  # the answers show nothing urgent any more, as far as is known
    tried: CallEvent | None  # the last try that did not reach the patient
    events: tuple[CallEvent, ...]
    is_draft: bool = False  # on the list: nobody signed off the pack that says it is urgent

    @property
    def last(self) -> CallEvent:
        """What happened last."""
        return self.events[-1]

    @property
    def take_url(self) -> str:
        return reverse("call_take", args=[self.id])

    @property
    def report_url(self) -> str:
        return reverse("call_report", args=[self.id])

    @property
    def brief_url(self) -> str:
        return reverse("brief", args=[self.visit_id])


def as_rows(tasks: QuerySet[Task]) -> QuerySet[Task, Any]:
    """Each task with its history, in one column of one statement."""
    return tasks.values(
        json=JSONObject(
            id="id",
            clinic="clinic_id",
            visit="appointment_id",
            given="patient__given_name",
            family="patient__family_name",
            reference="patient__reference",
            contact="patient__contact__id",
            phone=text_of("patient__contact__phone"),
            email=text_of("patient__contact__email"),
            therapist="appointment__therapist__name",
            therapist_id="appointment__therapist_id",
            starts_at="appointment__starts_at",
            urgency="urgency",
            state="state",
            holder_id="holder_id",
            holder="holder__name",
            opened_at="opened_at",
            due_at="due_at",
            closed_at="closed_at",
            **history_columns(),
        )
    )


def with_calls(visits: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """With the urgent calls about each visit, the newest first, in the same statement."""
    calls = Task.objects.filter(appointment_id=OuterRef("pk")).order_by("-opened_at")
    return visits.annotate(**{"call_rows": ArraySubquery(as_rows(calls))})


def get_calls(visit: Appointment, user: User, at: datetime) -> tuple[Call, ...]:
    """The calls about a visit that came `with_calls`."""
    rows = getattr(visit, "call_rows", None) or []
    return tuple(call_of(row, user, at, may_read=True) for row in rows)


def list_calls(user: User, at: datetime) -> tuple[Call, ...]:
    """The open calls of the clinic: first her own that she took, then those nobody took, then what
    colleagues have; each by its time.

    What was written about another's patient is left out until the reader holds the call.
    """
    turn = Case(
        When(Q(state="taken", holder_id=user.pk), then=1), When(state="open", then=2), default=3
    )
    rows = as_rows(Task.objects.open().visible_to(user).order_by(turn, "due_at"))
    return tuple(
        replace(call_of(row["json"], user, at, may_read=False), is_draft=row["sign_off"] is None)
        for row in rows.annotate(sign_off=sign_off_of_visit())
    )


def call_of(row: dict[str, Any], user: User, at: datetime, *, may_read: bool) -> Call:
    """A row as a value. Whoever holds the call or the visit may read all of it."""
    may_read = may_read or user.pk in (row["holder_id"], row["therapist_id"])
    oldest_first = [event_of(each, row["clinic"], may_read) for each in reversed(row["events"])]
    urgency, due = Urgency(row["urgency"]).label, time_of(row["due_at"])
    phone = contact_of(row, "phone")
    return Call(
        id=uuid.UUID(row["id"]),
        visit_id=row["visit"],
        patient_name=f"{row['given']} {row['family']}",
        patient_reference=row["reference"],
        phone=phone,
        email=contact_of(row, "email") if may_read and not phone else None,
        therapist_name=row["therapist"],
        starts_at=time_of(row["starts_at"]),
        urgency=urgency,
        urgency_label=labels.URGENCY[urgency],
        state=row["state"],
        holder=row["holder"],
        is_mine=row["holder_id"] == user.pk,
        may_read=may_read,
        opened_at=time_of(row["opened_at"]),
        due_at=due,
        closed_at=time_of(row["closed_at"]),
        is_late=row["state"] != "closed" and due is not None and due <= at,
        was_changed=row["said"] == TaskEvent.Kind.CHANGED,
        tried=event_of(row["tried"], row["clinic"], may_read) if row["tried"] else None,
        events=folded(oldest_first, row["passes"]),
    )


def contact_of(row: dict[str, Any], column: str) -> str | None:
    """The number, or the address, on file."""
    if not row[column]:
        return None
    found: str = opened(Contact, column, row[column], uuid.UUID(row["contact"]), row["clinic"])
    return found
