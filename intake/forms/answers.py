"""One form for every page of every questionnaire: it turns a POST into coded answers."""

from collections.abc import Collection, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from intake.forms.dates import DayMonthYear
from intake.queries.questions import Refused
from intake.rules.answered import Answers
from intake.rules.answers import AnswerError, as_json, read_answer
from intake.rules.questions import Item, Questionnaire, offers_decline

BLANK = {
    "choice": gettext_lazy("Choose one answer"),
    "multi": gettext_lazy("Tick at least one answer"),
    "scale_0_10": gettext_lazy("Choose a number from 0 to 10"),
    "date": gettext_lazy("Enter the date of birth"),
    "decimal": gettext_lazy("Enter a number"),
    "text": gettext_lazy("Write a few words"),
}
WRONG = {
    "choice": gettext_lazy("Choose one of the answers on the list"),
    "multi": gettext_lazy("Tick answers from the list"),
    "scale_0_10": gettext_lazy("Choose a number from 0 to 10"),
    "date": gettext_lazy("Enter a real date in the past, such as 27 3 1980"),
    "decimal": gettext_lazy("Enter a number, such as 72.5"),
    "text": gettext_lazy("Use ordinary letters"),
}
TOO_LONG = gettext_lazy("Write fewer letters: at most %(limit_value)d")
DIFFER = gettext_lazy("There are two different answers. Choose the right one")


class CommaDecimal(forms.CharField):
    """A number, with a comma or a point."""

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value).replace(",", ".")
        try:
            return Decimal(text) if text else None
        except InvalidOperation as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class ManyOptions(forms.Field):
    """Every ticked box; which boxes there are is the questionnaire's to say."""

    widget = forms.CheckboxSelectMultiple


class PageForm(forms.Form):
    """The questions of one page, a field each by the name of the question.

    After `is_valid()`: `answers` holds what can be kept, `declined` what the person would rather
    not say, `asked` every question of which the outcome is known. A question with an error is in
    none of them, so saving the rest leaves its old answer alone.
    """

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.answers: dict[str, Any] = {}
        self.declined: set[str] = set()

    @property
    def asked(self) -> frozenset[str]:
        """Questions whose outcome is known."""
        return frozenset(name for name in self.fields if name not in self.errors)

    def refused(self) -> Refused:
        """What the page shows again: every error, and everything as it was typed."""
        return Refused(
            errors={name: str(messages[0]) for name, messages in self.errors.items()},
            typed={name: self[name].value() for name in self.fields},
            declined=frozenset(name for name in self.fields if self.data.get(f"{name}.declined")),
        )

    def differ(self, names: Collection[str]) -> None:
        """Say of these questions that they were answered differently elsewhere."""
        for name in sorted(names):
            self.add_error(name, DIFFER)


class AnswersForm(PageForm):
    """The questions of one of our own pages, as they were shown.

    While somebody still types (`is_typing`) an empty answer is no error. Nor is one to a question
    `moved_on`, answered elsewhere after the page was drawn.
    """

    def __init__(
        self,
        *,
        questionnaire: Questionnaire,
        items: Iterable[Item],
        saved: Answers,
        data: Any,
        moved_on: Collection[str] = (),
        is_typing: bool = False,
    ) -> None:
        super().__init__(data)
        self.moved_on, self.is_typing = moved_on, is_typing
        self.questionnaire, self.items, self.saved = questionnaire, tuple(items), saved
        for item in self.items:
            self.fields[item.link_id] = field_of(item)

    def clean(self) -> dict[str, Any]:
        for item in self.items:
            if item.link_id not in self.errors:
                self.take(item)
        for item in [] if self.is_typing else self.blank_items():
            self.add_error(item.link_id, BLANK[item.type])
        return self.cleaned_data

    def take(self, item: Item) -> None:
        """Keep one answer, or say what is wrong with it."""
        given: Any = self.cleaned_data.get(item.link_id)
        if given in (None, "", []):
            if offers_decline(item) and self.data.get(f"{item.link_id}.declined"):
                self.declined.add(item.link_id)
            return
        given = int(given) if item.type == "scale_0_10" else given
        if item.type == "multi" and len(given) > 1 and item.exclusive.intersection(given):
            self.add_error(item.link_id, gettext_lazy("Tick either “none” or the others, not both"))
            return
        try:
            value = read_answer(self.questionnaire, item.link_id, given, on=self.saved.on)
        except AnswerError:
            self.add_error(item.link_id, WRONG[item.type])
        else:
            if value is not None:
                one = Answers(values={item.link_id: value}, on=self.saved.on)
                self.answers.update(as_json(one))

    def blank_items(self) -> list[Item]:
        """Required questions left empty; one that the new answers hide does not count."""
        empty = [item for item in self.items if self.is_empty(item)]
        if not empty:
            return []
        asked = self.asked
        kept = {k: v for k, v in self.saved.values.items() if k not in asked}
        taken = {
            key: read_answer(self.questionnaire, key, given, on=self.saved.on)
            for key, given in self.answers.items()
        }
        now = Answers(values={**kept, **taken}, on=self.saved.on)  # type: ignore[dict-item]
        shown = {item.link_id for item in self.questionnaire.shown(now)}
        return [item for item in empty if item.link_id in shown]

    def is_empty(self, item: Item) -> bool:
        """Whether it has to be answered and nothing was given, here or elsewhere since."""
        is_given = item.link_id in self.answers or item.link_id in self.declined
        is_elsewhere = item.link_id in self.moved_on and item.link_id in self.saved.values
        is_open = item.required and not is_given and not is_elsewhere
        return is_open and item.link_id not in self.errors


def field_of(item: Item) -> forms.Field:
    """The field that reads one question; what the answer may be is the questionnaire's to say."""
    wrong = {"invalid": WRONG[item.type], "max_length": WRONG[item.type]}
    if item.type == "multi":
        return ManyOptions(required=False)
    if item.type == "date":
        return DayMonthYear(required=False)
    if item.type == "scale_0_10":
        return forms.RegexField(r"^(10|[0-9])$", required=False, error_messages=wrong)
    if item.type == "decimal":
        return CommaDecimal(required=False, max_length=12, error_messages=wrong)
    wrong |= {"max_length": TOO_LONG}
    return forms.CharField(required=False, max_length=item.max_length, error_messages=wrong)
