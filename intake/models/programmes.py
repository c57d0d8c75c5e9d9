"""Home exercise programmes as they were given, and the days that patients ticked."""

import uuid

from django.db import models

from clinic.fields import SealedJSON, SealedText
from clinic.models import Appointment, Clinic, Patient, User
from clinic.models.scheduling import KNOWN_FOR
from intake.models.questionnaires import PackVersion


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Programmes by how they stand."""

    def live(self) -> "ProgrammeQuerySet":
        """Neither ended nor replaced by a newer version: one a patient at most."""
        return self.filter(ended_at=None)

    def recent(self) -> "ProgrammeQuerySet":
        """Live, or ended in the time for which a patient counts as a therapist's own."""
        since = models.functions.Now() - KNOWN_FOR
        return self.filter(models.Q(ended_at=None) | models.Q(ended_at__gt=since))


class Programme(models.Model):
    """What a patient was given, word for word. Only its end is ever written later (migration 0012).

    `content`: the handout in the patient's language, as `intake.handouts.Handout`.
    `chosen`: exercise id to {dose, against, reason, asked}: what the therapist set, why even
    so, and what was asked first.
    `safe_because`: why exercises are right although a confirmed warning sign is on record.
    `seen_at`: when the therapist said that somebody under 18 was seen in person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    patient = models.ForeignKey(Patient, models.PROTECT, db_constraint=False, db_index=False)
    appointment = models.ForeignKey(Appointment, models.PROTECT, db_constraint=False)
    pack = models.ForeignKey(PackVersion, models.PROTECT, db_index=False)
    number = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8)
    content = SealedJSON()
    chosen = SealedJSON()
    safe_because = SealedText(null=True)
    seen_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, models.PROTECT, db_index=False)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="programme_in_clinic"),
            models.UniqueConstraint(fields=["patient", "number"], name="programmes_numbered"),
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(ended_at=None),
                name="one_live_programme",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("given_at")),
                name="programme_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["by", "ended_at"], name="programmes_by"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ProgrammeDay(models.Model):
    """What a patient ticked of one day.

    `answers`: {done: [exercise id], during, following}: pain of 10, None where not said.
    `is_over`: the pain rule says stop. Clear text, so that it can be looked for: the therapist is
    told until it is seen (`PainSeen`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    programme = models.ForeignKey(Programme, models.PROTECT, db_constraint=False, db_index=False)
    day = models.DateField()
    answers = SealedJSON()
    is_over = models.BooleanField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "programme", "day"], name="each_day_once")
        ]
        indexes = [models.Index(fields=["programme", "day"], name="days_of_programme")]

    def __str__(self) -> str:
        return str(self.id)


class PainSeen(models.Model):
    """A therapist has seen the days over the pain rule that were saved up to `until`. Append-only.

    A day that is saved again later, and is still over it, is to be seen again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    programme = models.ForeignKey(Programme, models.PROTECT, db_constraint=False, db_index=False)
    until = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__lte=models.F("at")), name="seen_after_it_was_saved"
            )
        ]
        indexes = [models.Index(fields=["programme", "until"], name="pain_seen_of_programme")]

    def __str__(self) -> str:
        return str(self.id)
