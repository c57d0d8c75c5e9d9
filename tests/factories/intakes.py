"""Intakes: begun, answered, sent. The answers come from the vignettes of the pack."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.utils import timezone

from clinic.access import Actor, Kind
from clinic.models import Appointment, User
from intake.commands import beginning, responses, telling
from intake.demo.answering import leave_contradictions, numbers
from intake.demo.stories import Story, tell_stories
from intake.models import Invitation, Response
from intake.notices import words
from intake.queries.notices import places
from intake.rules.compiled import compile_pack
from intake.rules.pack import load_pack
from tests.factories.clinics import inside
from tests.factories.visits import invite


@cache
def stories(today: date) -> tuple[Story, ...]:
    """Every vignette with whole answers."""
    pack = load_pack()
    told = tell_stories(pack, compile_pack(pack), today)
    return tuple(story for story in told if story.is_complete)


def calm_answers(**changes: Any) -> dict[str, Any]:
    """A whole intake, nothing urgent in it. `changes`: link ids, two underscores for a dot."""
    return answers_of("routine", changes)


def urgent_answers(**changes: Any) -> dict[str, Any]:
    """A whole intake with an emergency in it."""
    return answers_of("emergency", changes)


def answers_of(urgency: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    found = next(story for story in stories(timezone.now().date()) if story.urgency == urgency)
    named = {link_id.replace("__", "."): value for link_id, value in changes.items()}
    return {**found.answers, **named}


def patient_actor(invitation: Invitation) -> Actor:
    return Actor(Kind.PATIENT, str(invitation.pk), invitation.clinic_id)


def begin(by: User, visit: Appointment, language: str = "en") -> Response:
    """Invited if need be, and agreed to the notice."""
    with inside(visit.clinic_id):
        invitation = Invitation.objects.filter(appointment=visit).first()
        if invitation is None:
            invite(by, visit)
            invitation = Invitation.objects.get(appointment=visit)
        return beginning.begin(
            by=patient_actor(invitation),
            at=timezone.now(),
            invitation=invitation,
            notice=words("notice", language=language, places=places(visit.clinic)),
            language=language,
        )


def answer(response: Response, answers: Mapping[str, Any], *, declined: Any = ()) -> Response:
    """Save answers as a page would that asked just these."""
    page = responses.Page(frozenset({*answers, *declined}), answers, frozenset(declined))
    with inside(response.clinic_id):
        return responses.save_answers(
            by=patient_actor(response.invitation),
            at=timezone.now(),
            response_id=response.pk,
            page=page,
            language=response.language,
            today=timezone.now().date(),
        )


def tell(response: Response) -> Any:
    """Show the message of a red flag, if there is one to show."""
    with inside(response.clinic_id):
        return telling.tell(
            by=patient_actor(response.invitation),
            at=timezone.now(),
            response=Response.objects.get(pk=response.pk),
            language=response.language,
            today=timezone.now().date(),
            numbers=numbers(response.appointment.clinic),
        )


def confirm(response: Response) -> None:
    """The patient has read what was shown."""
    with inside(response.clinic_id):
        by = patient_actor(response.invitation)
        telling.confirm(by=by, at=timezone.now(), response=response)


def submit(response: Response, key: uuid.UUID | None = None) -> Response:
    """Sign and send; what does not fit together stays so."""
    with inside(response.clinic_id):
        visit = response.appointment
        leave_contradictions(
            by=patient_actor(response.invitation),
            at=timezone.now(),
            response=response,
            day=timezone.now().date(),
        )
        return responses.submit(
            by=patient_actor(response.invitation),
            at=timezone.now() + timedelta(seconds=1),
            invitation_id=response.invitation_id,
            key=key or uuid.uuid4(),
            signer="Otter Testwood",
            statement=words("statement", language=response.language, places=places(visit.clinic)),
            today=timezone.now().date(),
        )


def submitted(by: User, visit: Appointment, answers: Mapping[str, Any] | None = None) -> Response:
    """A whole intake of a visit."""
    response = begin(by, visit)
    answer(response, calm_answers() if answers is None else answers)
    return submit(response)
