"""What an open response says right now, read once for each state of its answers.

A page asks for it three times: to be found, to be saved, to know what comes next.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from intake.models import Response
from intake.queries.questionnaires import Published, get_pack_for
from intake.rules.answered import Answers
from intake.rules.answers import read_answers
from intake.rules.findings import Findings
from intake.rules.questions import Item, Questionnaire


@dataclass(frozen=True)
class Reading:
    """`saved` holds every answer, `believed` only those the rules may read; `shown` is asked."""

    published: Published
    questionnaire: Questionnaire
    raw: Any
    saved: Answers
    shown: tuple[Item, ...]
    believed: Answers

    @cached_property
    def findings(self) -> Findings:
        """What the rules find."""
        return self.published.find(self.believed)

    def is_of(self, response: Response, today: date, questionnaire: Questionnaire) -> bool:
        """Whether nothing has changed since."""
        is_same = self.raw is response.answers and self.questionnaire is questionnaire
        return is_same and self.saved.on == today


def get_reading(response: Response, today: date) -> Reading:
    """Kept on the row, for as long as that is."""
    published = get_pack_for(response)
    questionnaire = published.asked[response.voice]
    kept = response.reading
    if kept is None or not kept.is_of(response, today, questionnaire):
        kept = response.reading = new_reading(response, today, published, questionnaire)
    return kept


def new_reading(
    response: Response, today: date, published: Published, questionnaire: Questionnaire
) -> Reading:
    """One pass over the questions."""
    saved = read_answers(questionnaire, response.answers, on=today)
    shown, believed = questionnaire.unfold(saved)
    return Reading(published, questionnaire, response.answers, saved, shown, believed)
