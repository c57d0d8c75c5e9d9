"""The patient's own answers, to be quoted beside what they may mean. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from intake import labels
from intake.briefs import Quote

Shown = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Said:
    """The patient's answers as they stood on the page: `shown` by link id, the words of each.

    `asked`: the questions that stand on the brief. What no longer applies is neither quoted nor
    linked to.
    """

    shown: Shown
    asked: frozenset[str]

    def quotes(self, items: Iterable[str]) -> tuple[Quote, ...]:
        """The answers to some questions, word for word."""
        return tuple(
            Quote(
                self.shown[item]["question"],
                ", ".join(self.shown[item]["answers"]),
                labels.anchor_of(item),
                self.shown[item]["language"],
            )
            for item in items
            if item in self.asked and item in self.shown and self.shown[item]["answers"]
        )

    def doubt(self, item: str) -> str:
        """What was answered to a question that is open all the same, empty if nothing was."""
        said = self.shown[item]["answers"] if item in self.asked and item in self.shown else ()
        if len(said) > 1:
            return "answered, but not sure of all"
        return f"answered “{said[0]}”" if said else ""

    def anchor(self, item: str) -> str:
        """Where a question stands, empty if it was not asked."""
        return labels.anchor_of(item) if item in self.asked else ""
