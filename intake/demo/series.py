"""Patients of the demo who come for the third time, so that a brief has something to compare."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from clinic.access import Actor, Role
from clinic.commands.scheduling import book
from clinic.models import Appointment, Clinic, Patient, User
from clinic.walls import enter_clinic, inside_clinic
from intake.commands import instruments, invitations
from intake.demo.seed import CLINIC, Day, answer, finish, get_day, make_visit, staff
from intake.demo.stories import Story
from intake.instruments.answers import read_answers
from intake.merging import Seen
from intake.models import InstrumentResponse, InstrumentVersion, Response
from intake.queries.instruments import get_instrument

FILES = Path(__file__).parent / "week"
AT, MINUTES = timedelta(hours=8, minutes=10), 20  # before the first visit of the day


@dataclass(frozen=True)
class Time:
    """How it stood at one visit, so many days before today."""

    days: int
    pain: int
    activities: tuple[int, int]
    sleep: str
    sit: str
    walk: str
    rested: int


TIMES = (
    Time(43, 8, (2, 3), "most", "half", "house", 4),
    Time(22, 6, (4, 4), "some", "half", "shop", 2),
    Time(0, 3, (7, 5), "none", "hour", "free", 1),
)
DOING = {
    "en": ("Walk the dog for an hour", "Put on my socks"),
    "es": ("Pasear al perro una hora", "Ponerme los calcetines"),
}


def seed_series(*, at: datetime) -> None:
    """One such patient for each therapist, made once; the questionnaire is then switched off."""
    with inside_clinic(None):
        clinic = Clinic.objects.get(name=CLINIC["name"])
        enter_clinic(clinic.pk)
        if InstrumentVersion.objects.filter(key="urn:previsit:demo:week").exists():
            return
        day = get_day(clinic, at.astimezone(clinic.zone).date(), at)
        admin = staff(User.objects.get(clinic=clinic, role=Role.ADMIN))
        version = bring(admin, at)
        for therapist in User.objects.filter(clinic=clinic, role=Role.THERAPIST).order_by("pk"):
            come_three_times(day, therapist, next(day.calm))
        instruments.ask(by=admin, at=at, version=version, is_asked=False)


def bring(admin: Actor, at: datetime) -> InstrumentVersion:
    """Import the invented questionnaire and have it asked."""
    version = instruments.import_instrument(
        by=admin,
        at=at,
        questionnaire=FILES.with_suffix(".json").read_text(encoding="utf-8"),
        scoring=FILES.with_suffix(".yaml").read_text(encoding="utf-8"),
    )
    instruments.ask(by=admin, at=at, version=version, is_asked=True)
    return version


def come_three_times(day: Day, therapist: User, story: Story) -> None:
    """The same story each time, and each time a little better."""
    patient: Patient | None = None
    for time in TIMES:
        then = replace(
            day, at=day.at - timedelta(days=time.days), today=day.today - timedelta(days=time.days)
        )
        visit = come(then, therapist, story, patient)
        patient = visit.patient
        invitations.invite(by=day.by, at=then.at - timedelta(days=2), appointment=visit)
        told = replace(story, answers={**story.answers, "pain.avg": time.pain})
        answer(then, visit, told, is_sent=True, fill_sheets=Filling(time, then.today))
        if time.days:
            finish(then, visit, therapist)


def come(day: Day, therapist: User, story: Story, patient: Patient | None) -> Appointment:
    """A booking early that day; the first one makes the patient."""
    starts_at = datetime.combine(day.today, datetime.min.time(), tzinfo=day.clinic.zone) + AT
    if patient is None:
        return make_visit(day, therapist, story, starts_at, minutes=MINUTES)
    return book(
        by=day.by,
        at=day.at - timedelta(days=8),
        patient=patient,
        therapist=therapist,
        starts_at=starts_at,
        minutes=MINUTES,
    )


@dataclass(frozen=True)
class Filling:
    """Fills in the instruments of one intake."""

    time: Time
    today: date

    def __call__(self, by: Actor, at: datetime, response: Response) -> None:
        held = Response.objects.with_pack().select_for_update().get(pk=response.pk)
        given = {**self.activities(held.language), **self.week()}
        for row in InstrumentResponse.objects.filter(response=held).order_by("position"):
            form = get_instrument(row.instrument_id).form
            asked = {key: form.by_id[key] for key in given if key in form.by_id}
            answers = read_answers(form, {key: given[key] for key in asked})
            instruments.merge_sheet(
                by=by,
                at=at,
                held=held,
                row=row,
                page=instruments.SheetAnswers(asked, dict(answers)),
                seen=Seen(),
                language=held.language,
            )

    def activities(self, language: str) -> Mapping[str, list[str | int]]:
        first, second = DOING.get(language, DOING["en"])
        well, better = self.time.activities
        return {
            "activity.1": [first],
            "activity.1.now": [well],
            "activity.2": [second],
            "activity.2.now": [better],
        }

    def week(self) -> Mapping[str, list[str | int]]:
        time = self.time
        rested = [(self.today - timedelta(days=n + 1)).isoformat() for n in range(time.rested)]
        return {
            "sleep": [time.sleep],
            "sit": [time.sit],
            "walk": [time.walk],
            "rest": list(reversed(rested)),
        }
