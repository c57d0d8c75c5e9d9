"""Answers from outside, checked once; everything behind this line trusts them."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from intake.rules.answered import Answers, Value
from intake.rules.derived import OLDEST, PLAUSIBLE, whole_years
from intake.rules.items import Item
from intake.rules.questions import Questionnaire

__all__ = ["AnswerError", "Answers", "Value", "as_json", "read_answer", "read_answers"]

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
SCALE = range(11)
PLACES = 15  # significant digits: as many as survive a JSON number
LARGEST = Decimal(10) ** 6


class AnswerError(ValueError):
    """An answer that cannot be taken; `reason` never repeats free text."""

    def __init__(self, item: str, reason: str) -> None:
        super().__init__(f"{item}: {reason}")
        self.item = item
        self.reason = reason


def read_answers(
    questionnaire: Questionnaire,
    raw: Mapping[str, object],
    *,
    on: date,
    derived: Mapping[str, object] | None = None,
) -> Answers:
    """JSON values by linkId; an empty list or a blank text counts as unanswered."""
    values: dict[str, Value] = {}
    for link_id, given in raw.items():
        value = read_answer(questionnaire, link_id, given, on=on)
        if value is not None:
            values[link_id] = value
    age, bmi = read_derived(derived or {})
    return Answers(values=values, on=on, age=age, bmi=bmi)


def recall_answers(questionnaire: Questionnaire, raw: Mapping[str, Any], *, on: date) -> Answers:
    """Answers that were checked when they were saved, read again in a fraction of the time.

    Gives what `read_answers` gives; KeyError for an item that the questionnaire has not.
    """
    by_id, values = questionnaire.by_id, {}
    for link_id, given in raw.items():
        recall = RECALLS.get(by_id[link_id].type)
        value = recall(given) if recall else given
        if value not in (None, "", ()):
            values[link_id] = value
    return Answers(values=values, on=on)


def read_answer(
    questionnaire: Questionnaire, link_id: str, given: object, *, on: date
) -> Value | None:
    """One answer, None when it is blank."""
    item = questionnaire.by_id.get(link_id)
    if item is None:
        raise AnswerError(shortened(link_id), "no such item")
    if item.type == "date":
        return read_birth_date(link_id, given, on)
    return READERS[item.type](questionnaire, item, given)


def read_derived(raw: Mapping[str, object]) -> tuple[int | None, Decimal | None]:
    """Age and body mass index; athlete may be given but is always computed."""
    for name in raw:
        if name not in ("age", "bmi", "athlete"):
            raise AnswerError(shortened(name), "no such derived value")
    return (
        read_age(raw["age"]) if "age" in raw else None,
        read_number("bmi", raw["bmi"]) if "bmi" in raw else None,
    )


def read_age(given: object) -> int:
    if type(given) is not int or not 0 <= given <= OLDEST:
        raise AnswerError("age", f"must be a whole number of years from 0 to {OLDEST}")
    return given


def read_birth_date(link_id: str, given: object, on: date) -> date:
    born = read_date(link_id, given)
    if born > on:
        raise AnswerError(link_id, "lies in the future")
    if whole_years(born, on) > OLDEST:
        raise AnswerError(link_id, f"lies more than {OLDEST} years back")
    return born


def read_date(name: str, given: object) -> date:
    if isinstance(given, date):
        return date(given.year, given.month, given.day)
    if not isinstance(given, str) or not ISO_DATE.fullmatch(given):
        raise AnswerError(name, "must be a date written YYYY-MM-DD")
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise AnswerError(name, "is not a day of the calendar") from None


def read_option(questionnaire: Questionnaire, item: Item, given: object) -> str:
    if not isinstance(given, str):
        raise AnswerError(item.link_id, "takes exactly one option, written as text")
    if given not in questionnaire.option_ids[item.link_id]:
        raise AnswerError(item.link_id, f"has no option {shortened(given)}")
    return given


def read_options(questionnaire: Questionnaire, item: Item, given: object) -> tuple[str, ...] | None:
    """In the order of the questionnaire, each once.

    An exclusive option together with others is taken as it stands. The form refuses it; in a
    finished answer nobody can tell which tick came last, and clearing the others could drop a
    warning sign.
    """
    if not isinstance(given, list | tuple):
        raise AnswerError(item.link_id, "takes a list of options")
    ticked = {read_option(questionnaire, item, option) for option in given}
    return tuple(id for id in questionnaire.option_ids[item.link_id] if id in ticked) or None


def read_scale(questionnaire: Questionnaire, item: Item, given: object) -> int:
    if type(given) is not int or given not in SCALE:
        raise AnswerError(item.link_id, "must be a whole number from 0 to 10")
    return given


def read_measure(questionnaire: Questionnaire, item: Item, given: object) -> Decimal:
    number = read_number(item.link_id, given)
    least, most = PLAUSIBLE.get(item.link_id, (Decimal(0), LARGEST))
    if not least <= number <= most:
        raise AnswerError(item.link_id, f"must lie between {least} and {most}")
    return number


def read_number(name: str, given: object) -> Decimal:
    """A positive number; checked for size before any arithmetic is done with it."""
    try:
        number = as_decimal(given)
    except (TypeError, ValueError, OverflowError, InvalidOperation):
        raise AnswerError(name, "must be a number") from None
    if not number.is_finite() or not 0 < number <= LARGEST:
        raise AnswerError(name, "must be a positive number of ordinary size")
    if len(number.as_tuple().digits) > PLACES:
        raise AnswerError(name, f"has more than {PLACES} digits")
    return number


def as_decimal(given: object) -> Decimal:
    if isinstance(given, float):
        return Decimal(f"{given:.{PLACES}g}")
    if type(given) is int and abs(given) <= LARGEST:
        return Decimal(given)
    if isinstance(given, Decimal):
        return given
    raise TypeError


def read_text(questionnaire: Questionnaire, item: Item, given: object) -> str | None:
    if not isinstance(given, str):
        raise AnswerError(item.link_id, "must be text")
    text = given.replace("\r\n", "\n").strip()
    if FORBIDDEN.search(text):
        raise AnswerError(item.link_id, "holds characters that are not text")
    if item.max_length is not None and len(text) > item.max_length:
        raise AnswerError(item.link_id, f"is longer than {item.max_length} characters")
    return text or None


READERS: Mapping[str, Callable[[Questionnaire, Item, object], Value | None]] = {
    "choice": read_option,
    "multi": read_options,
    "scale_0_10": read_scale,
    "decimal": read_measure,
    "text": read_text,
}


# What JSON holds in another form than the rules read; the rest is taken as it is.
RECALLS: Mapping[str, Callable[[Any], Value | None]] = {
    "multi": tuple,
    "decimal": as_decimal,
    "date": date.fromisoformat,
}


def shortened(given: str) -> str:
    """Safe to print: no line breaks, no control characters, not endless."""
    return ascii(given if len(given) <= 40 else given[:40] + "…")


def as_json(answers: Answers) -> dict[str, Any]:
    """The values as JSON has them; reading them again gives the same answers."""
    return {link_id: plain(value) for link_id, value in answers.values.items()}


def plain(value: Value) -> Any:
    match value:
        case tuple(options):
            return list(options)
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date():
            return value.isoformat()
    return value
