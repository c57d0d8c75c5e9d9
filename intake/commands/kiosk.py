"""An intake at the clinic: on a tablet that the desk hands over, or typed while on the phone.

docs/decisions/0006-tablet-and-telephone.md says what each of the two may see, and why.
"""

import secrets
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F

from clinic.access import Actor, Kind
from clinic.commands.audit import record
from clinic.commands.people import REFERENCE_LETTERS
from clinic.encryption import blind_index
from clinic.models import Appointment
from clinic.walls import in_transaction, inside_clinic
from intake.commands.invitations import TRIES, Opened, Submitted, WrongBirthDate, hashed
from intake.models import Invitation, KioskCode, LinkSession, Response

CODE_LIVES = timedelta(minutes=10)
KIOSK_IDLE = timedelta(minutes=2)
KIOSK_LONGEST = timedelta(hours=1)
PHONE_LIVES = timedelta(hours=2)
# In front of the key in the cookie, so that an ended session is known for what it was.
KIOSK_MARK = "kiosk."


class BegunAlready(Exception):
    """Somebody else has answered: the desk may not see what it did not hear."""


@in_transaction
def hand_over(*, by: Actor, at: datetime, appointment: Appointment) -> str:
    """A code that opens this intake once on a tablet; an older code stops working.

    Raises Submitted.
    """
    invitation = invited(by=by, at=at, appointment=appointment)
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(8))
    KioskCode.objects.filter(invitation=invitation).delete()
    KioskCode.objects.create(
        code_hash=code_hash(letters),
        clinic_id=appointment.clinic_id,
        invitation=invitation,
        language=appointment.patient.language,
        expires_at=at + CODE_LIVES,
    )
    record(by=by, action="handed over", subject=invitation)
    return f"{letters[:4]}-{letters[4:]}"


def invited(*, by: Actor, at: datetime, appointment: Appointment) -> Invitation:
    """The invitation of a visit, made without a mail when there is none."""
    if Response.objects.filter(appointment=appointment, submitted_at__isnull=False).exists():
        raise Submitted
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
    return invitation


def code_hash(letters: str) -> bytes:
    """A keyed hash: eight letters alone could be looked up from a plain one."""
    return blind_index(letters, key=settings.INDEX_KEY, purpose="kiosk")


def open_kiosk(
    *, letters: str, birth_date: date, at: datetime, request_id: str
) -> Opened | WrongBirthDate | None:
    """Exchange a code and the right birth date for a tablet's session; None for a dead code.

    The try is counted before the birth date is compared, as for a link (D-05).
    """
    codes = KioskCode.objects.filter(code_hash=code_hash(letters))
    live = codes.filter(expires_at__gt=at, tries__lt=TRIES)
    if not live.update(tries=F("tries") + 1):
        return None
    code = codes.get()
    by = Actor(Kind.PATIENT, str(code.invitation_id), code.clinic_id, request_id)
    with inside_clinic(code.clinic_id):
        invitation = Invitation.objects.select_related("patient").get(pk=code.invitation_id)
        if invitation.patient.birth_date != birth_date:
            record(by=by, action="birth date wrong", subject=invitation)
            return WrongBirthDate(TRIES - code.tries)
        if not codes.delete()[0]:
            return None  # another tablet was faster: a code opens once
        record(by=by, action="opened on a tablet", subject=invitation)
        key = KIOSK_MARK + secrets.token_urlsafe(32)
        return begin_session(invitation, key=key, at=at, until=at + KIOSK_IDLE, way="kiosk")


@in_transaction
def answer_phone(*, by: Actor, at: datetime, appointment: Appointment) -> Opened:
    """Let the actor type for a patient who is on the phone. Raises Submitted, BegunAlready."""
    invitation = invited(by=by, at=at, appointment=appointment)
    begun = Response.objects.filter(invitation=invitation).first()
    if begun and (begun.way, begun.typed_by_id) != ("phone", by.user_id):
        raise BegunAlready
    record(by=by, action="types by phone", subject=invitation)
    key, until = secrets.token_urlsafe(32), at + PHONE_LIVES
    return begin_session(invitation, key=key, at=at, until=until, way="phone", typist=by.user_id)


def begin_session(
    invitation: Invitation,
    *,
    key: str,
    at: datetime,
    until: datetime,
    way: str,
    typist: int | None = None,
) -> Opened:
    """One session of this kind an intake: the newest."""
    LinkSession.objects.filter(invitation=invitation, way=way).delete()
    LinkSession.objects.create(
        key_hash=hashed(key),
        clinic_id=invitation.clinic_id,
        invitation=invitation,
        created_at=at,
        expires_at=until,
        way=way,
        typed_by_id=typist,
    )
    return Opened(key, until)


def stay_awake(*, session: LinkSession, at: datetime) -> None:
    """Every request of a tablet gives it two minutes more, up to an hour."""
    until = min(at + KIOSK_IDLE, session.created_at + KIOSK_LONGEST)
    LinkSession.objects.filter(pk=session.pk).update(expires_at=until)


def close_kiosk(*, key: str) -> None:
    """End a tablet's session now."""
    LinkSession.objects.filter(key_hash=hashed(key), way="kiosk").delete()
