"""What was found at a visit and no flag had said, and that cases of it left the house."""

import uuid

from django.db import models

from clinic.fields import SealedText
from clinic.models import Appointment, Clinic, Patient, User
from intake.models.questionnaires import PackVersion
from intake.models.responses import Response


class MissQuerySet(models.QuerySet["Miss"]):
    """Misses somebody may see."""

    def visible_to(self, user: User) -> "MissQuerySet":
        """Those of the patients this therapist treats."""
        return self.filter(patient__in=Appointment.objects.patients_of(user))


class Miss(models.Model):
    """A pattern found without a flag; no pattern is "something else", then in words. Append-only.

    A row that `takes_back` another says that the other was a slip: neither counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    patient = models.ForeignKey(Patient, models.PROTECT, db_constraint=False, db_index=False)
    response = models.ForeignKey(Response, models.PROTECT, db_constraint=False, db_index=False)
    pack = models.ForeignKey(PackVersion, models.PROTECT, db_index=False)
    pattern = models.CharField(max_length=40, blank=True)
    words = SealedText(null=True)
    takes_back = models.OneToOneField(
        "self", models.PROTECT, null=True, db_constraint=False, related_name="taken_back"
    )
    by = models.ForeignKey(User, models.PROTECT, db_index=False)
    at = models.DateTimeField()

    objects = MissQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="miss_in_clinic"),
            models.CheckConstraint(
                condition=~models.Q(pattern="")
                | models.Q(words__isnull=False)
                | models.Q(takes_back__isnull=False),
                name="miss_says_what",
            ),
        ]
        indexes = [
            models.Index(fields=["response"], name="misses_of_response"),
            models.Index(fields=["patient"], name="misses_of_patient"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Export(models.Model):
    """Clinical content that left the house: who, when, how much, and why. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=30)
    count = models.PositiveIntegerField()
    reason = SealedText()
    by = models.ForeignKey(User, models.PROTECT, db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.kind
