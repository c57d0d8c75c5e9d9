"""Fills the demo's clinic through the same commands that people use."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain

from clinic.access import Actor, Kind, Role, system
from clinic.commands.people import create_patient
from clinic.commands.scheduling import book
from clinic.commands.staff import create_user
from clinic.demo import DEMO_ACCOUNTS
from clinic.models import Appointment, Clinic, Message, Patient, User
from clinic.walls import enter_clinic, inside_clinic
from intake.commands import beginning, flags, invitations, misses, notes, responses, telling
from intake.commands.rehearsals import begin_rehearsal
from intake.demo.answering import leave_contradictions, numbers, until_details
from intake.demo.calls import ring
from intake.demo.drafts import stricter
from intake.demo.exercising import give_somebody_a_programme
from intake.demo.stories import BOTH_SIDES, CHANGED, Story, cycle_from, is_child, tell_stories
from intake.demo.texts import keep_blocks
from intake.models import Flag, Invitation, Learned, Response
from intake.notices import words
from intake.queries.notices import places
from intake.queries.questionnaires import Published, get_newest

CLINIC = {
    "name": "Demo Movement Clinic",
    "phone": "020 7946 0000",
    "emergency_number": "999",
    "urgent_line": "NHS 111",
    "time_zone": "Europe/London",
}
FIRST_VISIT, SLOT = timedelta(hours=8, minutes=30), timedelta(minutes=45)
TOMORROW, SEEN, MINUTES = 6, 4, 40
# Follow-ups asked for in the notes; those of the first days seen are overdue by now.
WISHES = ("14 30 same", "", "", "2 20 any", "", "")
SEEN_DAYS = 4  # before today: what the verdicts teach needs some
LAST_TIME = timedelta(days=40)
# How the intakes of one therapist's day stand, from the first slot to the last.
STATES = (
    "urgent",
    "submitted",
    "submitted",
    "begun",
    "submitted",
    "urgent and begun",
    "invited again",
    "submitted again",
    "none",
    "submitted",
)


@dataclass(frozen=True)
class Day:
    """What is needed to fill days: the clinic, the pack and the stories not used yet."""

    clinic: Clinic
    published: Published
    today: date
    at: datetime
    calm: Iterator[Story]
    urgent: Iterator[Story]
    by: Actor


def seed(*, at: datetime, say: Callable[[str], None]) -> None:
    """Make the clinic once; on a later day add that day's visits to it."""
    with inside_clinic(None):
        clinic = Clinic.objects.filter(name=CLINIC["name"]).first() or make_clinic()
        enter_clinic(clinic.pk)
        today = at.astimezone(clinic.zone).date()
        if is_filled(clinic, today):
            return
        say(f"filling today's and tomorrow's lists of {clinic.name}")
        day = get_day(clinic, today, at)
        therapists = User.objects.filter(clinic=clinic, role=Role.THERAPIST).order_by("pk")
        for therapist in therapists:
            fill(day, therapist, today, STATES)
            fill(day, therapist, today + timedelta(days=1), STATES[1 : TOMORROW + 1])
            fill(day, therapist, today - timedelta(days=1), ("seen",) * SEEN)
        keep_blocks(staff(therapists[0]), at)
        for back in range(2, SEEN_DAYS + 1):
            for therapist in therapists:
                fill(day, therapist, today - timedelta(days=back), ("seen",) * SEEN)
        give_somebody_a_programme(clinic=clinic, today=today, at=at)
        admin = User.objects.get(clinic=clinic, role=Role.ADMIN)
        begin_rehearsal(by=staff(admin), at=at, pack=stricter())
        ring(therapists=[staff(each) for each in therapists], at=at)
        # What was judged days ago is not in what was counted until yesterday.
        Learned.objects.all().delete()
        # They were sent days ago, so the story goes: the worker shall not print sixty mails now.
        Message.objects.filter(sent_at=None).update(sent_at=at - timedelta(days=2))


