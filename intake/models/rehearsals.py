"""A draft pack replayed on what was sent, and the open intakes read again by a new one."""

import uuid

from django.db import models

from clinic.models import Clinic
from intake.models.questionnaires import PackVersion, Rehearsal


class RehearsalPart(models.Model):
    """A stretch of one clinic's sent intakes: taken, replayed and written in one transaction.

    Intakes with `first` <= id < `end` (no end: all) that were sent from `since` to before `until`.
    `counts`: pattern to what became of it (`intake.rehearsing.Tally`) to how often.
    `changed`: [visit, pattern, "gained" or "lost"], to be shown to who may see the visit.
    """

    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    rehearsal = models.ForeignKey(Rehearsal, models.PROTECT, db_index=False)
    first = models.UUIDField()
    end = models.UUIDField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    counts = models.JSONField(default=dict)
    changed = models.JSONField(default=list)
    read = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "rehearsal", "since", "first"], name="part_planned_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["clinic", "rehearsal"],
                name="parts_to_replay",
                condition=models.Q(done_at=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Rereading(models.Model):
    """The open intakes of one clinic, read again by a pack that was published while they were open.

    `last` is the last that was done, in the order of ids; it is written with that intake's flags.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    pack = models.ForeignKey(PackVersion, models.PROTECT, db_index=False)
    last = models.UUIDField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "pack"], name="read_again_once")]
        indexes = [
            models.Index(
                fields=["clinic", "begun_at"],
                name="to_read_again",
                condition=models.Q(finished_at=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
