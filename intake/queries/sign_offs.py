"""Whether a clinician signed off the pack that a page was read with, and who."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import JSONField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.dateparse import parse_date

from clinic.models import Appointment
from intake.models import PackVersion, SignOff

# Written out, as `NEWEST_PACK` is. The pack of a visit is the one its answers were submitted
# under, else the newest that reads its questions, else the one in force.
OF_VISIT = """
    SELECT CASE WHEN s.signed_on IS NULL THEN NULL ELSE jsonb_build_object(
        'clinician', s.clinician, 'registration', s.registration, 'signed_on', s.signed_on) END
    FROM intake_signoff s
    WHERE s.clinic_id = clinic_appointment.clinic_id AND s.pack_id = COALESCE(
        (SELECT r.pack_id FROM intake_response r WHERE r.appointment_id = clinic_appointment.id),
        (SELECT p.id FROM intake_packversion p JOIN intake_response r
            ON r.questionnaire_id = p.questionnaire_id
            WHERE r.appointment_id = clinic_appointment.id
            ORDER BY p.published_at DESC, p.id DESC LIMIT 1),
        (SELECT p.id FROM intake_packversion p ORDER BY p.published_at DESC, p.id DESC LIMIT 1))
    ORDER BY s.number DESC LIMIT 1
"""


@dataclass(frozen=True)
class Step:
    """One row of a version's record: signed, or taken back."""

    clinician: str
    registration: str
    signed_on: date | None
    recorded_by: str
    at: datetime


@dataclass(frozen=True)
class PackRecord:
    """One published pack and all that was recorded of its signing, newest first."""

    id: int
    version: str
    published_at: datetime
    hash: str
    steps: tuple[Step, ...]

    @property
    def signed(self) -> Step | None:
        """What stands now."""
        return self.steps[0] if self.steps and self.steps[0].signed_on else None

    @property
    def signed_off_by(self) -> str:
        """Who signed, as a page says it; empty while nobody has."""
        return words(vars(self.signed)) if self.signed else ""


def sign_off_of_visit() -> RawSQL:
    """For a visit: who signed off the pack it is read with, as `sign_off_label` takes it."""
    return RawSQL(OF_VISIT, (), output_field=JSONField())  # noqa: S611 - fixed words


def sign_off_label(found: Mapping[str, Any] | None) -> str:
    """What `sign_off_of_visit` found, as a page says it; empty while nobody has signed."""
    if found is None:
        return ""
    return words({**found, "signed_on": parse_date(found["signed_on"])})


def is_draft(visit: Any) -> bool:
    """Whether nobody signed off the pack that a visit, fetched with `sign_off`, is read with."""
    return getattr(visit, "sign_off", None) is None


def is_any_draft(visits: Iterable[int]) -> bool:
    """The same of visits by number, for a page that lists them."""
    rows = Appointment.objects.filter(pk__in=visits).annotate(sign_off=sign_off_of_visit())
    return any(is_draft(visit) for visit in rows)


def words(signed: Mapping[str, Any]) -> str:
    """Who, as what, and when."""
    on: date = signed["signed_on"]
    return f"{signed['clinician']} ({signed['registration']}), {on.day} {on:%b %Y}"


def is_newest_signed() -> bool:
    """Whether the pack in force is signed off: for a page that names no visit."""
    return is_signed(PackVersion.objects.order_by("-published_at", "-id")[:1])


def is_content_signed(content_hash: str) -> bool:
    """Whether this content is signed off: never, while it is not published."""
    return is_signed(PackVersion.objects.filter(content_hash=content_hash))


def is_signed(packs: QuerySet[PackVersion]) -> bool:
    """What was recorded last of the one version that `packs` finds."""
    rows = SignOff.objects.filter(pack__in=packs.values("pk")).order_by("-number")
    return rows.values_list("signed_on", flat=True).first() is not None


def list_pack_records(clinic_id: int) -> tuple[PackRecord, ...]:
    """The newest published packs with what this clinic recorded of each."""
    return records_of(clinic_id, PackVersion.objects.order_by("-published_at", "-id")[:20])


def get_pack_record(clinic_id: int, pack_id: int) -> PackRecord | None:
    """One pack with what this clinic recorded of it, None if it was never published."""
    found = records_of(clinic_id, PackVersion.objects.filter(pk=pack_id))
    return found[0] if found else None


def records_of(clinic_id: int, packs: QuerySet[PackVersion]) -> tuple[PackRecord, ...]:
    """Two statements, however many packs."""
    found = list(packs.defer("content"))
    rows = SignOff.objects.filter(clinic_id=clinic_id, pack__in=found).select_related("by")
    steps: dict[int, list[Step]] = {pack.pk: [] for pack in found}
    for row in rows.order_by("-number"):
        said = (row.clinician, row.registration, row.signed_on)
        steps[row.pack_id].append(Step(*said, row.by.name, row.at))
    return tuple(
        PackRecord(each.pk, each.version, each.published_at, each.content_hash[:12], tuple(said))
        for each, said in ((pack, steps[pack.pk]) for pack in found)
    )
