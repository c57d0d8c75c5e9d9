"""A date typed as three numbers, the way people say their birth date."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PARTS = ("day", "month", "year")
NOT_A_DATE = _("Date of birth must be a real date, such as 27 3 1980")


def as_date(given: Sequence[str | None]) -> date:
    """Day, month and year as typed; raises ValidationError."""
    try:
        day, month, year = (int(part or "") for part in given)
        return date(year, month, day)
    except ValueError as error:
        raise ValidationError(NOT_A_DATE, code="invalid") from error


class ThreeInputs(forms.Widget):
    """Reads `name.day`, `name.month`, `name.year`; the template draws them."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [data.get(f"{name}.{part}", "").strip()[:4] for part in PARTS]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return all(f"{name}.{part}" not in data for part in PARTS)


class DayMonthYear(forms.Field):
    """Three numbers to a date; None when all three are empty."""

    widget = ThreeInputs

    def to_python(self, value: list[str] | None) -> date | None:
        return as_date(value) if value and any(value) else None
