"""Home programmes: what stands in their way, what may be chosen, how they go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.utils.dateparse import parse_datetime

from clinic.models import Appointment
from intake.handouts import Handout, from_json
from intake.models import Flag, Invitation, Programme, ProgrammeDay, Response, Urgency, Verdict
from intake.queries.alarms import paused_by
from intake.queries.questionnaires import Published, get_newest
from intake.rules.answered import Answers
from intake.rules.answers import read_answers
from intake.rules.choosing import Choice, Standings, programme_for
from intake.rules.derived import whole_years
from intake.ticks import Day, Progress, progress_of

# Choosing --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choosing:
    """What a therapist chooses from, and the answers it rests on."""

    published: Published
    choice: Choice
    shown: Mapping[str, Mapping[str, Any]]
    has_intake: bool
    age: int
    sent_at: datetime | None = None


@dataclass(frozen=True)
class Speaks:
    """An exercise that was given, and what the answers say against it since."""

    name: str
    says: tuple[str, ...]


def get_choosing(visit: Appointment, today: date, zone: ZoneInfo) -> Choosing:
    """From the intake of the visit, else from the one that the patient sent last."""
    response: Response | None = getattr(visit, "response", None)
    return choosing_from(visit, response or last_sent(visit.patient_id), today, zone)


def get_newest_choosing(visit: Appointment, today: date, zone: ZoneInfo) -> Choosing:
    """From the intake that the patient sent last, whichever visit it was for."""
    return choosing_from(visit, last_sent(visit.patient_id), today, zone)


def last_sent(patient_id: int) -> Response | None:
    sent = Response.objects.filter(patient_id=patient_id, submitted_at__isnull=False)
    return sent.order_by("-submitted_at").first()


def choosing_from(
    visit: Appointment, response: Response | None, today: date, zone: ZoneInfo
) -> Choosing:
    age = whole_years(visit.patient.birth_date, today)
    if response is None:
        published = get_newest()
        choice = programme_for(published.pack, {}, Answers({}, on=today), age=age)
        return Choosing(published, choice, {}, has_intake=False, age=age)
    published = get_newest(response.questionnaire_id)
    questionnaire = published.pack.questionnaire
    on = response.submitted_at.astimezone(zone).date() if response.submitted_at else today
    answers = questionnaire.in_force(read_answers(questionnaire, response.answers, on=on))
    standings = standings_of(response, published, answers)
    choice = programme_for(published.pack, standings, answers, age=age)
    sent_at = response.submitted_at
    return Choosing(published, choice, response.shown, has_intake=True, age=age, sent_at=sent_at)


def speaks_against(chosen: Mapping[str, Mapping[str, Any]], now: Choosing) -> tuple[Speaks, ...]:
    """What speaks against a programme now and did not when it was given."""
    found = []
    for id, kept in chosen.items():
        one = now.choice.of(id)
        fresh = [each.say for each in one.against if each.say not in kept["against"]] if one else []
        if one and fresh:
            found.append(Speaks(one.exercise.name("en"), tuple(fresh)))
    return tuple(found)


def standings_of(response: Response, published: Published, answers: Answers) -> Standings:
    """How each pattern stands: what the rules cannot tell, what they found, what was decided."""
    cannot_tell = published.find(answers).cannot_tell
    standings = {verdict.pattern: "unknown" for verdict in cannot_tell}
    latest = Verdict.objects.filter(flag_id=OuterRef("pk")).order_by("-at").values("choice")[:1]
    rows = Flag.objects.filter(response=response, changed_at=None)
    decided = {"confirmed": "confirmed", "not_this": "refuted"}
    for pattern, tier, choice in rows.annotate(choice=Subquery(latest)).values_list(
        "pattern", "tier", "choice"
    ):
        found = "possible" if tier == "possible" else "open"
        standings[pattern] = decided.get(choice, found)
    return standings


# How it goes -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """A live programme as a therapist sees it."""

    id: UUID
    number: int
    by: str
    given_at: datetime
    handout: Handout
    chosen: Mapping[str, Mapping[str, Any]]
    safe_because: str | None
    seen_at: datetime | None
    progress: Progress
    paused_by: Urgency | None

    @property
    def is_paused(self) -> bool:
        return self.paused_by is not None


def get_live(patient_id: int) -> Programme | None:
    """The programme that a patient does now."""
    return Programme.objects.live().filter(patient_id=patient_id).select_related("by").first()


def get_given(patient_id: int, today: date, zone: ZoneInfo) -> Given | None:
    """The live programme with its days."""
    programme = get_live(patient_id)
    if programme is None:
        return None
    since = programme.given_at.astimezone(zone).date()
    return Given(
        id=programme.pk,
        number=programme.number,
        by=programme.by.name,
        given_at=programme.given_at,
        handout=from_json(programme.content),
        chosen=programme.chosen,
        safe_because=programme.safe_because,
        seen_at=programme.seen_at,
        progress=progress_of(since, today, list_days(programme.pk)),
        paused_by=paused_by(programme),
    )


def list_days(programme_id: UUID) -> tuple[Day, ...]:
    """The days that were ticked, in order."""
    rows = ProgrammeDay.objects.filter(programme_id=programme_id).order_by("day")
    return tuple(day_of(row.day, row.answers, is_over=row.is_over) for row in rows)


def day_of(day: date, answers: Mapping[str, Any], *, is_over: bool) -> Day:
    """A row as a value."""
    return Day(day, tuple(answers["done"]), answers["during"], answers["following"], is_over)


def moment(text: str) -> datetime:
    """A time as JSON holds it."""
    found = parse_datetime(text)
    if found is None:
        raise ValueError(text)
    return found


# The patient's own -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Own:
    """What a patient sees of the live programme."""

    programme: Programme
    handout: Handout
    since: date
    days: Mapping[date, Day]
    paused_by: Urgency | None
    reference: str

    @property
    def is_paused(self) -> bool:
        return self.paused_by is not None


def get_own(invitation_id: UUID, zone: ZoneInfo) -> Own | None:
    """The live programme of the patient whose link this is."""
    patient = Invitation.objects.filter(pk=invitation_id).values("patient_id")
    live = Programme.objects.live().filter(patient_id__in=patient)
    programme = live.select_related("patient").first()
    if programme is None:
        return None
    return Own(
        programme=programme,
        handout=from_json(programme.content),
        since=programme.given_at.astimezone(zone).date(),
        days={day.day: day for day in list_days(programme.pk)},
        paused_by=paused_by(programme),
        reference=programme.patient.reference,
    )
