"""What the answers point to, what the patient was told of it, and what the therapist decided."""

import uuid

from django.db import models

from clinic.fields import SealedJSON, SealedText
from clinic.models import Appointment, Clinic, Urgency, User
from intake.models.questionnaires import PackVersion
from intake.models.responses import Response


class FlagQuerySet(models.QuerySet["Flag"]):
    """Flags somebody may see."""

    def visible_to(self, user: User) -> "FlagQuerySet":
        """Those of the patients this therapist treats."""
        return self.filter(response__appointment__in=Appointment.objects.treated_by(user))


class Flag(models.Model):
    """A finding with its wording, evidence and pack as they were. Never deleted.

    An answer corrected later closes it (`changed_at`), or a new pack (`closed_by`); one open flag
    a pattern and response.
    `settled_by`: {question, answers, language} of each later answer that closed it, none before it
    being changed; null where one was.
    `evidence` is `intake.evidence.Evidence` as JSON. While a more urgent pattern says the same,
    the flag is suppressed: kept, not shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    response = models.ForeignKey(Response, models.PROTECT, db_constraint=False, db_index=False)
    pack = models.ForeignKey(PackVersion, models.PROTECT, db_index=False)
    pattern = models.CharField(max_length=40)
    group = models.CharField(max_length=12)
    urgency = models.PositiveSmallIntegerField(choices=Urgency)
    tier = models.CharField(max_length=10, null=True)  # noqa: DJ001 - a rule has no tier
    evidence = SealedJSON()
    evidence_hash = models.CharField(max_length=64)
    is_suppressed = models.BooleanField(default=False)
    raised_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    settled_by = SealedJSON(null=True)
    closed_by = models.ForeignKey(
        PackVersion, models.PROTECT, null=True, db_index=False, related_name="+"
    )

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="flag_in_clinic"),
            models.CheckConstraint(
                condition=models.Q(settled_by__isnull=True) | models.Q(changed_at__isnull=False),
                name="settled_is_closed",
            ),
            models.UniqueConstraint(
                fields=["response", "pattern"],
                condition=models.Q(changed_at=None),
                name="one_open_flag_a_pattern",
            ),
        ]
        indexes = [models.Index(fields=["response"], name="flags_of_response")]

    def __str__(self) -> str:
        return f"{self.pattern} {self.id}"


class PatientMessage(models.Model):
    """What a patient was shown at once because of an answer, and when it was confirmed as read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    response = models.ForeignKey(Response, models.PROTECT, db_constraint=False, db_index=False)
    pattern = models.CharField(max_length=40)
    urgency = models.PositiveSmallIntegerField(choices=Urgency)
    language = models.CharField(max_length=8)
    text = SealedText()
    shown_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "pattern", "urgency"], name="told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pattern} {self.id}"


class Verdict(models.Model):
    """What a therapist decided about a flag. Append-only; the latest counts.

    `pack` is the one whose card was judged; the flag of an open intake may be another's since.
    It is null where a verdict is older than this column: then it is that of the flag.
    """

    class Choice(models.TextChoices):
        """Three answers; none of them deletes the flag."""

        CONFIRMED = "confirmed", "Confirmed"
        NOT_THIS = "not_this", "Not this"
        CANNOT_TELL = "cannot_tell", "Cannot tell"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    flag = models.ForeignKey(Flag, models.PROTECT, db_constraint=False, db_index=False)
    pack = models.ForeignKey(
        PackVersion, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    is_of_red_flag = models.BooleanField()
    choice = models.CharField(max_length=12, choices=Choice)
    reason = SealedText(null=True)
    by = models.ForeignKey(User, models.PROTECT, db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(choice__in=["confirmed", "not_this", "cannot_tell"]),
                name="known_verdict",
            ),
            models.CheckConstraint(
                condition=models.Q(is_of_red_flag=False) | models.Q(reason__isnull=False),
                name="red_flag_verdict_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["flag", "-at"], name="verdicts_of_flag"),
            models.Index(fields=["clinic", "at"], name="verdicts_by_time"),
        ]

    def __str__(self) -> str:
        return self.choice
