"""The audit trail. The app role may insert and read, nothing else (decision D-02)."""

from django.db import models
from django.db.models.functions import Now


class AuditEvent(models.Model):
    """Who did what to which row. Ids only, no foreign keys: it outlives what it names."""

    at = models.DateTimeField(db_default=Now())
    clinic_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=60)
    action = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=40)
    request_id = models.CharField(max_length=36)

    class Meta:
        indexes = [
            models.Index(fields=["clinic_id", "id"], name="audit_of_clinic"),
            models.Index(fields=["subject_type", "subject_id"], name="audit_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"
