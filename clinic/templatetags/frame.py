"""What frames every patient's page, kept once drawn: words of ours and numbers of the clinic.

`{% draw_footer clinic %}` is the foot of the page; `{% draw_saving %}` what the script may say.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
MOST_DRAWINGS = 64  # a few clinics, each in every language


@register.simple_tag
def draw_footer(clinic: Any) -> SafeString:
    """Of a clinic, or of nobody's page."""
    numbers = (clinic.phone, clinic.emergency_number) if clinic else ("", "")
    return footer(get_language(), *numbers)


@register.simple_tag
def draw_saving() -> SafeString:
    return saving(get_language())


@lru_cache(maxsize=MOST_DRAWINGS)
def footer(language: str | None, phone: str, emergency_number: str) -> SafeString:
    """Drawn in the language of the moment, which is this one."""
    clinic = {"phone": phone, "emergency_number": emergency_number}
    return render_to_string("components/patient_footer.html", {"clinic": clinic})


@lru_cache(maxsize=MOST_DRAWINGS)
def saving(language: str | None) -> SafeString:
    """The same."""
    return render_to_string("components/saving.html")
