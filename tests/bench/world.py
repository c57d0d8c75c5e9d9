"""The clinic that is measured: made by the product's own commands, then copied in numbers."""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from clinic.access import Actor, Kind, Role, system
from clinic.commands.people import create_patient
from clinic.commands.scheduling import book
from clinic.commands.staff import create_user
from clinic.models import Appointment, Clinic, Contact, Patient, User
from clinic.walls import enter_clinic, inside_clinic
from intake.commands import beginning, flags, invitations, notes, responses
from intake.demo.stories import Story, tell_stories
from intake.models import Flag, Invitation, LinkSession, Note, Response, Verdict
from intake.notices import Words
from intake.queries.questionnaires import Published, get_newest

PASSWORD = "bench-bench-bench-bench"
STEP_DRAFTS = 16
LISTED = 25
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class World:
    """The rows that requests name. Each key opens the draft at the same place of `drafts`."""

    clinic: Clinic
    published: Published
    story: Story
    busy: User
    quiet: User
    desk: User
    sessions: dict[int, str]
    brief: Appointment
    long_brief: Appointment
    drafts: tuple[Response, ...]
    keys: tuple[str, ...]


def key_of(visit_id: int) -> str:
    """The link session's key of a visit: known, because nothing here is secret."""
    return f"bench-{visit_id:039d}"


def make_world(drafts: int, now: datetime) -> World:
    """Everything; `drafts` whole intakes wait for their submission, after those for the steps."""
    with inside_clinic(None):
        clinic = Clinic.objects.create(
            name="Bench Clinic", phone="1", emergency_number="2", urgent_line="3", time_zone="UTC"
        )
        enter_clinic(clinic.pk)
        published = get_newest()
        today = timezone.localdate(now)
        story = pick_story(published, today)
        busy, quiet, desk = (make_user(clinic, name) for name in ("busy", "quiet", "desk"))
        brief = make_whole(clinic, busy, story, now)
        copier = Copier(clinic, quiet, story, brief, now)
        copier.fill_day(busy, LISTED - 1, taken=1)
        copier.fill_day(quiet, 1, taken=0)
        long_brief = copier.long_history(busy, 30)
        made = copier.copies(drafts + STEP_DRAFTS, quiet, now + timedelta(days=20), "begun")
        return World(
            clinic=clinic,
            published=published,
            story=story,
            busy=busy,
            quiet=quiet,
            desk=desk,
            sessions={user.pk: sign_in(user) for user in (busy, quiet, desk)},
            brief=brief,
            long_brief=long_brief,
            drafts=tuple(made),
            keys=tuple(key_of(each.appointment_id) for each in made),
        )


def pick_story(published: Published, today: date) -> Story:
    """The first whole English intake with three findings."""
    stories = tell_stories(published.pack, published.find, today)
    return next(one for one in stories if is_typical(published, one, today))


def is_typical(published: Published, story: Story, today: date) -> bool:
    """Not urgent, so that submitting needs no warning to be read first."""
    from intake.rules.answers import read_answers

    if not story.is_complete or story.language != "en" or story.urgency != "routine":
        return False
    answers = read_answers(published.pack.questionnaire, story.answers, on=today)
    return len(published.find(published.pack.questionnaire.in_force(answers)).shown) == 3


def make_user(clinic: Clinic, name: str) -> User:
    """An account by name; the desk is the desk."""
    role = Role.DESK if name == "desk" else Role.THERAPIST
    return create_user(
        by=system(clinic.pk, "bench"),
        email=f"{name}@bench.example",
        name=f"Bench {name}",
        role=role,
        password=PASSWORD,
    )


def sign_in(user: User) -> str:
    """A session as signing in leaves it; its key."""
    session, now = SessionStore(), int(timezone.now().timestamp())
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "clinic.accounts.WithClinic"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["began_at"] = session["seen_at"] = now
    session.create()
    return str(session.session_key)


def make_whole(clinic: Clinic, therapist: User, story: Story, now: datetime) -> Appointment:
    """One visit of tomorrow with a submitted intake, a verdict and a draft of a note."""
    desk, at = system(clinic.pk, "bench"), now - timedelta(hours=20)
    by = Actor(Kind.STAFF, str(therapist.pk), clinic.pk)
    patient = create_patient(
        by=desk,
        at=at,
        given_name=story.given_name,
        family_name=story.family_name,
        birth_date=story.birth_date,
        language="en",
        email="patient@bench.example",
        phone="",
    )
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = midnight + timedelta(days=1, minutes=45)  # between the others of the day
    visit = book(by=by, at=at, patient=patient, therapist=therapist, starts_at=tomorrow, minutes=30)
    invitations.invite(by=by, at=at, appointment=visit)
    invitation = Invitation.objects.get(appointment=visit)
    words = Words("1", True, "en", ("I agree.",))
    response = beginning.begin(by=by, at=at, invitation=invitation, notice=words, language="en")
    page = responses.Page(frozenset(story.answers), dict(story.answers), frozenset())
    responses.save_answers(
        by=by, at=at, response_id=response.pk, page=page, language="en", today=now.date()
    )
    responses.submit(
        by=by,
        at=at,
        invitation_id=invitation.pk,
        key=uuid.uuid4(),
        signer="Bench",
        statement=words,
        today=now.date(),
    )
    # The same each time: what is judged decides which tests are planned, and how long the page is.
    flag = Flag.objects.filter(response=response).order_by("pattern").first()
    flags.judge(by=by, at=at, flag=flag, choice="confirmed", reason="Seen.")
    parts = {"text": "S: as told.\n" * 5}
    notes.save_note(by=by, at=at, appointment=visit, parts=parts, is_signed=False)
    return visit


