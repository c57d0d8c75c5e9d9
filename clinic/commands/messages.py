"""The outbox: written in the transaction of what it tells of, sent afterwards by the worker."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q

from clinic.access import Actor, system
from clinic.commands.audit import record
from clinic.models import Message, Patient
from clinic.walls import in_transaction, inside_clinic

log = logging.getLogger("previsit.outbox")
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]


@in_transaction
def post(
    *,
    by: Actor,
    at: datetime,
    patient: Patient,
    kind: str,
    language: str,
    address: str,
    subject: str,
    body: str,
) -> Message:
    """Put one mail into the outbox."""
    message = Message.objects.create(
        clinic_id=patient.clinic_id,
        patient=patient,
        kind=kind,
        language=language,
        address=address,
        subject=subject,
        body=body,
        due_at=at,
    )
    record(by=by, action="posted", subject=message)
    return message


def send_next(*, clinic_id: int, at: datetime, kinds: Sequence[str] = ()) -> bool:
    """Send one due mail of the clinic, of these kinds or of any; False when none is due.

    The row stays locked while the mail server answers, so two workers never send the same mail.
    A worker killed between the server's yes and the commit sends it again: at least once.
    """
    of_kinds = Q(kind__in=kinds) if kinds else Q()
    with inside_clinic(clinic_id):
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(of_kinds, due_at__lte=at, sent_at=None, failed_at=None)
            .order_by("due_at")
            .first()
        )
        if message is None:
            return False
        try:
            EmailMessage(message.subject, message.body, to=[message.address]).send()
        # smtplib raises OSError for a refusal, a drop and a silence alike; ValueError is a mail
        # that cannot be made, which must not hold up those behind it.
        except (OSError, ValueError) as error:
            put_off(message, at)
            log.warning("A mail was not taken: %s", type(error).__name__)
        else:
            settle(message, at)
        return True


def put_off(message: Message, at: datetime) -> None:
    """Try again later, and give up where the desk can see it."""
    message.tries += 1
    if message.tries > len(WAITS):
        message.failed_at = at
    else:
        message.due_at = at + WAITS[message.tries - 1]
    message.save(update_fields=["tries", "due_at", "failed_at"])


def settle(message: Message, at: datetime) -> None:
    """Keep that it was sent, and to whom, but not the link: it opens an intake."""
    message.tries, message.sent_at = message.tries + 1, at
    if not settings.IS_DEMO:
        message.body = without_link(message.body)
    message.save(update_fields=["tries", "sent_at", "body"])
    record(by=system(message.clinic_id, "worker"), action="sent", subject=message)


def without_link(body: str) -> str:
    """The words of a mail, its link taken out."""
    return "\n".join(
        "[link removed after sending]" if settings.BASE_URL in line else line
        for line in body.splitlines()
    )
