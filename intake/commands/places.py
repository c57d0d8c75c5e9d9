"""What the patient says of each place on the body chart."""

from datetime import datetime
from typing import Any

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.walls import in_transaction
from intake.chart import Detail, asked_of, detail_texts, every_place
from intake.commands.responses import AlreadySubmitted, Page
from intake.merging import Kept, Merge, Seen, merge
from intake.models import Response
from intake.queries.questionnaires import get_pack_for
from intake.rules.questions import Questionnaire


@in_transaction
def merge_places(
    *, by: Actor, at: datetime, held: Response, page: Page, seen: Seen, language: str
) -> Merge:
    """Keep what was said of places, merged as `merge_answers` does; a blank one is forgotten.

    A place that is no longer chosen keeps its details aside. Raises AlreadySubmitted.
    """
    if held.is_submitted:
        raise AlreadySubmitted
    saved, given = held.kept_places, Kept(held.pk, page.answers, page.declined)
    found = merge(asked=page.asked, seen=seen, saved=saved, given=given)
    unasked = {name: said for name, said in saved.answers.items() if name not in found.taken}
    said = {**unasked, **page.only(found.taken).answers}
    questionnaire = get_pack_for(held).asked[held.voice]
    kept = dict(held.places or {})
    for place in every_place(questionnaire):
        feel, strength = asked_of(place)
        if found.taken.isdisjoint((feel, strength)):
            continue
        kept.pop(place.id, None)
        if feel in said or strength in said:
            detail = Detail(place, tuple(said.get(feel, ())), said.get(strength))
            kept[place.id] = as_kept(questionnaire, detail, language, at)
    held.places = kept
    held.saved_at = at
    held.save(update_fields=["places", "saved_at"])
    record(by=by, action="saved", subject=held)
    return found


def as_kept(
    questionnaire: Questionnaire, detail: Detail, language: str, at: datetime
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
