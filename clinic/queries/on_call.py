"""Who is asked to make an urgent call, and who next."""

from datetime import datetime, timedelta

from clinic.access import Role
from clinic.models import Appointment, OnCall, Task, TaskEvent, User


def get_on_call(clinic_id: int) -> OnCall:
    """The clinic's own settings, or the usual ones before the admin's first."""
    return OnCall.objects.filter(clinic_id=clinic_id).first() or OnCall(clinic_id=clinic_id)


def next_holder(task: Task, rules: OnCall, at: datetime) -> User:
    """Round and round until somebody takes it; back to the same only if there is nobody else."""
    therapists = list_therapists(task.appointment, rules, at)
    events = TaskEvent.objects.filter(task=task, told__isnull=False)
    told = list(events.values_list("told_id", flat=True))
    others = [each for each in therapists if each.pk != task.holder_id]
    return min(others, key=lambda each: told.count(each.pk), default=task.holder)


def list_therapists(visit: Appointment, rules: OnCall, at: datetime) -> list[User]:
    """Who may be asked, in order: the visit's therapist if she works today, who is on duty, the
    fallback, then every other therapist of the clinic. Accounts that are closed are left out."""
    order = [rules.duty_id, visit.therapist_id, rules.fallback_id]
    if rules.duty_id is None or works_on(visit, at):
        order.insert(0, visit.therapist_id)
    active = User.objects.filter(clinic_id=visit.clinic_id, is_active=True, role=Role.THERAPIST)
    return sorted(
        active.order_by("pk"),
        key=lambda each: order.index(each.pk) if each.pk in order else len(order),
    )


def works_on(visit: Appointment, at: datetime) -> bool:
    """Whether the therapist of a visit has patients on that day."""
    zone = visit.clinic.zone
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        Appointment.objects.standing()
        .filter(
            therapist_id=visit.therapist_id,
            starts_at__gte=midnight,
            starts_at__lt=midnight + timedelta(days=1),
        )
        .exists()
    )
