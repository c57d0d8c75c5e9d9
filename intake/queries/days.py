"""Lists of visits with the state of their intake: one statement each, ready values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject
from django.urls import reverse

from clinic.models import Appointment, Task
from clinic.models.scheduling import KNOWN_FOR
from clinic.models.staff import given_user
from clinic.statements import Given, Statement
from intake import labels
from intake.models import Urgency
from intake.queries.sign_offs import is_newest_signed, sign_off_of_visit
from intake.rules.derived import whole_years

# Counted no further, and counted once however many visits there are.
MOST_COUNTED = 99
UNSIGNED = f"""(SELECT count(*) FROM (
    SELECT 1 FROM intake_note WHERE author_id = %s AND signed_at IS NULL LIMIT {MOST_COUNTED}
) drafts)"""  # noqa: S608 - a number of ours
FALLEN = f"""(SELECT count(*) FROM (
    SELECT 1 FROM intake_followup WHERE asked_by_id = %s AND state = 'open'
    AND (wanted_by < %s OR fell_at IS NOT NULL OR tries > 0) LIMIT {MOST_COUNTED}
) fallen)"""  # noqa: S608 - a number of ours

OVER = f"""(SELECT count(*) FROM (
    SELECT DISTINCT patient_id FROM intake_programme given WHERE by_id = %s
    AND (ended_at IS NULL OR ended_at > now() - interval '{KNOWN_FOR.days} days') AND EXISTS (
        SELECT 1 FROM intake_programmeday ticked WHERE programme_id = given.id AND is_over
        AND NOT EXISTS (SELECT 1 FROM intake_painseen seen
            WHERE seen.programme_id = given.id AND until >= ticked.saved_at)
    ) LIMIT {MOST_COUNTED}
) over_rule)"""  # noqa: S608 - a number of ours


@dataclass(frozen=True)
class Visit:
    """One line of a therapist's day."""

    id: int
    starts_at: datetime
    ends_at: datetime
    patient_name: str
    patient_reference: str
    age: int
    state: str
    state_label: str
    urgency: str | None
    urgency_label: str
    has_note: str
    follow_up: str
    url: str
    is_signed_off: bool = False
    call_label: str = ""
    open_call: str | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether it belongs to what is looked at first: also while a call about it is open,
        whatever its flags say now."""
        return self.open_call is not None or self.urgency in ("same_day", "emergency")

    @property
    def is_emergency(self) -> bool:
        """Whether its flags or its open call say so."""
        return "emergency" in (self.urgency, self.open_call)


@dataclass(frozen=True)
class DayList:
    """The visits of one day."""

    label: str
    date: date
    visits: tuple[Visit, ...]


@dataclass(frozen=True)
class Days:
    """Today and tomorrow. Of any day: drafts of notes, follow-ups overdue, cancelled or not
    reached, patients whose pain was over the rule of a programme and nobody has seen it.

    On an empty list nothing is counted.
    """

    today: DayList
    tomorrow: DayList
    unsigned: int | None
    fallen: int | None
    over: int | None = None

    def __iter__(self) -> Iterator[DayList]:
        return iter((self.today, self.tomorrow))


def day_starts(day: date, zone: ZoneInfo) -> datetime:
    """Midnight at the clinic, also on the days when clocks change."""
    return datetime.combine(day, time(), tzinfo=zone)


def list_days(user: Any, today: date, zone: ZoneInfo) -> Days:
    """A therapist's visits of today and tomorrow."""
    tomorrow = today + timedelta(days=1)
    rows = visits_between(
        user.role,
        user=user.pk,
        clinic=user.clinic_id,
        today=today,
        start=day_starts(today, zone),
        end=day_starts(tomorrow + timedelta(days=1), zone),
    )
    visits = [visit_of(row, today) for row in rows]
    midnight = day_starts(tomorrow, zone)
    return Days(
        DayList("Today", today, tuple(v for v in visits if v.starts_at < midnight)),
        DayList("Tomorrow", tomorrow, tuple(v for v in visits if v.starts_at >= midnight)),
        rows[0]["unsigned"] if rows else None,
        rows[0]["fallen"] if rows else None,
        rows[0]["over"] if rows else None,
    )


