"""So many sent intakes, each sealed for its own row by the product's own code, written by COPY.

Left out, because a rehearsal reads none of it: patients, visits and invitations (their foreign
keys are taken off), what stood on the pages, and the evidence of the flags.
"""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson
import psycopg
from django.conf import settings

from intake.demo.stories import tell_stories
from intake.models import Response
from intake.queries.questionnaires import Published
from intake.rules.answers import read_answers
from intake.rules.findings import Finding
from tests.bench.world import World

SENT_SINCE = datetime(2024, 11, 1, tzinfo=UTC)
DAYS = 700
RANK = {"routine": 0, "before_appointment": 1, "same_day": 2, "emergency": 3}
RESPONSE = (
    *("id", "clinic_id", "patient_id", "appointment_id", "invitation_id", "questionnaire_id"),
    *("pack_id", "language", "answers", "declined", "shown", "urgency", "begun_at", "saved_at"),
    *("submitted_at", "submit_key", "signer", "statement", "role", "voice", "way", "again"),
)
FLAG = (
    *("id", "clinic_id", "response_id", "pack_id", "pattern", '"group"', "urgency", "tier"),
    *("evidence", "evidence_hash", "is_suppressed", "raised_at"),
)
VERDICT = ("id", "clinic_id", "flag_id", "is_of_red_flag", "choice", "reason", "by_id", "at")
TABLES = {"intake_response": RESPONSE, "intake_flag": FLAG, "intake_verdict": VERDICT}
CHOICES = ("confirmed", "not_this", "cannot_tell")


class Whole(NamedTuple):
    """A story as stored: its answers as JSON, and what is found in them."""

    answers: bytes
    found: tuple[Finding, ...]


def fill(world: World, rows: int) -> None:
    """`rows` sent intakes in the clinic of the benchmark."""
    stories = list(wholes(world.published))
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"]) as owner:
        loosen(owner)
        for start in range(0, rows, 50_000):
            numbers = range(start, min(start + 50_000, rows))
            made = [intake(world, stories, number) for number in numbers]
            for place, (table, columns) in enumerate(TABLES.items()):
                statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
                with owner.cursor().copy(statement) as copy:
                    for one in made:
                        for row in one[place]:
                            copy.write_row(row)
            print(f"rehearse: {start + len(made)} intakes are made", flush=True)
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def loosen(owner: psycopg.Connection) -> None:
    """What stands in the way of COPY in this database of our own, which is dropped afterwards."""
    for table in TABLES:
        owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        keys = owner.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
            [table],
        ).fetchall()
        for (name,) in keys:
            owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def wholes(published: Published) -> Iterator[Whole]:
    """Every whole story of the pack."""
    today = datetime.now(UTC).date()
    questionnaire = published.pack.questionnaire
    for story in tell_stories(published.pack, published.find, today):
        if story.is_complete:
            answers = questionnaire.in_force(read_answers(questionnaire, story.answers, on=today))
            yield Whole(orjson.dumps(story.answers), published.find(answers).shown)


def intake(world: World, stories: list[Whole], number: int) -> tuple[list[Any], ...]:
    """The rows of one intake, by table."""
    story, id = stories[number % len(stories)], uuid.uuid4()
    at = SENT_SINCE + timedelta(minutes=number % (DAYS * 1440))
    bound_to = Response._meta.get_field("answers").bound_to(id, world.clinic.pk)
    sealed = settings.FIELD_KEYRING.seal(story.answers, bound_to)
    urgency = max((RANK[one.urgency] for one in story.found), default=0)
    response = (
        *(id, world.clinic.pk, 1, 10_000_000 + number, uuid.uuid4()),
        *(world.published.questionnaire_id, world.published.id, "en", sealed, b"", b"", urgency),
        *(at, at, at, uuid.uuid4(), b"", b"", "self", "self", "link", ""),
    )
    flags = [flag_of(world, id, finding, at) for finding in story.found]
    judged = [flag for place, flag in enumerate(flags) if (number + place) % 8 == 0]
    verdicts = [verdict_of(world, flag, number) for flag in judged]
    return [response], flags, verdicts


def flag_of(world: World, response: uuid.UUID, finding: Finding, at: datetime) -> tuple[Any, ...]:
    shown = (finding.pattern, finding.group, RANK[finding.urgency], finding.tier)
    pack = world.published.id
    return uuid.uuid4(), world.clinic.pk, response, pack, *shown, b"", "0" * 64, False, at


def verdict_of(world: World, flag: tuple[Any, ...], number: int) -> tuple[Any, ...]:
    is_red, choice = flag[5] == "redflag", CHOICES[number % 3]
    judged = (flag[0], is_red, choice, b"" if is_red else None, world.busy.pk, flag[-1])
    return uuid.uuid4(), world.clinic.pk, *judged
