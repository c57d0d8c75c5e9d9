"""The history of an urgent call: what people did whole, what the clock did folded."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from clinic.models import TaskEvent
from clinic.queries.tasks import time_of
from intake.queries.sealed import opened, text_of

Kind, Way = TaskEvent.Kind, TaskEvent.Way
BY_CLOCK = (Kind.PASSED_ON, Kind.TOLD)
SAID_BY_ANSWERS = (Kind.OPENED, Kind.RAISED, Kind.ADDED, Kind.CHANGED)
TRIES = (Kind.NOT_REACHED, Kind.AGAIN)
NEWEST = 300  # of what the clock did; what people and answers did is not pushed out by it
MOST_EVENTS = 600


@dataclass(frozen=True)
class CallEvent:
    """One line of the history; `until` where it stands for many."""

    kind: str
    label: str
    who: str
    how: str
    words: str
    at: datetime | None
    again_at: datetime | None
    until: datetime | None = None


def events_of(task: OuterRef) -> QuerySet[TaskEvent]:
    return TaskEvent.objects.filter(task_id=task).order_by("-number")


def as_json() -> JSONObject:
    return JSONObject(
        id="id",
        kind="kind",
        by="by__name",
        told="told__name",
        way="way",
        words=text_of("words"),
        at="at",
        again_at="again_at",
    )


def history_columns() -> dict[str, Any]:
    """The newest events, and apart from them what the state rests on, however long the list is."""
    newest = events_of(OuterRef("task_id")).values("number")[:1]
    kept = ~Q(kind__in=BY_CLOCK) | Q(number__gt=Subquery(newest) - NEWEST)
    events = events_of(OuterRef("pk"))
    return {
        "events": ArraySubquery(events.filter(kept).values(json=as_json())[:MOST_EVENTS]),
        "said": Subquery(events.filter(kind__in=SAID_BY_ANSWERS).values("kind")[:1]),
        "tried": Subquery(events.filter(kind__in=TRIES).values(json=as_json())[:1]),
        "passes": F("passes"),
    }


def event_of(row: dict[str, Any], clinic_id: int, may_read: bool) -> CallEvent:
    """A row of the history as a value, its words opened for whoever may read them."""
    words = row["words"] if may_read else None
    return CallEvent(
        kind=row["kind"],
        label=Kind(row["kind"]).label,
        who=row["by"] or row["told"] or "",
        how=str(Way(row["way"]).label) if row["way"] else "",
        words=opened(TaskEvent, "words", words, uuid.UUID(row["id"]), clinic_id) if words else "",
        at=time_of(row["at"]),
        again_at=time_of(row["again_at"]),
    )


def folded(events: Iterable[CallEvent], passes: int) -> tuple[CallEvent, ...]:
    """Oldest first; a call that went on more than once in a row is one line."""
    listed = tuple(events)
    lines: list[CallEvent] = []
    for is_clock, group in groupby(listed, key=lambda event: event.kind in BY_CLOCK):
        run = list(group)
        if is_clock:
            # Who was told when it was opened or raised stands before the first passing on.
            first = next(
                (turn for turn, one in enumerate(run) if one.kind == Kind.PASSED_ON), len(run)
            )
            lines += run[:first]
            run = fold(run[first:])
        lines += run
    hidden = passes - sum(event.kind == Kind.PASSED_ON for event in listed)
    if hidden > 0:
        label = f"Not done in time: went on another {hidden}× before this"
        by_clock = (*BY_CLOCK, "round")
        first = next((turn for turn, one in enumerate(lines) if one.kind in by_clock), 0)
        lines.insert(first, CallEvent("earlier", label, "", "", "", None, None))
    return tuple(lines)


def fold(run: list[CallEvent]) -> list[CallEvent]:
    """Passes in a row as one line: how often, to whom, from when to when."""
    times = sum(event.kind == Kind.PASSED_ON for event in run)
    if times < 2:
        return run
    told = Counter(event.who or event.how for event in run if event.kind == Kind.TOLD)
    names = ", ".join(f"{who} ({number}×)" for who, number in told.items())
    label = f"Not done in time: went on {times} times. Told: {names}"
    return [CallEvent("round", label, "", "", "", run[0].at, None, run[-1].at)]
