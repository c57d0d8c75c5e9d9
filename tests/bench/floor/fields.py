"""The intake's fields checked by hand: no form classes, one loop."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from intake.rules.answered import Value
from intake.rules.pack import load_pack

QUESTIONNAIRE = load_pack().questionnaire
ITEMS = QUESTIONNAIRE.by_id
OPTIONS = {
    item.link_id: {option.id for option in QUESTIONNAIRE.possible_options(item)}
    for item in QUESTIONNAIRE.items
}


class Wrong(Exception):
    """A field that cannot be taken."""


def read(post: QueryDict, asked: Iterable[str]) -> dict[str, Value]:
    """The typed values of the fields that were filled in."""
    found: dict[str, Value] = {}
    for name in asked:
        item = ITEMS[name]
        if item.type == "multi":
            value: Any = tuple(post.getlist(name))
            if not OPTIONS[name].issuperset(value) or (
                len(value) > 1 and item.exclusive & {*value}
            ):
                raise Wrong(name)
        elif item.type == "date":
            value = read_date(post, name)
        else:
            value = read_one(item.type, name, post.get(name, "").strip(), item.max_length)
        if value not in (None, "", ()):
            found[name] = value
        elif item.required and item.ask_if is None and f"{name}.declined" not in post:
            raise Wrong(name)
    return found


def read_one(kind: str, name: str, text: str, longest: int | None) -> Value | None:
    """A choice, a number or a text."""
    if not text:
        return None
    if kind == "choice" and text not in OPTIONS[name]:
        raise Wrong(name)
    if kind == "text" and len(text) > (longest or 500):
        raise Wrong(name)
    if kind == "scale_0_10":
        if not text.isdecimal() or int(text) > 10:
            raise Wrong(name)
        return int(text)
    if kind == "decimal":
        try:
            return Decimal(text.replace(",", "."))
        except InvalidOperation as error:
            raise Wrong(name) from error
    return text


def read_date(post: QueryDict, name: str) -> date | None:
    """Three inputs."""
    try:
        return date(*(int(post.get(f"{name}.{part}", "")) for part in ("year", "month", "day")))
    except ValueError as error:
        raise Wrong(name) from error


def stored(values: Mapping[str, Value]) -> dict[str, Any]:
    """As JSON holds them."""
    return {
        name: list(value)
        if isinstance(value, tuple)
        else value.isoformat()
        if isinstance(value, date)
        else float(value)
        if isinstance(value, Decimal)
        else value
        for name, value in values.items()
    }


def typed(document: Mapping[str, Any]) -> dict[str, Value]:
    """As the rules read them."""
    found: dict[str, Value] = {}
    for name, value in document.items():
        if isinstance(value, list):
            value = tuple(value)
        elif name == "about.dob":
            value = date.fromisoformat(value)
        elif isinstance(value, float):
            value = Decimal(str(value))
        found[name] = value
    return found
