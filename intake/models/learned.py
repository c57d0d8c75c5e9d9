"""What the verdicts taught until some time, counted once."""

from django.db import models

from clinic.models import Clinic


class Learned(models.Model):
    """The counts of one clinic's intakes sent before `until`, by their verdicts from before it.

    `counts`: [{pack_id, pattern, shown, confirmed, not_this, cannot_tell}]. The worker counts anew
    every day; the page adds what came since, so that it need not read all years.
    """

    clinic = models.OneToOneField(Clinic, models.PROTECT)
    until = models.DateTimeField()
    counts = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.clinic_id)
