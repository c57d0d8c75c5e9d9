"""The patient's small forms: birth date, consent, signature."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from intake.forms.dates import PARTS, as_date


class BirthDateForm(forms.Form):
    """Guards a link that went to the wrong person. Errors belong to the three inputs together."""

    wrong = _("This is not the date of birth we have. Please check it")
    day = forms.CharField(required=False, max_length=4)
    month = forms.CharField(required=False, max_length=4)
    year = forms.CharField(required=False, max_length=4)

    def clean(self) -> dict[str, date]:
        given = [self.cleaned_data.get(part) for part in PARTS]
        if not any(given):
            raise ValidationError(_("Enter your date of birth"))
        return {"birth_date": as_date(given)}


class CodeForm(forms.Form):
    """Six digits, with or without spaces."""

    wrong = _("This code is not right or too old. Open your link again to get a new one")
    code = forms.RegexField(
        r"^\s*(\d\s*){6}$",
        max_length=20,
        error_messages={
            "required": _("Enter the code from the message"),
            "invalid": _("Enter the 6 digits from the message"),
        },
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


class LastCodeForm(CodeForm):
    """The same for a browser that goes on without it as well."""

    wrong = _("This code is not right or too old. You can ask for a new one")


ROLES = (
    ("self", _("I am the patient")),
    ("parent", _("I am a parent of the patient")),
    ("carer", _("I am a carer of the patient")),
    ("helper", _("I am helping the patient")),
)


class ConsentForm(forms.Form):
    """Agreement to the clinic's notice, and who agrees: asked, never guessed.

    `assent` is what somebody young says who answers alone.
    """

    role = forms.ChoiceField(
        choices=ROLES,
        error_messages={
            "required": _("Choose who you are"),
            "invalid_choice": _("Choose who you are"),
        },
    )
    assent = forms.ChoiceField(choices=[("adult_here", ""), ("old_enough", "")], required=False)
    agree = forms.BooleanField(
        label=_("I have read this and I agree"),
        error_messages={"required": _("Tick the box if you agree")},
    )


class SignForm(forms.Form):
    """The typed name that signs, and the key that makes sending twice one sending."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=120,
        error_messages={"required": _("Enter your full name to sign")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
