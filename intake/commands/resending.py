"""The link again: for whoever finishes later, and for whoever found it dead and asks."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from clinic.access import Actor, Kind
from clinic.commands.audit import record
from clinic.commands.messages import post
from clinic.models import Contact
from clinic.walls import in_transaction, inside_clinic
from intake.commands import programme_links
from intake.commands.invitations import LINK_LIVES, hashed, new_link
from intake.models import Invitation, LinkSession, LinkToken
from intake.models.invitations import Purpose

LINKS_AN_HOUR = 5


@in_transaction
def send_again(*, by: Actor, at: datetime, invitation_id: uuid.UUID) -> bool:
    """Send the patient's own link again; the older one dies, the browser stays signed in.

    False when there is no e-mail on file. After five in an hour nothing more is sent.
    """
    invitations = Invitation.objects.select_related("patient__clinic").select_for_update(
        of=["self"]
    )
    invitation = invitations.get(pk=invitation_id)
    patient, clinic = invitation.patient, invitation.patient.clinic
    contact = Contact.objects.get(patient=patient)
    if not contact.email:
        return False
    since = at + LINK_LIVES - timedelta(hours=1)
    if (
        LinkToken.objects.filter(
            invitation=invitation, purpose=Purpose.INTAKE, expires_at__gt=since
        ).count()
        < LINKS_AN_HOUR
    ):
        link = f"{settings.BASE_URL}/i/{new_link(invitation=invitation, at=at)}/"
        Invitation.objects.filter(pk=invitation.pk).update(sent_at=at, asked_at=None)
        record(by=by, action="sent the link again", subject=invitation)
        with translation.override(patient.language):
            subject = _("Your link to the form")
            body = _(
                "You can go on with the form before your visit.\n\n"
                "%(link)s\n\n"
                "The link works for 14 days. Links that you got earlier no longer work. "
                "If you need help, call %(clinic)s: %(phone)s."
            ) % {"link": link, "clinic": clinic.name, "phone": clinic.phone}
        post(
            by=by,
            at=at,
            patient=patient,
            kind="link",
            language=patient.language,
            address=contact.email,
            subject=subject,
            body=body,
        )
    return True


def ask_for_link(*, at: datetime, request_id: str, token: str = "", key: str = "") -> None:
    """Let the desk know that somebody found a link dead. Tells nobody whether it ever lived.

    `token` is a link's, `key` a browser's. Asking again changes nothing until the desk has sent a
    link: that is the limit. An intake that was sent and a visit that was cancelled need none.
    """
    found = (
        LinkToken.objects.filter(token_hash=hashed(token)).first()
        or LinkSession.objects.filter(key_hash=hashed(key)).first()
    )
    if found is None:
        return
    by = Actor(Kind.PATIENT, str(found.invitation_id), found.clinic_id, request_id)
    with inside_clinic(found.clinic_id):
        if found.purpose == Purpose.PROGRAMME:
            programme_links.send_again(by=by, at=at, invitation_id=found.invitation_id)
            return
        open_ones = Invitation.objects.filter(
            appointment__cancelled_at=None, response__submitted_at=None, asked_at=None
        )
        if open_ones.filter(pk=found.invitation_id).update(asked_at=at):
            record(by=by, action="asked for a link", subject=None, kind="invitation")
