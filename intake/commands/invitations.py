"""The patient's link: sent, opened by the birth date, killed by a newer one (D-04, D-05)."""

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from clinic.access import Actor, Kind
from clinic.commands.audit import record
from clinic.commands.messages import post
from clinic.encryption import blind_index
from clinic.models import Appointment, Contact, Message, Patient
from clinic.statements import Given, Statement, write
from clinic.walls import in_transaction, inside_clinic
from intake.models import Invitation, LinkSession, LinkToken, ProgrammeDay, Response
from intake.models.invitations import Purpose

LINK_LIVES = timedelta(days=14)
SESSION_LIVES = timedelta(days=30)
PROGRAMME_LIVES = timedelta(weeks=12)  # a programme's link, and the browser that opened it
TRIES = 5
CODE_LIVES = timedelta(minutes=10)
CODE_TRIES = 3
CODES_AN_HOUR = 5


class NoAddress(Exception):
    """There is no e-mail on file to send the link to."""


class Submitted(Exception):
    """The intake was sent already: there is nothing left to invite to."""


@dataclass(frozen=True)
class Opened:
    """What a browser gets for the right birth date. `key` goes into its cookie."""

    key: str
    expires_at: datetime
    purpose: str = Purpose.INTAKE


@dataclass(frozen=True)
class WrongBirthDate:
    """What is left after a wrong one."""

    tries_left: int


@dataclass(frozen=True)
class NoCode:
    """Right, but there is no e-mail on file that a code could go to."""


def hashed(secret: str) -> bytes:
    """All that is kept of a token or a session key."""
    return hashlib.sha256(secret.encode()).digest()


@in_transaction
def invite(*, by: Actor, at: datetime, appointment: Appointment) -> Message:
    """Send the link to an intake; sending again kills the older link and keeps the answers."""
    if Response.objects.filter(appointment=appointment, submitted_at__isnull=False).exists():
        raise Submitted
    contact = Contact.objects.get(patient=appointment.patient)
    if not contact.email:
        raise NoAddress
    invitation, _created = Invitation.objects.get_or_create(
        appointment=appointment,
        defaults={
            "clinic_id": appointment.clinic_id,
            "patient": appointment.patient,
            "created_by_id": by.user_id,
            "created_at": at,
            "sent_at": at,
        },
    )
    invitation.sent_at, invitation.asked_at = at, None
    invitation.save(update_fields=["sent_at", "asked_at"])
    record(by=by, action="invited", subject=invitation)
    link = f"{settings.BASE_URL}/i/{new_link(invitation=invitation, at=at)}/"
    return post_link(by=by, at=at, appointment=appointment, address=contact.email, link=link)


def new_link(*, invitation: Invitation, at: datetime, purpose: str = Purpose.INTAKE) -> str:
    """A fresh token; the invitation's older one for the same purpose stops working."""
    token = secrets.token_urlsafe(32)
    LinkToken.objects.filter(invitation=invitation, purpose=purpose, revoked_at=None).update(
        revoked_at=at
    )
    LinkToken.objects.create(
        token_hash=hashed(token),
        clinic_id=invitation.clinic_id,
        invitation=invitation,
        purpose=purpose,
        language=invitation.patient.language,
        expires_at=at + (LINK_LIVES if purpose == Purpose.INTAKE else PROGRAMME_LIVES),
    )
    return token


def post_link(
    *, by: Actor, at: datetime, appointment: Appointment, address: str, link: str
) -> Message:
    """The mail: a link and what it is for, no name and no reason (D-08)."""
    patient, clinic = appointment.patient, appointment.clinic
    with translation.override(patient.language):
        body = _(
            "Please answer some questions before your visit. It takes about five minutes.\n\n"
            "%(link)s\n\n"
            "The link works for 14 days. If you did not expect this message, or need help, "
            "call %(clinic)s: %(phone)s."
        ) % {"link": link, "clinic": clinic.name, "phone": clinic.phone}
        subject = _("Please fill in a form before your visit")
    return post(
        by=by,
        at=at,
        patient=patient,
        kind="link",
        language=patient.language,
        address=address,
        subject=subject,
        body=body,
    )


def find_live_link(*, token: str, at: datetime) -> LinkToken | None:
    """The link, if it can still be opened. Reads only: mail scanners fetch links."""
    return live_links(token, at).select_related("clinic").first()


def live_links(token: str, at: datetime) -> QuerySet[LinkToken]:
    """The one link with this token, if it is neither expired, revoked nor guessed at too often."""
    return LinkToken.objects.filter(
        token_hash=hashed(token), revoked_at=None, expires_at__gt=at, tries__lt=TRIES
    )


def open_link(
    *, token: str, birth_date: date, at: datetime, request_id: str
) -> Opened | WrongBirthDate | NoCode | None:
    """Exchange a link and the right birth date for a session; None when the link is dead.

    A try is counted before the birth date is compared, in one statement: guesses made at the same
    time cannot slip past the limit. The right birth date gives the tries back.
    """
    if not live_links(token, at).update(tries=F("tries") + 1):
        return None
    link = LinkToken.objects.get(token_hash=hashed(token))
    by = Actor(Kind.PATIENT, str(link.invitation_id), link.clinic_id, request_id)
    with inside_clinic(link.clinic_id):
        # Locked, so that codes asked for at the same time are counted one after the other.
        invitations = Invitation.objects.select_related("patient").select_for_update(of=["self"])
        invitation = invitations.get(pk=link.invitation_id)
        if invitation.patient.birth_date != birth_date:
            record(by=by, action="birth date wrong", subject=invitation)
            return WrongBirthDate(TRIES - link.tries)
        LinkToken.objects.filter(pk=link.pk).update(tries=0)
        record(by=by, action="opened", subject=invitation)
        if not has_saved(invitation, link.purpose):
            return new_session(invitation=invitation, at=at, purpose=link.purpose)
        return ask_for_code(by=by, at=at, invitation=invitation, purpose=link.purpose)


