"""What a demo patient does beside answering: how far they came, what they left as it is."""

from datetime import date, datetime
from typing import Any

from clinic.access import Actor
from clinic.models import Clinic
from intake.commands.contradictions import answer_contradictions
from intake.demo.stories import Story
from intake.models import Response
from intake.queries.contradictions import list_unasked
from intake.queries.pages import get_draft
from intake.rules.questions import Questionnaire


def leave_contradictions(*, by: Actor, at: datetime, response: Response, day: date) -> None:
    """Asked about answers that do not fit together, the patient leaves them all."""
    draft = get_draft(Response.objects.get(pk=response.pk), day)
    if unasked := list_unasked(draft):
        answer_contradictions(
            by=by,
            at=at,
            response_id=response.pk,
            ids=[one.id for one in unasked],
            is_left=True,
            language=response.language,
            today=day,
        )


def until_details(questionnaire: Questionnaire, story: Story) -> dict[str, Any]:
    """The answers of somebody who stopped after the safety questions."""
    reached = ("about", "problem", "safety")
    return {
        link_id: value
        for link_id, value in story.answers.items()
        if questionnaire.item(link_id).section in reached
    }


def numbers(clinic: Clinic) -> dict[str, str]:
    """The telephone numbers in a warning."""
    return {
        "emergency_number": clinic.emergency_number,
        "urgent_line": clinic.urgent_line,
        "clinic_phone": clinic.phone,
    }
