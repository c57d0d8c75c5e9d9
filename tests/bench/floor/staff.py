"""A therapist's two pages done by hand, and the smallest signed-in page there is."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import orjson
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

AUDIT = "INSERT INTO audit (actor, action, subject) VALUES (%s, %s, %s)"
LIST = """
    SELECT visit.id, starts_at, ends_at, given_name, family_name, reference,
        extract(year FROM age(birth_date))::int AS age, response.begun_at, response.submitted_at,
        response.urgency, note.saved_at, note.signed_at, link.visit_id AS invited
    FROM visit
    JOIN patient ON patient.id = visit.patient_id
    LEFT JOIN link ON link.visit_id = visit.id
    LEFT JOIN response ON response.visit_id = visit.id
    LEFT JOIN note ON note.visit_id = visit.id
    WHERE therapist_id = %s AND starts_at >= %s AND starts_at < %s AND cancelled_at IS NULL
    ORDER BY starts_at, visit.id
"""
VISIT = """
    SELECT visit.id, starts_at, given_name, family_name, reference, birth_date, story, urgency,
        begun_at, submitted_at, note, note.author, note.saved_at, note.signed_at
    FROM visit
    JOIN patient ON patient.id = visit.patient_id
    LEFT JOIN response ON response.visit_id = visit.id
    LEFT JOIN note ON note.visit_id = visit.id
    WHERE visit.id = %s AND EXISTS (
        SELECT FROM visit AS own WHERE own.patient_id = visit.patient_id
        AND own.therapist_id = %s AND own.cancelled_at IS NULL
        AND own.ends_at > now() - interval '365 days'
    )
"""
FLAGS = """
    SELECT flag.id, urgency, tier, evidence, raised_at, changed_at, latest.verdict, latest.reason,
        latest.author, latest.at
    FROM flag LEFT JOIN LATERAL (
        SELECT * FROM verdict WHERE flag_id = flag.id ORDER BY at DESC LIMIT 1
    ) AS latest ON true
    WHERE visit_id = %s ORDER BY urgency DESC, raised_at
"""
TOLD = "SELECT told, language, shown_at, confirmed_at FROM told WHERE visit_id = %s ORDER BY id"


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only with a session."""

    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponse("Sign in", status=403)
        return view(request, **kwargs)

    return guarded


def rows(cursor: Any) -> list[dict[str, Any]]:
    """Every row by column name."""
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def alive(request: HttpRequest) -> HttpResponse:
    """The server has started."""
    return HttpResponse("alive")


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """A session and a user, nothing else."""
    return HttpResponse(f"<p>{request.user.get_username()}</p>")


@signed_in
def worklist(request: HttpRequest) -> HttpResponse:
    """Today's and tomorrow's visits in one statement."""
    today = timezone.localdate()
    midnight = datetime.combine(today, time(), tzinfo=timezone.get_current_timezone())
    tomorrow, end = midnight + timedelta(days=1), midnight + timedelta(days=2)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LIST, [request.user.pk, midnight, end])
        visits = rows(cursor)
        cursor.execute(AUDIT, [f"staff {request.user.pk}", "read", "day"])
    days = [
        ("Today", today, [visit for visit in visits if visit["starts_at"] < tomorrow]),
        ("Tomorrow", tomorrow, [visit for visit in visits if visit["starts_at"] >= tomorrow]),
    ]
    urgent = [visit for visit in visits if (visit["urgency"] or 0) >= 2]
    return render(request, "list.html", {"days": days, "urgent": urgent})


@signed_in
def brief(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Everything about one visit on a page."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(VISIT, [visit_id, request.user.pk])
        found = rows(cursor)
        if not found:
            return HttpResponse("No such visit", status=404)
        visit = found[0]
        flags = rows(cursor.execute(FLAGS, [visit_id]))
        told = rows(cursor.execute(TOLD, [visit_id]))
        cursor.execute(AUDIT, [f"staff {request.user.pk}", "read", f"brief {visit_id}"])
    for flag in flags:
        flag["card"] = orjson.loads(flag["evidence"])
    shown = {
        "visit": visit,
        "story": orjson.loads(visit["story"]),
        "cards": [flag for flag in flags if flag["tier"] != "possible"],
        "worth_checking": [flag for flag in flags if flag["tier"] == "possible"],
        "told": told,
    }
    return render(request, "brief.html", shown)
