"""Whom the desk calls first: each open urgent call of the clinic, by name and number, never why."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models.expressions import RawSQL
from django.urls import reverse

from clinic.models import Contact, Task
from intake.queries.sealed import opened, text_of

MOST_COUNTED = 99
OPEN = f"""(SELECT count(*) FROM (
    SELECT 1 FROM clinic_task WHERE clinic_id = %s AND closed_at IS NULL LIMIT {MOST_COUNTED}
) open_calls)"""  # noqa: S608 - a number of ours


class OpenCalls(RawSQL):
    """How many calls of a clinic are open, in the statement that counts its day."""

    contains_aggregate = True  # a count of its own, over no row of that statement

    def __init__(self, clinic_id: int) -> None:
        super().__init__(OPEN, (clinic_id,))


@dataclass(frozen=True)
class CallFirst:
    """A patient to be called before anything else."""

    patient_name: str
    patient_reference: str
    patient_url: str
    phone: str | None


def list_call_first(user: Any) -> tuple[CallFirst, ...]:
    """Each patient with an open call once, by name: the order says nothing of how urgent it is."""
    rows = (
        Task.objects.open()
        .visible_to(user)
        .order_by("patient__family_name", "patient__given_name", "patient_id")
        .distinct()
        .values(
            "patient_id",
            "patient__given_name",
            "patient__family_name",
            "patient__reference",
            "patient__contact__id",
            phone=text_of("patient__contact__phone"),
        )[:MOST_COUNTED]
    )
    return tuple(
        CallFirst(
            f"{row['patient__given_name']} {row['patient__family_name']}",
            row["patient__reference"],
            reverse("desk_patient", args=[row["patient_id"]]),
            phone_of(row["phone"], row["patient__contact__id"], user.clinic_id),
        )
        for row in rows
    )


def phone_of(sealed: Any, contact_id: uuid.UUID, clinic_id: int) -> str | None:
    """The number on file."""
    return opened(Contact, "phone", sealed, contact_id, clinic_id) if sealed else None
