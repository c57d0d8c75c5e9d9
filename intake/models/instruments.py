"""Instruments: what a clinic brought or we ship, and what a patient answered to them."""

import uuid

from django.db import models

from clinic.fields import SealedJSON
from clinic.models import Clinic, User
from intake.models.responses import Response


class InstrumentVersionQuerySet(models.QuerySet["InstrumentVersion"]):
    """Versions somebody may see."""

    def visible_to(self, user: User) -> "InstrumentVersionQuerySet":
        """Those of the user's clinic."""
        return self.filter(clinic_id=user.clinic_id)

    def asked(self) -> "InstrumentVersionQuerySet":
        """What a new intake asks, in the order of its pages."""
        return self.filter(asked_since__isnull=False).order_by("-is_own", "asked_since", "id")


class InstrumentVersion(models.Model):
    """Both files as they were imported, with their hash. Only `asked_since` ever changes.

    `key` is what the versions of one instrument share; one of them at a time is asked.
    `is_own` marks the scale of our own that every patient gets.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    key = models.CharField(max_length=200)
    title = models.TextField()
    version = models.CharField(max_length=200)
    questionnaire = models.TextField()
    scoring = models.TextField()
    content_hash = models.CharField(max_length=64)
    is_own = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    created_at = models.DateTimeField()
    asked_since = models.DateTimeField(null=True)

    objects = InstrumentVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="instrument_in_clinic"),
            models.UniqueConstraint(
                fields=["clinic", "content_hash"], name="instrument_imported_once"
            ),
            models.UniqueConstraint(
                fields=["clinic", "key"],
                condition=models.Q(asked_since__isnull=False),
                name="one_version_asked",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_asked(self) -> bool:
        """Whether a new intake asks it."""
        return self.asked_since is not None


class InstrumentResponse(models.Model):
    """One instrument within one intake, pinned when the intake begins, frozen when it is sent.

    `answers`: link id to a list of values as JSON, also of questions no longer shown.
    `shown`: link id to {question, answers, language, answer_language, at}, for every question
    that was on a page when it was left; an unanswered one has no answers.
    `is_whole`: no required question that is shown is open. Kept, so that sending need not open it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    response = models.ForeignKey(Response, models.PROTECT, db_constraint=False, db_index=False)
    instrument = models.ForeignKey(
        InstrumentVersion, models.PROTECT, db_constraint=False, db_index=False
    )
    position = models.PositiveSmallIntegerField()
    answers = SealedJSON()
    shown = SealedJSON()
    is_whole = models.BooleanField()
    saved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "position"], name="place_in_the_intake"),
            models.UniqueConstraint(fields=["response", "instrument"], name="instrument_once"),
        ]

    def __str__(self) -> str:
        return str(self.id)
