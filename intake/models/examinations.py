"""What the therapist found on the couch. Append-only; the latest of a test and side counts."""

import uuid

from django.db import models

from clinic.fields import SealedText
from clinic.models import Appointment, Clinic, User


class ExamResult(models.Model):
    """One test of the pack at one visit. `side` is "left", "right" or empty."""

    class Outcome(models.TextChoices):
        """An entry made by mistake is withdrawn by another entry."""

        POSITIVE = "positive", "Positive"
        NEGATIVE = "negative", "Negative"
        UNCLEAR = "unclear", "Unclear"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, db_constraint=False, db_index=False
    )
    test = models.CharField(max_length=40)
    side = models.CharField(max_length=5, default="", blank=True)
    outcome = SealedText()
    by = models.ForeignKey(User, models.PROTECT, db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(side__in=["", "left", "right"]), name="known_side"
            ),
        ]
        indexes = [models.Index(fields=["appointment", "at"], name="results_of_visit")]

    def __str__(self) -> str:
        return f"{self.test} {self.id}"
