"""The patient was asked about answers that do not fit together."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.walls import in_transaction
from intake.commands.responses import AlreadySubmitted, believed, locked
from intake.models import Response
from intake.queries.questionnaires import get_pack_for
from intake.rules.contradictions import find_contradictions


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

    One that no longer holds is not kept. Raises AlreadySubmitted.
    """
    response = locked(response_id)
    if response.is_submitted:
        raise AlreadySubmitted
    published = get_pack_for(response)
    pack = published.pack
    found = find_contradictions(
        pack.contradictions, pack.questionnaire, believed(published, response, today)
    )
    kept = dict(response.contradictions or {})
    for one in found:
        if one.id in ids:
            kept[one.id] = {
                "question": one.text(language),
                "language": language,
                "at": at.isoformat(),
                "is_left": is_left,
                "answers": [response.shown[item] for item in one.items if item in response.shown],
            }
    response.contradictions = kept
    response.save(update_fields=["contradictions"])
    record(by=by, action="asked again", subject=response)
    return response
