"""What makes a condition yes, or no: the answers it rests on, and no others it also reads."""

from collections.abc import Iterable, Mapping

from intake.rules.conditions import (
    AllOf,
    AnyChosen,
    AnyOf,
    Condition,
    CountAtLeast,
    CountAtMost,
    Items,
    Leaf,
    NoneChosen,
    Not,
    State,
)
from intake.rules.truth import NO, UNKNOWN, YES, Truth

# By item: the chosen options it rests on, None for the whole answer.
Reasons = Mapping[str, Items | None]


def reasons(condition: Condition, state: State) -> Reasons:
    """Nothing for a condition that is unknown."""
    truth = condition.evaluate(state)
    if truth is UNKNOWN:
        return {}
    if isinstance(condition, Not):
        return reasons(condition.condition, state)
    if parts := condition.parts():
        return together(reasons(part, state) for part in telling(condition, parts, truth, state))
    if isinstance(condition, Leaf):
        return {condition.item: options_of(condition, truth, state)}
    return dict.fromkeys(condition.items())  # a derived value: what it is made of


def telling(
    condition: Condition, parts: tuple[Condition, ...], truth: Truth, state: State
) -> Iterable[Condition]:
    """Every part of an "all" that is yes and of an "any" that is no; else those that decide it."""
    if (isinstance(condition, AllOf) and truth is YES) or (
        isinstance(condition, AnyOf) and truth is NO
    ):
        return parts
    return [part for part in parts if part.evaluate(state) is truth]


def options_of(leaf: Leaf, truth: Truth, state: State) -> Items | None:
    """Which of the chosen options, where having chosen them is what counts."""
    match leaf:
        case AnyChosen(options=options) if truth is YES:
            return (state.chosen(leaf.item) or frozenset()) & options
        case NoneChosen(options=options) if truth is NO:
            return (state.chosen(leaf.item) or frozenset()) & options
        case CountAtLeast(of=of) if truth is YES:
            return state.counted(leaf.item) & of if of else state.counted(leaf.item)
        case CountAtMost(of=of) if truth is NO:
            return state.counted(leaf.item) & of if of else state.counted(leaf.item)
        case _:
            return None


def together(found: Iterable[Reasons]) -> Reasons:
    """Of one item all options that are named, or the whole answer where one part needs it."""
    total: dict[str, Items | None] = {}
    for each in found:
        for item, options in each.items():
            known = total.get(item, options)
            total[item] = None if known is None or options is None else known | options
    return total
