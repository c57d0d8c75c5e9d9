"""What the admin's page shows of the clinic itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinic.models import User


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
