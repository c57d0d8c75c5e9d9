"""A clinic, its staff, and being inside it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from clinic.access import Actor, Kind, Role, system
from clinic.commands.staff import create_user
from clinic.models import Clinic, User
from clinic.walls import enter_clinic

PASSWORD = "a long password of a test"


def current_clinic() -> int | None:
    """Which clinic this transaction is inside."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('previsit.clinic', true)")
        (value,) = cursor.fetchone()
    return int(value) if value else None


@contextmanager
def inside(clinic_id: int | None) -> Iterator[None]:
    """Inside one clinic, and afterwards wherever the test was before."""
    with transaction.atomic():
        before = current_clinic()
        enter_clinic(clinic_id)
        yield
        enter_clinic(before)


def within(clinic: Clinic) -> "contextmanager":
    return inside(clinic.pk)


def nowhere() -> "contextmanager":
    return inside(None)


def make_clinic(name: str = "Testford Movement Clinic", **changes: str) -> Clinic:
    values = {
        "name": name,
        "phone": "020 7946 0101",
        "emergency_number": "999",
        "urgent_line": "NHS 111",
        **changes,
    }
    return Clinic.objects.create(**values)


def make_staff(clinic: Clinic, role: Role, name: str, *, is_active: bool = True) -> User:
    """An account; its e-mail is made from its name."""
    with within(clinic):
        user = create_user(
            by=system(clinic.pk, "tests"),
            email=f"{name.replace(' ', '.').lower()}.{clinic.pk}@staff.example",
            name=name,
            role=role,
            password=PASSWORD,
        )
    if not is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
    return user


def actor(user: User) -> Actor:
    """An account as the audit trail names it."""
    return Actor(Kind.STAFF, str(user.pk), user.clinic_id)
