"""What fits each part of a FHIR item but not the whole."""

from collections.abc import Mapping
from typing import Any

from intake.fhir.limits import Raw
from intake.instruments.items import Item, Value


def wrong_with(item: Item, raw: Raw) -> list[str]:
    """What fits each part but not the whole."""
    keys = [option.key for option in item.options]
    is_choice = item.kind == "choice"
    checks: Mapping[str, bool] = {
        "has items within it, but is a text": item.kind == "display" and bool(raw.get("item")),
        "repeats, but yes or no can be answered only once": item.repeats and item.kind == "boolean",
        "has no options": is_choice and not keys,
        "has options but is no choice": not is_choice and ("answerOption" in raw or bool(keys)),
        "takes options from a value set but is no choice": not is_choice
        and "answerValueSet" in raw,
        "has two options of the same code": len(set(keys)) < len(keys),
        "has its lowest value above its highest": is_above(item.least, item.most),
        "is no question but has an initial answer": not item.is_question and bool(item.initial),
        "is a text but repeats": item.repeats and item.kind == "display",
        "is no question but is required": not item.is_question and item.required,
        "starts with more answers than it takes": len(item.initial) > max(item.times, 1),
        "'enableBehavior' is neither all nor any": raw.get("enableBehavior", "all")
        not in ("all", "any"),
        "has several conditions but no enableBehavior": len(item.conditions) > 1
        and "enableBehavior" not in raw,
        "starts with an answer that it does not take": not all(
            fits(item, value) for value in item.initial
        ),
    }
    return [reason for reason, is_wrong in checks.items() if is_wrong]


def is_above(least: Any, most: Any) -> bool:
    return least is not None and most is not None and bool(least > most)


def fits(item: Item, value: Value) -> bool:
    """Whether an initial answer keeps the limits."""
    if isinstance(value, str) and item.kind != "choice":
        return item.max_length is None or len(value) <= item.max_length
    if item.kind in ("integer", "decimal", "date"):
        return not is_above(item.least, value) and not is_above(value, item.most)
    return True
