"""What the admin types: the clinic's own words, in each language."""

from typing import Any

from django import forms
from django.conf import settings

from clinic.forms.desk import PHONE_CHARACTERS
from intake.notices import PARTS, PLACES, default_text, wrong_places

PLAIN = ("name", "phone", "emergency_number", "urgent_line", "age_of_consent")
WRITTEN = ("hours", *PARTS)
LABELS = {"hours": "Opening hours", "notice": "Privacy notice", "statement": "Statement to sign"}
LENGTHS = {"hours": 200, "notice": 6000, "statement": 2000}
EMERGENCY_CHARACTERS = r"^[0-9 +()./-]{2,30}$"
ALLOWED = ", ".join(f"{{{place}}}" for place in PLACES)


class TextsForm(forms.Form):
    """A notice or statement left empty in every language leaves the default in force."""

    name = forms.CharField(label="Name of the clinic", max_length=100)
    phone = forms.RegexField(
        PHONE_CHARACTERS,
        label="Phone",
        error_messages={"invalid": "Enter a phone number in digits, with or without spaces"},
    )
    emergency_number = forms.RegexField(
        EMERGENCY_CHARACTERS,
        label="Emergency number",
        error_messages={"invalid": "Enter the emergency number in digits, such as 112"},
    )
    urgent_line = forms.CharField(
        label="Urgent line", help_text="For advice on the same day, such as 111", max_length=60
    )
    age_of_consent = forms.IntegerField(
        label="Age from which a patient fills in the form alone", min_value=0, max_value=18
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in WRITTEN:
            for code, language in settings.LANGUAGES:
                self.fields[f"{part}_{code}"] = text_field(part, code, language)

    def clean(self) -> dict[str, Any]:
        for name in self.fields:
            self.refuse_places(name)
        for part in WRITTEN:
            self.refuse_gaps(part)
        return self.cleaned_data

    def refuse_places(self, name: str) -> None:
        """No patient ever reads a place that nobody fills."""
        text = str(self.cleaned_data.get(name, ""))
        wrong = wrong_places(text)
        if wrong and name.startswith(PARTS):
            self.add_error(name, f"Nothing stands for {wrong[0]}. You can use {ALLOWED}")
        elif "{" in text and not name.startswith(PARTS):
            self.add_error(name, "Write this without braces: it is shown as it stands")

    def refuse_gaps(self, part: str) -> None:
        """In every language or in none: nobody is to read the draft beside the clinic's own."""
        names = [f"{part}_{code}" for code, _ in settings.LANGUAGES]
        blank = [name for name in names if not self.cleaned_data.get(name)]
        if len(blank) < len(names):
            for name in blank:
                if name not in self.errors:
                    self.add_error(name, "Write this in every language, or leave all of them empty")

    def content(self) -> dict[str, Any]:
        """As the command keeps it."""
        given = self.cleaned_data
        written = {
            part: {
                code: given[f"{part}_{code}"]
                for code, _ in settings.LANGUAGES
                if given[f"{part}_{code}"]
            }
            for part in WRITTEN
        }
        return {name: given[name] for name in PLAIN} | written


def text_field(part: str, code: str, language: str) -> forms.CharField:
    """One text in one language, with the default it would replace."""
    field = forms.CharField(
        label=f"{LABELS[part]} ({language})", max_length=LENGTHS[part], required=False
    )
    if part in PARTS:
        field.widget = forms.Textarea(attrs={"rows": 8, "lang": code})
        field.help_text = f"Places: {ALLOWED}. An empty line ends a paragraph. Default: “%s”"
        field.help_text %= default_text(part, code)
    else:
        field.widget.attrs["lang"] = code
    return field


def typed_in(content: dict[str, Any]) -> dict[str, Any]:
    """The form's initial values from what was saved, or from the clinic before the first time."""
    initial = {name: content[name] for name in PLAIN}
    for part in WRITTEN:
        for code, text in content.get(part, {}).items():
            initial[f"{part}_{code}"] = text
    return initial
