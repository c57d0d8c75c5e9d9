"""The patient's own answers, to be quoted beside what they may mean. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from intake import labels
from intake.briefs import Quote
from intake.rules.answered import Answers
from intake.rules.conditions import Condition, Items
from intake.rules.questions import Questionnaire
from intake.rules.reasons import Reasons, reasons
from intake.rules.state import AnswerState
from intake.rules.truth import YES

Shown = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Said:
    """The patient's answers as they stood on the page: `shown` by link id, the words of each.

    `questionnaire` and `answers` are what those words are the words of. What no longer applies is
    neither quoted nor linked to.
    """

    shown: Shown
    questionnaire: Questionnaire
    answers: Answers

    @cached_property
    def state(self) -> AnswerState:
        return AnswerState(self.questionnaire.by_id, self.answers)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The questions that stand on the brief."""
        return frozenset(item.link_id for item in self.questionnaire.shown(self.answers))

    def quotes_for(self, condition: Condition | None, items: Iterable[str]) -> tuple[Quote, ...]:
        """The answers that make a condition true; of one that no longer is, all it reads."""
        if condition is None or condition.evaluate(self.state) is not YES:
            return self.quotes(dict.fromkeys(items))
        return self.quotes(reasons(condition, self.state))

    def quotes(self, wanted: Reasons) -> tuple[Quote, ...]:
        """The answers to some questions, word for word, in the order they were asked."""
        asked = [item for item in self.shown if item in wanted and item in self.asked]
        asked.sort(key=lambda item: self.questionnaire.positions[item])
        return tuple(
            self.quote(item, wanted[item]) for item in asked if self.shown[item]["answers"]
        )

    def quote(self, item: str, options: Items | None) -> Quote:
        """The whole answer, or those of its options that count."""
        said, told = self.shown[item]["answers"], self.words(item, options)
        return Quote(
            self.shown[item]["question"],
            labels.MORE.join(told),
            labels.anchor_of(item),
            self.shown[item]["language"],
            is_part=len(told) < len(said),
        )

    def words(self, item: str, options: Items | None) -> list[str]:
        said, value = self.shown[item]["answers"], self.answers.values.get(item)
        if options is None or not isinstance(value, tuple):
            return list(said)
        offered = self.questionnaire.possible_options(self.questionnaire.item(item))
        chosen = [option.id for option in offered if option.id in value]
        if len(chosen) != len(said):
            return list(said)
        return [text for id, text in zip(chosen, said, strict=True) if id in options]

    def doubt(self, item: str) -> str:
        """What was answered to a question that is open all the same, empty if nothing was."""
        said = self.shown[item]["answers"] if item in self.asked and item in self.shown else ()
        if len(said) > 1:
            return "answered, but not sure of all"
        return f"answered “{said[0]}”" if said else ""

    def anchor(self, item: str) -> str:
        """Where a question stands, empty if it was not asked."""
        return labels.anchor_of(item) if item in self.asked else ""
