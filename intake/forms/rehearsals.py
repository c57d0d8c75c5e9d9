"""A draft of the patterns, and the reason for which it may go live all the same."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from intake.forms.instrument_files import text_of
from intake.rules.pack import Pack, PackError, draft_of_patterns

LARGEST_DRAFT = 600 * 1024


class DraftForm(forms.Form):
    """A file of patterns; questions, exercises and sources stay as shipped."""

    patterns = forms.FileField(
        label="Draft of the patterns (patterns.yaml)",
        error_messages={"required": "Choose the file of the patterns"},
    )

    def clean_patterns(self) -> Pack:
        text = text_of(self.cleaned_data["patterns"], LARGEST_DRAFT)
        try:
            return draft_of_patterns(text)
        except PackError as error:
            raise ValidationError(str(error)[:2000]) from None


class PublishForm(forms.Form):
    """Why red flags may vanish; asked for only where some would."""

    reason = forms.CharField(
        max_length=500,
        label="Why this is right",
        error_messages={"required": "Red flags would vanish. Say why this is right"},
    )

    def __init__(self, *args: Any, vanished: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = bool(vanished)
