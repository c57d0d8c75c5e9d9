"""The language of the rules: each condition is a value that is yes, no or unknown.

The grammar is the pack's own (patterns.yaml, meta.condition_grammar, version 2).
"""

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from intake.rules import truth
from intake.rules.problems import refuse_if
from intake.rules.truth import NO, UNKNOWN, YES, Truth

Number = int | Decimal
Items = frozenset[str]
NOTHING: Items = frozenset()

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gte": operator.ge,
    "eq": operator.eq,
}
DERIVED_FROM: Mapping[str, tuple[str, ...]] = {
    "age": ("about.dob",),
    "bmi": ("about.height_cm", "about.weight_kg"),
    "athlete": ("life.activity",),
}


class State(Protocol):
    """What a condition may ask about the answers; `intake.rules.state` answers it."""

    def chosen(self, item: str) -> Items | None:
        """The chosen options, None while nothing is chosen."""

    def counted(self, item: str) -> Items:
        """Those of the chosen options that are neither exclusive nor unsure."""

    def is_unsure(self, item: str) -> bool: ...

    def applies(self, item: str) -> Truth:
        """The item's own ask_if."""

    def is_answered(self, item: str) -> bool: ...

    def number(self, item: str) -> Number | None: ...

    def derived(self, name: str) -> Number | bool | None: ...

    def missing_for(self, item: str) -> Items:
        """The items that would settle an unknown leaf: what its ask_if misses, and itself."""


class Condition(Protocol):
    def evaluate(self, state: State) -> Truth: ...

    def missing(self, state: State) -> Items:
        """The items of the unknown parts; empty unless the condition is unknown."""

    def parts(self) -> "tuple[Condition, ...]": ...

    def items(self) -> Items:
        """Every item that the condition reads, those behind a derived value included."""


@dataclass(frozen=True, slots=True)
class Leaf(ABC):
    """A question about one item."""

    item: str

    @abstractmethod
    def evaluate(self, state: State) -> Truth: ...

    def missing(self, state: State) -> Items:
        return state.missing_for(self.item) if self.evaluate(state) is UNKNOWN else NOTHING

    def parts(self) -> tuple[Condition, ...]:
        return ()

    def items(self) -> Items:
        return frozenset((self.item,))


@dataclass(frozen=True, slots=True)
class AnyChosen(Leaf):
    options: Items

    def evaluate(self, state: State) -> Truth:
        chosen = state.chosen(self.item)
        if chosen is None:
            return NO if state.applies(self.item) is NO else UNKNOWN
        if chosen & self.options:
            return YES
        return UNKNOWN if state.is_unsure(self.item) else NO


@dataclass(frozen=True, slots=True)
class NoneChosen(Leaf):
    options: Items

    def evaluate(self, state: State) -> Truth:
        return truth.negation(AnyChosen(self.item, self.options).evaluate(state))


@dataclass(frozen=True, slots=True)
class CountAtLeast(Leaf):
    number: int
    of: Items | None = None

    def evaluate(self, state: State) -> Truth:
        if self.number <= 0:
            return YES
        if state.chosen(self.item) is None:
            return NO if state.applies(self.item) is NO else UNKNOWN
        counted = state.counted(self.item)
        if len(counted if self.of is None else counted & self.of) >= self.number:
            return YES
        return UNKNOWN if state.is_unsure(self.item) else NO


@dataclass(frozen=True, slots=True)
class CountAtMost(Leaf):
    number: int
    of: Items | None = None

    def evaluate(self, state: State) -> Truth:
        more = CountAtLeast(self.item, self.number + 1, self.of)
        return truth.negation(more.evaluate(state))


@dataclass(frozen=True, slots=True)
class IsAnswered(Leaf):
    """Never unknown: `answered: false` is how a red flag reads a missing date as recent."""

    expected: bool

    def evaluate(self, state: State) -> Truth:
        return truth.known(state.is_answered(self.item) is self.expected)


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    limit: Number | bool

    def holds(self, value: Number | bool) -> bool:
        return COMPARE[self.operator](value, self.limit)


def all_hold(comparisons: Iterable[Comparison], value: Number | bool) -> Truth:
    return truth.known(all(comparison.holds(value) for comparison in comparisons))


@dataclass(frozen=True, slots=True)
class NumberIs(Leaf):
    comparisons: tuple[Comparison, ...]

    def evaluate(self, state: State) -> Truth:
        value = state.number(self.item)
        if value is None:
            return NO if state.applies(self.item) is NO else UNKNOWN
        return all_hold(self.comparisons, value)


@dataclass(frozen=True, slots=True)
class DerivedIs:
    name: str
    comparisons: tuple[Comparison, ...]

    def __post_init__(self) -> None:
        if self.name not in DERIVED_FROM:
            refuse_if(f"unknown derived value '{self.name}'")
        truths = [type(comparison.limit) is bool for comparison in self.comparisons]
        operators = {comparison.operator for comparison in self.comparisons}
        if self.name == "athlete":
            fits = all(truths) and operators == {"eq"}
            refuse_if(None if fits else "athlete is compared with 'eq: true' or 'eq: false' only")
        else:
            refuse_if(f"{self.name} is compared with numbers only" if any(truths) else None)

    def evaluate(self, state: State) -> Truth:
        value = state.derived(self.name)
        return UNKNOWN if value is None else all_hold(self.comparisons, value)

    def missing(self, state: State) -> Items:
        return self.items() if self.evaluate(state) is UNKNOWN else NOTHING

    def parts(self) -> tuple[Condition, ...]:
        return ()

    def items(self) -> Items:
        return frozenset(DERIVED_FROM[self.name])


@dataclass(frozen=True, slots=True)
class Combined(ABC):
    """Several conditions; what is missing is the union over the parts that are unknown."""

    conditions: tuple[Condition, ...]

    @abstractmethod
    def evaluate(self, state: State) -> Truth: ...

    def missing(self, state: State) -> Items:
        if self.evaluate(state) is not UNKNOWN:
            return NOTHING
        return NOTHING.union(*(part.missing(state) for part in self.conditions))

    def parts(self) -> tuple[Condition, ...]:
        return self.conditions

    def items(self) -> Items:
        return NOTHING.union(*(part.items() for part in self.conditions))


@dataclass(frozen=True, slots=True)
class AllOf(Combined):
    def evaluate(self, state: State) -> Truth:
        return truth.every(part.evaluate(state) for part in self.conditions)


@dataclass(frozen=True, slots=True)
class AnyOf(Combined):
    def evaluate(self, state: State) -> Truth:
        return truth.some(part.evaluate(state) for part in self.conditions)


@dataclass(frozen=True, slots=True)
class CountTrueAtLeast(Combined):
    number: int

    def evaluate(self, state: State) -> Truth:
        return truth.at_least(self.number, (part.evaluate(state) for part in self.conditions))


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition

    def evaluate(self, state: State) -> Truth:
        return truth.negation(self.condition.evaluate(state))

    def missing(self, state: State) -> Items:
        return self.condition.missing(state)

    def parts(self) -> tuple[Condition, ...]:
        return (self.condition,)

    def items(self) -> Items:
        return self.condition.items()


def walk(condition: Condition) -> Iterable[Condition]:
    """The condition and everything inside it."""
    yield condition
    for part in condition.parts():
        yield from walk(part)
