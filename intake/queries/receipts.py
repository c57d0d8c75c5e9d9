"""What a patient keeps after sending."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from clinic.models import Appointment
from intake.languages import languages
from intake.models import PatientMessage, Response
from intake.queries.pages import get_draft, get_sections
from intake.queries.sheets import list_sections


@dataclass(frozen=True)
class Receipt:
    """Reference, times, signer and the answers word for word."""

    reference: str
    sent_at: datetime
    signer: str
    role: str
    notice_version: str
    notice_language: str
    notice: tuple[str, ...]
    statement: tuple[str, ...]
    appointment_at: datetime
    therapist: str
    message: dict[str, str] | None
    sections: list[dict[str, Any]]


def get_receipt(response: Response, zone: ZoneInfo, language: str) -> Receipt:
    """The receipt of a submitted response."""
    visit = Appointment.objects.select_related("therapist").get(pk=response.appointment_id)
    told = PatientMessage.objects.filter(response=response).order_by("-urgency").first()
    # Ages are reckoned on the day of sending, so that the receipt shows the questions of that day.
    sent_on = response.submitted_at.astimezone(zone).date()  # type: ignore[union-attr]
    sections = get_sections(get_draft(response, sent_on), language)
    for section in sections:
        section["rows"] = [
            row | {"change_url": None}
            for row in section["rows"]
            if row["answers"] or not row.get("is_place")
        ]
    sections += list_sections(response, language, may_change=False)
    return Receipt(
        reference=str(response.pk)[:8].upper(),
        sent_at=response.submitted_at,  # type: ignore[arg-type]
        signer=response.signer or "",
        role=response.role,
        notice_version=response.consent.version,
        notice_language=languages()[response.consent.language].name,
        notice=tuple(response.consent.text.split("\n\n")),
        statement=tuple((response.statement or "").split("\n\n")),
        appointment_at=visit.starts_at,
        therapist=visit.therapist.name,
        message={"urgency": told.get_urgency_display(), "text": told.text} if told else None,
        sections=sections,
    )
