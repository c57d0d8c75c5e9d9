"""Which clinician signed a pattern pack off for the clinic. Append-only; the newest row counts."""

import uuid

from django.db import models
from django.db.models import F, Q

from clinic.models import Clinic, User
from intake.models.questionnaires import PackVersion


class SignOff(models.Model):
    """Odd numbers say who signed, in the admin's words; even ones take the one before back.

    `by` is the admin who recorded it, not the clinician who signed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    pack = models.ForeignKey(PackVersion, models.PROTECT, db_index=False)
    number = models.PositiveSmallIntegerField()
    clinician = models.CharField(max_length=120, default="", blank=True)
    registration = models.CharField(max_length=120, default="", blank=True)
    signed_on = models.DateField(null=True)
    by = models.ForeignKey(User, models.PROTECT, db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "pack", "number"], name="sign_offs_numbered_in_clinic"
            ),
            models.CheckConstraint(
                name="signed_then_withdrawn",
                condition=Q(signed_on__isnull=False, number=F("number") / 2 * 2 + 1)
                & ~Q(clinician="")
                & ~Q(registration="")
                | Q(
                    signed_on__isnull=True,
                    clinician="",
                    registration="",
                    number=F("number") / 2 * 2,
                    number__gt=0,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack_id}-{self.number}"

    @property
    def is_withdrawal(self) -> bool:
        """Whether it takes back the one before."""
        return self.signed_on is None
