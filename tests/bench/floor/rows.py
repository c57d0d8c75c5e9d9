"""The same visits, answers and flags in the floor's tables."""

import hashlib
import os
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import orjson
import psycopg

from clinic.models import Appointment
from clinic.walls import inside_clinic
from intake.models import Flag, Note
from intake.queries.briefs import get_brief
from tests.bench.world import World, key_of

NOT_STORY = ("cards", "worth_checking", "told")


def copy_rows(world: World, now: datetime) -> None:
    """Everything that the floor's views read."""
    with inside_clinic(world.clinic.pk):
        fetched = Appointment.objects.select_related(
            "patient", "therapist", "invitation", "response", "note"
        )
        visits = list(fetched.order_by("pk"))
        flags = list(Flag.objects.select_related("response"))
        brief = fetched.get(pk=world.brief.pk)
        cards = brief_cards(world, brief, now)
        with psycopg.connect(os.environ["OWNER_DATABASE_URL"]) as owner:
            owner.execute("SET search_path = floor")
            for table, columns, rows in tables(world, visits, flags, cards, now):
                with owner.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            note = Note.objects.get(appointment=brief)
            owner.execute("UPDATE note SET note = %s WHERE visit_id = %s", [note.text, brief.pk])
            owner.execute(
                "INSERT INTO verdict (flag_id, verdict, reason, author, at)"
                " SELECT id, 'confirmed', 'Seen.', 'Bench busy', now() FROM flag"
                " WHERE visit_id = %s LIMIT 1",
                [brief.pk],
            )


def brief_cards(world: World, visit: Appointment, now: datetime) -> dict[str, Any]:
    """The brief's ready values: its story, and a card for each pattern."""
    brief = get_brief(visit, now.date(), world.clinic.zone)
    alone = replace(brief, cards=(), worth_checking=(), told=())
    found: dict[str, Any] = {"": asdict(alone)}
    for card in brief.cards + brief.worth_checking:
        for flag in card.flags:
            found[str(flag.id)] = asdict(card) | {"names": (flag.name,)}
    return found


def tables(world: World, visits: Any, flags: Any, cards: Any, now: datetime) -> Any:
    """Table, columns and rows, in the order of their references."""
    patients = {visit.patient_id: visit.patient for visit in visits}.values()
    yield (
        "patient",
        "id, reference, given_name, family_name, birth_date",
        [(p.pk, p.reference, p.given_name, p.family_name, p.birth_date) for p in patients],
    )
    yield (
        "visit",
        "id, patient_id, therapist_id, starts_at, ends_at",
        # The floor's only account has the number 1.
        [
            (
                v.pk,
                v.patient_id,
                1 if v.therapist_id == world.busy.pk else 2,
                v.starts_at,
                v.ends_at,
            )
            for v in visits
        ],
    )
    invited = [v for v in visits if hasattr(v, "invitation")]
    yield (
        "link",
        "key_hash, visit_id, clinic, expires_at",
        [
            (hashlib.sha256(key_of(v.pk).encode()).digest(), v.pk, "Bench", far(now))
            for v in invited
        ],
    )
    responses = [v.response for v in visits if hasattr(v, "response")]
    story = orjson.dumps(cards[""]).decode()
    yield (
        "response",
        "visit_id, answers, story, urgency, begun_at, saved_at, submitted_at, submit_key",
        [
            (
                r.appointment_id,
                orjson.dumps(r.answers).decode(),
                story if r.appointment_id == world.brief.pk else "{}",
                r.urgency,
                r.begun_at,
                r.saved_at,
                r.submitted_at,
                r.submit_key,
            )
            for r in responses
        ],
    )
    yield (
        "flag",
        "id, visit_id, pattern, urgency, tier, evidence, raised_at",
        [flag_row(flag, cards) for flag in flags if is_copied(world, flag)],
    )
    yield (
        "note",
        "visit_id, note, author, saved_at",
        [(v.pk, "S: as told.", "Bench busy", now) for v in visits if hasattr(v, "note")],
    )


def is_copied(world: World, flag: Flag) -> bool:
    """Not those of drafts that are to be submitted: the floor raises them at submission."""
    waiting = {each.pk for each in world.drafts[16:]}
    return flag.response_id not in waiting


def flag_row(flag: Flag, cards: dict[str, Any]) -> tuple[Any, ...]:
    """With a card where the brief needs one, else with the evidence."""
    kept = cards.get(str(flag.pk), flag.evidence)
    return (
        flag.pk,
        flag.response.appointment_id,
        flag.pattern,
        flag.urgency,
        flag.tier,
        orjson.dumps(kept).decode(),
        flag.raised_at,
    )


def far(now: datetime) -> datetime:
    """Long after the benchmark."""
    return now.replace(year=now.year + 1, day=1)
