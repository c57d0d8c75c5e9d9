"""What was published: questionnaires and pattern packs. The database refuses to change a row."""

from django.db import models


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


class PackVersion(models.Model):
    """The patterns, sources and exercises as published, with the hash of their content."""

    version = models.CharField(max_length=30)
    content_hash = models.CharField(max_length=64)
    questionnaire = models.ForeignKey(QuestionnaireVersion, models.PROTECT)
    content = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_hash", "questionnaire"], name="published_once")
        ]
        indexes = [models.Index(fields=["-published_at"], name="newest_pack")]

    def __str__(self) -> str:
        return self.version
