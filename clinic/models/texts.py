"""The clinic's own words for its patients, every version of them. Append-only."""

from django.db import models

from clinic.models.people import Clinic
from clinic.models.staff import User


class ClinicTexts(models.Model):
    """What the admin saved, numbered: a consent names the number whose words were shown.

    `content`: name, phone, emergency_number, urgent_line, age_of_consent as the clinic had them
    from then on; hours, notice and statement as {language: text}, empty where the default serves.
    """

    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "number"], name="texts_numbered_in_clinic")
        ]

    def __str__(self) -> str:
        return f"clinic-{self.number}"
