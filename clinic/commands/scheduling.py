"""Booking and cancelling. Whether a time is free is decided by the database, never before it."""

from datetime import datetime, timedelta

import psycopg
from django.db import IntegrityError, transaction

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.models import Appointment, Patient, User
from clinic.walls import in_transaction


class Clash(Exception):
    """The time is taken. `of` says whose: "therapist" or "patient"."""

    def __init__(self, of: str) -> None:
        super().__init__(of)
        self.of = of


@in_transaction
def book(
    *,
    by: Actor,
    at: datetime,
    patient: Patient,
    therapist: User,
    starts_at: datetime,
    minutes: int,
    is_overbooked: bool = False,
) -> Appointment:
    """Book a visit; raises Clash. Overbooking is on purpose, and kept with who did it."""
    appointment = Appointment(
        clinic_id=patient.clinic_id,
        patient=patient,
        therapist=therapist,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        is_overbooked=is_overbooked,
        created_by_id=by.user_id,
        created_at=at,
    )
    try:
        with transaction.atomic():
            appointment.save(force_insert=True)
    except IntegrityError as error:
        raise Clash(clash_of(error)) from error
    record(by=by, action="overbooked" if is_overbooked else "booked", subject=appointment)
    return appointment


def clash_of(error: IntegrityError) -> str:
    """Which of the two exclusion constraints refused; any other refusal is passed on."""
    names = {"no_double_booking": "therapist", "no_two_places_at_once": "patient"}
    cause = error.__cause__
    constraint = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
    if constraint is None or constraint not in names:
        raise error
    return names[constraint]


@in_transaction
def cancel(*, by: Actor, at: datetime, appointment: Appointment) -> None:
    """Free the time. Cancelling twice changes nothing."""
    row = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if row.cancelled_at is None:
        row.cancelled_at, row.cancelled_by_id = at, by.user_id
        row.save(update_fields=["cancelled_at", "cancelled_by"])
        record(by=by, action="cancelled", subject=row)
