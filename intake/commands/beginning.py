"""How an intake begins: the notice is agreed to, its one response is opened."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from clinic.access import Actor, Kind
from clinic.commands.audit import record
from clinic.walls import in_transaction
from intake.commands.instruments import attach
from intake.models import Consent, Invitation, Response
from intake.notices import Words
from intake.queries.questionnaires import get_newest
from intake.rules.derived import whole_years
from intake.voices import voice_of


@dataclass(frozen=True)
class Agreement:
    """Who agreed to the notice and how they came to it. `assent` is the Consent's."""

    role: str = "self"
    assent: str = ""
    way: str = "link"


@in_transaction
def begin(
    *,
    by: Actor,
    at: datetime,
    invitation: Invitation,
    notice: Words,
    language: str,
    agreement: Agreement = Agreement(),
) -> Response:
    """Keep the consent and open the one response of this appointment, its questions pinned.

    A member of the staff types for the patient on the telephone. Beginning twice gives the
    response there is.
    """
    # Two tabs agree at once: the second waits here and finds what the first began.
    Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    existing = Response.objects.filter(invitation=invitation).first()
    if existing:
        return existing
    response = Response.objects.create(
        clinic_id=invitation.clinic_id,
        patient_id=invitation.patient_id,
        appointment_id=invitation.appointment_id,
        invitation=invitation,
        questionnaire_id=get_newest().questionnaire_id,
        previous_id=last_sent(invitation.patient_id),
        language=language,
        answers={},
        declined=[],
        shown={},
        role=agreement.role,
        voice=voice_of(agreement.role, age_of(invitation, at)),
        way=agreement.way,
        typed_by_id=by.user_id if by.kind is Kind.STAFF else None,
        begun_at=at,
        saved_at=at,
    )
    agree(at=at, response=response, notice=notice, agreement=agreement)
    attach(at=at, response=response)
    record(by=by, action="began", subject=response)
    return response


def agree(*, at: datetime, response: Response, notice: Words, agreement: Agreement) -> None:
    """Keep the notice as it was agreed to."""
    Consent.objects.create(
        clinic_id=response.clinic_id,
        response=response,
        version=notice.version,
        language=response.language,
        text=notice.text,
        text_hash=notice.text_hash,
        role=agreement.role,
        assent=agreement.assent,
        agreed_at=at,
    )


def last_sent(patient_id: int) -> uuid.UUID | None:
    """The intake that a patient sent last."""
    sent = Response.objects.filter(patient_id=patient_id, submitted_at__isnull=False)
    return sent.order_by("-submitted_at").values_list("pk", flat=True).first()


def age_of(invitation: Invitation, at: datetime) -> int:
    """By the birth date on file, on that day at the clinic."""
    today = at.astimezone(invitation.clinic.zone).date()
    return whole_years(invitation.patient.birth_date, today)
