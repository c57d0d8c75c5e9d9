"""What the patient says of each place on the body chart."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.walls import in_transaction
from intake.chart import Detail, detail_texts
from intake.commands.responses import AlreadySubmitted, locked
from intake.models import Response
from intake.queries.questionnaires import get_pack_for
from intake.rules.questions import Questionnaire


@in_transaction
def describe_places(
    *,
    by: Actor,
    at: datetime,
    response_id: uuid.UUID,
    details: Mapping[str, Detail],
    language: str,
) -> Response:
    """Keep what was said of the places that were asked about; a blank one is forgotten.

    A place that is no longer chosen keeps its details aside. Raises AlreadySubmitted.
    """
    response = locked(response_id)
    if response.is_submitted:
        raise AlreadySubmitted
    questionnaire = get_pack_for(response).pack.questionnaire
    kept = dict(response.places or {})
    for place, detail in details.items():
        kept.pop(place, None)
        if detail.feels or detail.strength is not None:
            kept[place] = as_kept(questionnaire, place, detail, language, at)
    response.places = kept
    response.saved_at = at
    response.save(update_fields=["places", "saved_at"])
    record(by=by, action="saved", subject=response)
    return response


def as_kept(
    questionnaire: Questionnaire, place: str, detail: Detail, language: str, at: datetime
) -> dict[str, Any]:
    """Codes, and the words as they stood on the page."""
    return {
        "feels": list(detail.feels),
        "strength": detail.strength,
        "place": detail.place.text(language),
        "answers": detail_texts(questionnaire, detail.feels, detail.strength, language),
        "language": language,
        "at": at.isoformat(),
    }
