"""The two files of an instrument, as the admin brings them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from intake.fhir.limits import LARGEST_FILE
from intake.instruments.reading import LARGEST_FILE as LARGEST_SCORING


def text_of(file: UploadedFile | None, largest: int) -> str:
    """The file as text, read no further than it may be long. Empty without a file."""
    if file is None:
        return ""
    if (file.size or 0) > largest:
        raise ValidationError(f"The file is larger than {largest // 1024} KB")
    try:
        # A browser sends lines back with CRLF; the fingerprint shall be the same before and after.
        return file.read(largest + 1).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ValidationError("The file is not text in UTF-8") from None


class FilesForm(forms.Form):
    """What is chosen on the page."""

    questionnaire = forms.FileField(
        label="Questionnaire (FHIR R4, JSON)",
        error_messages={"required": "Choose the file of the questionnaire"},
    )
    scoring = forms.FileField(
        required=False,
        label="Scoring (YAML or JSON)",
        help_text="Without it the answers are shown and nothing is worked out.",
    )

    def clean_questionnaire(self) -> str:
        return text_of(self.cleaned_data["questionnaire"], LARGEST_FILE)

    def clean_scoring(self) -> str:
        return text_of(self.cleaned_data["scoring"], LARGEST_SCORING)


class Verbatim(forms.CharField):
    """Text letter for letter: the hash is made of it."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)


class KeepForm(forms.Form):
    """The files as they were previewed. They are read again: what comes back may be changed."""

    questionnaire = Verbatim(max_length=LARGEST_FILE)
    scoring = Verbatim(required=False, max_length=LARGEST_SCORING)


class AskForm(forms.Form):
    """Whether new intakes ask it."""

    is_asked = forms.TypedChoiceField(
        choices=(("yes", "yes"), ("no", "no")), coerce=lambda word: word == "yes"
    )
