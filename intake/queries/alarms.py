"""What holds exercises back: warning signs that nobody has ruled out, and calls that are open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from clinic.models import Task
from intake import labels
from intake.models import Flag, Programme, Urgency, Verdict


@dataclass(frozen=True)
class Alarm:
    """A warning sign that no verdict has ruled out, or a call that nobody has closed."""

    name: str
    urgency: int
    visit_id: int
    verdict: str | None = None
    judged_at: datetime | None = None
    is_call: bool = False

    @property
    def urgency_label(self) -> str:
        return labels.URGENCY[Urgency(self.urgency).label]

    @property
    def is_confirmed(self) -> bool:
        """Exercises then take a written reason; while undecided there are none."""
        return self.verdict == Verdict.Choice.CONFIRMED

    @property
    def is_unclear(self) -> bool:
        """Somebody has looked and could not tell."""
        return self.verdict == Verdict.Choice.CANNOT_TELL


def open_flags_of(patient: Any) -> QuerySet[Any]:
    """The open flags of a patient that are not judged "not this"."""
    latest = Verdict.objects.filter(flag_id=OuterRef("pk")).order_by("-at")
    flags = Flag.objects.filter(response__patient_id=patient, changed_at=None, is_suppressed=False)
    return flags.annotate(
        choice=Subquery(latest.values("choice")[:1]), judged_at=Subquery(latest.values("at")[:1])
    ).filter(Q(choice=None) | ~Q(choice=Verdict.Choice.NOT_THIS))


def alarms_of(patient: Any) -> QuerySet[Any]:
    """The urgent ones of them: they hold exercises back."""
    return open_flags_of(patient).filter(urgency__gte=Urgency.SAME_DAY)


def calls_of(patient: Any) -> QuerySet[Task]:
    """The calls about a patient that are open, taken or not: a changed answer closes none."""
    return Task.objects.open().filter(patient_id=patient)


def list_alarms(patient_id: int) -> tuple[Alarm, ...]:
    """Whatever holds exercises back, open calls first."""
    calls = calls_of(patient_id).order_by("-urgency", "opened_at")
    open_calls = (
        Alarm("An urgent call is open", task.urgency, task.appointment_id, is_call=True)
        for task in calls
    )
    return (*open_calls, *as_alarms(alarms_of(patient_id)))


def as_alarms(flags: QuerySet[Any]) -> tuple[Alarm, ...]:
    """The most urgent first."""
    rows = flags.annotate(visit_id=F("response__appointment_id"))
    return tuple(
        Alarm(row.evidence["name"], row.urgency, row.visit_id, row.choice, row.judged_at)
        for row in rows.order_by("-urgency", "raised_at")
    )


def list_unsettled(patient_id: int) -> tuple[Alarm, ...]:
    """The lesser warning signs that nobody has decided on, each once: they hold nothing back."""
    flags = open_flags_of(patient_id).filter(group="redflag", urgency__lt=Urgency.SAME_DAY)
    found = as_alarms(flags.filter(Q(choice=None) | Q(choice=Verdict.Choice.CANNOT_TELL)))
    return tuple({alarm.name: alarm for alarm in found}.values())


def is_held_by(
    verdict: str | None, judged_at: datetime | None, *, is_safe: bool, given_at: datetime
) -> bool:
    """Whether an alarm holds back a programme: a reason counts for what was confirmed before it."""
    is_settled = verdict == Verdict.Choice.CONFIRMED and is_safe
    return not (is_settled and judged_at is not None and judged_at <= given_at)


def paused_by(programme: Programme) -> Urgency | None:
    """The highest urgency of what pauses a programme, now or as soon as it opens; else None."""
    is_safe = programme.safe_because is not None
    held = [
        alarm.urgency
        for alarm in list_alarms(programme.patient_id)
        if is_held_by(alarm.verdict, alarm.judged_at, is_safe=is_safe, given_at=programme.given_at)
    ]
    return Urgency(max(held)) if held else None
