"""A patient's two POSTs done by hand: save one step, submit the whole intake."""

import hashlib
import uuid
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import orjson
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from intake.evidence import evidence_of
from intake.rules.answered import Answers
from intake.rules.compiled import compile_pack
from intake.rules.findings import Finding
from intake.rules.pack import load_pack
from intake.rules.patterns import URGENCY_RANK
from tests.bench.floor import fields

PACK = load_pack()
FIND = compile_pack(PACK)
LINK = """
    SELECT link.visit_id, link.clinic, patient.given_name
    FROM link JOIN visit ON visit.id = link.visit_id JOIN patient ON patient.id = visit.patient_id
    WHERE link.key_hash = %s AND link.expires_at > now()
"""
AUDIT = "INSERT INTO audit (actor, action, subject) VALUES (%s, %s, %s)"
NEW_FLAGS = """
    INSERT INTO flag (id, visit_id, pattern, urgency, tier, evidence, raised_at)
    SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::smallint[], %s::text[],
                         %s::text[], %s::timestamptz[])
"""
SUBMIT = """
    UPDATE response SET answers = %s, urgency = %s, saved_at = %s, submitted_at = %s,
        submit_key = %s, signer = %s
    WHERE visit_id = %s AND submitted_at IS NULL
"""


def with_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only with a live link session."""

    def guarded(request: HttpRequest) -> HttpResponse:
        key = hashlib.sha256(request.COOKIES.get("intake", "").encode()).digest()
        with connection.cursor() as cursor:
            link = cursor.execute(LINK, [key]).fetchone()
        return view(request, link[0]) if link else HttpResponse("No such link", status=404)

    return guarded


def new_flags(cursor: Any, visit_id: int, findings: Iterable[Finding], at: Any) -> None:
    """One statement for all of them."""
    rows = [
        (
            uuid.uuid4(),
            visit_id,
            each.pattern,
            URGENCY_RANK[each.urgency],
            each.tier,
            orjson.dumps(evidence_of(PACK, each)).decode(),
            at,
        )
        for each in findings
    ]
    if rows:
        cursor.execute(NEW_FLAGS, [list(column) for column in zip(*rows, strict=True)])


@with_link
def submit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Every field of the intake, the rules, and one transaction: response, flags, audit."""
    at, signer = timezone.now(), request.POST.get("name", "").strip()
    try:
        values = fields.read(request.POST, request.POST.get("asked", "").split())
        key = uuid.UUID(request.POST.get("key", ""))
    except (fields.Wrong, ValueError):
        return HttpResponse("Not complete", status=422)
    if not signer:
        return HttpResponse("Not signed", status=422)
    findings = FIND(Answers(values=values, on=date.today()))  # noqa: DTZ011
    document = orjson.dumps(fields.stored(values)).decode()
    with transaction.atomic(), connection.cursor() as cursor:
        urgency = URGENCY_RANK[findings.urgency]
        cursor.execute(SUBMIT, [document, urgency, at, at, key, signer, visit_id])
        if not cursor.rowcount:
            return HttpResponse("Sent already", status=409)
        new_flags(cursor, visit_id, findings.shown, at)
        cursor.execute(AUDIT, [f"link {visit_id}", "submitted", str(visit_id)])
    return HttpResponseRedirect("/receipt/")


@with_link
def step(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The fields of one page into the draft, the rules, the flags that are new or changed."""
    at, asked = timezone.now(), request.POST.get("asked", "").split()
    try:
        values = fields.read(request.POST, asked)
    except fields.Wrong:
        return HttpResponse("Not complete", status=422)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT answers, submitted_at FROM response WHERE visit_id = %s FOR UPDATE", [visit_id]
        )
        text, submitted_at = cursor.fetchone()
        if submitted_at:
            return HttpResponse("Sent already", status=409)
        kept = {name: value for name, value in orjson.loads(text).items() if name not in asked}
        now = {**fields.typed(kept), **values}
        findings = FIND(Answers(values=now, on=date.today()))  # noqa: DTZ011
        line_up(cursor, visit_id, findings.shown, at)
        cursor.execute(
            "UPDATE response SET answers = %s, urgency = %s, saved_at = %s WHERE visit_id = %s",
            [
                orjson.dumps({**kept, **fields.stored(values)}).decode(),
                URGENCY_RANK[findings.urgency],
                at,
                visit_id,
            ],
        )
        cursor.execute(AUDIT, [f"link {visit_id}", "saved", str(visit_id)])
    return HttpResponseRedirect("/next/")


def line_up(cursor: Any, visit_id: int, findings: Iterable[Finding], at: Any) -> None:
    """Closes what is no longer found, refreshes what changed, adds what is new."""
    cursor.execute(
        "SELECT pattern, id, evidence FROM flag WHERE visit_id = %s AND changed_at IS NULL",
        [visit_id],
    )
    there, fresh = {row[0]: row[1:] for row in cursor.fetchall()}, []
    for each in findings:
        flag = there.pop(each.pattern, None)
        if flag is None:
            fresh.append(each)
        elif flag[1] != (text := orjson.dumps(evidence_of(PACK, each)).decode()):
            cursor.execute("UPDATE flag SET evidence = %s WHERE id = %s", [text, flag[0]])
    gone = [flag[0] for flag in there.values()]
    if gone:
        cursor.execute("UPDATE flag SET changed_at = %s WHERE id = ANY(%s)", [at, gone])
    new_flags(cursor, visit_id, fresh, at)
