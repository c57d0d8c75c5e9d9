"""Rehearsals for the admin's pages and the command: counts, no patient."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from clinic.models import Appointment, Clinic, User
from clinic.walls import enter_clinic, inside_clinic
from intake.models import PackVersion, Rehearsal, RehearsalPart, Rereading
from intake.queries.replaying import get_draft, replay_open
from intake.rehearsing import Counts, Tally, summed
from intake.rules.pack import Pack


@dataclass(frozen=True)
class Change:
    """What a draft would do to one pattern."""

    pattern: str
    name: str
    is_red: bool
    same: int
    gained: int
    lost: int
    lost_confirmed: int
    lost_not_this: int
    less_urgent: int
    vanished: int
    missed: int
    missed_found: int

    @property
    def is_any(self) -> bool:
        """Whether the draft changes anything about it."""
        changed = self.gained or self.lost or self.less_urgent or self.vanished
        return bool(changed or self.missed_found)


def list_changes(pack: Pack, parts: Iterable[Counts]) -> tuple[Change, ...]:
    """By pattern: first what would lose a red flag, then what changes most."""
    found = [change_of(pack, pattern, counts) for pattern, counts in summed(parts).items()]
    found.sort(key=lambda one: (-one.vanished, -one.lost - one.gained, one.name))
    return tuple(found)


def change_of(pack: Pack, pattern: str, counts: Any) -> Change:
    known = pack.by_id.get(pattern)
    told = ("same", "gained", "lost", "lost_confirmed", "lost_not_this", "less_urgent", "vanished")
    return Change(
        pattern=pattern,
        name=known.name("en") if known else f"{pattern} (not in the draft)",
        is_red=known.group == "redflag" if known else bool(counts.get("vanished")),
        missed=counts.get("missed", 0),
        missed_found=counts.get("missed_found", 0),
        **{what: counts.get(what, 0) for what in told},
    )


def changes_here(rehearsal: Rehearsal) -> tuple[Change, ...]:
    """Of the clinic this transaction is inside."""
    parts = RehearsalPart.objects.filter(rehearsal=rehearsal).exclude(done_at=None)
    return list_changes(get_draft(rehearsal.pk), parts.values_list("counts", flat=True))


def changes_everywhere(rehearsal_id: UUID) -> tuple[Change, ...]:
    """Of all clinics, for whoever runs the command."""
    counts: list[Counts] = []
    for clinic_id in Clinic.objects.values_list("pk", flat=True):
        with inside_clinic(clinic_id):
            parts = RehearsalPart.objects.filter(rehearsal_id=rehearsal_id)
            counts.append(summed(parts.values_list("counts", flat=True)))
    return list_changes(get_draft(rehearsal_id), counts)


@dataclass(frozen=True)
class Vanishing:
    """The red flags that would not be there any more: how many of sent intakes, and which of those
    that are open now and that a publication reads again."""

    sent: int
    now: tuple[Change, ...]

    @property
    def now_count(self) -> int:
        """Of open intakes."""
        return sum(one.vanished for one in self.now)

    @property
    def count(self) -> int:
        """Of all."""
        return self.sent + self.now_count


def get_vanishing(rehearsal: Rehearsal, home: int | None) -> Vanishing:
    """At every clinic; the transaction is inside `home` afterwards."""
    tally = Tally()
    for clinic_id in Clinic.objects.order_by("pk").values_list("pk", flat=True):
        enter_clinic(clinic_id)
        replay_open(rehearsal.pk, clinic_id, tally)
    enter_clinic(home)
    changes = list_changes(get_draft(rehearsal.pk), [tally.as_json()])
    return Vanishing(rehearsal.vanished, tuple(one for one in changes if one.vanished))


def all_drafts() -> QuerySet[Rehearsal]:
    """Without their content: that is kept built."""
    return Rehearsal.objects.defer("content")


def get_published_version(rehearsal: Rehearsal) -> PackVersion | None:
    """What became of a draft that went live, with who published it."""
    same = PackVersion.objects.filter(content_hash=rehearsal.content_hash)
    return same.select_related("published_by").first()


def list_rehearsals() -> list[dict[str, Any]]:
    """The newest first, with whether the draft went live."""
    published = set(PackVersion.objects.values_list("content_hash", flat=True))
    rows = all_drafts().order_by("-begun_at")[:20]
    return [{"row": row, "is_published": row.content_hash in published} for row in rows]


def list_drafts() -> list[Rehearsal]:
    """The last few, for therapists."""
    return list(Rehearsal.objects.order_by("-begun_at").only("version", "begun_at")[:5])


def list_rereadings() -> list[Rereading]:
    """How far the open intakes of this clinic are with each new pack."""
    return list(Rereading.objects.select_related("pack").order_by("-begun_at")[:5])


@dataclass(frozen=True)
class ChangedVisit:
    """A visit that would show another flag, or one less."""

    visit: Appointment
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def list_changed(rehearsal: Rehearsal, user: User, most: int = 200) -> tuple[ChangedVisit, ...]:
    """The visits of the patients this therapist treats, the newest first."""
    found: dict[int, dict[str, list[str]]] = {}
    parts = RehearsalPart.objects.filter(rehearsal=rehearsal).exclude(changed=[])
    for changed in parts.values_list("changed", flat=True).iterator(chunk_size=20):
        for visit, pattern, what in changed:
            found.setdefault(visit, {}).setdefault(what, []).append(pattern)
    names = {one.id: one.name("en") for one in get_draft(rehearsal.pk).patterns}
    visits = Appointment.objects.treated_by(user).filter(pk__in=found).select_related("patient")
    return tuple(
        ChangedVisit(
            visit,
            tuple(names.get(one, one) for one in found[visit.pk].get("gained", ())),
            tuple(names.get(one, one) for one in found[visit.pk].get("lost", ())),
        )
        for visit in visits.order_by("-starts_at")[:most]
    )
