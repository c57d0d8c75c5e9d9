"""How each item stands, as the conditions ask for it."""

from collections.abc import Mapping
from decimal import Decimal

from intake.rules.answered import Answers
from intake.rules.conditions import NOTHING, Items, Number
from intake.rules.derived import DERIVED
from intake.rules.items import Item
from intake.rules.truth import UNKNOWN, YES, Truth


class AnswerState:
    """One set of answers against one set of items.

    An answer that is present counts, whether or not its item is shown.
    """

    def __init__(self, items: Mapping[str, Item], answers: Answers) -> None:
        self.items = items
        self.answers = answers

    def chosen(self, item: str) -> Items | None:
        match self.answers.values.get(item):
            case None:
                return None
            case str(option):
                return frozenset((option,))
            case tuple(options):
                return frozenset(options)
            case other:
                raise TypeError(f"{item} holds a {type(other).__name__}, not options")

    def counted(self, item: str) -> Items:
        asked = self.items[item]
        return (self.chosen(item) or NOTHING) - asked.exclusive - asked.unsure

    def is_unsure(self, item: str) -> bool:
        return not self.items[item].unsure.isdisjoint(self.chosen(item) or NOTHING)

    def is_answered(self, item: str) -> bool:
        return item in self.answers.values

    def applies(self, item: str) -> Truth:
        ask_if = self.items[item].ask_if
        return YES if ask_if is None else ask_if.evaluate(self)

    def is_shown(self, item: str) -> bool:
        return self.applies(item) is YES

    def number(self, item: str) -> Number | None:
        value = self.answers.values.get(item)
        if value is None or isinstance(value, int | Decimal):
            return value
        raise TypeError(f"{item} holds a {type(value).__name__}, not a number")

    def derived(self, name: str) -> Number | bool | None:
        return DERIVED[name](self.answers)

    def missing_for(self, item: str) -> Items:
        ask_if = self.items[item].ask_if
        if ask_if is None or ask_if.evaluate(self) is not UNKNOWN:
            return frozenset((item,))
        return ask_if.missing(self) | {item}
