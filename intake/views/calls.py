"""Urgent calls: the open ones, taking one, and saying what was done."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from clinic.access import Permission
from clinic.commands import tasks
from clinic.commands.audit import record
from clinic.forms.calls import ReportForm
from clinic.guards import staff
from clinic.models import Task
from clinic.requests import StaffRequest
from clinic.states import Refused
from intake.queries.calls import list_calls
from intake.views.briefs import own_visit, show_brief


def own_task(request: StaffRequest, task_id: uuid.UUID) -> Task:
    """A call of the clinic; anything else does not exist."""
    return get_object_or_404(Task.objects.visible_to(request.user), pk=task_id)


@staff(Permission.TAKE_CALL, "GET")
def calls(request: StaffRequest) -> HttpResponse:
    """The open ones."""
    found = list_calls(request.user, timezone.now())
    record(by=request.actor, action="read", subject=None, kind="calls")
    shown = {"list": found, "pack_is_draft": any(call.is_draft for call in found)}
    return render(request, "intake/staff/calls.html", shown)


@staff(Permission.TAKE_CALL, "POST")
def take(request: StaffRequest, task_id: uuid.UUID) -> HttpResponse:
    """Take a call and go to the brief; whoever comes second is told who was first."""
    task = own_task(request, task_id)
    try:
        tasks.take(by=request.actor, at=timezone.now(), task_id=task.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("calls")
    return redirect("brief", task.appointment_id)


@staff(Permission.TAKE_CALL, "GET", "POST")
def report(request: StaffRequest, task_id: uuid.UUID) -> HttpResponse:
    """What was done. A report that is refused comes back on the brief as it was typed."""
    task = own_task(request, task_id)
    if request.method != "POST":
        return redirect("brief", task.appointment_id)
    form, now = ReportForm(request.POST), timezone.now()
    if form.is_valid():
        given, zone = form.cleaned_data, request.user.clinic.zone
        again_at = form.again_at(now, task.latest_try(now), zone)
        done = tasks.Report(given["key"], given["done"], given["words"], again_at)
        try:
            task = tasks.report(by=request.actor, at=now, task_id=task.pk, done=done)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("calls")
        except tasks.WrongTime as wrong:
            form.add_error("again", str(wrong))
        else:
            return after(request, task)
    visit = own_visit(request, task.appointment_id)
    return show_brief(request, visit, status=422, report_form=form)


def after(request: StaffRequest, task: Task) -> HttpResponse:
    """To the brief while the call is hers; once it is closed the brief may be hers no longer."""
    if task.closed_at:
        messages.success(request, "Kept. The call is closed.")
        return redirect("calls")
    messages.success(request, "Kept. The call stays open, and yours.")
    return redirect("brief", task.appointment_id)
