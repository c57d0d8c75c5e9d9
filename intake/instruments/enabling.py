"""Which items are shown: enableWhen as FHIR R4 defines it.

https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen
"""

import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any

from intake.instruments.items import Answers, Condition, Form, Item, Other, Value

ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
OPERATORS = ("exists", "=", "!=", *ORDERED)


def shown(form: Form, answers: Answers, opened: Collection[str] = frozenset()) -> tuple[Item, ...]:
    """Items whose conditions hold and whose parents are shown; hidden answers are not believed.

    A further time of a group that repeats is there once something in it is answered, or while it
    is `opened` on a page.

    One pass is enough because a condition reads only earlier items.
    """
    believed: dict[str, tuple[Value, ...]] = {}
    found: dict[str, Item] = {}
    for item in form.items:
        is_there = item.link_id in opened or is_begun(form, item, answers)
        is_within = all(parent in found for parent in item.parents)
        if is_there and is_within and is_enabled(form, item, believed):
            found[item.link_id] = item
            if item.link_id in answers:
                believed[item.link_id] = answers[item.link_id]
    return tuple(found.values())


def in_force(form: Form, answers: Answers) -> Answers:
    """The answers to shown questions; the others are kept aside."""
    ids = {item.link_id for item in shown(form, answers)}
    return {link_id: given for link_id, given in answers.items() if link_id in ids}


def open_items(form: Form, answers: Answers) -> tuple[Item, ...]:
    """Required questions that are shown and have no answer."""
    return tuple(
        item
        for item in shown(form, answers)
        if item.is_question and item.required and not answers.get(item.link_id)
    )


def is_begun(form: Form, item: Item, answers: Answers) -> bool:
    """Whether a further time of a group holds an answer; everything else is there anyway."""
    inner = form.within.get(item.link_id)
    return inner is None or any(answers.get(link_id) for link_id in inner)


def is_enabled(form: Form, item: Item, believed: Answers) -> bool:
    """All conditions or any of them; without conditions always."""
    if not item.conditions:
        return True
    held = [
        holds(condition, form.by_id[condition.question], believed.get(condition.question, ()))
        for condition in item.conditions
    ]
    return all(held) if item.needs_all else any(held)


def holds(condition: Condition, item: Item, given: tuple[Value, ...]) -> bool:
    """Of several answers one is enough, but for `!=`: no answer may be equal."""
    values = [comparable(item, value) for value in given]
    if condition.operator == "exists":
        return bool(values) is condition.value
    if condition.operator == "=":
        return condition.value in values
    if condition.operator == "!=":
        return condition.value not in values
    compare = ORDERED[condition.operator]
    return any(compare(value, condition.value) for value in values if is_like(value, condition))


def comparable(item: Item, value: Value) -> Any:
    """An option as what it stands for, what was written in as its words."""
    if isinstance(value, Other):
        return value.text
    if item.kind == "choice":
        return item.by_key[str(value)].value
    return value


def is_like(value: Any, condition: Condition) -> bool:
    """Words written in beside numbers have no order."""
    return isinstance(value, str) is isinstance(condition.value, str)
