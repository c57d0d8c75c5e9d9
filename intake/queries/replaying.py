"""Intakes replayed, three statements for a stretch of sent ones or for all that are open."""

from collections import defaultdict
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection

from intake.models import QuestionnaireVersion, Rehearsal, RehearsalPart, Response
from intake.rehearsing import Said, Stretch, Tally, reader
from intake.rules.compiled import Find, build
from intake.rules.pack import Pack, build_pack, build_questionnaire
from intake.rules.questions import Questionnaire

# Each about `response`.
SENT = """
    response.id >= %(first)s AND (%(end)s::uuid IS NULL OR response.id < %(end)s)
    AND response.submitted_at >= %(since)s AND response.submitted_at < %(until)s
"""
OPEN_AND_RED = """
    response.submitted_at IS NULL AND response.questionnaire_id = %(questionnaire)s
    AND EXISTS (
        SELECT FROM intake_flag flag WHERE flag.response_id = response.id
        AND flag.group = 'redflag' AND flag.changed_at IS NULL AND NOT flag.is_suppressed
    )
"""
# The day is the clinic's: ages are reckoned on it.
INTAKES = """
    SELECT response.id::text, response.appointment_id, response.questionnaire_id,
        (coalesce(response.submitted_at, now()) AT TIME ZONE clinic.time_zone)::date,
        response.answers
    FROM intake_response response JOIN clinic_clinic clinic ON clinic.id = response.clinic_id
    WHERE {}
"""
FLAGS = """
    SELECT response.id::text, flag.pattern, flag.group = 'redflag', flag.urgency,
        coalesce((
            SELECT choice FROM intake_verdict verdict WHERE verdict.flag_id = flag.id
            ORDER BY verdict.at DESC, verdict.id LIMIT 1
        ), '')
    FROM intake_response response JOIN intake_flag flag ON flag.response_id = response.id
    WHERE {} AND flag.changed_at IS NULL AND NOT flag.is_suppressed
"""
MISSES = """
    SELECT response.id::text, miss.pattern
    FROM intake_response response JOIN intake_miss miss ON miss.response_id = response.id
    WHERE {} AND miss.pattern <> '' AND miss.takes_back_id IS NULL
        AND NOT EXISTS (SELECT FROM intake_miss back WHERE back.takes_back_id = miss.id)
"""


@lru_cache(maxsize=2)
def get_draft(rehearsal_id: UUID) -> Pack:
    """The pack of a rehearsal; it never changes, so the last two are kept built."""
    return build_pack(Rehearsal.objects.values_list("content", flat=True).get(pk=rehearsal_id))


@cache
def get_questionnaire(questionnaire_id: int) -> Questionnaire:
    """One published questionnaire by its row."""
    rows = QuestionnaireVersion.objects.values_list("content", flat=True)
    return build_questionnaire(rows.get(pk=questionnaire_id))


@lru_cache(maxsize=2)
def get_rules(rehearsal_id: UUID) -> Find:
    """The rules of a draft, compiled: not kept with those of published packs."""
    return build(get_draft(rehearsal_id))


@lru_cache(maxsize=8)
def get_reader(questionnaire_id: int, rehearsal_id: UUID) -> Any:
    """Reads answers to one questionnaire for the rules of one draft."""
    return reader(get_questionnaire(questionnaire_id), get_draft(rehearsal_id).questionnaire)


def replay_sent(part: RehearsalPart, stretch: Stretch, tally: Tally) -> None:
    """Count what the draft makes of a stretch of sent intakes."""
    chosen = {**stretch._asdict(), "since": part.since, "until": part.until}
    replay(part.rehearsal_id, part.clinic_id, SENT, chosen, tally)


def replay_open(rehearsal_id: UUID, clinic_id: int, tally: Tally) -> None:
    """Count what it makes of the intakes with a red flag that it would read again: those open now,
    to the same questionnaire."""
    content_hash = get_draft(rehearsal_id).questionnaire.content_hash
    for version in QuestionnaireVersion.objects.filter(content_hash=content_hash):
        replay(rehearsal_id, clinic_id, OPEN_AND_RED, {"questionnaire": version.pk}, tally)


def replay(
    rehearsal_id: UUID, clinic_id: int, condition: str, chosen: dict[str, Any], tally: Tally
) -> None:
    """Against what was said and decided."""
    said, missed = defaultdict(list), defaultdict(list)
    for response_id, *flag in rows_of(FLAGS.format(condition), chosen):
        said[response_id].append(Said(*flag))
    for response_id, pattern in rows_of(MISSES.format(condition), chosen):
        missed[response_id].append(pattern)
    cell, keyring = Response._meta.get_field("answers"), settings.FIELD_KEYRING
    for response_id, visit, questionnaire_id, on, sealed in rows_of(
        INTAKES.format(condition), chosen
    ):
        bound_to = cell.bound_to(response_id, clinic_id)
        raw = orjson.loads(keyring.open(bytes(sealed), bound_to))
        answers = get_reader(questionnaire_id, rehearsal_id)(raw, on)
        findings = get_rules(rehearsal_id)(answers)
        tally.add(visit, said[response_id], missed[response_id], findings)


def rows_of(sql: str, chosen: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Every row: a stretch is a thousand intakes at most, and few are open."""
    with connection.cursor() as cursor:
        cursor.execute(sql, chosen)
        return cursor.fetchall()
