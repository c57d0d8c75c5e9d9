"""Two clinics with one of everything in them, each protected value marked so that a leak shows."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from clinic.access import Role
from clinic.commands.settings import save_on_call, save_texts
from clinic.models import Appointment, AuditEvent, Clinic, User
from intake.commands import blocks, flags, misses, notes, programmes, sign_offs
from intake.commands.examinations import enter_result
from intake.commands.programmes import Wish
from intake.commands.rehearsals import begin_rehearsal
from intake.handouts import Chosen
from intake.models import (
    Addendum,
    Export,
    Flag,
    Learned,
    Miss,
    Note,
    NoteBlock,
    PackVersion,
    Rehearsal,
    RehearsalPart,
    Rereading,
    Response,
)
from tests.factories.clinics import actor, inside, make_clinic, make_staff
from tests.factories.intakes import answer, begin, confirm, submit, tell, urgent_answers
from tests.factories.packs import same_again
from tests.factories.programmes import give
from tests.factories.visits import invite, make_patient, make_visit, today_at

CANARY = "canary"
CANARY_PHONE = "07700 900999"


@dataclass(frozen=True)
class Side:
    """One clinic. Of `visit` everything exists; `open_visit` is invited and no more."""

    clinic: Clinic
    desk: User
    therapist: User
    visit: Appointment
    open_visit: Appointment
    response: Response
    flag: Flag
    note: Note
    block: NoteBlock
    token: str
    miss: Miss


def make_side(name: str) -> Side:
    """A clinic, filled."""
    clinic = make_clinic(name)
    desk = make_staff(clinic, Role.DESK, "Dory Desk")
    therapist = make_staff(clinic, Role.THERAPIST, "Tern Therapist")
    visit = make_visit(desk, therapist, marked_patient(desk, 1), today_at(14))
    open_visit = make_visit(desk, therapist, marked_patient(desk, 2), today_at(15))
    response = begin(desk, visit)
    answer(response, marked_answers())
    tell(response)
    confirm(response)
    response = submit(response)
    token = invite(desk, open_visit)
    write_texts(clinic, therapist)
    give_programme(therapist, open_visit)
    write_on_call(clinic, therapist)
    with inside(clinic.pk):
        flag = Flag.objects.filter(response=response, group="redflag")[0]
        judge(therapist, flag)
        examine(therapist, visit)
        note = write_note(therapist, visit)
        block = keep_block(therapist)
        miss = miss_something(therapist, response)
        sign_off(therapist, response)
    rehearse_something(therapist)
    made = (response, flag, note, block, token, miss)
    return Side(clinic, desk, therapist, visit, open_visit, *made)


def marked_patient(desk: User, number: int) -> Any:
    return make_patient(
        desk,
        given_name=f"Canarygiven{number}",
        family_name="Canaryfamily",
        email=f"canarymail{number}@patients.example",
        phone=CANARY_PHONE,
    )


def marked_answers() -> dict[str, Any]:
    return urgent_answers(problem__words="canarywords hurt", goal__main="canarygoal again")


def judge(therapist: User, flag: Flag) -> None:
    flags.judge(
        by=actor(therapist),
        at=today_at(12),
        flag=flag,
        choice="cannot_tell",
        reason="canaryreason of the verdict",
    )


def miss_something(therapist: User, response: Response) -> Miss:
    """Found in words, and taken out of the house."""
    by, at = actor(therapist), today_at(12)
    misses.keep_export(by=by, at=at, kind="cases", count=1, reason="canaryreason of the export")
    return misses.note_miss(
        by=by, at=at, response=response, pattern="", words="canarywords of a miss"
    )


def examine(therapist: User, visit: Appointment) -> None:
    """One test, done before the note is signed."""
    by, at = actor(therapist), today_at(11)
    enter_result(by=by, at=at, appointment=visit, test="T-PALP", side="left", outcome="positive")


def rehearse_something(by: User) -> None:
    """A planned part, open intakes to be read again, and what was counted."""
    at = timezone.now()
    with inside(by.clinic_id):
        rehearsal = begin_rehearsal(by=actor(by), at=at, pack=same_again())
        RehearsalPart.objects.create(
            clinic_id=by.clinic_id, rehearsal=rehearsal, first=uuid.uuid4(), since=at, until=at
        )
        Rehearsal.objects.filter(pk=rehearsal.pk).update(parts=models.F("parts") + 1)
        Learned.objects.create(clinic_id=by.clinic_id, until=at)
        Rereading.objects.create(
            clinic_id=by.clinic_id, pack=PackVersion.objects.all()[0], total=1, begun_at=at
        )


def write_note(therapist: User, visit: Appointment) -> Note:
    """Signed, with an addendum."""
    by, at = actor(therapist), today_at(12)
    parts = {"subjective": "canarynote", "plan": "canaryplan", "follow_up": "14 30 same"}
    saved = notes.save_note(by=by, at=at, appointment=visit, parts=parts, is_signed=True)
    note = saved.note
    notes.amend(by=by, at=at, note=note, text="canaryaddendum", key=uuid.uuid4())
    return note


def keep_block(therapist: User) -> NoteBlock:
    """For all therapists of the clinic."""
    words = {"name": "Canaryblock", "texts": {"plan": "canaryblock"}}
    return blocks.keep_block(by=actor(therapist), at=today_at(12), is_shared=True, **words)


def give_programme(therapist: User, visit: Appointment) -> None:
    """Given in the therapist's own words, and ticked on its first day, with too much pain."""
    wish = Wish([Chosen("X-WALK", {}, "canaryprogression", is_asked=True)])
    programme = give(therapist, visit, wish)
    with inside(visit.clinic_id):
        programmes.tick(
            by=actor(therapist),
            at=programme.given_at,
            programme=programme,
            day=programme.given_at.date(),
            done=["X-WALK"],
            during=8,
            following=None,
            today=programme.given_at.date(),
            zone=visit.clinic.zone,
        )
        at = programme.given_at
        programmes.see_pain(by=actor(therapist), at=at, programme=programme, until=at)


