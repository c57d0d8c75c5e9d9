"""The intake that a patient sent before this one."""

from typing import Any

from django.db.models import OuterRef, Subquery

from intake.chart import chosen_places
from intake.models import Response
from intake.queries.questionnaires import get_published
from intake.rules.answered import Answers
from intake.rules.answers import read_answers
from intake.rules.questions import Questionnaire
from intake.wording import answer_texts

SIDE = "pain.side"


def previous_id() -> Subquery:
    """For a visit: the response its patient sent last before the visit's own was begun."""
    sent = Response.objects.filter(
        patient_id=OuterRef("patient_id"), submitted_at__lt=OuterRef("response__begun_at")
    )
    return Subquery(sent.order_by("-submitted_at").values("pk")[:1])


def compare_places(questionnaire: Questionnaire, answers: Answers, previous: Any) -> dict[str, Any]:
    """This visit's places over those of the intake `previous`; nothing without one."""
    if previous is None:
        return {}
    last = Response.objects.get(pk=previous)
    known = get_published(last.pack_id).pack.questionnaire
    told = known.in_force(read_answers(known, last.answers, on=answers.on))
    before = {place.id: place.text("en") for place in chosen_places(known, told)}
    now = {place.id: place.text("en") for place in chosen_places(questionnaire, answers)}
    side = told.values.get(SIDE)
    return {
        "last_sent_at": last.submitted_at,
        "last_areas": tuple(before),
        "last_side": side,
        "last_side_label": ", ".join(answer_texts(known, known.item(SIDE), side, "en")),
        "new_places": tuple(name for id, name in now.items() if id not in before),
        "gone_places": tuple(name for id, name in before.items() if id not in now),
    }
