"""What a patient is told at once because of an answer, word for word, and that it was read."""

from datetime import date, datetime

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.walls import in_transaction
from intake.commands.flags import RANK
from intake.models import PatientMessage, Response
from intake.queries.readings import get_reading
from intake.rules.derived import age
from intake.rules.findings import patient_message
from intake.rules.placeholders import fill_placeholders
from intake.voices import framed


@in_transaction
def tell(
    *,
    by: Actor,
    at: datetime,
    response: Response,
    language: str,
    today: date,
    numbers: dict[str, str],
) -> PatientMessage | None:
    """The message the patient has to read now, kept word for word; None when there is none.

    The most urgent only. One that was confirmed as read is not shown again, nor a lesser one.
    """
    now = get_reading(response, today)
    pack, years = now.published.pack, age(now.believed)
    message = patient_message(now.published.told, now.findings, language, age=years)
    if message is None or pack.pattern(message.pattern).group != "redflag":
        return None
    told = list(PatientMessage.objects.filter(response=response))
    confirmed = [one.urgency for one in told if one.confirmed_at]
    urgency = RANK[message.urgency]
    if any(one.pattern == message.pattern and one.urgency == urgency for one in told):
        return next(
            (one for one in told if one.pattern == message.pattern and not one.confirmed_at), None
        )
    if confirmed and urgency < max(confirmed):
        return None
    kept = PatientMessage.objects.create(
        clinic_id=response.clinic_id,
        response=response,
        pattern=message.pattern,
        urgency=urgency,
        language=language,
        text=framed(
            fill_placeholders(message.text, **numbers),
            language=language,
            voice=response.voice,
            is_child=message.for_carer,
        ),
        shown_at=at,
    )
    record(by=by, action="told", subject=kept)
    return kept


@in_transaction
def confirm(*, by: Actor, at: datetime, response: Response) -> None:
    """The patient has read what was shown."""
    for message in PatientMessage.objects.filter(response=response, confirmed_at=None):
        message.confirmed_at = at
        message.save(update_fields=["confirmed_at"])
        record(by=by, action="confirmed", subject=message)
