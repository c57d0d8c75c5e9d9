"""Urgent calls: who has to ring a patient, by when, and everything that was done about it."""

import uuid
from datetime import UTC, datetime, time, timedelta

from django.db import models

from clinic.fields import SealedText
from clinic.models.people import Clinic, Patient
from clinic.models.scheduling import Appointment
from clinic.models.staff import User


class Urgency(models.IntegerChoices):
    """The pack's urgencies by rank. Clear text in the database, so that lists can be sorted."""

    ROUTINE = 0, "routine"
    BEFORE_APPOINTMENT = 1, "before_appointment"
    SAME_DAY = 2, "same_day"
    EMERGENCY = 3, "emergency"


class OnCall(models.Model):
    """Who is told of urgent calls beside the patient's therapist, and how long a call may wait."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.OneToOneField(Clinic, models.PROTECT)
    emergency_minutes = models.PositiveSmallIntegerField(default=15)
    same_day_minutes = models.PositiveSmallIntegerField(default=120)
    duty = models.ForeignKey(
        User, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    fallback = models.ForeignKey(
        User, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    fallback_email = SealedText(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_call_waits_some_minutes",
                condition=models.Q(emergency_minutes__range=(5, 240))
                & models.Q(same_day_minutes__range=(15, 1440)),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    def wait(self, urgency: int) -> timedelta:
        """How long a call of this urgency may stay untaken."""
        is_emergency = urgency >= Urgency.EMERGENCY
        return timedelta(minutes=self.emergency_minutes if is_emergency else self.same_day_minutes)


class TaskQuerySet(models.QuerySet["Task"]):
    """Tasks somebody may see."""

    def visible_to(self, user: User) -> "TaskQuerySet":
        """Those of the user's clinic: an urgent call waits for whichever therapist comes first."""
        return self.filter(clinic_id=user.clinic_id)

    def open(self) -> "TaskQuerySet":
        """Not closed, taken or not."""
        return self.filter(closed_at=None)


class Task(models.Model):
    """One urgent call about one visit. One is open at a time; `clinic.states.TASK` is its course.

    `holder` has to act until `due_at`; then it goes to the next, whether it was taken or not.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    patient = models.ForeignKey(
        Patient, models.PROTECT, db_constraint=False, db_index=False, related_name="tasks"
    )
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, db_constraint=False, db_index=False, related_name="tasks"
    )
    urgency = models.PositiveSmallIntegerField(choices=Urgency)
    state = models.CharField(max_length=10, default="open")
    holder = models.ForeignKey(
        User, models.PROTECT, db_constraint=False, db_index=False, related_name="tasks"
    )
    passes = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="task_in_clinic"),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=models.Q(closed_at=None),
                name="one_open_task_a_visit",
            ),
            models.CheckConstraint(
                condition=models.Q(urgency__in=[Urgency.SAME_DAY, Urgency.EMERGENCY]),
                name="a_task_is_urgent",
            ),
            models.CheckConstraint(
                name="task_state_and_its_times",
                condition=models.Q(state="open", taken_at=None, closed_at=None)
                | models.Q(state="taken", taken_at__isnull=False, closed_at=None)
                | models.Q(state="closed", taken_at__isnull=False, closed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["appointment"], name="tasks_of_visit"),
            models.Index(
                fields=["patient", "holder"],
                name="open_tasks_of_patient",
                condition=models.Q(closed_at=None),
            ),
            models.Index(
                fields=["clinic", "due_at"],
                name="tasks_due",
                condition=models.Q(closed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.id}"

    def latest_try(self, at: datetime) -> datetime:
        """Until when a next try may be put off: an emergency an hour, else the day's end there."""
        if self.urgency >= Urgency.EMERGENCY:
            return at.astimezone(UTC) + timedelta(hours=1)
        zone = self.clinic.zone
        tomorrow = at.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), tzinfo=zone)


class TaskEvent(models.Model):
    """Something that happened to a task: who was told by which way, what was done. Append-only.

    Its key comes with the form, so that a report sent twice is one. Without `by` the patient's
    answer or the clock did it.
    """

    class Kind(models.TextChoices):
        """What happened. The words are those of the history on the brief."""

        OPENED = "opened", "Opened by an answer"
        RAISED = "raised", "Raised by a more urgent answer"
        ADDED = "added", "Another urgent answer came"
        CHANGED = "changed", "The answers no longer show an urgent finding"
        TOLD = "told", "Told"
        PASSED_ON = "passed_on", "Not done in time: went on"
        TAKEN = "taken", "Taken"
        CALLED = "called", "Spoke with the patient"
        SENT = "sent", "Sent to emergency care"
        NOT_REACHED = "not_reached", "Not reached"
        AGAIN = "again", "Will try again at"
        NO_CALL = "no_call", "No call needed"

    class Way(models.TextChoices):
        """How somebody was told."""

        LIST = "list", "on the page and by mail"
        FALLBACK = "fallback", "by mail to the clinic’s fallback address"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    task = models.ForeignKey(
        Task, models.PROTECT, db_constraint=False, db_index=False, related_name="events"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")
    told = models.ForeignKey(
        User, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    way = models.CharField(max_length=10, choices=Way, default="", blank=True)
    again_at = models.DateTimeField(null=True)
    words = SealedText(null=True)
    at = models.DateTimeField()
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="task_events_in_order"),
            models.CheckConstraint(
                name="told_somebody_somehow",
                condition=models.Q(kind="told", way="list", told__isnull=False)
                | models.Q(kind="told", way="fallback", told=None)
                | (~models.Q(kind="told") & models.Q(way="", told=None)),
            ),
            models.CheckConstraint(
                name="done_by_somebody",
                condition=models.Q(
                    kind__in=["taken", "called", "sent", "not_reached", "again", "no_call"],
                    by__isnull=False,
                )
                | models.Q(
                    kind__in=["opened", "raised", "added", "changed", "told", "passed_on"], by=None
                ),
            ),
            models.CheckConstraint(
                name="again_at_a_time",
                condition=models.Q(kind="again", again_at__isnull=False)
                | (~models.Q(kind="again") & models.Q(again_at=None)),
            ),
            models.CheckConstraint(
                name="no_call_says_why",
                condition=~models.Q(kind="no_call") | models.Q(words__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.kind
