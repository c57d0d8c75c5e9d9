"""Flags as DetectedIssue and scores as Observation. Nothing in them is a probability."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from intake.fhir.writing.words import PATTERNS, SCORES, Resource, reference

# How important it is to look at, as FHIR's three words have it. Our own word stands beside it.
SEVERITY = {
    "emergency": "high",
    "same_day": "high",
    "before_appointment": "moderate",
    "routine": "low",
}
# Until a therapist has judged it, what the answers raised is preliminary.
STATUS = {"confirmed": "final", "not_this": "cancelled"}
SURVEY = {
    "system": "http://terminology.hl7.org/CodeSystem/observation-category",
    "code": "survey",
}


@dataclass(frozen=True)
class Issue:
    """One open flag as it was raised. `speaks`: each line for, against and not answered.

    `verdict`: the therapist's last one, "confirmed", "not_this" or "cannot_tell"; empty before.
    """

    id: uuid.UUID
    pattern: str
    name: str
    urgency: str
    urgency_label: str
    strength: str
    raised_at: datetime
    message: str
    speaks: tuple[str, ...]
    verdict: str = ""


@dataclass(frozen=True)
class Measure:
    """One score; `value` is None where too much is missing, then `missing` says what."""

    key: str
    title: str
    value: Decimal | None
    missing: str
    note: str


@dataclass(frozen=True)
class About:
    """Whose, from which response, and whether that response is final."""

    patient: uuid.UUID
    response: uuid.UUID
    at: datetime
    is_final: bool


def write_issue(issue: Issue, about: About) -> Resource:
    """A pattern that the answers fit: for a therapist to check, never a diagnosis."""
    source = reference(about.response, "QuestionnaireResponse")
    evidence = [{"code": [{"text": text}], "detail": [source]} for text in issue.speaks]
    return {
        "resourceType": "DetectedIssue",
        "id": str(issue.id),
        "status": STATUS.get(issue.verdict, "preliminary"),
        "code": {"coding": [{"system": PATTERNS, "code": issue.pattern}], "text": issue.name},
        "severity": SEVERITY[issue.urgency],
        "patient": reference(about.patient, "Patient"),
        "identifiedDateTime": issue.raised_at.isoformat(timespec="seconds"),
        "implicated": [source],
        **({"evidence": evidence} if evidence else {}),
        "detail": " ".join(
            part for part in (f"{issue.urgency_label}.", issue.strength, issue.message) if part
        ),
    }


def write_measure(measure: Measure, about: About) -> Resource:
    """A score that can be worked out again from the answers it names."""
    id = uuid.uuid5(about.response, measure.key)
    value: Resource = {"dataAbsentReason": {"text": measure.missing or "nothing answered"}}
    if measure.value is not None:
        unit = {"unit": "score", "system": "http://unitsofmeasure.org", "code": "{score}"}
        value = {"valueQuantity": {"value": number(measure.value), **unit}}
    return {
        "resourceType": "Observation",
        "id": str(id),
        "status": "final" if about.is_final else "preliminary",
        "category": [{"coding": [SURVEY]}],
        "code": {"coding": [{"system": SCORES, "code": measure.key}], "text": measure.title},
        "subject": reference(about.patient, "Patient"),
        "effectiveDateTime": about.at.isoformat(timespec="seconds"),
        **value,
        "note": [{"text": measure.note}],
        "derivedFrom": [reference(about.response, "QuestionnaireResponse")],
    }


def number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
