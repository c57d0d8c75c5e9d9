"""What each chosen place feels like and how strong it is; nothing of it has to be answered."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from intake.forms.answers import WRONG, ManyOptions, PageForm
from intake.rules.items import Option


class PlacesForm(PageForm):
    """`names` are `PLACE.feel` and `PLACE.strength`."""

    def __init__(self, *, names: Collection[str], feelings: Iterable[Option], data: Any) -> None:
        super().__init__(data)
        self.known = frozenset(option.id for option in feelings)
        wrong = {"invalid": WRONG["scale_0_10"]}
        for name in names:
            self.fields[name] = (
                ManyOptions(required=False)
                if name.endswith(".feel")
                else forms.RegexField(r"^(10|[0-9])$", required=False, error_messages=wrong)
            )

    def clean(self) -> dict[str, Any]:
        for name, given in list(self.cleaned_data.items()):
            if isinstance(given, str) and given:
                self.answers[name] = int(given)
            elif given and not self.known.issuperset(given):
                self.add_error(name, _("Tick answers from the list"))
            elif given:
                self.answers[name] = given
        return self.cleaned_data
