"""Accounts of the staff. Outside row security: they are read before the clinic is known."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from clinic.access import Permission, Role, may
from clinic.models.people import Clinic
from clinic.statements import Given


class UserManager(BaseUserManager["User"]):
    """Finds accounts by e-mail."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One account of one clinic, in one role."""

    clinic = models.ForeignKey(Clinic, models.PROTECT)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=[(role, role) for role in Role])
    is_active = models.BooleanField(default=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="user_in_clinic"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="known_role"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def may(self, permission: Permission) -> bool:
        """Whether this account's role holds `permission`."""
        return self.is_active and may(Role(self.role), permission)

    @property
    def is_therapist(self) -> bool:
        """Whether patients are booked with this account."""
        return self.role == Role.THERAPIST


def given_user(role: str) -> User:
    """Stands in a `Statement` for an account of this role: `user` and `clinic` are given later."""
    return User(pk=Given("user"), clinic_id=Given("clinic"), role=role)
