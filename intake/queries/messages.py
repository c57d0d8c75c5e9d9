"""What a patient was shown at once because of an answer."""

from intake.models import PatientMessage, Response


def unread(response: Response) -> PatientMessage | None:
    """The message that waits to be confirmed, the most urgent first."""
    waiting = PatientMessage.objects.filter(response=response, confirmed_at=None)
    return waiting.order_by("-urgency", "-shown_at").first()
