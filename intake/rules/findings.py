"""What the answers may mean: the door to everything about findings.

The interpreter finds them; `intake.rules.compiled` finds the same, faster.
"""

from intake.rules.cards import Card, cards
from intake.rules.interpreter import find
from intake.rules.messages import PatientMessage, patient_message
from intake.rules.placeholders import fill_placeholders
from intake.rules.verdicts import CannotTell, CouldRise, Finding, Findings

__all__ = [
    "CannotTell",
    "Card",
    "CouldRise",
    "Finding",
    "Findings",
    "PatientMessage",
    "cards",
    "fill_placeholders",
    "find",
    "patient_message",
]
