"""A patient's programmes on the brief: one line each, the ended ones too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_date

from clinic.models import Appointment
from intake.models import Programme, ProgrammeDay
from intake.queries.alarms import alarms_of, calls_of, is_held_by
from intake.queries.programmes import day_of, moment
from intake.queries.sealed import opened, text_of
from intake.ticks import Progress, progress_of

MOST_VERSIONS = 3


@dataclass(frozen=True)
class Version:
    """A programme in one line. `ended`: the day, where a newer one or the therapist ended it."""

    number: int
    progress: Progress
    ended: date | None


@dataclass(frozen=True)
class Line:
    """What a brief says of a patient's programmes, the live one first if there is one."""

    first: Version
    earlier: tuple[Version, ...]
    is_paused: bool


def version_rows(patient: Any) -> QuerySet[Any, Any]:
    """The newest programmes of a patient with their days, one JSON value each."""
    one_day = JSONObject(id="id", day="day", answers=text_of("answers"), is_over="is_over")
    days = ProgrammeDay.objects.filter(programme_id=OuterRef("pk")).order_by("day")
    return (
        Programme.objects.recent()
        .filter(patient_id=patient)
        .order_by("-number")
        .values(
            json=JSONObject(
                clinic="clinic_id",
                number="number",
                at="given_at",
                ended="ended_at",
                safe=Q(safe_because__isnull=False),
                days=ArraySubquery(days.values(json=one_day)),
            )
        )[:MOST_VERSIONS]
    )


def version_of(row: Mapping[str, Any], today: date, zone: ZoneInfo) -> Version:
    """A row as a value; an ended one counts its days to its end."""
    ended = moment(row["ended"]).astimezone(zone).date() if row["ended"] else None
    since = moment(row["at"]).astimezone(zone).date()
    days = [
        day_of(
            parse_date(each["day"]),  # type: ignore[arg-type]
            opened(ProgrammeDay, "answers", each["answers"], each["id"], row["clinic"]),
            is_over=each["is_over"],
        )
        for each in row["days"]
    ]
    return Version(row["number"], progress_of(since, ended or today, days), ended)


def list_earlier(patient_id: int, today: date, zone: ZoneInfo) -> tuple[Version, ...]:
    """What was ticked of the programmes that have ended, the newest first."""
    rows = [row["json"] for row in version_rows(patient_id)]
    return tuple(version_of(row, today, zone) for row in rows if row["ended"] and row["days"])


def with_programme(visits: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """With the programmes of the patient, their days and the alarms, in the same statement."""
    return visits.annotate(
        programme_rows=ArraySubquery(version_rows(OuterRef("patient_id"))),
        programme_alarms=ArraySubquery(
            alarms_of(OuterRef("patient_id"))
            .order_by("raised_at")
            .values(json=JSONObject(choice="choice", at="judged_at"))
        ),
        programme_call=Exists(calls_of(OuterRef("patient_id"))),
    )


def get_line(visit: Appointment, today: date, zone: ZoneInfo) -> Line | None:
    """Of a visit that came `with_programme`; None without a live one or one that was ticked."""
    rows = [row for row in getattr(visit, "programme_rows", ()) if row["days"] or not row["ended"]]
    if not rows:
        return None
    first, *earlier = (version_of(row, today, zone) for row in rows)
    return Line(first, tuple(earlier), first.ended is None and is_row_paused(visit, rows[0]))


def is_row_paused(visit: Appointment, given: Mapping[str, Any]) -> bool:
    """Of a visit that came `with_programme`."""
    given_at = moment(given["at"])
    held = [
        is_held_by(
            row["choice"],
            moment(row["at"]) if row["at"] else None,
            is_safe=given["safe"],
            given_at=given_at,
        )
        for row in getattr(visit, "programme_alarms", ())
    ]
    return any((*held, getattr(visit, "programme_call", False)))
