"""Home programmes, given and opened."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from clinic.models import Appointment, User
from intake.commands import invitations, programmes
from intake.commands.programmes import Wish
from intake.handouts import Chosen
from intake.models import Invitation, Programme
from intake.models.invitations import Purpose
from tests.clients import Browser
from tests.factories.clinics import actor, inside

MARCH = Chosen("X-MARCH-SEAT", {"sets": 2, "reps": 15, "per_day": 1}, "")


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
