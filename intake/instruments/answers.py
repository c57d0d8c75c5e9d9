"""Answers to an instrument as JSON keeps them, and back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from intake.instruments.items import Answers, Form, Item, Other, Value


def as_json(answers: Answers) -> dict[str, list[Any]]:
    """A decimal and a date become text, words written in an object."""
    return {link_id: [plain(value) for value in given] for link_id, given in answers.items()}


def plain(value: Value) -> Any:
    match value:
        case Other(text):
            return {"other": text}
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
    return value


def read_answers(form: Form, raw: Mapping[str, list[Any]]) -> Answers:
    """What `as_json` wrote for the same form."""
    return {
        link_id: tuple(read_value(form.by_id[link_id], value) for value in given)
        for link_id, given in raw.items()
        if link_id in form.by_id
    }


def read_value(item: Item, value: Any) -> Value:
    if isinstance(value, dict):
        return Other(value["other"])
    if item.kind == "decimal":
        return Decimal(value)
    if item.kind == "date":
        return date.fromisoformat(value)
    read: Value = value
    return read
