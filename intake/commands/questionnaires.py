"""Publishing: what is published is a row that never changes."""

from datetime import datetime

from clinic.access import Actor, Kind
from clinic.commands.audit import record
from clinic.walls import in_transaction
from intake.commands.rereading import plan_rereading
from intake.models import PackVersion, QuestionnaireVersion, Rehearsal
from intake.queries.rehearsals import get_vanishing
from intake.rules.pack import Pack


class NotRehearsed(Exception):
    """A pack that follows another is replayed on what was sent before it goes live."""


class WouldVanish(Exception):
    """Red flags would not be there any more, and nobody says why that is right."""


@in_transaction
def publish(*, by: Actor, at: datetime, pack: Pack, reason: str = "") -> PackVersion:
    """Publish a pack and its questionnaire. What is published already is returned as it is.

    Raises NotRehearsed; WouldVanish unless a member of the staff gives a `reason`.
    """
    known = PackVersion.objects.filter(content_hash=pack.content_hash).first()
    if known:
        return known
    is_first = not PackVersion.objects.exists()
    rehearsal = None if is_first else finished(pack)
    vanished = approved(by, rehearsal, reason) if rehearsal else 0
    questionnaire, is_new = QuestionnaireVersion.objects.get_or_create(
        content_hash=pack.questionnaire.content_hash,
        defaults={
            "version": pack.questionnaire.version,
            "content": pack.documents["items"],
            "published_at": at,
        },
    )
    if is_new:
        record(by=by, action="published", subject=questionnaire)
    version = PackVersion.objects.create(
        content_hash=pack.content_hash,
        questionnaire=questionnaire,
        version=pack.version,
        content={name: part for name, part in pack.documents.items() if name != "items"},
        published_at=at,
        rehearsal=rehearsal,
        vanished=vanished,
        reason=reason,
        published_by_id=by.user_id if by.kind is Kind.STAFF else None,
    )
    record(by=by, action="published", subject=version)
    if rehearsal:
        plan_rereading(by=by, at=at, pack=version)
    return version


def finished(pack: Pack) -> Rehearsal:
    """The finished rehearsal of this very pack, locked so that nothing is added to it meanwhile."""
    rows = Rehearsal.objects.select_for_update().filter(content_hash=pack.content_hash)
    rehearsal = rows.first()
    if rehearsal is None or not rehearsal.is_done:
        raise NotRehearsed
    return rehearsal


def approved(by: Actor, rehearsal: Rehearsal, reason: str) -> int:
    """How many red flags vanish, of what was sent and of what is open now: 0 without a reason."""
    vanished = get_vanishing(rehearsal, by.clinic_id).count
    if vanished and not (reason and by.kind is Kind.STAFF):
        raise WouldVanish
    return vanished
