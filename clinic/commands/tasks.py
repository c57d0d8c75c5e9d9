"""Urgent calls: opened by an answer, told, taken, reported, and passed on when time is over."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from clinic.access import Actor, system
from clinic.commands.audit import record
from clinic.commands.calling import post_call
from clinic.models import Appointment, OnCall, Task, TaskEvent, Urgency
from clinic.queries.on_call import get_on_call, list_therapists, next_holder
from clinic.states import TASK, Refused
from clinic.walls import in_transaction, inside_clinic

Kind, Way = TaskEvent.Kind, TaskEvent.Way


class ReasonMissing(Exception):
    """Whoever closes a call without calling says why."""


class WrongTime(Exception):
    """A next try lies ahead, and soon. Says so in a sentence that is shown as it stands."""


@dataclass(frozen=True)
class Report:
    """What was done about a call. `key` comes with the form: the same report twice is one."""

    key: uuid.UUID
    kind: str
    words: str = ""
    again_at: datetime | None = None


@in_transaction
def open_task(*, by: Actor, at: datetime, appointment_id: int, urgency: int) -> Task:
    """An urgent answer came: open a call, or bring the one there is in line with it.

    Part of the transaction that keeps the answer. A higher urgency starts the clock again; another
    answer brings the time forward where a call waits longer than a new one would.
    """
    task = open_task_of(appointment_id)
    rules = get_on_call(by.own_clinic_id)
    if task is None:
        visit = Appointment.objects.select_related("clinic").get(pk=appointment_id)
        task = new_task(visit, rules, at, urgency)
        note(task, at, Kind.OPENED)
        tell(by=by, at=at, task=task, rules=rules)
    elif urgency > task.urgency:
        task.state = TASK.after(task.state, "raise")
        task.urgency, task.due_at = urgency, at + rules.wait(urgency)
        task.save(update_fields=["state", "urgency", "due_at"])
        note(task, at, Kind.RAISED)
        tell(by=by, at=at, task=task, rules=rules)
    else:
        task.due_at = min(task.due_at, at + rules.wait(urgency))
        task.save(update_fields=["due_at"])
        note(task, at, Kind.ADDED)
        tell(by=by, at=at, task=task, rules=rules)
    record(by=by, action="called for", subject=task)
    return task


def new_task(visit: Appointment, rules: OnCall, at: datetime, urgency: int) -> Task:
    """Held by the first of those who may be asked."""
    return Task.objects.create(
        clinic_id=visit.clinic_id,
        patient_id=visit.patient_id,
        appointment=visit,
        urgency=urgency,
        state=TASK.begins,
        holder=(list_therapists(visit, rules, at) or [visit.therapist])[0],
        opened_at=at,
        due_at=at + rules.wait(urgency),
    )


@in_transaction
def note_change(*, by: Actor, at: datetime, appointment_id: int) -> None:
    """The patient took an urgent answer back. The call stays: the therapist decides."""
    task = open_task_of(appointment_id)
    if task:
        note(task, at, Kind.CHANGED)


@in_transaction
def take(*, by: Actor, at: datetime, task_id: uuid.UUID) -> Task:
    """Take a call: of all who try, one gets it. Raises Refused for everybody else.

    Whoever takes it holds it, and has as long again to say what was done.
    """
    task = locked(task_id)
    if task.state == "taken" and task.holder_id == by.user_id:
        return task
    task.state = TASK.after(task.state, "take", holder=task.holder.name)
    task.holder_id, task.taken_at = by.user_id, at
    task.due_at = at + get_on_call(task.clinic_id).wait(task.urgency)
    task.save(update_fields=["state", "holder", "taken_at", "due_at"])
    note(task, at, Kind.TAKEN, by=by)
    record(by=by, action="took", subject=task)
    return task


@in_transaction
def report(*, by: Actor, at: datetime, task_id: uuid.UUID, done: Report) -> Task:
    """Say what was done. Whoever was not reached stays open, with a new time.

    Raises Refused, ReasonMissing, WrongTime.
    """
    task = locked(task_id)
    if TaskEvent.objects.filter(pk=done.key).exists():
        return task
    if task.state == "taken" and task.holder_id != by.user_id:
        raise Refused(TASK.refusals["taken", "take"].format(holder=task.holder.name))
    task.state = TASK.after(task.state, done.kind)
    if done.kind == Kind.NO_CALL and not done.words:
        raise ReasonMissing
    task.due_at = next_due(task, done, at)
    task.closed_at = at if task.state == "closed" else None
    task.save(update_fields=["state", "due_at", "closed_at"])
    note(task, at, Kind(done.kind), by=by, done=done)
    record(by=by, action=f"reported {done.kind}", subject=task)
    return task


def next_due(task: Task, done: Report, at: datetime) -> datetime:
    """Until when the next report is waited for. Raises WrongTime."""
    if task.state == "closed":
        return task.due_at
    if done.kind != Kind.AGAIN:
        return at + get_on_call(task.clinic_id).wait(task.urgency)
    return next_try(task, done, at) + get_on_call(task.clinic_id).wait(task.urgency)


def next_try(task: Task, done: Report, at: datetime) -> datetime:
    """When it is tried again. Raises WrongTime: nobody parks an emergency for long."""
    if done.again_at is None:
        raise WrongTime("Enter the time of the next try")
    if done.again_at <= at:
        raise WrongTime("That time is over")
    latest = task.latest_try(at)
    if done.again_at <= latest:
        return done.again_at
    if task.urgency >= Urgency.EMERGENCY:
        by_then = latest.astimezone(task.clinic.zone)
        raise WrongTime(f"Try an emergency again within the hour, by {by_then:%H:%M}")
    raise WrongTime("Try a same-day call again today")


def pass_on_next(*, clinic_id: int, at: datetime) -> bool:
    """Give one overdue call of the clinic to the next therapist; False when none is overdue.

    The row stays locked until all of it is kept, so of several workers one does it, and one that is
    killed leaves nothing half done.
    """
    with inside_clinic(clinic_id):
        task = overdue(clinic_id, at)
        if task is None:
            return False
        pass_on(by=system(clinic_id, "worker"), at=at, task=task)
        return True


def overdue(clinic_id: int, at: datetime) -> Task | None:
    """The call that waits longest beyond its time, locked; one in other hands is passed over."""
    rows = Task.objects.open().filter(clinic_id=clinic_id, due_at__lte=at)
    return rows.select_for_update(skip_locked=True).order_by("due_at").first()


def pass_on(*, by: Actor, at: datetime, task: Task) -> None:
    """To whoever was told least often, in the clinic's order, and to its fallback address."""
    rules = get_on_call(task.clinic_id)
    task.state = TASK.after(task.state, "pass_on")
    task.holder = next_holder(task, rules, at)
    task.passes, task.taken_at = task.passes + 1, None
    task.due_at = at + rules.wait(task.urgency)
    task.save(update_fields=["state", "holder", "passes", "taken_at", "due_at"])
    note(task, at, Kind.PASSED_ON)
    tell(by=by, at=at, task=task, rules=rules)
    if rules.fallback_email:
        post_call(by=by, at=at, task=task, address=rules.fallback_email, is_fallback=True)
        note(task, at, Kind.TOLD, way=Way.FALLBACK)
    record(by=by, action="passed on", subject=task)


