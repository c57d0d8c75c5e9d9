"""Scores of a visit and of the intakes before, fetched with the visit in its statement."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from clinic.models import Appointment
from intake.instruments.answers import read_answers
from intake.models import InstrumentResponse, Response
from intake.queries.instruments import get_instrument
from intake.queries.questionnaires import get_published
from intake.queries.sealed import opened, text_of
from intake.rules.pack import Pack, load_pack
from intake.scores import PAIN, Scale, Sent, Sheet, list_scales, sheet_of
from intake.trends import MOST as MOST_TIMES
from intake.trends import Intake, Trend, list_trends

MOST_ROWS = 60


def with_scores(visits: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """With the instruments of this intake and of those the patient sent before."""
    rows = (
        InstrumentResponse.objects.filter(response__patient_id=OuterRef("patient_id"))
        .filter(
            Q(response__submitted_at__isnull=False) | Q(response__appointment_id=OuterRef("pk"))
        )
        .order_by("-response__begun_at", "position")
        .values(
            json=JSONObject(
                id="id",
                response="response_id",
                instrument="instrument_id",
                begun="response__begun_at",
                sent="response__submitted_at",
                answers=text_of("answers"),
                shown=text_of("shown"),
                ours=text_of("response__answers"),
            )
        )[:MOST_ROWS]
    )
    return visits.annotate(**{"instrument_rows": ArraySubquery(rows)})


@dataclass(frozen=True)
class Fetched:
    """One instrument of one intake, still sealed."""

    raw: dict[str, Any]
    clinic_id: int

    @property
    def response_id(self) -> uuid.UUID:
        return uuid.UUID(self.raw["response"])

    @cached_property
    def sent_at(self) -> datetime | None:
        return parse_datetime(self.raw["sent"]) if self.raw["sent"] else None

    def open(self, column: str) -> Any:
        """One sealed column of the row."""
        row = uuid.UUID(self.raw["id"])
        return opened(InstrumentResponse, column, self.raw[column], row, self.clinic_id)

    @cached_property
    def ours(self) -> dict[str, Any]:
        """The coded answers to our own questions."""
        found: dict[str, Any] = opened(
            Response, "answers", self.raw["ours"], self.response_id, self.clinic_id
        )
        return found

    @property
    def at(self) -> datetime:
        """When it was sent; begun, while it is not."""
        return self.sent_at or parse_datetime(self.raw["begun"])  # type: ignore[return-value]

    def as_sent(self, *, with_words: bool = True) -> Sent:
        instrument = get_instrument(uuid.UUID(self.raw["instrument"]))
        return Sent(
            key=instrument.form.key,
            version=instrument.form.version,
            instrument=instrument,
            answers=read_answers(instrument.form, self.open("answers")),
            words=self.open("shown") if with_words else {},
            at=self.sent_at,
        )


def fetched(visit: Appointment, response: Response) -> tuple[list[Fetched], list[Fetched]]:
    """The rows of this intake, and those of the one sent before it."""
    now, others = now_and_earlier(visit, response)
    last = max((row.sent_at for row in others if row.sent_at), default=None)
    return now, [row for row in others if row.sent_at == last]


def now_and_earlier(visit: Appointment, response: Response) -> tuple[list[Fetched], list[Fetched]]:
    """The rows of this intake, and those of all that were sent before it, the latest first."""
    rows = [Fetched(raw, visit.clinic_id) for raw in getattr(visit, "instrument_rows", None) or []]
    now = [row for row in rows if row.response_id == response.pk]
    return now, [
        row
        for row in rows
        if row.sent_at and row.response_id != response.pk and row.sent_at < last_moment(response)
    ]


def last_moment(response: Response) -> datetime:
    """Only what was sent before this intake was begun is an earlier one."""
    return response.begun_at


def get_scales(visit: Appointment) -> tuple[Scale, ...]:
    """Every score of the intake of a visit that came `with_scores`; none before it is begun.

    While it is unfinished, those that nothing was answered to yet are left out.
    """
    response: Response | None = getattr(visit, "response", None)
    if response is None:
        return ()
    pack = pack_of(response)
    now, before = fetched(visit, response)
    last = before[0] if before else None
    earlier = [last.ours.get(PAIN) if last else None, last.sent_at if last else None]
    scales = list_scales(
        pack,
        [row.as_sent() for row in now],
        [row.as_sent() for row in before],
        [response.answers.get(PAIN), *earlier],
    )
    return tuple(scale for scale in scales if response.is_submitted or scale.is_begun)


def pack_of(response: Response) -> Pack:
    """What names the instruments and says how much of a change matters."""
    return get_published(response.pack_id).pack if response.pack_id else load_pack()


def get_trends(visit: Appointment) -> tuple[Trend, ...]:
    """The scores of this intake over those of the ones before; none without an earlier one."""
    response: Response | None = getattr(visit, "response", None)
    if response is None:
        return ()
    now, earlier = now_and_earlier(visit, response)
    if not (now and earlier):
        return ()
    by_intake: dict[uuid.UUID, list[Fetched]] = {}
    for row in sorted(earlier, key=lambda row: row.at):
        by_intake.setdefault(row.response_id, []).append(row)
    latest = [*by_intake.values(), now][-MOST_TIMES:]
    return list_trends(pack_of(response), [intake_of(rows) for rows in latest])


def intake_of(rows: list[Fetched]) -> Intake:
    """The rows of one intake as a value."""
    sent = tuple(row.as_sent(with_words=False) for row in rows)
    return Intake(rows[0].at, rows[0].ours.get(PAIN), sent)


def get_sheets(visit: Appointment) -> tuple[Sheet, ...]:
    """The answers to every instrument of an intake."""
    response: Response | None = getattr(visit, "response", None)
    if response is None:
        return ()
    return tuple(sheet_of(row.as_sent()) for row in fetched(visit, response)[0])
