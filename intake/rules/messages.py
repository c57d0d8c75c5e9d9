"""The one message that a patient sees."""

from dataclasses import dataclass

from intake.rules.pack import Pack
from intake.rules.verdicts import Findings

ADULT = 18


@dataclass(frozen=True, slots=True)
class PatientMessage:
    """`text` still holds placeholders; `for_carer` when the patient is known to be under 18."""

    pattern: str
    urgency: str
    text: str
    for_carer: bool


def patient_message(
    pack: Pack, findings: Findings, language: str, *, age: int | None = None
) -> PatientMessage | None:
    """The most urgent one, ties in the order of the pack; None when nothing may be said.

    What is only worth checking (tier possible) is for the therapist alone.
    """
    for finding in findings.shown:
        if finding.tier != "possible":
            text = pack.pattern(finding.pattern).patient_message(language)
            under_age = age is not None and age < ADULT
            return PatientMessage(finding.pattern, finding.urgency, text, under_age)
    return None
