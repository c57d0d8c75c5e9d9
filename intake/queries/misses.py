"""What was found and no flag had said: of one visit, and as cases to replay."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery

from clinic.models import Appointment, User
from intake.cases import Case, case_of
from intake.models import Flag, Miss, Response
from intake.models.misses import MissQuerySet
from intake.queries.questionnaires import read_with
from intake.queries.sign_offs import sign_off_of_visit
from intake.rules.answers import read_answers

GROUPS = {"iliopsoas": "Iliopsoas", "lookalike": "Look-alikes", "redflag": "Warning signs"}


@dataclass(frozen=True)
class MissRead:
    """What was found, by whom and when."""

    id: UUID
    name: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Choice:
    """A pattern that can be said to have been missed."""

    id: str
    name: str


@dataclass(frozen=True)
class Choices:
    """The patterns of one group."""

    name: str
    patterns: tuple[Choice, ...]


def begun_visits(user: User) -> QuerySet[Appointment]:
    """Of the patients this therapist treats, those whose intake was begun."""
    visits = Appointment.objects.treated_by(user).filter(response__isnull=False)
    return visits.select_related("patient", "response").annotate(sign_off=sign_off_of_visit())


def standing() -> MissQuerySet:
    """What counts: not taken back, and itself no taking back."""
    return Miss.objects.filter(takes_back=None, taken_back=None)


def list_standing(response: Response) -> QuerySet[Miss]:
    """What counts of one intake."""
    return standing().filter(response=response)


def count_misses() -> Subquery:
    """How many count of a visit, in the statement that fetches it."""
    mine = standing().filter(response__appointment_id=OuterRef("pk")).order_by()
    return Subquery(mine.values("response__appointment_id").annotate(n=Count("pk")).values("n"))


def list_misses(response: Response) -> tuple[MissRead, ...]:
    """In the order they were noted."""
    pack = read_with(response).pack
    rows = list_standing(response).select_related("by").order_by("at")
    return tuple(
        MissRead(
            row.pk,
            pack.pattern(row.pattern).name("en") if row.pattern else f"Something else: {row.words}",
            row.by.name,
            row.at,
        )
        for row in rows
    )


def list_choices(response: Response) -> tuple[Choices, ...]:
    """The patterns of the pack that no flag on the brief and no miss says yet."""
    pack = read_with(response).pack
    flags = Flag.objects.filter(response=response, changed_at=None, is_suppressed=False)
    misses = list_standing(response).exclude(pattern="")
    said = set(flags.values_list("pattern", flat=True).union(misses.values_list("pattern")))
    return tuple(
        Choices(
            name,
            tuple(
                Choice(pattern.id, pattern.name("en"))
                for pattern in pack.patterns
                if pattern.group == group and pattern.id not in said
            ),
        )
        for group, name in GROUPS.items()
    )


def list_missed(user: User) -> QuerySet[Miss]:
    """What counts of the patients this therapist treats, sent intakes only, by pattern."""
    return (
        standing()
        .visible_to(user)
        .filter(response__submitted_at__isnull=False)
        .select_related("response")
        .order_by("pattern", "id")
    )


def make_cases(misses: Iterable[Miss], user: User) -> Iterator[Case]:
    """Each as a case, read as it was read on the day it was sent."""
    for number, miss in enumerate(misses, start=1):
        response = miss.response
        questionnaire = read_with(response).pack.questionnaire
        sent = response.submitted_at or response.saved_at
        on = sent.astimezone(user.clinic.zone).date()
        answers = questionnaire.in_force(read_answers(questionnaire, response.answers, on=on))
        yield case_of(questionnaire, answers, id=f"M{number}", expect=miss.pattern)
