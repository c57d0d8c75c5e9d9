"""Everything about one intake in one Bundle."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from intake.fhir.writing.words import HOUSE, Resource, urn


@dataclass(frozen=True)
class Subject:
    """Whose intake it is."""

    id: uuid.UUID
    reference: str
    given_name: str
    family_name: str
    birth_date: date


def write_patient(subject: Subject) -> Resource:
    """Who it is about, as far as another record needs it to find the same person."""
    return {
        "resourceType": "Patient",
        "id": str(subject.id),
        "identifier": [{"system": f"{HOUSE}:patients", "value": subject.reference}],
        "name": [{"family": subject.family_name, "given": [subject.given_name]}],
        "birthDate": subject.birth_date.isoformat(),
    }


def write_bundle(id: uuid.UUID, at: datetime, resources: Iterable[Resource]) -> Resource:
    """A collection: it tells, and asks no server to change anything."""
    return {
        "resourceType": "Bundle",
        "id": str(id),
        "type": "collection",
        "timestamp": at.isoformat(timespec="seconds"),
        "entry": [{"fullUrl": address(resource), "resource": resource} for resource in resources],
    }


def address(resource: Resource) -> str:
    """A resource whose id is no UUID is known by its canonical address."""
    try:
        return urn(uuid.UUID(resource["id"]))
    except ValueError:
        return f"{resource['url']}:{resource['id']}"
