"""What the front desk sees: who, when, how far the intake is, never an answer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from clinic.models import Appointment, Contact, Message, Patient, Task
from intake import labels
from intake.queries.call_first import OpenCalls
from intake.queries.days import day_starts, state_of
from intake.queries.followups import OwedCount

PAGE = 60
FOUND = 12


@dataclass(frozen=True)
class DeskVisit:
    """One line of the desk's day. `is_call_first` never says why."""

    id: int
    starts_at: datetime
    ends_at: datetime
    patient_id: int
    patient_name: str
    patient_reference: str
    therapist_name: str
    state: str
    state_label: str
    is_call_first: bool
    is_cancelled: bool
    is_overbooked: bool
    patient_url: str
    invite_url: str | None
    invite_label: str
    cancel_url: str | None
    phone_url: str | None

    @property
    def tablet_url(self) -> str | None:
        """Hands over a tablet, while there is something to fill in."""
        return reverse("tablet", args=[self.id]) if self.invite_url else None


@dataclass(frozen=True)
class DeskDay:
    """One page of a day, and the key of the next page."""

    visits: tuple[DeskVisit, ...]
    next_key: str | None


@dataclass(frozen=True)
class FoundPatient:
    """A search result."""

    id: int
    name: str
    reference: str
    birth_date: date
    url: str


@dataclass(frozen=True)
class DeskPatient:
    """A patient with contact data and visits."""

    id: int
    name: str
    reference: str
    birth_date: date
    language_label: str
    email: str | None
    phone: str | None
    visits: tuple[DeskVisit, ...]


VALUES = (
    "id",
    "starts_at",
    "ends_at",
    "patient_id",
    "patient__given_name",
    "patient__family_name",
    "patient__reference",
    "therapist__name",
    "cancelled_at",
    "is_overbooked",
    "invitation__sent_at",
    "response__begun_at",
    "response__submitted_at",
    "response__way",
    "response__typed_by_id",
    "is_call_first",
)


def to_call() -> dict[str, Exists]:
    """Whether an urgent call about the visit is open: never why, and until somebody closes it."""
    return {"is_call_first": Exists(Task.objects.open().filter(appointment_id=OuterRef("pk")))}


def of_day(user: Any, day: date, zone: ZoneInfo) -> QuerySet[Appointment]:
    """The standing visits of one day at the clinic."""
    begins, ends = day_starts(day, zone), day_starts(day + timedelta(days=1), zone)
    return (
        Appointment.objects.visible_to(user)
        .standing()
        .filter(starts_at__gte=begins, starts_at__lt=ends)
        .annotate(**to_call())
    )


def list_day(user: Any, day: date, zone: ZoneInfo, after: str = "") -> DeskDay:
    """One page of the day; `after` is the `next_key` of the page before."""
    rows = of_day(user, day, zone)
    if last := read_key(after):
        starts_at, last_id = last
        rows = rows.filter(Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, id__gt=last_id))
    listed = rows.order_by("starts_at", "id").values(*VALUES)
    found = [visit_of(row, user.pk) for row in listed[: PAGE + 1]]
    shown, more = found[:PAGE], found[PAGE:]
    key = (
        f"{shown[-1].starts_at.isoformat().replace('+00:00', 'Z')}_{shown[-1].id}" if more else None
    )
    return DeskDay(tuple(shown), key)


def read_key(key: str) -> tuple[datetime, int] | None:
    """Time and id of the last visit of a page; None for anything that is not such a key."""
    text, _, last_id = key.partition("_")
    try:
        starts_at = datetime.fromisoformat(text)
    except ValueError:
        return None
    is_key = starts_at.tzinfo is not None and last_id.isdecimal() and len(last_id) < 18
    return (starts_at, int(last_id)) if is_key else None


@dataclass(frozen=True)
class LinkAsked:
    """Somebody found a link dead and asks for another."""

    patient_name: str
    patient_reference: str
    patient_url: str
    starts_at: datetime
    asked_at: datetime | None
    invite_url: str