def make_clinic() -> Clinic:
    """The clinic and its accounts."""
    clinic = Clinic.objects.create(**CLINIC)
    enter_clinic(clinic.pk)
    for account in DEMO_ACCOUNTS:
        create_user(
            by=system(clinic.pk, "demo"),
            email=account["email"],
            name=account["name"],
            role=Role(account["role"]),
            password=account["password"],
        )
    return clinic


def is_filled(clinic: Clinic, today: date) -> bool:
    """Whether somebody is booked today."""
    begins = datetime.combine(today, datetime.min.time(), tzinfo=clinic.zone)
    return Appointment.objects.filter(
        starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1)
    ).exists()


def get_day(clinic: Clinic, today: date, at: datetime) -> Day:
    """The stories sorted by what they are needed for; a new day continues where the last ended."""
    published = get_newest()
    stories = [
        story for story in tell_stories(published.pack, published.find, today) if story.is_complete
    ]
    urgent = [story for story in stories if story.urgency in ("emergency", "same_day")]
    calm = [story for story in stories if story not in urgent]
    both_sides = [story for story in calm if story.vignette == BOTH_SIDES]
    turn = today.toordinal()
    desk = User.objects.get(clinic=clinic, role=Role.DESK)
    return Day(
        clinic=clinic,
        published=published,
        today=today,
        at=at,
        calm=chain(both_sides, cycle_from(calm, turn * 7)),
        urgent=cycle_from(urgent, turn * 3),
        by=staff(desk),
    )


def staff(user: User) -> Actor:
    """An account as an actor."""
    return Actor(Kind.STAFF, str(user.pk), user.clinic_id)


def fill(day: Day, therapist: User, on: date, states: tuple[str, ...]) -> None:
    """One therapist's visits of one day."""
    midnight = datetime.combine(on, datetime.min.time(), tzinfo=day.clinic.zone)
    for slot, state in enumerate(states):
        story = next(day.urgent if state.startswith("urgent") else day.calm)
        while state.endswith("again") and is_child(story, day.today):
            story = next(day.calm)
        starts_at = midnight + FIRST_VISIT + slot * SLOT
        if state.endswith("again"):
            patient = was_here_before(day, therapist, story, starts_at)
            visit = book_visit(day, therapist, patient, starts_at)
            story = replace(story, answers={**story.answers, **CHANGED})
        else:
            visit = make_visit(day, therapist, story, starts_at)
        if state == "none":
            continue
        invitations.invite(by=day.by, at=day.at - timedelta(days=2), appointment=visit)
        if not state.startswith("invited"):
            answer(day, visit, story, is_sent="begun" not in state)
        if state == "seen":
            finish(day, visit, therapist)


def was_here_before(day: Day, therapist: User, story: Story, starts_at: datetime) -> Patient:
    """Somebody who sent an intake some weeks ago."""
    then = replace(day, at=day.at - LAST_TIME)
    visit = make_visit(then, therapist, story, starts_at - LAST_TIME)
    invitations.invite(by=day.by, at=then.at - timedelta(days=2), appointment=visit)
    answer(then, visit, story, is_sent=True)
    return visit.patient


def make_visit(
    day: Day, therapist: User, story: Story, starts_at: datetime, minutes: int = MINUTES
) -> Appointment:
    """A patient and a booking."""
    patient = create_patient(
        by=day.by,
        at=day.at - timedelta(days=9),
        given_name=story.given_name,
        family_name=story.family_name,
        birth_date=story.birth_date,
        language=story.language,
        email=f"{story.given_name}.{story.family_name}@demo.example".lower(),
        phone="07700 900123",
    )
    return book_visit(day, therapist, patient, starts_at, minutes)


def book_visit(
    day: Day, therapist: User, patient: Patient, starts_at: datetime, minutes: int = MINUTES
) -> Appointment:
    """A booking."""
    return book(
        by=day.by,
        at=day.at - timedelta(days=8),
        patient=patient,
        therapist=therapist,
        starts_at=starts_at,
        minutes=minutes,
    )


