"""One visit with everything that a visit can have, made by the product's own commands."""

import uuid
from datetime import datetime

from clinic.access import Actor, Kind
from clinic.models import Appointment, Clinic, User
from intake.commands import examinations, misses, notes, programmes
from intake.commands.programmes import Wish
from intake.demo.stories import Story
from intake.handouts import Chosen
from intake.models import Flag, FollowUp, Note
from intake.queries.questionnaires import read_with
from tests.bench.world import make_whole

TESTS = ("SLR", "FADIR")
MARCH = Chosen("X-MARCH-SEAT", {"sets": 2, "reps": 15, "per_day": 1}, "", is_asked=True)


def make_seed(clinic: Clinic, therapist: User, story: Story, now: datetime) -> Appointment:
    """Sent, examined, judged, with a miss and a programme; its note wishes for another visit."""
    visit = make_whole(clinic, therapist, story, now)
    by = Actor(Kind.STAFF, str(therapist.pk), clinic.pk)
    for test in TESTS:
        examinations.enter_result(
            by=by, at=now, appointment=visit, test=test, side="left", outcome="positive"
        )
    response = visit.response
    said = Flag.objects.filter(response=response).values_list("pattern", flat=True)
    pack = read_with(response).pack
    missed = next(one.id for one in pack.patterns if one.id not in said)
    misses.note_miss(by=by, at=now, response=response, pattern=missed, words="")
    programmes.give(
        by=by,
        at=max(now, visit.starts_at),
        visit=visit,
        wish=Wish([MARCH], is_seen=True),
        today=now.date(),
        zone=clinic.zone,
    )
    parts = {"text": "S: as told.\n" * 5, "follow_up": "14 30 same"}
    notes.save_note(by=by, at=now, appointment=visit, parts=parts, is_signed=True)
    note = Note.objects.get(appointment=visit)
    notes.amend(by=by, at=now, note=note, text="And again.", key=uuid.uuid4())
    assert FollowUp.objects.filter(note=note).exists()
    return visit