def list_asked(user: Any, since: datetime) -> tuple[LinkAsked, ...]:
    """Who waits for a link to a visit after `since`, the longest first."""
    rows = (
        Appointment.objects.visible_to(user)
        .standing()
        .filter(invitation__asked_at__isnull=False, starts_at__gte=since)
        .order_by("invitation__asked_at", "id")
        .values(
            "id",
            "starts_at",
            "patient_id",
            "patient__given_name",
            "patient__family_name",
            "patient__reference",
            "invitation__asked_at",
        )
    )
    return tuple(
        LinkAsked(
            f"{row['patient__given_name']} {row['patient__family_name']}",
            row["patient__reference"],
            reverse("desk_patient", args=[row["patient_id"]]),
            row["starts_at"],
            row["invitation__asked_at"],
            reverse("invite", args=[row["id"]]),
        )
        for row in rows[:PAGE]
    )


def count_day(user: Any, day: date, zone: ZoneInfo) -> dict[str, int]:
    """How the intakes of the day stand; of any day, open urgent calls and follow-ups owed."""
    is_sent = Q(response__submitted_at__isnull=False)
    return of_day(user, day, zone).aggregate(
        not_begun=Count("pk", filter=Q(response=None)),
        under_way=Count("pk", filter=Q(response__isnull=False) & ~is_sent),
        submitted=Count("pk", filter=is_sent),
        call_first=OpenCalls(user.clinic_id),
        owed=OwedCount(user.clinic_id),
    )


def visit_of(row: dict[str, Any], user_id: int) -> DeskVisit:
    """A row of the list as a value.

    What was begun elsewhere nobody goes on with by phone: its answers are not the desk's to see.
    """
    state, is_cancelled = state_of(row), row["cancelled_at"] is not None
    may_invite = not is_cancelled and state != "submitted"
    began = (row["response__way"], row["response__typed_by_id"])
    may_type = may_invite and (state != "begun" or began == ("phone", user_id))
    return DeskVisit(
        id=row["id"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        patient_id=row["patient_id"],
        patient_name=f"{row['patient__given_name']} {row['patient__family_name']}",
        patient_reference=row["patient__reference"],
        therapist_name=row["therapist__name"],
        state=state,
        state_label=labels.STATE[state],
        is_call_first=row["is_call_first"],
        is_cancelled=is_cancelled,
        is_overbooked=row["is_overbooked"],
        patient_url=reverse("desk_patient", args=[row["patient_id"]]),
        invite_url=reverse("invite", args=[row["id"]]) if may_invite else None,
        invite_label="Send intake" if state == "none" else "Send again",
        cancel_url=None if is_cancelled else reverse("cancel", args=[row["id"]]),
        phone_url=reverse("phone", args=[row["id"]]) if may_type else None,
    )


def find_patients(user: Any, text: str) -> tuple[FoundPatient, ...]:
    """The first patients whose name or reference begins with each word."""
    if not text.strip():
        return ()
    rows = Patient.objects.visible_to(user).matching(text, FOUND)
    return tuple(
        FoundPatient(
            row.pk, row.name, row.reference, row.birth_date, reverse("desk_patient", args=[row.pk])
        )
        for row in rows
    )


def get_patient(user: Any, patient: Patient) -> DeskPatient:
    """One patient with the ways to reach them and their visits."""
    contact = Contact.objects.get(patient=patient)
    visits = (
        Appointment.objects.visible_to(user)
        .filter(patient=patient)
        .annotate(**to_call())
        .order_by("-starts_at", "-id")
        .values(*VALUES)
    )
    return DeskPatient(
        patient.pk,
        patient.name,
        patient.reference,
        patient.birth_date,
        labels.LANGUAGE.get(patient.language, patient.language),
        contact.email,
        contact.phone,
        tuple(visit_of(row, user.pk) for row in visits[:10]),
    )


def get_last_message(patient: Patient) -> dict[str, str | None] | None:
    """The newest mail to a patient as it was written: for the demo's page only."""
    mails = Message.objects.filter(patient=patient).exclude(kind="call")
    message = mails.order_by("-created_at").first()
    if message is None:
        return None
    link = next((line for line in message.body.splitlines() if "/i/" in line), None)
    return {"to": message.address, "subject": message.subject, "body": message.body, "link": link}
