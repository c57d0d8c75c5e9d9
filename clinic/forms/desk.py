"""What the desk types."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from clinic.models import User

LENGTHS = [(minutes, f"{minutes} minutes") for minutes in (10, 15, 20, 30, 45, 60, 90)]
PHONE_CHARACTERS = r"^[0-9 +()./-]{5,30}$"


class SearchForm(forms.Form):
    """A few letters."""

    q = forms.CharField(required=False, max_length=100)
    day = forms.DateField(required=False)


class PatientForm(forms.Form):
    """A new patient."""

    given_name = forms.CharField(
        max_length=80, error_messages={"required": "Enter the given name"}, label="Given name"
    )
    family_name = forms.CharField(
        max_length=80, error_messages={"required": "Enter the family name"}, label="Family name"
    )
    birth_date = forms.DateField(
        label="Birth date",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Enter the birth date", "invalid": "Enter a real date"},
    )
    language = forms.ChoiceField(choices=settings.LANGUAGES, label="Language of the form")
    email = forms.EmailField(
        required=False,
        label="E-mail",
        help_text="The link to the intake is sent there.",
        error_messages={"invalid": "Enter an e-mail address like name@example.org"},
    )
    phone = forms.RegexField(
        PHONE_CHARACTERS,
        required=False,
        label="Phone",
        widget=forms.TextInput(attrs={"type": "tel"}),
        error_messages={"invalid": "Enter a phone number in digits, with or without spaces"},
    )

    def clean_birth_date(self) -> date:
        born: date = self.cleaned_data["birth_date"]
        if not date(1895, 1, 1) <= born <= date.today():  # noqa: DTZ011 - a day of grace is harmless
            raise ValidationError("The birth date has to lie in the past")
        return born


class BookingForm(forms.Form):
    """An appointment for a patient who is already chosen."""

    day = forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Enter the day", "invalid": "Enter a real date"},
    )
    time = forms.TimeField(
        label="Time",
        widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M"),
        error_messages={"required": "Enter the time", "invalid": "Enter a time like 14:30"},
    )
    minutes = forms.TypedChoiceField(coerce=int, choices=LENGTHS, initial=30, label="Length")
    overbook = forms.BooleanField(required=False, label="Book anyway (overbook on purpose)")

    def __init__(self, *args: Any, therapists: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.pk, each.name) for each in therapists]
        self.fields["therapist"] = forms.TypedChoiceField(
            coerce=int, choices=choices, label="Therapist"
        )
        self.order_fields(["therapist"])

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not 2000 < day.year < 2100:
            raise ValidationError("Enter a real date")
        return day

    def starts_at(self, zone: Any) -> datetime:
        """The chosen time at the clinic."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"], tzinfo=zone)