def answer(
    day: Day,
    visit: Appointment,
    story: Story,
    *,
    is_sent: bool,
    fill_sheets: Callable[[Actor, datetime, Response], None] = lambda by, at, response: None,
) -> None:
    """The patient's part: whole, yesterday; or stopped after the safety questions, just now."""
    invitation = Invitation.objects.get(appointment=visit)
    by = Actor(Kind.PATIENT, str(invitation.pk), day.clinic.pk)
    is_now = not is_sent and visit.starts_at.astimezone(day.clinic.zone).date() == day.today
    at = day.at - (timedelta(minutes=8) if is_now else timedelta(hours=20))
    notice = words("notice", language=story.language, places=places(day.clinic))
    response = beginning.begin(
        by=by, at=at, invitation=invitation, notice=notice, language=story.language
    )
    given = (
        dict(story.answers) if is_sent else until_details(day.published.pack.questionnaire, story)
    )
    responses.save_answers(
        by=by,
        at=at + timedelta(minutes=5),
        response_id=response.pk,
        page=responses.Page(frozenset(given), given, frozenset()),
        language=story.language,
        today=day.today,
    )
    told = telling.tell(
        by=by,
        at=at + timedelta(minutes=5),
        response=Response.objects.get(pk=response.pk),
        language=story.language,
        today=day.today,
        numbers=numbers(day.clinic),
    )
    if told:
        telling.confirm(by=by, at=at + timedelta(minutes=6), response=response)
    if is_sent:
        fill_sheets(by, at + timedelta(minutes=6), response)
        send(day, response, story, by=by, at=at + timedelta(minutes=6))


def send(day: Day, response: Response, story: Story, *, by: Actor, at: datetime) -> None:
    """Signed, with what does not fit together left as it is."""
    leave_contradictions(by=by, at=at, response=response, day=day.today)
    responses.submit(
        by=by,
        at=at + timedelta(minutes=1),
        invitation_id=response.invitation_id,
        key=uuid.uuid4(),
        signer=f"{story.given_name} {story.family_name}",
        statement=words("statement", language=story.language, places=places(day.clinic)),
        today=day.today,
    )


def finish(day: Day, visit: Appointment, therapist: User) -> None:
    """The therapist's part of a visit that is over: verdicts and a note, not all of them signed."""
    by, at = staff(therapist), day.at - timedelta(hours=3)
    found = Flag.objects.filter(response__appointment=visit, changed_at=None, is_suppressed=False)
    for number, flag in enumerate(found):
        choice = ("confirmed", "not_this", "cannot_tell")[(number + visit.pk) % 3]
        reason = "Asked again at the visit." if flag.group == "redflag" else ""
        flags.judge(by=by, at=at, flag=flag, choice=choice, reason=reason)
    if visit.pk % 5 == 0:
        miss_one(day, visit, by, at)
    notes.save_note(
        by=by,
        at=at,
        appointment=visit,
        parts={
            "subjective": "As in the intake.",
            "objective": "Tests of the card done.",
            "assessment": "See the verdicts.",
            "plan": "As agreed with the patient. See again.",
            "follow_up": WISHES[visit.pk % len(WISHES)],
        },
        is_signed=visit.pk % 4 != 0,
    )


def miss_one(day: Day, visit: Appointment, by: Actor, at: datetime) -> None:
    """A look-alike that no flag said was found all the same."""
    response = Response.objects.get(appointment=visit)
    said = set(Flag.objects.filter(response=response).values_list("pattern", flat=True))
    others = (one.id for one in day.published.pack.patterns if one.group == "lookalike")
    left = [pattern for pattern in others if pattern not in said]
    misses.note_miss(by=by, at=at, response=response, pattern=left[visit.pk % len(left)], words="")
