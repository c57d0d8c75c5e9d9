"""What the therapist types."""

from typing import Any

from django import forms

from intake.labels import SIDE
from intake.models import ExamResult, Verdict


class VerdictForm(forms.Form):
    """One of three verdicts, with a reason where one is needed."""

    verdict = forms.ChoiceField(choices=Verdict.Choice.choices)
    reason = forms.CharField(required=False, max_length=500)


class MissForm(forms.Form):
    """A pattern by its button, or something else in words."""

    pattern = forms.CharField(required=False, max_length=40)
    words = forms.CharField(required=False, max_length=300)


class ReasonForm(forms.Form):
    """Why something leaves the house."""

    reason = forms.CharField(
        max_length=300, label="Why", error_messages={"required": "Say what it is for"}
    )


class ResultForm(forms.Form):
    """What one examination test showed."""

    outcome = forms.ChoiceField(choices=ExamResult.Outcome.choices)
    side = forms.ChoiceField(choices=[(side, side) for side in SIDE], required=False)


class AddendumForm(forms.Form):
    """The text of an addendum. `key` makes the same form sent twice one addendum."""

    key = forms.UUIDField()
    text = forms.CharField(
        max_length=20_000, error_messages={"required": "Write something before you add it"}
    )

    def clean(self) -> dict[str, Any]:
        if "key" in self.errors and "text" not in self.errors:
            self.add_error("text", "This page was out of date. Your text is kept: add it again")
        return self.cleaned_data
