"""The answers of one person on one day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Value = str | tuple[str, ...] | int | Decimal | date


@dataclass(frozen=True, slots=True)
class Answers:
    """Checked answers by linkId; what is not in `values` is unanswered.

    A choice or a text is a str, a checklist a tuple of option ids, a scale an int, a
    measure a Decimal. `age` and `bmi` stand in for birth date, height and weight when given.
    """

    values: Mapping[str, Value]
    on: date
    age: int | None = None
    bmi: Decimal | None = None
