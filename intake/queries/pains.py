"""Pain over the rule of a home programme, until the therapist who gave it has seen it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_date

from clinic.models import Appointment, User
from intake.models import PainSeen, Programme, ProgrammeDay
from intake.queries.programmes import day_of, moment
from intake.queries.sealed import opened, text_of
from intake.ticks import Day

PAGE = 60


@dataclass(frozen=True)
class Over:
    """A patient whose pain was over the rule. `until`: when the last of the days was saved."""

    programme_id: UUID
    visit_id: int
    number: int
    ended_at: datetime | None
    patient_name: str
    patient_reference: str
    days: tuple[Day, ...]
    until: datetime


def unseen_days(programme: Any) -> QuerySet[ProgrammeDay]:
    """The days over the rule that nobody has seen since they were saved."""
    seen = PainSeen.objects.filter(
        programme_id=OuterRef("programme_id"), until__gte=OuterRef("saved_at")
    )
    return ProgrammeDay.objects.filter(programme_id=programme, is_over=True).filter(~Exists(seen))


def own_programmes(user: User) -> QuerySet[Programme]:
    """Those that this therapist gave, of patients she treats; a newer one hides no pain."""
    treated = Appointment.objects.treated_by(user).values("patient_id")
    return Programme.objects.recent().filter(by_id=user.pk, patient_id__in=treated)


def list_over(user: User) -> tuple[Over, ...]:
    """By patient, in one statement."""
    days = unseen_days(OuterRef("pk"))
    one_day = JSONObject(id="id", day="day", answers=text_of("answers"), saved_at="saved_at")
    rows = (
        own_programmes(user)
        .filter(Exists(days))
        .annotate(over=ArraySubquery(days.order_by("day").values(json=one_day)))
        .order_by("patient__family_name", "patient__given_name", "-number")
    )
    found = rows.values(
        "pk",
        "clinic_id",
        "appointment_id",
        "number",
        "ended_at",
        "patient__given_name",
        "patient__family_name",
        "patient__reference",
        "over",
    )
    return tuple(over_of(row) for row in found[:PAGE])


def over_of(row: Mapping[str, Any]) -> Over:
    """A row as a value."""
    days = tuple(
        day_of(
            parse_date(day["day"]),  # type: ignore[arg-type]
            opened(ProgrammeDay, "answers", day["answers"], UUID(day["id"]), row["clinic_id"]),
            is_over=True,
        )
        for day in row["over"]
    )
    return Over(
        programme_id=row["pk"],
        visit_id=row["appointment_id"],
        number=row["number"],
        ended_at=row["ended_at"],
        patient_name=f"{row['patient__given_name']} {row['patient__family_name']}",
        patient_reference=row["patient__reference"],
        days=days,
        until=max(moment(day["saved_at"]) for day in row["over"]),
    )
