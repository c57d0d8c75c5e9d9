"""Conditions as Python expressions over the two bit numbers of `leaf_bits`.

A condition is yes when it holds with every unknown leaf read as no, and not no when it holds
with every unknown leaf read as yes. So one expression serves for both: `y` and `p` trade places,
as they do inside a negation.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property

from intake.rules.conditions import (
    AllOf,
    AnyChosen,
    AnyOf,
    Condition,
    CountAtLeast,
    CountAtMost,
    CountTrueAtLeast,
    DerivedIs,
    IsAnswered,
    Leaf,
    NoneChosen,
    Not,
    all_hold,
    walk,
)
from intake.rules.leaf_bits import BitLeaf, LeafBits
from intake.rules.questions import Questionnaire
from intake.rules.truth import YES

Mask = int
AGES = range(100)


def plain(condition: Condition) -> Condition:
    """A leaf with a denial in it as the negation of one without; others as they are."""
    match condition:
        case NoneChosen(item, options):
            return Not(AnyChosen(item, options))
        case CountAtMost(item, number, of):
            return Not(CountAtLeast(item, number + 1, of))
        case IsAnswered(item, False):
            return Not(IsAnswered(item, True))
    return condition


def leaves_in(conditions: Iterable[Condition]) -> Iterator[BitLeaf]:
    """The leaves that need a bit, each once."""
    seen = set()
    for condition in conditions:
        for part in walk(condition):
            denied = plain(part)
            leaf = denied.condition if denied is not part and isinstance(denied, Not) else part
            if isinstance(leaf, Leaf | DerivedIs) and leaf not in seen:
                seen.add(leaf)
                yield leaf


class Expressions:
    def __init__(self, questionnaire: Questionnaire, conditions: Iterable[Condition]) -> None:
        self.questionnaire = questionnaire
        self.bits = LeafBits(questionnaire, leaves_in(conditions))

    @cached_property
    def shares(self) -> dict[int, float]:
        """Roughly how often each leaf is yes: the share of the options, or ages, that it names."""
        return {number: self._share(leaf) for leaf, number in self.bits.index.items()}

    def _share(self, leaf: BitLeaf) -> float:
        if isinstance(leaf, DerivedIs) and leaf.name == "age":
            yes = [age for age in AGES if all_hold(leaf.comparisons, age) is YES]
            return len(yes) / len(AGES)
        if not isinstance(leaf, AnyChosen):
            return 1.0
        item = self.questionnaire.item(leaf.item)
        return len(leaf.options) / len(self.questionnaire.possible_options(item))

    def bit(self, condition: Condition) -> Mask | None:
        """The mask of a leaf, None for anything that is not a plain leaf."""
        if not isinstance(condition, Leaf | DerivedIs) or plain(condition) is not condition:
            return None
        return 1 << self.bits.index[condition]

    def yes(self, condition: Condition) -> str:
        return self.holds(condition, "y", "p")

    def possible(self, condition: Condition) -> str:
        """That it is not no. First a quick look at the leaves of which it needs one."""
        guard, whole = self.needed(condition), self.holds(condition, "p", "y")
        if guard is None or whole == f"p & {guard:#x}":
            return whole
        return f"p & {guard:#x} and ({whole})"

    def unknown(self, condition: Condition) -> str:
        mask = self.bit(condition)
        if mask is not None:
            return f"u & {mask:#x}"
        return f"({self.possible(condition)}) and not ({self.yes(condition)})"

    def holds(self, condition: Condition, rail: str, other: str) -> str:
        mask = self.bit(condition)
        if mask is not None:
            return f"{rail} & {mask:#x}"
        match plain(condition):
            case Not(inner):
                return f"not ({self.holds(inner, other, rail)})"
            case AllOf(parts):
                together, rest = self.split(parts)
                whole = [f"{rail} & {together:#x} == {together:#x}"] if together else []
                rest.sort(key=self.rarity)
                return " and ".join(whole + self.each(rest, rail, other)) or "True"
            case AnyOf(parts):
                together, rest = self.split(parts)
                whole = [f"{rail} & {together:#x}"] if together else []
                return " or ".join(whole + self.each(rest, rail, other)) or "False"
            case CountTrueAtLeast(parts, number):
                counted = [f"bool({self.holds(part, rail, other)})" for part in parts]
                return f"{' + '.join(counted) or '0'} >= {number}"
        raise TypeError(f"no expression for {type(condition).__name__}")

    def each(self, parts: list[Condition], rail: str, other: str) -> list[str]:
        return [f"({self.holds(part, rail, other)})" for part in parts]

    def split(self, parts: Iterable[Condition]) -> tuple[Mask, list[Condition]]:
        """The plain leaves as one mask, and the rest."""
        together, rest = 0, []
        for part in parts:
            mask = self.bit(part)
            if mask is None:
                rest.append(part)
            else:
                together |= mask
        return together, rest

    def needed(self, condition: Condition) -> Mask | None:
        """Leaves of which at least one must be possible if the condition is; None: no such."""
        mask = self.bit(condition)
        if mask is not None:
            return mask
        match condition:
            case AllOf(parts):
                masks = [mask for mask in map(self.needed, parts) if mask is not None]
                return min(masks, key=self.likelihood, default=None)
            case AnyOf(parts):
                return self.union(parts)
            case CountTrueAtLeast(parts, number) if number > 0:
                return self.union(parts)
        return None

    def union(self, parts: Iterable[Condition]) -> Mask | None:
        together = 0
        for mask in map(self.needed, parts):
            if mask is None:
                return None
            together |= mask
        return together

    def rarity(self, condition: Condition) -> float:
        """Low for a condition that is seldom yes: the best to ask first."""
        needed = self.needed(condition)
        return self.likelihood(needed) if needed is not None else len(self.shares)

    def likelihood(self, mask: Mask) -> float:
        return sum(share for number, share in self.shares.items() if mask >> number & 1)
