"""What the desk does with patients."""

import secrets
from datetime import date, datetime

from django.conf import settings

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.encryption import blind_index
from clinic.models import Contact, Patient
from clinic.models.people import search_key
from clinic.walls import in_transaction

# No letter that looks like a digit, no vowel that makes a word.
REFERENCE_LETTERS = "BCDFGHJKMNPQRTVWXYZ2346789"


@in_transaction
def create_patient(
    *,
    by: Actor,
    at: datetime,
    given_name: str,
    family_name: str,
    birth_date: date,
    language: str,
    email: str,
    phone: str,
) -> Patient:
    """Add a patient to the actor's clinic, with the ways to reach them."""
    patient = Patient.objects.create(
        clinic_id=by.own_clinic_id,
        reference=new_reference(),
        given_name=given_name,
        family_name=family_name,
        given_key=search_key(given_name),
        family_key=search_key(family_name),
        birth_date=birth_date,
        language=language,
        created_at=at,
    )
    Contact.objects.create(
        clinic_id=by.own_clinic_id,
        patient=patient,
        email=email or None,
        phone=phone or None,
        email_index=email_index(email),
    )
    record(by=by, action="created", subject=patient)
    return patient


def new_reference() -> str:
    """Short enough to say on the phone. Two alike are refused by the database."""
    return "P-" + "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(6))


def email_index(email: str) -> bytes | None:
    """What finds a contact by its exact e-mail."""
    return blind_index(email, key=settings.INDEX_KEY, purpose="email") if email else None
