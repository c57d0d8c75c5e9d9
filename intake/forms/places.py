"""What each chosen place feels like and how strong it is; nothing of it has to be answered."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from intake.chart import Detail
from intake.forms.answers import WRONG, ManyOptions
from intake.queries.places import Typed
from intake.rules.items import Option


class PlacesForm(forms.Form):
    """After `is_valid()`: `details` by place, blank ones included."""

    def __init__(self, *, places: Iterable[Option], feelings: Iterable[Option], data: Any) -> None:
        super().__init__(data)
        self.places = tuple(places)
        self.known = frozenset(option.id for option in feelings)
        self.details: dict[str, Detail] = {}
        wrong = {"invalid": WRONG["scale_0_10"]}
        for place in self.places:
            self.fields[f"{place.id}.feel"] = ManyOptions(required=False)
            self.fields[f"{place.id}.strength"] = forms.RegexField(
                r"^(10|[0-9])$", required=False, error_messages=wrong
            )

    def clean(self) -> dict[str, Any]:
        for place in self.places:
            feels = tuple(self.cleaned_data.get(f"{place.id}.feel") or ())
            strength = self.cleaned_data.get(f"{place.id}.strength")
            if not self.known.issuperset(feels):
                self.add_error(f"{place.id}.feel", _("Tick answers from the list"))
            self.details[place.id] = Detail(place, feels, int(strength) if strength else None)
        return self.cleaned_data

    def typed(self) -> Typed:
        """What the page shows again."""
        return Typed(
            ticked={name: self[name].value() for name in self.fields},
            errors={name: str(messages[0]) for name, messages in self.errors.items()},
        )
