"""Answers that do not fit together: a question back to the patient, never a finding."""

from collections.abc import Collection
from dataclasses import dataclass

from intake.rules.answered import Answers
from intake.rules.conditions import Condition
from intake.rules.items import Texts
from intake.rules.problems import refuse_if
from intake.rules.questions import Questionnaire
from intake.rules.state import AnswerState
from intake.rules.truth import YES


@dataclass(frozen=True)
class Contradiction:
    """`items` are the answers that stand beside the question; `say` is for the therapist."""

    id: str
    condition: Condition
    texts: Texts
    items: tuple[str, ...]
    say: str
    why: str
    basis: str
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        unread = sorted(set(self.items) - self.condition.items())
        refuse_if(
            None if len(self.items) > 1 else "names fewer than two items",
            *(f"names '{item}', which its condition does not read" for item in unread),
        )

    def text(self, language: str) -> str:
        """English where a language that came later has none."""
        return self.texts.get(language, self.texts["en"])


def find_contradictions(
    contradictions: tuple[Contradiction, ...], questionnaire: Questionnaire, answers: Answers
) -> tuple[Contradiction, ...]:
    """Those that hold for certain; what is unknown contradicts nothing."""
    state = AnswerState(questionnaire.by_id, answers)
    return tuple(one for one in contradictions if one.condition.evaluate(state) is YES)


def find_unasked(
    contradictions: tuple[Contradiction, ...],
    questionnaire: Questionnaire,
    answers: Answers,
    asked: Collection[str],
) -> tuple[Contradiction, ...]:
    """Those that hold and of which nobody was asked yet: nothing is signed past them."""
    found = find_contradictions(contradictions, questionnaire, answers)
    return tuple(one for one in found if one.id not in asked)
