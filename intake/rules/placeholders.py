"""The clinic's telephone numbers in a patient's message."""

import re

PLACEHOLDERS = ("{EMERGENCY_NUMBER}", "{URGENT_LINE}", "{CLINIC_PHONE}")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def fill_placeholders(
    text: str, *, emergency_number: str, urgent_line: str, clinic_phone: str
) -> str:
    """ValueError when a number is blank or a placeholder is not one of ours.

    A patient in an emergency must never read "call {EMERGENCY_NUMBER}".
    """
    numbers = dict(zip(PLACEHOLDERS, (emergency_number, urgent_line, clinic_phone), strict=True))

    def number_for(match: re.Match[str]) -> str:
        number = numbers.get(match.group(), "").strip()
        if not number or "{" in number:
            raise ValueError(f"nothing to put in the place of {match.group()}")
        return number

    filled = PLACEHOLDER.sub(number_for, text)
    if "{" in filled or "}" in filled:
        raise ValueError("the text holds a broken placeholder")
    return filled
