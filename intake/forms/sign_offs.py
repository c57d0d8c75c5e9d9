"""What the admin types about a clinician who signed a pack off."""

from datetime import date
from typing import Any

from django import forms


class SignOffForm(forms.Form):
    """In the admin's words: who is registered how differs from country to country."""

    clinician = forms.CharField(
        label="Name of the clinician who signed",
        max_length=120,
        error_messages={"required": "Enter the name of the clinician who signed"},
    )
    registration = forms.CharField(
        label="Registration and role",
        help_text="Such as the number in the register and what they are at the clinic.",
        max_length=120,
        error_messages={"required": "Enter the registration or the role"},
    )
    signed_on = forms.DateField(
        label="Signed on",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Enter the date of signing", "invalid": "Enter a real date"},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_signed_on(self) -> date:
        signed_on: date = self.cleaned_data["signed_on"]
        if signed_on > self.today:
            raise forms.ValidationError("Enter a date that is not in the future")
        return signed_on
