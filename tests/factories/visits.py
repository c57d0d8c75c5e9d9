"""Patients, their appointments, and the link to an intake."""

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from clinic.commands.people import create_patient
from clinic.commands.scheduling import book
from clinic.models import Appointment, Message, Patient, User
from intake.commands import invitations
from intake.models import Invitation
from tests.factories.clinics import actor, inside

BORN = date(1980, 3, 27)
_numbers = count(1)


def today_at(hour: int, minute: int = 0) -> datetime:
    """A time today, UTC."""
    return datetime.combine(timezone.now().date(), time(hour, minute), tzinfo=UTC)


def make_patient(by: User, **changes: Any) -> Patient:
    """Somebody new at the clinic of `by`."""
    number = next(_numbers)
    values = {
        "given_name": f"Otter{number}",
        "family_name": "Testwood",
        "birth_date": BORN,
        "language": "en",
        "email": f"otter{number}@patients.example",
        "phone": "07700 900123",
        **changes,
    }
    with inside(by.clinic_id):
        return create_patient(by=actor(by), at=timezone.now(), **values)


def make_visit(
    by: User,
    therapist: User,
    patient: Patient | None = None,
    starts_at: datetime | None = None,
    **changes: Any,
) -> Appointment:
    """A booking; without a time it takes the therapist's next free half hour from 14:00 today."""
    patient = patient or make_patient(by)
    with inside(by.clinic_id):
        return book(
            by=actor(by),
            at=timezone.now(),
            patient=patient,
            therapist=therapist,
            starts_at=starts_at or next_free(therapist),
            **{"minutes": 30, **changes},
        )


def next_free(therapist: User) -> datetime:
    taken = Appointment.objects.filter(therapist=therapist).order_by("-ends_at")
    last = taken.values_list("ends_at", flat=True).first()
    return max(last or today_at(14), today_at(14))


def invite(by: User, visit: Appointment, at: datetime | None = None) -> str:
    """Send the link; the token in it."""
    with inside(visit.clinic_id):
        message = invitations.invite(by=actor(by), at=at or timezone.now(), appointment=visit)
        return token_of(message)


def token_of(message: Message) -> str:
    """The secret part of the link in a mail."""
    found = re.search(r"/i/([^/\s]+)/", message.body)
    assert found, message.body
    return found[1]


def open_link(visit: Appointment, at: datetime | None = None) -> str:
    """A link session for an invited visit; the key for the browser's cookie."""
    at = at or timezone.now()
    with inside(visit.clinic_id):
        invitation = Invitation.objects.get(appointment=visit)
        return invitations.new_session(invitation=invitation, at=at).key


def days_ago(number: int) -> datetime:
    return timezone.now() - timedelta(days=number)