@Statement
def visits_between(role: str) -> QuerySet[Appointment, Any]:
    """A therapist's own that stand, each as one row."""
    user, today = given_user(role), Given("today")
    return (
        Appointment.objects.visible_to(user)
        .standing()
        .filter(
            therapist_id=user.pk,
            starts_at__gte=Given("start"),
            starts_at__lt=Given("end"),
        )
        .annotate(call=last_call())
        .order_by("starts_at", "id")
        .values(
            "call",
            "id",
            "starts_at",
            "ends_at",
            "patient__given_name",
            "patient__family_name",
            "patient__reference",
            "patient__birth_date",
            "invitation__sent_at",
            "response__begun_at",
            "response__submitted_at",
            "response__urgency",
            "note__saved_at",
            "note__signed_at",
            "note__follow_up__state",
            "note__follow_up__fell_at",
            fallen=RawSQL(FALLEN, (user.pk, today)),  # noqa: S611 - fixed words
            over=RawSQL(OVER, (user.pk,)),  # noqa: S611 - fixed words
            unsigned=RawSQL(UNSIGNED, (user.pk,)),  # noqa: S611 - fixed words
            sign_off=sign_off_of_visit(),
        )
    )


def last_call() -> Subquery:
    """How the newest urgent call about a visit stands."""
    calls = Task.objects.filter(appointment_id=OuterRef("pk")).order_by("-opened_at")
    return Subquery(
        calls.values(json=JSONObject(state="state", urgency="urgency", holder="holder__name"))[:1]
    )


def state_of(row: Mapping[str, Any]) -> str:
    """How far the intake of a visit is."""
    if row["response__submitted_at"]:
        return "submitted"
    if row["response__begun_at"]:
        return "begun"
    return "invited" if row["invitation__sent_at"] else "none"


def visit_of(row: Mapping[str, Any], today: date) -> Visit:
    """A row of the list as a value."""
    state, rank, call = state_of(row), row["response__urgency"], row["call"]
    urgency = None if rank is None else Urgency(rank).label
    note = "signed" if row["note__signed_at"] else "draft" if row["note__saved_at"] else "none"
    return Visit(
        id=row["id"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        patient_name=f"{row['patient__given_name']} {row['patient__family_name']}",
        patient_reference=row["patient__reference"],
        age=whole_years(row["patient__birth_date"], today),
        state=state,
        state_label=labels.STATE[state],
        urgency=urgency,
        urgency_label=labels.URGENCY[urgency] if urgency else "",
        has_note=note,
        follow_up=follow_up_of(row),
        url=reverse("brief", args=[row["id"]]),
        is_signed_off=row["sign_off"] is not None,
        call_label=labels.CALL[call["state"]].format(**call) if call else "",
        open_call=Urgency(call["urgency"]).label if call and call["state"] != "closed" else None,
    )


def follow_up_of(row: Mapping[str, Any]) -> str:
    """What became of the follow-up that was asked for at a visit, empty without one."""
    state = row["note__follow_up__state"]
    if state == "open" and row["note__follow_up__fell_at"]:
        return "follow-up fell through"
    said = {"open": "owed", "booked": "booked", "declined": "declined"}.get(state)
    return f"follow-up {said}" if said else ""


def urgent_first(days: Iterable[DayList]) -> tuple[Visit, ...]:
    """The urgent visits of all days, the most urgent first."""
    urgent = [visit for day in days for visit in day.visits if visit.is_urgent]
    return tuple(sorted(urgent, key=lambda visit: not visit.is_emergency))


def is_draft(days: Iterable[DayList]) -> bool:
    """Whether anything on the list was read with a pack that nobody signed off."""
    visits = [visit for day in days for visit in day.visits]
    if not visits:
        return not is_newest_signed()
    return not all(visit.is_signed_off for visit in visits)
