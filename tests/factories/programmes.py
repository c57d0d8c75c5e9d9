"""Home programmes, given and opened."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.conf import settings
from django.utils import timezone

from clinic.commands import tasks
from clinic.models import Appointment, Patient, Task, User
from intake.commands import flags, invitations, programmes
from intake.commands.programmes import Wish
from intake.handouts import Chosen
from intake.models import Flag, Invitation, Programme
from intake.models.invitations import Purpose
from intake.queries.alarms import alarms_of
from intake.rules.pack import load_pack
from tests.clients import Browser
from tests.factories.clinics import actor, inside
from tests.factories.intakes import answer, begin, urgent_answers
from tests.factories.visits import make_visit

# The clock stands still; one verdict comes after the other all the same.
SECONDS = count()
MARCH = Chosen("X-MARCH-SEAT", {"sets": 2, "reps": 15, "per_day": 1}, "", is_asked=True)


def give(
    by: User, visit: Appointment, wish: Wish | None = None, at: datetime | None = None
) -> Programme:
    """A programme of one exercise that nothing speaks against."""
    at = at or timezone.now()
    with inside(visit.clinic_id):
        return programmes.give(
            by=actor(by),
            at=at,
            visit=visit,
            wish=wish or Wish([MARCH]),
            today=at.date(),
            zone=visit.clinic.zone,
        )


def close_calls(by: User, patient: Patient) -> None:
    """Somebody took each open call of a patient and spoke with them."""
    with inside(patient.clinic_id):
        for task in Task.objects.open().filter(patient=patient):
            tasks.take(by=actor(by), at=timezone.now(), task_id=task.pk)
            done = tasks.Report(uuid.uuid4(), "called")
            tasks.report(by=actor(by), at=timezone.now(), task_id=task.pk, done=done)


def open_programme(visit: Appointment, at: datetime | None = None) -> str:
    """A link session for the programme of a visit's patient; the key for the browser's cookie."""
    at = at or timezone.now()
    with inside(visit.clinic_id):
        invitation, _ = Invitation.objects.get_or_create(
            appointment=visit,
            defaults={
                "clinic_id": visit.clinic_id,
                "patient": visit.patient,
                "created_by_id": visit.therapist_id,
                "created_at": at,
            },
        )
        opened = invitations.new_session(invitation=invitation, at=at, purpose=Purpose.PROGRAMME)
        return opened.key


def with_programme_link(key: str, **options: Any) -> Browser:
    """The browser of a patient who opened the link to a programme."""
    browser = Browser(**options)
    browser.cookies[settings.PROGRAMME_COOKIE_NAME] = key
    return browser


def form_of(*ids: str, **more: Any) -> dict[str, Any]:
    """What the page posts for these exercises, with the pack's own dose, all asked."""
    given = {"action": "give", "chosen": list(ids), "key": str(uuid.uuid4())}
    for id in ids:
        given[f"{id}.asked"] = "on"
        for key, number in load_pack().exercises[id].start().items():
            given[f"{id}.{key}"] = number
    return given | more


def raise_alarm(desk: User, therapist: User, patient: Patient) -> list[Flag]:
    """An emergency among the answers of another visit of the patient; its call is open."""
    response = begin(desk, make_visit(desk, therapist, patient))
    answer(response, urgent_answers())
    with inside(response.clinic_id):
        return list(Flag.objects.filter(response=response, urgency__gte=2, is_suppressed=False))


def rule_out(by: User, patient: Patient) -> None:
    """Everything urgent, and whatever it had hidden: not this."""
    for _ in range(5):
        with inside(patient.clinic_id):
            judge(by, list(alarms_of(patient.pk)), "not_this")


def judge(by: User, raised: Iterable[Flag], choice: str) -> None:
    """A verdict on each, a second after the one before."""
    at = timezone.now() + timedelta(seconds=next(SECONDS))
    for flag in raised:
        with inside(flag.clinic_id):
            flags.judge(by=actor(by), at=at, flag=flag, choice=choice, reason="examined")
