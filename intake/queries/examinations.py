"""What the examination of a visit showed, fetched with the visit in its statement."""

import uuid
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from clinic.models import Appointment
from intake import labels
from intake.briefs import Result
from intake.examination import Results
from intake.models import ExamResult
from intake.queries.sealed import opened, text_of

WITHDRAWN = ExamResult.Outcome.WITHDRAWN


def with_results(visits: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """With every result of the visit, the oldest first."""
    rows = (
        ExamResult.objects.filter(appointment_id=OuterRef("pk"))
        .order_by("at", "pk")
        .values(
            json=JSONObject(
                id="id",
                test="test",
                side="side",
                outcome=text_of("outcome"),
                by="by__name",
                at="at",
            )
        )
    )
    return visits.annotate(**{"result_rows": ArraySubquery(rows)})


def get_results(visit: Appointment) -> Results:
    """By test, the latest of each side of a visit that came `with_results`."""
    latest: dict[tuple[str, str], Result] = {}
    for raw in getattr(visit, "result_rows", None) or []:
        latest[raw["test"], raw["side"]] = result_of(raw, visit.clinic_id)
    found: dict[str, list[Result]] = {}
    for (test, _), result in latest.items():
        if result.outcome != WITHDRAWN:
            found.setdefault(test, []).append(result)
    return found


def result_of(raw: dict[str, Any], clinic_id: int) -> Result:
    """A row as a value."""
    outcome = opened(ExamResult, "outcome", raw["outcome"], uuid.UUID(raw["id"]), clinic_id)
    label = ExamResult.Outcome(outcome).label
    side = labels.SIDE[raw["side"]]
    at = parse_datetime(raw["at"])
    assert at is not None  # noqa: S101 - PostgreSQL wrote it
    return Result(outcome, f"{label}, {side}" if side else label, raw["side"], raw["by"], at)
