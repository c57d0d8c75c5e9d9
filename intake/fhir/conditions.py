"""enableWhen out of FHIR JSON. A condition may only read a question that was asked before."""

from collections.abc import Mapping
from typing import Any

from intake.fhir.limits import Findings, Raw, entries, shortened
from intake.fhir.values import simple, value_of
from intake.instruments.enabling import OPERATORS, ORDERED
from intake.instruments.items import Condition, Item

FITS = {
    "boolean": ("Boolean",),
    "integer": ("Integer", "Decimal"),
    "decimal": ("Decimal", "Integer"),
    "date": ("Date",),
    "string": ("String",),
    "text": ("String",),
    "choice": ("Coding", "String", "Integer", "Date"),
}
MOST = 20


def read_conditions(
    raw: Raw, earlier: Mapping[str, Item], found: Findings
) -> tuple[Condition, ...]:
    """The conditions of an item; what is wrong with one is refused in the item's name."""
    listed, link_id = entries(raw, "enableWhen"), str(raw["linkId"])
    if len(listed) > MOST:
        found.refuse(link_id, f"has more than {MOST} conditions")
        return ()
    conditions = []
    for each in listed:
        read = read_condition(each, earlier)
        if isinstance(read, str):
            found.refuse(link_id, read)
        else:
            conditions.append(read)
    return tuple(conditions)


def read_condition(raw: Raw, earlier: Mapping[str, Item]) -> Condition | str:
    """The condition, or why it cannot be one."""
    asked, operator = raw.get("question"), raw.get("operator")
    item = earlier.get(asked) if isinstance(asked, str) else None
    if item is None or not item.is_question:
        return f"depends on '{shortened(asked)}', which is no question asked before it"
    if item.family:
        return f"depends on '{shortened(asked)}', which stands in a group that repeats"
    if operator not in OPERATORS:
        return f"has a condition with the unknown operator '{shortened(operator)}'"
    kind, given = value_of(raw, "answer")
    value = given if operator == "exists" else wanted(item, kind, given)
    if operator == "exists" and not (kind == "Boolean" and isinstance(given, bool)):
        return "asks whether an answer exists without saying true or false"
    if value is None:
        return f"compares '{shortened(asked)}' with something that can never be its answer"
    if operator in ORDERED and (kind in ("Coding", "String", "Boolean")):
        return f"asks for the order of '{shortened(asked)}', which has none"
    return Condition(item.link_id, str(operator), value)


def wanted(item: Item, kind: str, given: Any) -> Any:
    """What the answer is compared with, None if that could not be an answer."""
    if kind not in FITS[item.kind]:
        return None
    if kind == "Coding":
        code = given.get("code") if isinstance(given, dict) else None
        return code if isinstance(code, str) and code in item.by_key else None
    value = simple(kind, given)
    if item.kind != "choice" or value is None:
        return value
    kinds = {type(option.value) for option in item.options} | ({str} if item.is_open else set())
    return value if type(value) in kinds else None
