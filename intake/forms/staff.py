"""What the therapist types."""

from django import forms

from intake.models import Verdict


class VerdictForm(forms.Form):
    """One of three verdicts, with a reason where one is needed."""

    verdict = forms.ChoiceField(choices=Verdict.Choice.choices)
    reason = forms.CharField(required=False, max_length=500)


class NoteForm(forms.Form):
    """The text of a note or of an addendum."""

    text = forms.CharField(
        max_length=20_000, error_messages={"required": "Write something before you save"}
    )
