"""One page of an instrument: turns a POST into typed answers."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from intake.forms.answers import BLANK, DIFFER, WRONG
from intake.forms.dates import PARTS, as_date
from intake.instruments.enabling import open_items
from intake.instruments.items import Form, Item, Other, Value
from intake.queries.questions import Refused
from intake.queries.sheets import kind_of
from intake.wording import written_date

WHOLE = re.compile(r"[+-]?\d{1,9}", re.ASCII)
DECIMAL = re.compile(r"[+-]?\d{1,9}(\.\d{1,6})?", re.ASCII)
FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
LONGEST = 2000
Given = tuple[Value, ...]


class SheetForm:
    """After `is_valid()`: `answers` holds what can be kept, `asked` every question whose outcome
    is known, by link id. A question with an error is in neither, so its old answer stays.

    Errors and what was typed go by the name of the control. `moved_on`, `is_typing` as for
    `AnswersForm`.
    """

    def __init__(
        self,
        *,
        form: Form,
        items: tuple[Item, ...],
        saved: Mapping[str, Given],
        language: str,
        data: QueryDict,
        moved_on: Collection[str] = (),
        is_typing: bool = False,
    ) -> None:
        self.moved_on, self.is_typing = moved_on, is_typing
        self.form, self.saved, self.language, self.data = form, saved, language, data
        self.items = tuple(item for item in items if item.is_question)
        self.answers: dict[str, Given] = {}
        self.errors: dict[str, str] = {}

    @property
    def asked(self) -> dict[str, Item]:
        return {item.link_id: item for item in self.items if item.control not in self.errors}

    def is_valid(self) -> bool:
        for item in self.items:
            try:
                if given := self.read(item):
                    self.answers[item.link_id] = given
            except ValidationError as error:
                self.errors[item.control] = str(error.messages[0])
        for item in [] if self.is_typing else self.open_items():
            self.errors[item.control] = str(blank(item))
        return not self.errors

    def open_items(self) -> list[Item]:
        """Required and empty; one that the new answers hide does not count."""
        kept = {key: given for key, given in self.saved.items() if key not in self.asked}
        found = open_items(self.form, {**kept, **self.answers})
        return [
            item
            for item in found
            if item.link_id in self.asked
            and not (item.control in self.moved_on and item.link_id in self.saved)
        ]

    def differ(self, names: Collection[str]) -> None:
        """Say of these questions that they were answered differently elsewhere."""
        self.errors |= dict.fromkeys(sorted(names), str(DIFFER))

    def refused(self) -> Refused:
        """What the page shows again: every error, and everything as it was typed."""
        typed: dict[str, Any] = {}
        for item in self.items:
            name = item.control
            if item.has_rows:
                typed[name] = self.rows(item)
            elif item.kind == "date":
                typed[name] = [self.data.get(f"{name}.{part}", "") for part in PARTS]
            elif item.kind == "choice" and item.repeats:
                typed[name] = self.data.getlist(name)
            else:
                typed[name] = self.data.get(name)
            typed[f"{name}.other"] = self.data.get(f"{name}.other", "")
        return Refused(errors=self.errors, typed=typed, declined=frozenset())

    def read(self, item: Item) -> Given:
        """The answer, empty for none. Raises ValidationError."""
        name = item.control
        if item.has_rows:
            return self.read_rows(item)
        if item.kind == "date":
            parts = [self.data.get(f"{name}.{part}", "") for part in PARTS]
            return self.read_row(item, parts)
        if item.kind == "choice":
            other = self.data.get(f"{name}.other", "") if item.is_open else ""
            return read_choice(item, self.data.getlist(name), other.strip())
        return self.read_row(item, self.data.get(name, ""))

    def rows(self, item: Item) -> list[Any]:
        """Each row as it was typed, empty ones too."""
        if item.kind != "date":
            return self.data.getlist(item.control)
        parts = [self.data.getlist(f"{item.control}.{part}") for part in PARTS]
        return [list(row) for row in zip_longest(*parts, fillvalue="")]

    def read_rows(self, item: Item) -> Given:
        """The rows that hold something. An error says in which row it is."""
        given: list[Value] = []
        for number, row in enumerate(self.rows(item), 1):
            try:
                given += self.read_row(item, row)
            except ValidationError as error:
                told = {"number": number, "problem": error.messages[0]}
                raise ValidationError(_("Answer %(number)s: %(problem)s") % told) from None
        check_times(item, len(given))
        return tuple(given)

    def read_row(self, item: Item, row: Any) -> Given:
        """One answer as it was typed, empty for none."""
        if item.kind == "date":
            parts = [part.strip()[:4] for part in row]
            return (read_date(item, parts, self.language),) if any(parts) else ()
        text = row.replace("\r\n", "\n").strip()
        return (READERS[item.kind](item, text),) if text else ()


def blank(item: Item) -> Any:
    """What a required question says when it is left empty."""
    if item.kind == "date":
        return _("Enter a date")
    kind = item.kind if item.has_rows else kind_of(item)
    return BLANK.get("decimal" if kind in ("number", "integer") else kind, BLANK["text"])


def check_times(item: Item, count: int) -> None:
    """No more answers than it takes."""
    if count > item.times:
        told = {"most": item.times}
        raise ValidationError(_("Give no more than %(most)s answers") % told)


def read_choice(item: Item, keys: list[str], other: str) -> Given:
    """Known options, each once, and what was written in."""
    chosen = [key for key in item.by_key if key in keys]
    if set(keys) - set(chosen):
        raise ValidationError(WRONG["multi" if item.repeats else "choice"])
    if chosen and other and not item.repeats:
        raise ValidationError(_("Choose an answer or write your own, not both"))
    alone = [key for key in chosen if item.by_key[key].is_exclusive]
    if alone and (len(chosen) > 1 or other):
        raise ValidationError(_("Tick either “none” or the others, not both"))
    written = (Other(read_text(item, other)),) if other else ()
    if item.repeats:
        check_times(item, len(chosen) + len(written))
    return (*(chosen if item.repeats else chosen[:1]), *written)


def read_boolean(item: Item, text: str) -> bool:
    if text not in ("true", "false"):
        raise ValidationError(WRONG["choice"])
    return text == "true"


def read_whole(item: Item, text: str) -> int:
    if not WHOLE.fullmatch(text):
        is_scale = item.is_scale
        raise ValidationError(WRONG["scale_0_10"] if is_scale else _("Enter a whole number"))
    return check_limits(item, int(text), str)


def read_decimal(item: Item, text: str) -> Decimal:
    text = text.replace(",", ".")
    try:
        number = Decimal(text) if DECIMAL.fullmatch(text) else None
    except InvalidOperation:  # pragma: no cover - the pattern lets nothing else through
        number = None
    if number is None:
        raise ValidationError(WRONG["decimal"])
    return check_limits(item, number, str)


def read_date(item: Item, parts: list[str], language: str) -> date:
    try:
        day = as_date(parts)
    except ValidationError:
        raise ValidationError(_("Enter a real date, such as 27 3 2024")) from None
    return check_limits(item, day, lambda limit: written_date(limit, language))


def read_text(item: Item, text: str) -> str:
    longest = item.max_length or LONGEST
    if len(text) > longest or FORBIDDEN.search(text):
        raise ValidationError(WRONG["text"])
    return text


def check_limits(item: Item, value: Any, words: Callable[[Any], str]) -> Any:
    """Not below the lowest, not above the highest."""
    if item.least is not None and value < item.least:
        raise ValidationError(_("Enter %(limit)s or more") % {"limit": words(item.least)})
    if item.most is not None and value > item.most:
        raise ValidationError(_("Enter %(limit)s or less") % {"limit": words(item.most)})
    return value


READERS: Mapping[str, Callable[[Item, str], Value]] = {
    "boolean": read_boolean,
    "integer": read_whole,
    "decimal": read_decimal,
    "string": read_text,
    "text": read_text,
}
