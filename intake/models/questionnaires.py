"""What was published: questionnaires and pattern packs. The database refuses to change a row."""

import uuid

from django.db import models

from clinic.models import User


class QuestionnaireVersion(models.Model):
    """The questions as published, with the hash of their content."""

    version = models.CharField(max_length=30)
    content_hash = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-published_at"], name="newest_questionnaire")]

    def __str__(self) -> str:
        return self.version


class Rehearsal(models.Model):
    """A draft pack, and how its replay on every intake sent before `until` stands.

    The same for every clinic: it holds no patient, only how many parts are done, how many intakes
    were read, and how many red flags would not be there any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.CharField(max_length=30)
    content_hash = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    begun_at = models.DateTimeField()
    until = models.DateTimeField()
    parts = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    vanished = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done__lte=models.F("parts")), name="no_part_done_twice"
            )
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def is_done(self) -> bool:
        """Whether every part is."""
        return self.done == self.parts


class PackVersion(models.Model):
    """The patterns, sources and exercises as published, with the hash of their content.

    Every pack but the first was rehearsed (migration 0016 refuses another). `vanished` red flags
    of past intakes, and of those that were open then, would not be there: then somebody gave a
    reason.
    """

    version = models.CharField(max_length=30)
    content_hash = models.CharField(max_length=64)
    questionnaire = models.ForeignKey(QuestionnaireVersion, models.PROTECT)
    content = models.JSONField()
    published_at = models.DateTimeField()
    # The trigger looks whether these two exist.
    rehearsal = models.ForeignKey(
        Rehearsal, models.PROTECT, null=True, db_constraint=False, db_index=False
    )
    vanished = models.PositiveIntegerField(default=0)
    reason = models.TextField(default="", blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_hash", "questionnaire"], name="published_once"
            ),
            models.CheckConstraint(
                condition=models.Q(vanished=0)
                | (~models.Q(reason="") & models.Q(published_by__isnull=False)),
                name="vanishing_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["-published_at"], name="newest_pack")]

    def __str__(self) -> str:
        return self.version
