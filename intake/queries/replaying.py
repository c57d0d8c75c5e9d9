"""One part of a rehearsal: the sent intakes of a stretch, replayed. Three statements a part."""

from collections import defaultdict
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection

from intake.models import QuestionnaireVersion, Rehearsal, RehearsalPart, Response
from intake.rehearsing import Said, Tally, reader
from intake.rules.compiled import Find, build
from intake.rules.pack import Pack, build_pack, build_questionnaire
from intake.rules.questions import Questionnaire

STRETCH = """
    response.id >= %(first)s AND (%(end)s::uuid IS NULL OR response.id < %(end)s)
    AND response.submitted_at >= %(since)s AND response.submitted_at < %(until)s
"""
# The day is the clinic's: ages are reckoned on it.
INTAKES = f"""
    SELECT response.id::text, response.appointment_id, response.questionnaire_id,
        (response.submitted_at AT TIME ZONE clinic.time_zone)::date, response.answers
    FROM intake_response response JOIN clinic_clinic clinic ON clinic.id = response.clinic_id
    WHERE {STRETCH}
"""  # noqa: S608 - our own words
FLAGS = f"""
    SELECT response.id::text, flag.pattern, flag.group = 'redflag', flag.urgency,
        coalesce((
            SELECT choice FROM intake_verdict verdict WHERE verdict.flag_id = flag.id
            ORDER BY verdict.at DESC, verdict.id LIMIT 1
        ), '')
    FROM intake_response response JOIN intake_flag flag ON flag.response_id = response.id
    WHERE {STRETCH} AND flag.changed_at IS NULL AND NOT flag.is_suppressed
"""  # noqa: S608 - our own words
MISSES = f"""
    SELECT response.id::text, miss.pattern
    FROM intake_response response JOIN intake_miss miss ON miss.response_id = response.id
    WHERE {STRETCH} AND miss.pattern <> '' AND miss.takes_back_id IS NULL
        AND NOT EXISTS (SELECT FROM intake_miss back WHERE back.takes_back_id = miss.id)
"""  # noqa: S608 - our own words


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


def replay(part: RehearsalPart) -> Tally:
    """What the draft makes of every intake of a part, against what was said and decided."""
    where = {"first": part.first, "end": part.end, "since": part.since, "until": part.until}
    said, missed = defaultdict(list), defaultdict(list)
    for response_id, *flag in rows_of(FLAGS, where):
        said[response_id].append(Said(*flag))
    for response_id, pattern in rows_of(MISSES, where):
        missed[response_id].append(pattern)
    find, tally = get_rules(part.rehearsal_id), Tally()
    cell, keyring = Response._meta.get_field("answers"), settings.FIELD_KEYRING
    for response_id, visit, questionnaire_id, on, sealed in rows_of(INTAKES, where):
        bound_to = cell.bound_to(response_id, part.clinic_id)
        raw = orjson.loads(keyring.open(bytes(sealed), bound_to))
        answers = get_reader(questionnaire_id, part.rehearsal_id)(raw, on)
        tally.add(visit, said[response_id], missed[response_id], find(answers))
    return tally


def rows_of(sql: str, where: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Every row: a part is a few thousand intakes at most."""
    with connection.cursor() as cursor:
        cursor.execute(sql, where)
        return cursor.fetchall()
