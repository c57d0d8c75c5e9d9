"""The therapist's note. Signed means frozen: the database refuses a change (migration 0002)."""

import uuid

from django.db import models

from clinic.fields import SealedText
from clinic.models import Appointment, Clinic, Patient, User


class Note(models.Model):
    """One note a visit; a draft until it is signed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    patient = models.ForeignKey(Patient, models.PROTECT, db_constraint=False, db_index=False)
    appointment = models.OneToOneField(Appointment, models.PROTECT, db_constraint=False)
    author = models.ForeignKey(User, models.PROTECT, db_index=False)
    text = SealedText()
    saved_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["id", "clinic"], name="note_in_clinic")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_signed(self) -> bool:
        """Whether only an addendum can still be added."""
        return self.signed_at is not None


class Addendum(models.Model):
    """Something added to a signed note. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    note = models.ForeignKey(Note, models.PROTECT, db_constraint=False)
    text = SealedText()
    by = models.ForeignKey(User, models.PROTECT, db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)