def has_saved(invitation: Invitation, purpose: str) -> bool:
    """Whether there is something to see that was saved in some browser before."""
    if purpose == Purpose.INTAKE:
        return Response.objects.filter(invitation=invitation).exists()
    return ProgrammeDay.objects.filter(
        programme__patient_id=invitation.patient_id, programme__ended_at=None
    ).exists()


def ask_for_code(
    *, by: Actor, at: datetime, invitation: Invitation, purpose: str = Purpose.INTAKE
) -> Opened | NoCode | None:
    """Another device: what was saved is shown only to whoever reads the address on file (D-04).

    None when too many codes were sent: no more guesses, and no flood of mails.
    """
    since = at - timedelta(hours=1)
    lately = LinkSession.objects.filter(invitation=invitation, created_at__gt=since)
    if lately.count() >= CODES_AN_HOUR:
        return None
    contact = Contact.objects.get(patient_id=invitation.patient_id)
    if not contact.email:
        return NoCode()
    code = post_code(by=by, at=at, patient=invitation.patient, address=contact.email)
    return new_session(invitation=invitation, at=at, code=code, purpose=purpose)


def post_code(*, by: Actor, at: datetime, patient: Patient, address: str) -> str:
    """Send six fresh digits to the address on file."""
    code = f"{secrets.randbelow(10**6):06d}"
    with translation.override(patient.language):
        body = _(
            "Your code is %(code)s. It works for 10 minutes.\n\n"
            "If you did not ask for it, you can ignore this message."
        ) % {"code": code}
        subject = _("Your code")
    post(
        by=by,
        at=at,
        patient=patient,
        kind="code",
        language=patient.language,
        address=address,
        subject=subject,
        body=body,
    )
    return code


def new_session(
    *,
    invitation: Invitation,
    at: datetime,
    code: str | None = None,
    purpose: str = Purpose.INTAKE,
) -> Opened:
    """Let one browser write this intake until drafts end; with `code`, only once it is given."""
    key = secrets.token_urlsafe(32)
    ends_at = at + (SESSION_LIVES if purpose == Purpose.INTAKE else PROGRAMME_LIVES)
    LinkSession.objects.create(
        key_hash=hashed(key),
        clinic_id=invitation.clinic_id,
        invitation=invitation,
        purpose=purpose,
        created_at=at,
        expires_at=ends_at,
        code_hash=code_hash(code, hashed(key)) if code else None,
        code_expires_at=at + CODE_LIVES if code else None,
    )
    return Opened(key, ends_at, purpose)


def code_hash(code: str, key_hash: bytes) -> bytes:
    """A keyed hash: six digits alone would be guessed from a plain one at once."""
    return blind_index(code, key=settings.INDEX_KEY, purpose=f"code:{key_hash.hex()}")


def find_session(*, key: str, at: datetime, purpose: str = Purpose.INTAKE) -> LinkSession | None:
    """The live session of this cookie, with its clinic."""
    return live_sessions.first(key=hashed(key), purpose=str(purpose), at=at)


@Statement
def live_sessions() -> QuerySet[LinkSession]:
    """By the hash of a cookie."""
    return LinkSession.objects.select_related("clinic").filter(
        key_hash=Given("key"), purpose=Given("purpose"), expires_at__gt=Given("at")
    )


@in_transaction
def give_code(*, by: Actor, at: datetime, session: LinkSession, code: str) -> bool:
    """Open the session when the code is right. A try is counted before it is compared."""
    live = LinkSession.objects.filter(
        pk=session.pk, code_expires_at__gt=at, code_tries__lt=CODE_TRIES
    )
    if not live.update(code_tries=F("code_tries") + 1):
        return False
    if not hmac.compare_digest(bytes(session.code_hash or b""), code_hash(code, bytes(session.pk))):
        return False
    LinkSession.objects.filter(pk=session.pk).update(
        code_hash=None, code_expires_at=None, code_given_at=at
    )
    record(by=by, action="code given", subject=None, kind="linksession")
    return True


@in_transaction
def close_links(*, at: datetime, invitation_id: uuid.UUID, keep: bytes) -> None:
    """After sending: the link is used up, and only the browser that sent keeps the receipt.

    Three tables in one statement: this is part of every submission.
    """
    write(CLOSE_LINKS, {"at": at, "invitation": invitation_id, "keep": keep})


CLOSE_LINKS = """
    WITH dead AS (UPDATE intake_linktoken SET revoked_at = %(at)s
        WHERE invitation_id = %(invitation)s AND purpose = 'intake' AND revoked_at IS NULL),
    spent AS (DELETE FROM intake_kioskcode WHERE invitation_id = %(invitation)s)
    DELETE FROM intake_linksession
        WHERE invitation_id = %(invitation)s AND purpose = 'intake' AND key_hash <> %(keep)s
"""
