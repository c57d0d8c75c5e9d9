"""How the demo's urgent calls stand."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from clinic.access import Actor
from clinic.commands import tasks
from clinic.models import Task

DONE = ("called", None, "not_reached")


def ring(*, therapists: Iterable[Actor], at: datetime) -> None:
    """Of each one's calls the first is done, the second waits, the third was not reached."""
    for by in therapists:
        calls = Task.objects.filter(holder_id=by.user_id).order_by("appointment__starts_at")
        for task, kind in zip(calls, DONE, strict=False):
            if kind:
                words = "A neighbour drives to the hospital." if kind == "called" else ""
                done = tasks.Report(uuid.uuid4(), kind, words)
                tasks.take(by=by, at=at - timedelta(minutes=7), task_id=task.pk)
                tasks.report(by=by, at=at - timedelta(minutes=4), task_id=task.pk, done=done)
