"""Our conditions as FHIRPath: true exactly where the condition is yes.

FHIRPath has two values here, our grammar three. So each condition is written twice: where it is
yes, and where it is no; "cannot tell" is neither. Ages are reckoned on `today()`.
"""

from collections.abc import Callable, Iterable
from math import ceil, floor
from typing import Any, NamedTuple

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
    NoneChosen,
    Not,
    Number,
    NumberIs,
)
from intake.rules.derived import ATHLETE_ANY
from intake.rules.questions import Questionnaire

SIGNS = {"lt": "<", "lte": "<=", "gte": ">=", "eq": "="}
# Years are taken from today, not added to the birth date: so the 29th of February is right.
AGES: dict[str, Callable[[Number], str]] = {
    "gte": lambda age: f"$this <= {ago(ceil(age))}",
    "lt": lambda age: f"$this > {ago(ceil(age))}",
    "lte": lambda age: f"$this > {ago(floor(age) + 1)}",
    "eq": lambda age: (
        f"($this <= {ago(int(age))} and $this > {ago(int(age) + 1)})"
        if age == int(age)
        else "false"
    ),
}


class CannotBeSaid(ValueError):
    """A condition that has no expression here."""


class Paths(NamedTuple):
    """Where a condition is yes, and where it is no."""

    yes: str
    no: str

    @property
    def flipped(self) -> "Paths":
        return Paths(self.no, self.yes)


class PathWriter:
    """Writes the expressions of one questionnaire."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.writers: dict[type, Callable[[Any], Paths]] = {
            AnyChosen: self.any_chosen,
            NoneChosen: lambda one: self.any_chosen(one).flipped,
            CountAtLeast: self.at_least,
            CountAtMost: self.at_most,
            IsAnswered: self.is_answered,
            NumberIs: self.number_is,
            DerivedIs: self.derived,
            Not: lambda one: self.paths(one.condition).flipped,
            AllOf: self.all_of,
            AnyOf: self.any_of,
            CountTrueAtLeast: self.count_true,
        }

    def paths(self, condition: Condition) -> Paths:
        return self.writers[type(condition)](condition)

    def any_chosen(self, leaf: AnyChosen | NoneChosen) -> Paths:
        return self.about_options(leaf.item, chosen(leaf.item, leaf.options))

    def at_least(self, leaf: CountAtLeast) -> Paths:
        """Exclusive and unsure options never count."""
        if leaf.number <= 0:
            return Paths("true", "false")
        asked = self.questionnaire.item(leaf.item)
        uncounted = asked.exclusive | asked.unsure
        if leaf.of is not None:
            counted = f".where({one_of(leaf.of - uncounted)})"
        else:
            counted = f".where(({one_of(uncounted)}).not())" if uncounted else ""
        held = f"({values(leaf.item)}{counted}.count() >= {leaf.number})"
        return self.about_options(leaf.item, held)

    def at_most(self, leaf: CountAtMost) -> Paths:
        return self.at_least(CountAtLeast(leaf.item, leaf.number + 1, leaf.of)).flipped

    def about_options(self, item: str, held: str) -> Paths:
        """No: answered, none of it and nothing unsure; or not asked because it does not apply."""
        unsure = self.questionnaire.item(item).unsure
        parts = [answered(item), f"{held}.not()"]
        if unsure:
            parts.append(f"{chosen(item, unsure)}.not()")
        return Paths(held, either([both(parts), self.does_not_apply(item)]))

    def does_not_apply(self, item: str) -> str:
        """Unanswered, and its own ask_if is no."""
        ask_if = self.questionnaire.item(item).ask_if
        if ask_if is None:
            return "false"
        return both([f"{answered(item)}.not()", self.paths(ask_if).no])

    def is_answered(self, leaf: IsAnswered) -> Paths:
        told = Paths(answered(leaf.item), f"{answered(leaf.item)}.not()")
        return told if leaf.expected else told.flipped

    def number_is(self, leaf: NumberIs) -> Paths:
        holds = both(f"$this {SIGNS[one.operator]} {one.limit}" for one in leaf.comparisons)
        other = f"{values(leaf.item)}.where(({holds}).not()).exists()"
        return Paths(
            f"{values(leaf.item)}.where({holds}).exists()",
            either([other, self.does_not_apply(leaf.item)]),
        )

    def derived(self, leaf: DerivedIs) -> Paths:
        """Age from the birth date, athlete from the activities; the body mass index is not said."""
        if leaf.name == "age":
            holds = both(map(aged, leaf.comparisons))
            born = values("about.dob")
            return Paths(
                f"{born}.where({holds}).exists()", f"{born}.where(({holds}).not()).exists()"
            )
        if leaf.name != "athlete":
            raise CannotBeSaid(leaf.name)
        told, plays = answered("life.activity"), chosen("life.activity", ATHLETE_ANY)
        found = Paths(both([told, plays]), both([told, f"{plays}.not()"]))
        return found if all(one.limit for one in leaf.comparisons) else found.flipped

    def all_of(self, condition: AllOf) -> Paths:
        parts = [self.paths(one) for one in condition.conditions]
        return Paths(both(one.yes for one in parts), either(one.no for one in parts))

    def any_of(self, condition: AnyOf) -> Paths:
        parts = [self.paths(one) for one in condition.conditions]
        return Paths(either(one.yes for one in parts), both(one.no for one in parts))

    def count_true(self, condition: CountTrueAtLeast) -> Paths:
        parts = [self.paths(one) for one in condition.conditions]
        enough = f"({count(one.yes for one in parts)} >= {condition.number})"
        too_few = f"({count(one.no for one in parts)} > {len(parts) - condition.number})"
        return Paths(enough, too_few)


def values(item: str) -> str:
    """The values of an answer, wherever in the response it stands."""
    return f"%resource.repeat(item).where(linkId = '{item}').answer.value"


def answered(item: str) -> str:
    return f"{values(item)}.exists()"


def chosen(item: str, options: Iterable[str]) -> str:
    return f"{values(item)}.where({one_of(options)}).exists()"


def one_of(options: Iterable[str]) -> str:
    """Whether a coding is one of the options; none is never."""
    return " or ".join(f"code = '{option}'" for option in sorted(options)) or "false"


def aged(comparison: Comparison) -> str:
    return AGES[comparison.operator](comparison.limit)


def ago(years: int) -> str:
    return f"today() - {years} years"


def both(parts: Iterable[str]) -> str:
    return joined("and", list(parts), empty="true")


def either(parts: Iterable[str]) -> str:
    return joined("or", [part for part in parts if part != "false"], empty="false")


def joined(word: str, parts: list[str], *, empty: str) -> str:
    if len(parts) < 2:
        return parts[0] if parts else empty
    return f"({f' {word} '.join(parts)})"


def count(parts: Iterable[str]) -> str:
    """How many of the expressions are true."""
    return " + ".join(f"iif({part}, 1, 0)" for part in parts) or "0"