def tell(*, by: Actor, at: datetime, task: Task, rules: OnCall) -> None:
    """The holder, on every page and by a mail that says nothing."""
    post_call(by=by, at=at, task=task, address=task.holder.email, is_fallback=False)
    note(task, at, Kind.TOLD, way=Way.LIST)


def open_task_of(appointment_id: int) -> Task | None:
    """The open call of a visit, locked."""
    rows = Task.objects.open().select_for_update()
    return rows.filter(appointment_id=appointment_id).first()


def locked(task_id: uuid.UUID) -> Task:
    """A call, locked until the transaction ends.

    Without its holder in the same statement: whoever waited for the lock would join the new row
    with the old holder, and find none.
    """
    return Task.objects.select_for_update().get(pk=task_id)


def note(
    task: Task,
    at: datetime,
    kind: TaskEvent.Kind,
    *,
    by: Actor | None = None,
    way: TaskEvent.Way | None = None,
    done: Report | None = None,
) -> None:
    """One line of the history. The task is locked, so the numbers have no gap."""
    TaskEvent.objects.create(
        id=done.key if done else uuid.uuid4(),
        clinic_id=task.clinic_id,
        task=task,
        kind=kind,
        by_id=by.user_id if by else None,
        told_id=task.holder_id if way is Way.LIST else None,
        way=way or "",
        again_at=done.again_at if done else None,
        words=(done.words or None) if done else None,
        at=at,
        number=TaskEvent.objects.filter(task=task).count() + 1,
    )
