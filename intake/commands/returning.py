"""A patient who comes again: a code shows last time's answers, and they say what they come with."""

from datetime import datetime, timedelta

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.models import Contact, Message
from clinic.walls import in_transaction
from intake.commands.invitations import CODE_LIVES, CODES_AN_HOUR, code_hash, post_code
from intake.commands.responses import AlreadySubmitted
from intake.models import Invitation, LinkSession, Response


@in_transaction
def ask_for_last(*, by: Actor, at: datetime, session: LinkSession) -> bool:
    """Send a code to the address on file; whoever reads it may see last time's answers (D-04).

    The browser goes on without it too. False on a tablet or a telephone, without an address, and
    after five codes in an hour.
    """
    # Locked, so that codes asked for at the same time are counted one after the other.
    invitations = Invitation.objects.select_related("patient").select_for_update(of=["self"])
    patient = invitations.get(pk=session.invitation_id).patient
    contact = Contact.objects.get(patient=patient)
    since = at - timedelta(hours=1)
    lately = Message.objects.filter(patient=patient, kind="code", due_at__gt=since)
    if session.way != "link" or not contact.email or lately.count() >= CODES_AN_HOUR:
        return False
    code = post_code(by=by, at=at, patient=patient, address=contact.email)
    LinkSession.objects.filter(pk=session.pk).update(
        code_hash=code_hash(code, bytes(session.pk)),
        code_expires_at=at + CODE_LIVES,
        code_tries=0,
        code_opens="last",
    )
    record(by=by, action="asked for last time", subject=None, kind="linksession")
    return True


@in_transaction
def come_again(*, by: Actor, response: Response, again: str) -> None:
    """Keep what the patient comes with, once. `response` is held under its lock.

    Raises AlreadySubmitted.
    """
    if response.is_submitted:
        raise AlreadySubmitted
    if response.previous_id is None or response.again:
        return
    response.again = again
    response.save(update_fields=["again"])
    record(by=by, action="came again", subject=response)