class Copier:
    """Copies one whole intake to new patients and visits, each sealed to its own row."""

    def __init__(
        self, clinic: Clinic, spare: User, story: Story, visit: Appointment, now: datetime
    ) -> None:
        self.clinic, self.spare, self.story, self.now = clinic, spare, story, now
        self.response = Response.objects.get(appointment=visit)
        self.flags = list(Flag.objects.filter(response=self.response))
        self.invitation = Invitation.objects.get(appointment=visit)
        self.number = 0

    def patients(self, count: int) -> list[Patient]:
        """New ones."""
        self.number += count
        made = Patient.objects.bulk_create(
            Patient(
                clinic=self.clinic,
                reference=f"B-{self.number - place:06d}",
                given_name="Bench",
                family_name=f"Patient{place}",
                given_key="bench",
                family_key=f"patient{place}",
                birth_date=self.story.birth_date,
                created_at=self.now,
            )
            for place in range(count)
        )
        Contact.objects.bulk_create(
            Contact(clinic=self.clinic, patient=patient, email="patient@bench.example")
            for patient in made
        )
        return made

    def visits(
        self, patients: list[Patient], therapist: User, times: list[datetime]
    ) -> list[Appointment]:
        """One each."""
        return Appointment.objects.bulk_create(
            Appointment(
                clinic=self.clinic,
                patient=patient,
                therapist=therapist,
                starts_at=start,
                ends_at=start + HOUR / 2,
                created_at=self.now,
            )
            for patient, start in zip(patients, times, strict=True)
        )

    def copies(self, count: int, therapist: User, begins: datetime, state: str) -> list[Response]:
        """So many visits, one an hour, their intakes answered in full."""
        times = [begins + HOUR * place for place in range(count)]
        return self.answered(self.visits(self.patients(count), therapist, times), state)

    def invited(self, visits: list[Appointment]) -> list[Invitation]:
        """An invitation and a link session for each visit."""
        made = Invitation.objects.bulk_create(
            Invitation(
                clinic=self.clinic,
                patient_id=visit.patient_id,
                appointment=visit,
                created_by=self.spare,
                created_at=self.now,
                sent_at=self.now,
            )
            for visit in visits
        )
        LinkSession.objects.bulk_create(
            LinkSession(
                key_hash=hashlib.sha256(key_of(each.appointment_id).encode()).digest(),
                clinic=self.clinic,
                invitation=each,
                created_at=self.now,
                expires_at=self.now + timedelta(days=1),
            )
            for each in made
        )
        return made

    def answered(self, visits: list[Appointment], state: str) -> list[Response]:
        """Responses with their flags; `state` is begun or submitted."""
        made = [self.response_of(invitation, state) for invitation in self.invited(visits)]
        Response.objects.bulk_create(made)
        Flag.objects.bulk_create(flag for each in made for flag in self.flags_of(each))
        return made

    def response_of(self, invitation: Invitation, state: str) -> Response:
        """A copy, not yet saved."""
        sent: dict[str, Any] = {}
        if state == "submitted":
            sent = {
                "submitted_at": self.now,
                "submit_key": uuid.uuid4(),
                "pack_id": self.response.pack_id,
                "signer": "Bench",
                "statement": "I agree.",
            }
        return Response(
            clinic=self.clinic,
            patient_id=invitation.patient_id,
            appointment_id=invitation.appointment_id,
            invitation=invitation,
            questionnaire_id=self.response.questionnaire_id,
            language="en",
            answers=self.response.answers,
            declined=[],
            shown=self.response.shown,
            urgency=self.response.urgency,
            begun_at=self.now,
            saved_at=self.now,
            **sent,
        )

    def flags_of(self, response: Response) -> Iterator[Flag]:
        """The copied flags of a copied response."""
        for flag in self.flags:
            yield Flag(
                clinic=self.clinic,
                response=response,
                pack_id=flag.pack_id,
                pattern=flag.pattern,
                group=flag.group,
                urgency=flag.urgency,
                tier=flag.tier,
                evidence=flag.evidence,
                evidence_hash=flag.evidence_hash,
                raised_at=self.now,
            )

    def fill_day(self, therapist: User, count: int, taken: int) -> None:
        """Today's and tomorrow's list in every state, some of it urgent."""
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        times = [midnight + HOUR * (place + taken) * 1.5 for place in range(count)]
        visits = self.visits(self.patients(count), therapist, times)
        made = self.answered(visits[: count * 3 // 5], "submitted")
        made += self.answered(visits[count * 3 // 5 : count * 4 // 5], "begun")
        self.invited(visits[count * 4 // 5 : count * 9 // 10])
        urgent = [response for place, response in enumerate(made) if place % 8 == 1]
        Response.objects.filter(pk__in=[each.pk for each in urgent]).update(urgency=2)
        Note.objects.bulk_create(
            Note(
                clinic=self.clinic,
                patient_id=each.patient_id,
                appointment_id=each.appointment_id,
                author=therapist,
                text="S: as told.",
                saved_at=self.now,
            )
            for each in made[:5]
        )

    def long_history(self, therapist: User, earlier: int) -> Appointment:
        """The visit of a patient who has been here often, with many verdicts."""
        patient = self.patients(1)[0]
        times = [self.now - timedelta(days=7) * place for place in range(1, earlier + 1)]
        visits = self.visits([patient] * earlier, therapist, times)
        made = self.answered(visits, "submitted")
        flag = Flag.objects.filter(response=made[0]).first()
        Verdict.objects.bulk_create(
            Verdict(
                clinic=self.clinic,
                flag=flag,
                is_of_red_flag=False,
                choice="cannot_tell",
                reason="Asked again.",
                by=therapist,
                at=self.now - timedelta(minutes=place),
            )
            for place in range(10)
        )
        return visits[0]
