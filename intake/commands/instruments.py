"""Instruments: imported by the admin, asked or not, pinned to an intake, answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from clinic.access import Actor, system
from clinic.commands.audit import record
from clinic.walls import in_transaction
from intake.fhir.instruments import hash_of, read_instrument
from intake.fhir.limits import Problem
from intake.instruments.answers import as_json, read_answers
from intake.instruments.items import Item, Value
from intake.merging import Merge, Seen, merge
from intake.models import InstrumentResponse, InstrumentVersion, Response
from intake.queries.instruments import get_instrument, is_whole, kept_by_control, shown_words
from intake.rules.pack import CONTENT

OWN = CONTENT / "instruments" / "activities"


class Refused(Exception):
    """A file that cannot be rendered or scored; `problems` say where and why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class AlreadySubmitted(Exception):
    """The intake was signed and sent: nothing in it changes any more."""


@dataclass(frozen=True)
class SheetAnswers:
    """What one page gave: the questions of which the outcome is known, and their answers."""

    asked: Mapping[str, Item]
    answers: Mapping[str, tuple[Value, ...]]

    def only(self, controls: frozenset[str]) -> "SheetAnswers":
        """Those of its questions, by the names of their inputs."""
        asked = {key: item for key, item in self.asked.items() if item.control in controls}
        return SheetAnswers(
            asked, {key: given for key, given in self.answers.items() if key in asked}
        )


@cache
def own_files() -> tuple[str, str]:
    """The scale of the patient's own activities, as it is shipped."""
    return (
        OWN.with_suffix(".json").read_text(encoding="utf-8"),
        OWN.with_suffix(".yaml").read_text(encoding="utf-8"),
    )


@in_transaction
def import_instrument(
    *, by: Actor, at: datetime, questionnaire: str, scoring: str, is_own: bool = False
) -> InstrumentVersion:
    """Keep both files for good, not yet asked. The same files again give the version there is.

    Raises Refused.
    """
    reading = read_instrument(questionnaire, scoring)
    if reading.instrument is None:
        raise Refused(reading.problems)
    form = reading.instrument.form
    version, is_new = InstrumentVersion.objects.get_or_create(
        clinic_id=by.own_clinic_id,
        content_hash=reading.instrument.content_hash,
        defaults={
            "key": form.key,
            "title": form.title.words[form.language],
            "version": form.version,
            "questionnaire": questionnaire,
            "scoring": scoring,
            "is_own": is_own,
            "created_by_id": None if is_own else by.user_id,
            "created_at": at,
        },
    )
    if is_new:
        record(by=by, action="imported", subject=version)
    return version


@in_transaction
def ask(*, by: Actor, at: datetime, version: InstrumentVersion, is_asked: bool) -> None:
    """Ask it in every intake that begins from now on, or no longer. Another version of it ends."""
    if version.is_asked is is_asked:
        return
    if is_asked:
        others = InstrumentVersion.objects.filter(clinic_id=version.clinic_id, key=version.key)
        others.update(asked_since=None)
    version.asked_since = at if is_asked else None
    version.save(update_fields=["asked_since"])
    record(by=by, action="switched on" if is_asked else "switched off", subject=version)


@in_transaction
def attach(*, at: datetime, response: Response) -> None:
    """Pin to a new intake what it asks: our own scale, and what the clinic switched on."""
    asked = list(InstrumentVersion.objects.filter(clinic_id=response.clinic_id).asked())
    if not any(version.content_hash == hash_of(*own_files()) for version in asked):
        install_own(at=at, clinic_id=response.clinic_id)
        asked = list(InstrumentVersion.objects.filter(clinic_id=response.clinic_id).asked())
    InstrumentResponse.objects.bulk_create(
        InstrumentResponse(
            clinic_id=response.clinic_id,
            response=response,
            instrument=version,
            position=position,
            answers={},
            shown={},
            is_whole=is_whole(get_instrument(version.pk), {}),
        )
        for position, version in enumerate(asked, 1)
    )


def install_own(*, at: datetime, clinic_id: int) -> None:
    """Our own scale in this clinic; a newer one takes the place of an older."""
    by = system(clinic_id, "instruments")
    questionnaire, scoring = own_files()
    version = import_instrument(
        by=by, at=at, questionnaire=questionnaire, scoring=scoring, is_own=True
    )
    ask(by=by, at=at, version=version, is_asked=True)


@in_transaction
def merge_sheet(
    *,
    by: Actor,
    at: datetime,
    held: Response,
    row: InstrumentResponse,
    page: SheetAnswers,
    seen: Seen,
    language: str,
) -> Merge:
    """Save one page, merged as our own are; `row` was read behind the lock of `held`.

    Raises AlreadySubmitted.
    """
    if held.is_submitted:
        raise AlreadySubmitted
    instrument = get_instrument(row.instrument_id)
    given = kept_by_control(row, instrument.form, as_json(page.answers))
    asked = frozenset(item.control for item in page.asked.values())
    saved = kept_by_control(row, instrument.form, row.answers)
    found = merge(asked=asked, seen=seen, saved=saved, given=given)
    page = page.only(found.taken)
    kept = {key: value for key, value in row.answers.items() if key not in page.asked}
    row.answers = {**kept, **as_json(page.answers)}
    row.is_whole = is_whole(instrument, read_answers(instrument.form, row.answers))
    row.shown = {**row.shown, **shown_words(page.asked, page.answers, language=language, at=at)}
    row.saved_at = at
    row.save(update_fields=["answers", "shown", "is_whole", "saved_at"])
    record(by=by, action="saved", subject=row)
    return found
