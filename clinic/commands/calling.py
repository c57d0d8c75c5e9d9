"""The mails about urgent calls: no name, no reason, a link to the list and nothing else (D-08)."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from clinic.access import Actor
from clinic.commands.messages import post
from clinic.models import Message, Task

SUBJECT = "Please look at your list in Previsit"
TO_HOLDER = (
    "A call is waiting for you. Please sign in and take it:\n\n"
    "%(link)s\n\n"
    "If nobody takes it by %(until)s it goes on to a colleague."
)
TO_WHO_TOOK_IT = (
    "A call that you have taken needs another look. Please sign in:\n\n"
    "%(link)s\n\n"
    "If nobody says what was done by %(until)s it goes on to a colleague."
)
TO_FALLBACK = (
    "A call at %(clinic)s was not taken in time and has gone on to the next therapist. Please make "
    "sure that somebody looks at the list:\n\n"
    "%(link)s"
)


def post_call(*, by: Actor, at: datetime, task: Task, address: str, is_fallback: bool) -> Message:
    """Into the outbox, in the transaction of what it tells of."""
    clinic = task.appointment.clinic
    until = timezone.localtime(task.due_at, clinic.zone)
    to_holder = TO_WHO_TOOK_IT if task.state == "taken" else TO_HOLDER
    return post(
        by=by,
        at=at,
        patient=task.patient,
        kind="call",
        language="en",
        address=address,
        subject=SUBJECT,
        body=(TO_FALLBACK if is_fallback else to_holder)
        % {
            "link": f"{settings.BASE_URL}/calls/",
            "until": f"{until:%H:%M}",
            "clinic": clinic.name,
        },
    )
