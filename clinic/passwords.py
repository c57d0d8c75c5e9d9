"""What a password may not be, beside short and well known."""

import re
import string
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

LEAST = 15


class RepetitionValidator(CommonPasswordValidator):
    """A short password typed over and over is no long one, a well-known one stays well known.

    Capitals, signs between the letters and digits around them do not count.
    """

    def validate(self, password: str, user: Any = None) -> None:
        typed = re.sub(r"[\W_]", "", password.casefold())
        again = repeated(typed)
        is_short = len(again) < min(LEAST, len(typed))
        if is_short or repeated(typed.strip(string.digits)) in self.passwords:
            raise ValidationError(self.get_help_text(), code="password_repeated")

    def get_help_text(self) -> str:
        return "Do not repeat a short password or dress up a well-known one: use several words."


def repeated(text: str) -> str:
    """What a text says over and over, its last time perhaps cut short; else the text itself."""
    for length in range(1, len(text) * 2 // 3 + 1):
        part = text[:length]
        if (part * (len(text) // length + 1)).startswith(text):
            return part
    return text
