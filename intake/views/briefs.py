"""The brief, and the verdict on a flag."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import staff
from clinic.models import Appointment
from clinic.queries.tasks import bar_of
from clinic.requests import StaffRequest
from intake.commands import flags
from intake.forms.staff import VerdictForm
from intake.models import Flag
from intake.paper import Unavailable, one_sheet
from intake.queries.briefs import get_brief
from intake.queries.calls import get_calls
from intake.queries.followups import get_again
from intake.queries.notes import get_note
from intake.queries.programme_lines import get_line
from intake.queries.scores import get_scales, get_sheets, get_trends
from intake.queries.sign_offs import is_draft
from intake.queries.visits import whole_visits


def own_visit(request: StaffRequest, visit_id: int) -> Appointment:
    """A visit of a patient this therapist treats; anything else does not exist."""
    user = request.user
    visit = whole_visits.first(user.role, user=user.pk, clinic=user.clinic_id, visit=visit_id)
    if visit is None:
        raise Http404
    return visit


def show_brief(
    request: StaffRequest, visit: Appointment, *, status: int = 200, **refused: Any
) -> HttpResponse:
    """The page, with what was refused where it was typed. Reading it is audited."""
    zone, now = request.user.clinic.zone, timezone.now()
    brief = get_brief(visit, timezone.localdate(timezone=zone), zone)
    calls = get_calls(visit, request.user, now)
    shown = {
        "bar": bar_of(getattr(visit, "bar_row", None), request.user, now),
        "calls": calls,
        "is_call_open": any(call.state != "closed" for call in calls),
        "report_key": uuid.uuid4(),
        "addendum_key": uuid.uuid4(),
        "scales": get_scales(visit),
        "trends": get_trends(visit),
        "sheets": get_sheets(visit),
        "brief": brief,
        "misses": getattr(visit, "misses", None),
        "note": get_note(visit),
        "again": get_again(getattr(visit, "note", None), timezone.localdate(timezone=zone)),
        "programme": get_line(visit, timezone.localdate(timezone=zone), zone),
        "pack_is_draft": not brief.is_signed_off,
    }
    record(by=request.actor, action="read", subject=visit, kind="brief")
    return render(request, "intake/staff/brief.html", shown | refused, status=status)


@staff(Permission.READ_BRIEF, "GET")
def brief(request: StaffRequest, visit_id: int) -> HttpResponse:
    """What the answers point to, on one page."""
    return show_brief(request, own_visit(request, visit_id))


@staff(Permission.READ_BRIEF, "GET")
def sheet(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The brief as a PDF of one sheet. Its name says nothing but the reference."""
    visit = own_visit(request, visit_id)
    zone = request.user.clinic.zone
    today = timezone.localdate(timezone=zone)
    shown = {
        "brief": get_brief(visit, today, zone),
        "programme": get_line(visit, today, zone),
        "scales": get_scales(visit),
        "trends": get_trends(visit),
    }
    try:
        made = one_sheet(
            lambda size: render_to_string(
                "intake/staff/sheet.html", shown | {"size": size}, request
            )
        )
    except Unavailable:
        messages.error(request, "This server cannot draw a PDF. Print this page instead.")
        return show_brief(request, visit)
    record(by=request.actor, action="copied", subject=visit, kind="brief")
    name = f'attachment; filename="{visit.patient.reference}.pdf"'
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": name})


@staff(Permission.READ_BRIEF, "GET")
def scores(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Every score with all that it takes to work it out by hand. Reading it is audited."""
    visit = own_visit(request, visit_id)
    record(by=request.actor, action="read", subject=visit, kind="scores")
    zone = request.user.clinic.zone
    shown = {
        "brief": get_brief(visit, timezone.localdate(timezone=zone), zone),
        "scales": get_scales(visit),
        "sheets": get_sheets(visit),
        "pack_is_draft": is_draft(visit),
    }
    return render(request, "intake/staff/scores.html", shown)


@staff(Permission.JUDGE_FLAG, "GET", "POST")
def verdict(request: StaffRequest, flag_id: uuid.UUID) -> HttpResponse:
    """Confirmed, not this, cannot tell. Its address, opened again after a refusal, is the brief."""
    flag = get_object_or_404(
        Flag.objects.visible_to(request.user).select_related("response"), pk=flag_id
    )
    visit = own_visit(request, flag.response.appointment_id)
    if request.method != "POST":
        return redirect("brief", visit.pk)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return refuse(request, visit, flag, "Choose one of the three verdicts")
    try:
        flags.judge(
            by=request.actor,
            at=timezone.now(),
            flag=flag,
            choice=form.cleaned_data["verdict"],
            reason=form.cleaned_data["reason"],
        )
    except flags.ReasonMissing:
        return refuse(request, visit, flag, "A verdict on a red flag needs a reason")
    return redirect("brief", visit.pk)


def refuse(request: StaffRequest, visit: Appointment, flag: Flag, text: str) -> HttpResponse:
    """The brief again, with what is wrong beside the flag and what was typed kept."""
    problem = {"flag_id": flag.pk, "text": text, "reason": request.POST.get("reason", "")}
    return show_brief(request, visit, status=422, verdict_error=problem)
