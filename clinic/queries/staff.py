"""Who works at a clinic."""

from clinic.access import Role
from clinic.models import User


def bookable_therapists(user: User) -> list[User]:
    """Whom patients of the user's clinic can be booked with, by name."""
    working = User.objects.filter(clinic_id=user.clinic_id, is_active=True)
    return list(working.filter(role=Role.THERAPIST).order_by("name"))
