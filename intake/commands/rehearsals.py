"""Rehearsing a draft pack on every sent intake, part by part; killed at any point it goes on."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from clinic.access import Actor, system
from clinic.commands.audit import record
from clinic.models import Clinic
from clinic.turns import take_turn, with_pauses
from clinic.walls import enter_clinic, in_transaction, inside_clinic
from intake.models import Rehearsal, RehearsalPart, Response
from intake.queries.replaying import replay_sent
from intake.rehearsing import ALL, Stretch, Tally
from intake.rules.pack import Pack

PART = 1000  # intakes: under a tenth of a second, and a few MiB
BITES = 50  # of a part, with pauses, while somebody is at the web
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


@in_transaction
def begin_rehearsal(*, by: Actor, at: datetime, pack: Pack) -> Rehearsal:
    """Plan the replay of every intake sent until now that was not planned yet.

    The same draft again goes on where it was and takes what was sent since. Who asks may be
    inside a clinic, and is afterwards.
    """
    rehearsal, _ = Rehearsal.objects.get_or_create(
        content_hash=pack.content_hash,
        defaults={
            "version": pack.version,
            "content": dict(pack.documents),
            "begun_at": at,
            "until": ALWAYS,
        },
    )
    rehearsal = Rehearsal.objects.select_for_update().get(pk=rehearsal.pk)
    if at <= rehearsal.until:
        return rehearsal
    planned = 0
    for clinic_id in Clinic.objects.order_by("pk").values_list("pk", flat=True):
        enter_clinic(clinic_id)
        parts = plan(clinic_id, rehearsal, at)
        if parts:
            RehearsalPart.objects.bulk_create(parts, batch_size=1000)
            worker = system(clinic_id, "rehearsal")
            record(
                by=by if by.clinic_id == clinic_id else worker,
                action="rehearsed",
                subject=rehearsal,
            )
        planned += len(parts)
    enter_clinic(by.clinic_id)
    rehearsal.until, rehearsal.parts = at, rehearsal.parts + planned
    rehearsal.save(update_fields=["until", "parts"])
    return rehearsal


def plan(clinic_id: int, rehearsal: Rehearsal, at: datetime) -> list[RehearsalPart]:
    """Stretches of ids of about PART intakes each: ids are random, so equal stretches do."""
    since = rehearsal.until
    count = Response.objects.filter(submitted_at__gte=since, submitted_at__lt=at).count()
    return [
        RehearsalPart(
            clinic_id=clinic_id, rehearsal=rehearsal, first=first, end=end, since=since, until=at
        )
        for first, end in ALL.cut(-(-count // PART))
    ]


def replay_next(*, clinic_id: int, at: datetime, rehearsal_id: UUID | None = None) -> bool:
    """Replay one part of a clinic that nobody has in hand; False when there is none.

    What was found, that it is done, and the sums are one transaction: a process killed within it
    leaves the part to the next, and no part counts twice.
    """
    with inside_clinic(clinic_id):
        parts = RehearsalPart.objects.select_for_update(skip_locked=True).filter(done_at=None)
        if rehearsal_id:
            parts = parts.filter(rehearsal_id=rehearsal_id)
        is_shared = take_turn()
        part = parts.order_by("pk").first()
        if part is None:
            return False
        tally, stretch = Tally(), Stretch(part.first, part.end)
        for bite in with_pauses(stretch.cut(BITES)) if is_shared else [stretch]:
            replay_sent(part, bite, tally)
        wait_for_no_disk()
        part.counts, part.changed, part.read = tally.as_json(), tally.changed, tally.read
        part.done_at = at
        part.save()
        Rehearsal.objects.filter(pk=part.rehearsal_id).update(
            done=F("done") + 1, read=F("read") + tally.read, vanished=F("vanished") + tally.vanished
        )
    return True


def wait_for_no_disk() -> None:
    """Not to stand in the way of whoever sends an intake: that one is flushed to the disk at once.

    A part that a crash of the database takes away is not done either, and is replayed again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO OFF")


def replay_all(*, rehearsal_id: UUID, clock: Callable[[], datetime]) -> None:
    """Every part that nobody has in hand, of every clinic."""
    for clinic_id in Clinic.objects.order_by("pk").values_list("pk", flat=True):
        while replay_next(clinic_id=clinic_id, at=clock(), rehearsal_id=rehearsal_id):
            pass
