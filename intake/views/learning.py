"""What the verdicts teach: counts for therapists and admin, cases for therapists alone."""

import csv

import orjson
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import fresh, staff
from clinic.requests import StaffRequest
from intake.commands.misses import keep_export
from intake.forms.staff import ReasonForm
from intake.queries.learning import list_counts
from intake.queries.misses import list_missed, make_cases
from intake.queries.rehearsals import list_drafts

COLUMNS = (
    *("pattern", "name", "pack", "shown", "confirmed", "not this", "cannot tell"),
    *("confirmed of decided (from 10 on)", "low 95 %", "high 95 %", "found without a flag"),
)


@staff(Permission.READ_LEARNING, "GET")
def learning(request: StaffRequest) -> HttpResponse:
    """Per pattern and pack version. No patient is in it, and nobody of the staff."""
    record(by=request.actor, action="read", subject=None, kind="learning")
    counts = list_counts()
    shown = {
        "counts": counts,
        "may_export": request.user.may(Permission.EXPORT_CASES),
        "drafts": list_drafts() if request.user.may(Permission.READ_BRIEF) else (),
        "pack_is_draft": not (counts and all(one.is_signed_off for one in counts)),
    }
    return render(request, "intake/staff/learning.html", shown)


@staff(Permission.READ_LEARNING, "GET")
def table(request: StaffRequest) -> HttpResponse:
    """The same as a file for a spreadsheet."""
    record(by=request.actor, action="read", subject=None, kind="learning")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verdicts.csv"'
    rows = csv.writer(response)
    rows.writerow(COLUMNS)
    for one in list_counts():
        share = "" if one.precision is None else f"{one.precision:.4f}"
        ends = [f"{end:.4f}" for end in one.interval or ()] or ["", ""]
        verdicts = (one.confirmed, one.not_this, one.cannot_tell)
        named = (one.pattern or "something else", one.name, one.pack)
        rows.writerow((*named, one.shown, *verdicts, share, *ends, one.missed))
    return response


@staff(Permission.EXPORT_CASES, "GET", "POST")
@fresh
def cases(request: StaffRequest) -> HttpResponse:
    """Misses as cases that `evaluate` replays; a typed reason first, which is kept."""
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm()
    misses = list_missed(request.user)
    if not form.is_valid():
        record(by=request.actor, action="read", subject=None, kind="cases")
        shown = {"form": form, "count": misses.count()}
        status = 422 if form.errors else 200
        return render(request, "intake/staff/cases.html", shown, status=status)
    lines = [orjson.dumps(case) + b"\n" for case in make_cases(misses, request.user)]
    keep_export(
        by=request.actor,
        at=timezone.now(),
        kind="cases",
        count=len(lines),
        reason=form.cleaned_data["reason"],
    )
    response = HttpResponse(b"".join(lines), content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="misses.jsonl"'
    return response
