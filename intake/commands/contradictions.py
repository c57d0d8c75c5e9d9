"""The patient was asked about answers that do not fit together."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.walls import in_transaction
from intake.commands.responses import AlreadySubmitted, locked
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
            kept[one.id] = {
                "question": asked_as(one, language, response.voice),
                "language": language,
                "at": at.isoformat(),
                "is_left": is_left,
                "answers": [response.shown[item] for item in one.items if item in response.shown],
                "coded": {item: response.answers.get(item) for item in one.items},
            }
    response.contradictions = kept
    response.save(update_fields=["contradictions"])
    record(by=by, action="asked again", subject=response)
    return response
