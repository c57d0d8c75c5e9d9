"""What one document says about another: every id that is named must exist."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import pairwise

from intake.rules.conditions import (
    AnyChosen,
    Condition,
    CountAtLeast,
    CountAtMost,
    Items,
    NoneChosen,
    NumberIs,
    walk,
)
from intake.rules.items import NUMBERS, Item, Option
from intake.rules.patterns import Pattern
from intake.rules.problems import Problems
from intake.rules.questions import Questionnaire

COUNTS = (CountAtLeast, CountAtMost)
CHOICES = (AnyChosen, NoneChosen)


def repeated(ids: Iterable[str]) -> list[str]:
    return [id for id, times in Counter(ids).items() if times > 1]


def unknown(kind: str, named: Iterable[str], known: Collection[str]) -> Iterator[str]:
    for id in named:
        if id not in known:
            yield f"unknown {kind} '{id}'"


def wrong_in(condition: Condition, questionnaire: Questionnaire) -> Iterator[str]:
    """Items and options that do not exist, and operators that do not fit the item."""
    for part in walk(condition):
        if not part.parts():
            yield from unknown("item", sorted(part.items()), questionnaire.by_id)
        if isinstance(part, CHOICES + COUNTS) and part.item in questionnaire.by_id:
            yield from wrong_options(part, questionnaire)
        if isinstance(part, NumberIs) and part.item in questionnaire.by_id:
            yield from wrong_number(questionnaire.item(part.item))


def wrong_number(item: Item) -> Iterator[str]:
    if item.type not in NUMBERS:
        yield f"'{item.link_id}' is compared but is not a number"


def wrong_options(
    leaf: AnyChosen | NoneChosen | CountAtLeast | CountAtMost, questionnaire: Questionnaire
) -> Iterator[str]:
    options = {option.id for option in offered(questionnaire.item(leaf.item), questionnaire)}
    if not options:
        yield f"'{leaf.item}' has no options to choose"
        return
    named: Items = (leaf.of or Items()) if isinstance(leaf, COUNTS) else leaf.options
    yield from unknown(f"option of {leaf.item}", sorted(named), options)


def offered(item: Item, questionnaire: Questionnaire) -> tuple[Option, ...]:
    if item.options_from in questionnaire.by_id:
        return questionnaire.possible_options(item)
    return item.options


def check_questionnaire(questionnaire: Questionnaire, problems: Problems) -> None:
    ids = [item.link_id for item in questionnaire.items]
    problems.add_all("items", (f"item '{id}' is there twice" for id in repeated(ids)))
    orders = [item.order for item in questionnaire.items]
    rising = all(before < after for before, after in pairwise(orders))
    if not rising:
        problems.add("items", "the orders do not rise")
    sections = [section.id for section in questionnaire.sections]
    problems.add_all("items", (f"section '{id}' is there twice" for id in repeated(sections)))
    for position, item in enumerate(questionnaire.items):
        subject = f"item {item.link_id}"
        problems.add_all(subject, unknown("section", [item.section], sections))
        problems.add_all(subject, asked_too_late(item, set(ids[:position]), set(ids)))
        if item.ask_if is not None:
            problems.add_all(f"{subject}: ask_if", wrong_in(item.ask_if, questionnaire))


def asked_too_late(item: Item, earlier: set[str], known: set[str]) -> Iterator[str]:
    """An ask_if or options_from may look only at what was asked before."""
    read = sorted(item.ask_if.items()) if item.ask_if else []
    for link_id in read:
        if link_id in known - earlier:
            yield f"ask_if reads '{link_id}', which is asked later"
    if item.options_from is not None and item.options_from not in earlier:
        which = "a later" if item.options_from in known else "an unknown"
        yield f"options_from names {which} item '{item.options_from}'"


class References:
    """The ids that a pattern, a test or an exercise may name."""

    def __init__(self, questionnaire: Questionnaire, **known: Collection[str]) -> None:
        self.questionnaire = questionnaire
        self.known = known

    def unknown(self, kind: str, named: Iterable[str]) -> Iterator[str]:
        return unknown(kind, named, self.known[kind])


def check_patterns(
    patterns: tuple[Pattern, ...], references: References, problems: Problems
) -> None:
    lines = [line.id for pattern in patterns for line in pattern.lines]
    problems.add_all("patterns", (f"line '{id}' is there twice" for id in repeated(lines)))
    for pattern in patterns:
        subject = f"pattern {pattern.id}"
        for check in PATTERN_CHECKS:
            problems.add_all(subject, check(pattern, references))


def wrong_conditions(pattern: Pattern, references: References) -> Iterator[str]:
    named = [
        ("gate" if pattern.thresholds else "trigger", pattern.condition),
        *((f"escalation to {to}", condition) for to, condition in pattern.escalations),
        *((f"line {line.id}", line.condition) for line in pattern.lines),
    ]
    for name, condition in named:
        for reason in wrong_in(condition, references.questionnaire):
            yield f"{name}: {reason}"


def wrong_references(pattern: Pattern, references: References) -> Iterator[str]:
    others = (*sorted(pattern.suppressed_by), *pattern.overlaps_with)
    yield from references.unknown("pattern", others)
    if pattern.id in others:
        yield "names itself in suppressed_by or overlaps_with"
    yield from references.unknown("test", pattern.tests)
    yield from references.unknown("exercise", pattern.exercises)
    yield from references.unknown("source", pattern.sources)
    for line in pattern.lines:
        for reason in references.unknown("source", line.sources):
            yield f"line {line.id}: {reason}"
    if pattern.settle is not None:
        yield from references.unknown("test", pattern.settle.tests)
        yield from unknown("item", pattern.settle.ask, references.questionnaire.by_id)


PATTERN_CHECKS: tuple[Callable[[Pattern, References], Iterator[str]], ...] = (
    wrong_conditions,
    wrong_references,
)
