"""The outbox: what is to be sent, and the record of what was (decisions D-08, D-11)."""

import uuid

from django.db import models
from django.db.models.functions import Now

from clinic.fields import SealedText
from clinic.models.people import Clinic, Patient


class Message(models.Model):
    """One mail. Its words carry no health data; the link in it is a secret, so it is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    patient = models.ForeignKey(Patient, models.PROTECT, db_constraint=False, db_index=False)
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=8)
    address = SealedText()
    subject = models.CharField(max_length=120)
    body = SealedText()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                name="message_due",
                condition=models.Q(sent_at=None, failed_at=None),
            ),
            models.Index(fields=["patient", "created_at"], name="messages_of_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
