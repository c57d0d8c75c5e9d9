"""The link to a patient's home programme: sent by the therapist, and again to whoever needs it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.commands.messages import post
from clinic.models import Appointment, Contact, Message
from clinic.walls import in_transaction
from intake.commands.invitations import PROGRAMME_LIVES, new_link
from intake.models import Invitation, LinkToken, Programme
from intake.models.invitations import Purpose

LINKS_AN_HOUR = 5


@in_transaction
def send_link(*, by: Actor, at: datetime, visit: Appointment) -> Message | None:
    """Send the link to the live programme; older ones die. None without an e-mail on file."""
    contact = Contact.objects.get(patient_id=visit.patient_id)
    if not contact.email:
        return None
    invitation, _created = Invitation.objects.get_or_create(
        appointment=visit,
        defaults={
            "clinic_id": visit.clinic_id,
            "patient": visit.patient,
            "created_by_id": by.user_id,
            "created_at": at,
        },
    )
    return post_link(by=by, at=at, invitation=invitation, address=contact.email)


def post_link(*, by: Actor, at: datetime, invitation: Invitation, address: str) -> Message:
    """The mail: a link and what it is for, no health data (D-08)."""
    patient, clinic = invitation.patient, invitation.patient.clinic
    LinkToken.objects.filter(
        invitation__patient_id=patient.pk, purpose=Purpose.PROGRAMME, revoked_at=None
    ).update(revoked_at=at)
    token = new_link(invitation=invitation, at=at, purpose=Purpose.PROGRAMME)
    link = f"{settings.BASE_URL}/i/{token}/"
    with translation.override(patient.language):
        subject = _("Your page from the clinic")
        body = _(
            "Your therapist has made a page for you.\n\n"
            "%(link)s\n\n"
            "The link works for 12 weeks. Links to this page that you got earlier no longer work. "
            "If you did not expect this message, or need help, call %(clinic)s: %(phone)s."
        ) % {"link": link, "clinic": clinic.name, "phone": clinic.phone}
    record(by=by, action="sent the programme", subject=invitation)
    return post(
        by=by,
        at=at,
        patient=patient,
        kind="programme",
        language=patient.language,
        address=address,
        subject=subject,
        body=body,
    )


@in_transaction
def send_again(*, by: Actor, at: datetime, invitation_id: UUID) -> bool:
    """For whoever found the link dead: to the address on file, while a programme is live."""
    invitations = Invitation.objects.select_related("patient__clinic").select_for_update(
        of=["self"]
    )
    invitation = invitations.get(pk=invitation_id)
    is_live = Programme.objects.live().filter(patient_id=invitation.patient_id).exists()
    contact = Contact.objects.get(patient_id=invitation.patient_id)
    since = at + PROGRAMME_LIVES - timedelta(hours=1)
    lately = LinkToken.objects.filter(
        invitation=invitation, purpose=Purpose.PROGRAMME, expires_at__gt=since
    )
    if not is_live or not contact.email or lately.count() >= LINKS_AN_HOUR:
        return False
    post_link(by=by, at=at, invitation=invitation, address=contact.email)
    return True
