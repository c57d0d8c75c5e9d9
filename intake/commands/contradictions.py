"""The patient was asked about answers that do not fit together."""

import uuid
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.walls import in_transaction
from intake.commands.responses import AlreadySubmitted, locked
from intake.misfits import BIRTH_DATE
from intake.models import Response
from intake.queries.readings import get_reading
from intake.rules.contradictions import find_unasked
from intake.voices import asked_as


@in_transaction
def answer_contradictions(
    *,
    by: Actor,
    at: datetime,
    response_id: uuid.UUID,
    ids: Collection[str],
    is_left: bool,
    language: str,
    today: date,
) -> Response:
    """Keep that these were asked, word for word, and whether both answers were left as they are.

    One that no longer holds is not kept; what was asked once stays as it was asked. The coded
    answers are kept beside the words: they tell later what was changed. Raises AlreadySubmitted.
    """
    response = locked(response_id)
    if response.is_submitted:
        raise AlreadySubmitted
    now = get_reading(response, today)
    pack = now.published.pack
    kept = dict(response.contradictions or {})
    for one in find_unasked(pack.contradictions, pack.questionnaire, now.believed, kept):
        if one.id in ids:
            question = asked_as(one, language, response.voice)
            kept[one.id] = as_asked(response, one.items, question, language, at, is_left=is_left)
    keep(by=by, response=response, kept=kept)
    return response


@in_transaction
def ask_birth_date(
    *, by: Actor, at: datetime, held: Response, question: str, language: str
) -> None:
    """Keep that a birth date other than the one on file was asked about, once; it may be left.

    `held` is the row under its lock.
    """
    asked = as_asked(held, BIRTH_DATE.items, question, language, at, is_left=True)
    keep(by=by, response=held, kept={**(held.contradictions or {}), BIRTH_DATE.id: asked})


def as_asked(
    response: Response,
    items: tuple[str, ...],
    question: str,
    language: str,
    at: datetime,
    *,
    is_left: bool,
) -> dict[str, Any]:
    """The question and the answers as they are now, in words and in codes."""
    return {
        "question": question,
        "language": language,
        "at": at.isoformat(),
        "is_left": is_left,
        "answers": [response.shown[item] for item in items if item in response.shown],
        "coded": {item: response.answers.get(item) for item in items},
    }


def keep(*, by: Actor, response: Response, kept: dict[str, Any]) -> None:
    response.contradictions = kept
    response.save(update_fields=["contradictions"])
    record(by=by, action="asked again", subject=response)