def sign_off(by: User, response: Response) -> None:
    """Who signed the pack of the response."""
    sign_offs.sign_off(
        by=actor(by),
        at=today_at(12),
        pack=response.pack,
        clinician="Dr Wren Clinician",
        registration="PH00000",
        signed_on=date(2026, 1, 5),
    )


def some_texts() -> dict[str, Any]:
    """What an admin types: hours and numbers, the notice left to the default."""
    plain = {"name": "Testford House", "phone": "020 7946 0101", "emergency_number": "999"}
    hours = {"hours_en": "Monday to Friday, 8 to 6", "hours_es": "De lunes a viernes, de 8 a 18"}
    return {**plain, "urgent_line": "NHS 111", "age_of_consent": 16, **hours}


def write_texts(clinic: Clinic, by: User) -> None:
    """A first version of the clinic's own texts, its name and numbers as they are."""
    numbers = {"phone": clinic.phone, "emergency_number": clinic.emergency_number}
    content = {"name": clinic.name, **numbers, "urgent_line": clinic.urgent_line}
    own = {"age_of_consent": 16, "hours": {}, "notice": {}, "statement": {}}
    with inside(clinic.pk):
        save_texts(by=actor(by), at=today_at(12), content=content | own)


def write_on_call(clinic: Clinic, by: User) -> None:
    """The clinic's own times for urgent calls."""
    with inside(clinic.pk):
        save_on_call(by=actor(by), values={"fallback_email": "canaryfallback@staff.example"})


def domain_models() -> list[type[models.Model]]:
    """Every model of ours but the audit trail, which a denial is meant to grow."""
    ours = [
        *apps.get_app_config("clinic").get_models(),
        *apps.get_app_config("intake").get_models(),
    ]
    return [model for model in ours if model is not AuditEvent]


def fingerprint(*clinics: Clinic) -> dict[tuple[str, int], str]:
    """A hash of the rows of each table, as each clinic sees them."""
    tables = [model._meta.db_table for model in domain_models()]
    hashes = ", ".join(
        f"(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t)"  # noqa: S608
        for table in tables
    )
    found = {}
    for clinic in clinics:
        with inside(clinic.pk), connection.cursor() as cursor:
            cursor.execute(f"SELECT {hashes}")
            found |= {
                (t, clinic.pk): each for t, each in zip(tables, cursor.fetchone(), strict=True)
            }
    return found


def denials(*clinics: Clinic) -> Counter[str]:
    """How many refusals are in the trail, by the name of the view that refused."""
    found: Counter[str] = Counter()
    for clinic_id in (None, *(clinic.pk for clinic in clinics)):
        with inside(clinic_id):
            rows = AuditEvent.objects.filter(action="denied")
            found.update(rows.values_list("subject_type", flat=True))
    return found


def has_canary(response: Any) -> bool:
    """Whether a marked value stands anywhere in an answer, its headers included."""
    said = response.content.decode(errors="replace") + str(dict(response.headers))
    return CANARY in said.lower() or CANARY_PHONE in said


def export_of(side: Side) -> Export:
    return Export.objects.get(clinic=side.clinic)


def addendum_of(note: Note) -> Addendum:
    return Addendum.objects.get(note=note)


def draft_of(side: Side) -> Response:
    """The invited visit, begun."""
    return begin(side.desk, side.open_visit)
