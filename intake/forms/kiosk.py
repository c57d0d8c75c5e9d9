"""What is typed on a tablet before it shows an intake."""

from django import forms
from django.utils.translation import gettext_lazy as _

from intake.forms.patients import BirthDateForm


class KioskForm(BirthDateForm):
    """The desk's code, with or without its dash, and the birth date."""

    dead = _("This code does not work. Please ask the desk for a new one")
    code = forms.CharField(
        max_length=20, error_messages={"required": _("Enter the code from the desk")}
    )

    @property
    def letters(self) -> str:
        """The code as the desk's page shows it, dash and spaces taken out."""
        return "".join(filter(str.isalnum, self.data.get("code", ""))).upper()
