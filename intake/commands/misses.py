"""What was found and no flag had said: noted, taken back, exported as cases. Nothing is changed."""

from datetime import datetime

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.walls import in_transaction
from intake.models import Export, Flag, Miss, Response
from intake.queries.misses import list_standing
from intake.queries.questionnaires import read_with


class AlreadySaid(Exception):
    """A flag says it, or it was noted already."""


class UnknownPattern(Exception):
    """The pack of the intake has no such pattern."""


class WordsMissing(Exception):
    """Something else says what."""


@in_transaction
def note_miss(*, by: Actor, at: datetime, response: Response, pattern: str, words: str) -> Miss:
    """Keep that `pattern` was found, or something else in `words`.

    Raises UnknownPattern, WordsMissing, AlreadySaid.
    """
    # Two taps at once: the second waits here and finds what the first noted.
    response = Response.objects.select_for_update(no_key=True).get(pk=response.pk)
    published = read_with(response)
    if pattern and pattern not in published.pack.by_id:
        raise UnknownPattern(pattern)
    if not pattern and not words:
        raise WordsMissing
    if pattern and is_said(response, pattern):
        raise AlreadySaid
    miss = Miss.objects.create(
        clinic_id=response.clinic_id,
        patient_id=response.appointment.patient_id,
        response=response,
        pack_id=published.id,
        pattern=pattern,
        words=None if pattern else words,
        by_id=by.user_id,
        at=at,
    )
    record(by=by, action="noted a miss", subject=miss)
    return miss


def is_said(response: Response, pattern: str) -> bool:
    """Whether an open flag stands on the brief with it, or a miss was noted that counts."""
    flags = Flag.objects.filter(response=response, pattern=pattern, changed_at=None)
    misses = list_standing(response)
    return flags.filter(is_suppressed=False).exists() or misses.filter(pattern=pattern).exists()


@in_transaction
def take_back(*, by: Actor, at: datetime, miss: Miss) -> Miss:
    """Say that it was a slip; twice is the same as once."""
    existing = Miss.objects.filter(takes_back=miss).first()
    if existing:
        return existing
    row = Miss.objects.create(
        clinic_id=miss.clinic_id,
        patient_id=miss.patient_id,
        response_id=miss.response_id,
        pack_id=miss.pack_id,
        pattern=miss.pattern,
        takes_back=miss,
        by_id=by.user_id,
        at=at,
    )
    record(by=by, action="took a miss back", subject=miss)
    return row


@in_transaction
def keep_export(*, by: Actor, at: datetime, kind: str, count: int, reason: str) -> Export:
    """Keep who took what out of the house, and why."""
    export = Export.objects.create(
        clinic_id=by.own_clinic_id, kind=kind, count=count, reason=reason, by_id=by.user_id, at=at
    )
    record(by=by, action="exported", subject=export)
    return export
