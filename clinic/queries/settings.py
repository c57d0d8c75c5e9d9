"""What the admin's page shows of the clinic itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinic.models import Clinic, User


@dataclass(frozen=True)
class Colleague:
    """One account of the clinic."""

    name: str
    email: str
    role: str
    is_active: bool
    last_login: datetime | None


def list_staff(user: Any) -> tuple[Colleague, ...]:
    """The accounts of the user's clinic."""
    rows = User.objects.filter(clinic_id=user.clinic_id).order_by("role", "name")
    return tuple(
        Colleague(row.name, row.email, row.role, row.is_active, row.last_login) for row in rows
    )


def get_only_clinic() -> Clinic | None:
    """The clinic of a deployment that has just one: a page without a clinic may speak for it."""
    found = list(Clinic.objects.all()[:2])
    return found[0] if len(found) == 1 else None
