"""From the pack's notation to conditions."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from intake.rules.conditions import (
    COMPARE,
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
from intake.rules.problems import Invalid

Raw = Mapping[str, Any]
MOST_NESTED = 20


def read_condition(raw: object, depth: int = 0) -> Condition:
    """Invalid lists every reason in the condition and in its parts."""
    if not isinstance(raw, Mapping):
        raise Invalid("a condition is not a mapping")
    if depth > MOST_NESTED:
        raise Invalid("a condition is nested too deeply")
    for form, reader in READERS.items():
        if form in raw:
            return reader(raw, depth)
    raise Invalid(f"no condition has the keys {named(raw)}")


def named(keys: object) -> str:
    return ", ".join(f"'{key}'" for key in sorted(map(str, keys)))  # type: ignore[call-overload]


def only(raw: Raw, *allowed: str) -> None:
    unknown = set(raw) - set(allowed)
    if unknown:
        raise Invalid(f"a condition with '{allowed[0]}' has no key {named(unknown)}")


def read_leaf(raw: Raw, depth: int) -> Condition:
    item = text_of(raw, "item")
    operators = set(raw) - {"item", "of"}
    if operators and operators <= set(COMPARE):
        only(raw, "item", *COMPARE)
        return NumberIs(item, comparisons_of(raw))
    if len(operators) != 1 or not operators <= set(LEAVES):
        raise Invalid(f"a condition on '{item}' has the operators {named(operators) or 'none'}")
    return LEAVES[operators.pop()](item, raw)


def read_any(item: str, raw: Raw) -> Condition:
    only(raw, "item", "any")
    return AnyChosen(item, options_of(raw, "any"))


def read_none(item: str, raw: Raw) -> Condition:
    only(raw, "item", "none")
    return NoneChosen(item, options_of(raw, "none"))


def read_count_gte(item: str, raw: Raw) -> Condition:
    only(raw, "item", "count_gte", "of")
    return CountAtLeast(item, whole_of(raw, "count_gte"), optional_options_of(raw))


def read_count_lte(item: str, raw: Raw) -> Condition:
    only(raw, "item", "count_lte", "of")
    return CountAtMost(item, whole_of(raw, "count_lte"), optional_options_of(raw))


def read_answered(item: str, raw: Raw) -> Condition:
    only(raw, "item", "answered")
    if type(raw["answered"]) is not bool:
        raise Invalid(f"'answered' of '{item}' is not true or false")
    return IsAnswered(item, raw["answered"])


LEAVES: Mapping[str, Callable[[str, Raw], Condition]] = {
    "any": read_any,
    "none": read_none,
    "count_gte": read_count_gte,
    "count_lte": read_count_lte,
    "answered": read_answered,
}


def read_derived(raw: Raw, depth: int) -> Condition:
    only(raw, "derived", *COMPARE)
    return DerivedIs(text_of(raw, "derived"), comparisons_of(raw))


def read_all_of(raw: Raw, depth: int) -> Condition:
    only(raw, "all_of")
    return AllOf(parts_of(raw, "all_of", depth))


def read_any_of(raw: Raw, depth: int) -> Condition:
    only(raw, "any_of")
    return AnyOf(parts_of(raw, "any_of", depth))


def read_not(raw: Raw, depth: int) -> Condition:
    only(raw, "not")
    return Not(read_condition(raw["not"], depth + 1))


def read_count_true(raw: Raw, depth: int) -> Condition:
    only(raw, "count_true_gte", "conds")
    return CountTrueAtLeast(parts_of(raw, "conds", depth), whole_of(raw, "count_true_gte"))


READERS: Mapping[str, Callable[[Raw, int], Condition]] = {
    "item": read_leaf,
    "derived": read_derived,
    "all_of": read_all_of,
    "any_of": read_any_of,
    "not": read_not,
    "count_true_gte": read_count_true,
}


def parts_of(raw: Raw, key: str, depth: int) -> tuple[Condition, ...]:
    listed = raw.get(key)
    if not isinstance(listed, list):
        raise Invalid(f"'{key}' is not a list of conditions")
    parts: list[Condition] = []
    reasons: list[str] = []
    for part in listed:
        try:
            parts.append(read_condition(part, depth + 1))
        except Invalid as refusal:
            reasons.extend(refusal.reasons)
    if reasons:
        raise Invalid(*reasons)
    return tuple(parts)


def text_of(raw: Raw, key: str) -> str:
    if not isinstance(raw[key], str):
        raise Invalid(f"'{key}' of a condition is not text")
    return str(raw[key])


def whole_of(raw: Raw, key: str) -> int:
    if type(raw[key]) is not int:
        raise Invalid(f"'{key}' of a condition is not a whole number")
    return int(raw[key])


def options_of(raw: Raw, key: str) -> Items:
    listed = raw[key]
    if not isinstance(listed, list) or not all(isinstance(option, str) for option in listed):
        raise Invalid(f"'{key}' of a condition is not a list of options")
    if not listed:
        raise Invalid(f"'{key}' of a condition names no option")
    return frozenset(listed)


def optional_options_of(raw: Raw) -> Items | None:
    return options_of(raw, "of") if "of" in raw else None


def comparisons_of(raw: Raw) -> tuple[Comparison, ...]:
    compared = [(name, raw[name]) for name in COMPARE if name in raw]
    if not compared:
        raise Invalid("a comparison has no limit")
    for name, limit in compared:
        if type(limit) not in (int, float, bool):
            raise Invalid(f"'{name}' of a condition is not a number")
    return tuple(Comparison(name, exact(limit)) for name, limit in compared)


def exact(limit: int | float | bool) -> int | Decimal | bool:
    return Decimal(repr(limit)) if isinstance(limit, float) else limit
