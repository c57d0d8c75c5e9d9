"""Who signed a pack version off: recorded, and taken back. Nothing is ever changed."""

from datetime import date, datetime

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.models import Clinic
from clinic.walls import in_transaction
from intake.models import PackVersion, SignOff


class AlreadySigned(Exception):
    """Somebody signed this version, and it was not taken back."""


class NotSigned(Exception):
    """There is nothing to take back."""


@in_transaction
def sign_off(
    *,
    by: Actor,
    at: datetime,
    pack: PackVersion,
    clinician: str,
    registration: str,
    signed_on: date,
) -> SignOff:
    """Record who signed a pack version, and when. One stands at a time."""
    last = lock_newest(by, pack)
    if last and not last.is_withdrawal:
        raise AlreadySigned
    said = SignOff(clinician=clinician, registration=registration, signed_on=signed_on)
    return append(said, last, by=by, at=at, pack=pack, action="signed off")


@in_transaction
def withdraw(*, by: Actor, at: datetime, pack: PackVersion) -> SignOff:
    """Take the sign-off back: the version counts as a draft again."""
    last = lock_newest(by, pack)
    if last is None or last.is_withdrawal:
        raise NotSigned
    return append(SignOff(), last, by=by, at=at, pack=pack, action="withdrew sign-off")


def lock_newest(by: Actor, pack: PackVersion) -> SignOff | None:
    """The newest row about a pack; who writes the next one waits for us."""
    clinic = Clinic.objects.select_for_update(no_key=True).get(pk=by.own_clinic_id)
    return SignOff.objects.filter(clinic=clinic, pack=pack).order_by("-number").first()


def append(
    row: SignOff, last: SignOff | None, *, by: Actor, at: datetime, pack: PackVersion, action: str
) -> SignOff:
    """One more row about a pack."""
    row.clinic_id, row.pack, row.by_id, row.at = by.own_clinic_id, pack, by.user_id, at
    row.number = last.number + 1 if last else 1
    row.save(force_insert=True)
    record(by=by, action=action, subject=pack)
    return row
