"""A follow-up that a therapist asked for: a debt until it is booked, declined or recalled.

The desk reads these rows, so nothing in them says why. What may follow what is held by the database
(migrations 0015 and 0023).
"""

import uuid

from django.db import models

from clinic.models import Appointment, Clinic, Patient, User
from intake.models.notes import Note
from intake.wishes import Wish

OPEN, BOOKED, DECLINED, RECALLED = "open", "booked", "declined", "recalled"
DECLINED_BECAUSE = (
    ("no_wish", "Does not want one"),
    ("elsewhere", "Goes elsewhere"),
    ("cannot_come", "Cannot come"),
)
RECALLED_BECAUSE = (
    ("not_needed", "No longer needed"),
    ("twice", "Asked for twice"),
)
TAKEN_BACK = "therapist"  # only whoever asked for it says so
CHOICES = dict(DECLINED_BECAUSE + RECALLED_BECAUSE)
REASONS = {**CHOICES, TAKEN_BACK: "Taken back"}


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Follow-ups somebody may see."""

    def visible_to(self, user: User) -> "FollowUpQuerySet":
        """Those of the user's clinic."""
        return self.filter(clinic_id=user.clinic_id)

    def owed(self) -> "FollowUpQuerySet":
        """Still to be booked."""
        return self.filter(state=OPEN)


class FollowUp(models.Model):
    """One a note. `therapist` is None for any; `reason` is a code, never words about a patient.

    `tries`: how often the patient was not reached, the last time by `tried_by`; it stays owed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    patient = models.ForeignKey(Patient, models.PROTECT, db_constraint=False, db_index=False)
    note = models.OneToOneField(Note, models.PROTECT, db_constraint=False, related_name="follow_up")
    asked_by = models.ForeignKey(
        User, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    asked_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    wanted_from = models.DateField()
    wanted_by = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    therapist = models.ForeignKey(
        User, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    state = models.CharField(max_length=10, default=OPEN)
    reason = models.CharField(max_length=12, default="", blank=True)
    appointment = models.OneToOneField(
        Appointment, models.PROTECT, null=True, db_constraint=False, related_name="follow_up"
    )
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")
    closed_at = models.DateTimeField(null=True)
    fell_at = models.DateTimeField(null=True)  # when the visit booked for it was cancelled
    tries = models.PositiveSmallIntegerField(default=0)
    tried_by = models.ForeignKey(
        User, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    tried_at = models.DateTimeField(null=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="followup_in_clinic"),
            models.CheckConstraint(
                name="followup_whole",
                condition=models.Q(
                    state=OPEN, appointment=None, closed_by=None, closed_at=None, reason=""
                )
                | models.Q(
                    state=BOOKED,
                    appointment__isnull=False,
                    closed_by__isnull=False,
                    closed_at__isnull=False,
                    reason="",
                )
                | models.Q(
                    state=DECLINED,
                    appointment=None,
                    closed_by__isnull=False,
                    closed_at__isnull=False,
                    reason__in=[code for code, _ in DECLINED_BECAUSE],
                )
                | models.Q(
                    state=RECALLED,
                    appointment=None,
                    closed_by__isnull=False,
                    closed_at__isnull=False,
                    reason__in=[*(code for code, _ in RECALLED_BECAUSE), TAKEN_BACK],
                ),
            ),
            models.CheckConstraint(
                name="followup_tried",
                condition=models.Q(tries=0, tried_by=None, tried_at=None)
                | models.Q(tries__gt=0, tried_by__isnull=False, tried_at__isnull=False),
            ),
            models.CheckConstraint(
                name="followup_window",
                condition=models.Q(
                    wanted_from__lte=models.F("wanted_by"), days__gt=0, minutes__gt=0
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "wanted_by", "id"],
                name="followups_owed",
                condition=models.Q(state=OPEN),
            ),
            models.Index(fields=["asked_by", "state", "wanted_by"], name="followups_of_therapist"),
            models.Index(
                fields=["clinic", "-closed_at", "id"],
                name="followups_closed",
                condition=models.Q(state__in=[DECLINED, RECALLED]),
            ),
            models.Index(fields=["patient"], name="followups_of_patient"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def wish(self) -> Wish:
        """As it was asked for."""
        return Wish(self.days, self.minutes, self.therapist_id is not None)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be booked."""
        return self.state == OPEN
