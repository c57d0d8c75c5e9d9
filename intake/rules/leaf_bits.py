"""Every leaf condition of a pack as two bits: "is yes" and "is not no".

A set of answers becomes two whole numbers, one bit per leaf in each. The bits are found by
asking the leaves themselves, once per item and answer; after that an answer is one lookup.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import xor
from typing import Any

from intake.rules.answered import Answers, Value
from intake.rules.conditions import AnyOf, DerivedIs, Leaf
from intake.rules.derived import OLDEST, age, bmi
from intake.rules.items import WITH_OPTIONS, Item
from intake.rules.questions import Questionnaire
from intake.rules.state import AnswerState
from intake.rules.truth import NO, YES

ANY_DAY = date(2000, 1, 1)
NOBODY = Answers(values={}, on=ANY_DAY)
NEVER = AnyOf(())
MOST_KEPT = 10_000  # combinations of ticks, not people; about 2 MB

BitLeaf = Leaf | DerivedIs


class LeafBits:
    """Numbers the leaves and reads answers into bits.

    Both numbers travel as one: the "yes" bits below, the "not no" bits `width` higher.
    """

    def __init__(self, questionnaire: Questionnaire, leaves: Iterable[BitLeaf]) -> None:
        self.index = {leaf: number for number, leaf in enumerate(leaves)}
        self.width = len(self.index)
        # Whether an item applies is decided elsewhere, so here all of them do.
        self.items = {item.link_id: replace(item, ask_if=None) for item in questionnaire.items}
        self.of_item: dict[str, list[BitLeaf]] = {link_id: [] for link_id in self.items}
        self.of_derived: dict[str, list[BitLeaf]] = {"age": [], "bmi": []}
        for leaf in self.index:
            self.beside(leaf).append(leaf)
        self.start = self.bits(self.index, NOBODY, self.items)
        self.of_answer = AnswerBits(self)
        self.of_age = tuple(
            self.change(self.of_derived["age"], replace(NOBODY, age=years))
            for years in range(OLDEST + 1)
        )

    def beside(self, leaf: BitLeaf) -> list[BitLeaf]:
        """The leaves that change together with this one; athlete is read off life.activity."""
        if not isinstance(leaf, DerivedIs):
            return self.of_item[leaf.item]
        if leaf.name == "athlete":
            return self.of_item["life.activity"]
        return self.of_derived[leaf.name]

    def bits(self, leaves: Iterable[BitLeaf], answers: Answers, items: Mapping[str, Item]) -> int:
        state = AnswerState(items, answers)
        found = 0
        for leaf in leaves:
            value = leaf.evaluate(state)
            if value is not NO:
                found |= 1 << self.index[leaf] + self.width
            if value is YES:
                found |= 1 << self.index[leaf]
        return found

    def change(self, leaves: Sequence[BitLeaf], answers: Answers) -> int:
        """What these answers flip in `start`."""
        return self.bits(leaves, answers, self.items) ^ self.bits(leaves, NOBODY, self.items)

    def not_asked(self, link_id: str) -> int:
        """What flips in `start` when the item does not apply."""
        leaves = [leaf for leaf in self.of_item[link_id] if isinstance(leaf, Leaf)]
        inapplicable = {link_id: replace(self.items[link_id], ask_if=NEVER)}
        return self.bits(leaves, NOBODY, inapplicable) ^ self.bits(leaves, NOBODY, self.items)

    def read(self, answers: Answers) -> int:
        """All answers as bits; items that do not apply still count as unanswered."""
        found = reduce(xor, map(self.of_answer.__getitem__, answers.values.items()), self.start)
        years = age(answers)
        if years is not None:
            found ^= self.of_age[years]
        index = bmi(answers)
        if index is not None:
            found ^= self.change(self.of_derived["bmi"], replace(NOBODY, bmi=index))
        return found


class AnswerBits(dict[tuple[str, Any], int]):
    """(item, answer) -> what the answer flips; ticks and scales are kept, nothing personal."""

    def __init__(self, leaf_bits: LeafBits) -> None:
        super().__init__()
        self.leaf_bits = leaf_bits

    def __missing__(self, key: tuple[str, Value]) -> int:
        item, value = key
        leaves = self.leaf_bits.of_item[item]
        if not leaves:
            return 0
        found = self.leaf_bits.change(leaves, replace(NOBODY, values={item: value}))
        ticked = self.leaf_bits.items[item].type in WITH_OPTIONS
        if (ticked or type(value) is int) and len(self) < MOST_KEPT:
            self[key] = found
        return found
