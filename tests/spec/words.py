"""Conditions in words, for the manual."""

from intake.rules.conditions import (
    AllOf,
    AnyChosen,
    AnyOf,
    Comparison,
    Condition,
    CountAtLeast,
    CountAtMost,
    CountTrueAtLeast,
    DerivedIs,
    IsAnswered,
    Items,
    NoneChosen,
    Not,
    NumberIs,
)

SIGNS = {"lt": "below", "lte": "at most", "gte": "at least", "eq": "equal to"}


def words(condition: Condition) -> str:
    """One line; brackets where two words could be read together in two ways."""
    said = option_words(condition) or number_words(condition) or combined_words(condition)
    if said is None:
        raise TypeError(type(condition).__name__)
    return said


def option_words(condition: Condition) -> str | None:
    match condition:
        case AnyChosen(item, options):
            return f"`{item}` is {either(options)}"
        case NoneChosen(item, options):
            return f"`{item}` is not {either(options)}"
        case CountAtLeast(item, number, of):
            return f"`{item}` has {number} or more{among(of)}"
        case CountAtMost(item, number, of):
            return f"`{item}` has {number} or fewer{among(of)}"
        case IsAnswered(item, expected):
            return f"`{item}` is {'answered' if expected else 'not answered'}"
    return None


def number_words(condition: Condition) -> str | None:
    match condition:
        case NumberIs(item, comparisons):
            return f"`{item}` is {compared(comparisons)}"
        case DerivedIs("athlete", comparisons):
            return "athlete" if comparisons[0].limit else "not an athlete"
        case DerivedIs(name, comparisons):
            return f"{name} is {compared(comparisons)}"
    return None


def combined_words(condition: Condition) -> str | None:
    match condition:
        case Not(inner):
            return f"not ({words(inner)})"
        case AllOf(parts):
            return " and ".join(bracketed(part) for part in parts) or "always"
        case AnyOf(parts):
            return " or ".join(bracketed(part) for part in parts) or "never"
        case CountTrueAtLeast(parts, number):
            return f"{number} or more of: {'; '.join(words(part) for part in parts)}"
    return None


def bracketed(condition: Condition) -> str:
    return f"({words(condition)})" if len(condition.parts()) > 1 else words(condition)


def either(options: Items) -> str:
    return f"one of {', '.join(sorted(options))}" if len(options) > 1 else "".join(options)


def among(options: Items | None) -> str:
    return f" of {', '.join(sorted(options))}" if options else " options"


def compared(comparisons: tuple[Comparison, ...]) -> str:
    return " and ".join(f"{SIGNS[each.operator]} {each.limit}" for each in comparisons)
