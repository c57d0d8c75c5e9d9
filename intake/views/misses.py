"""What was found at a visit and no flag had said: a tap on the brief, a tap on the pattern."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import staff
from clinic.models import Appointment
from clinic.requests import StaffRequest
from intake.commands import misses
from intake.forms.staff import MissForm
from intake.models import Miss
from intake.queries.misses import begun_visits, list_choices, list_misses
from intake.queries.sign_offs import is_draft


@staff(Permission.JUDGE_FLAG, "GET", "POST")
def missed(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The patterns of the pack, each a button; what was noted stands above them."""
    visit = begun_visit(request, visit_id)
    if request.method != "POST":
        return show(request, visit, MissForm())
    form = MissForm(request.POST)
    if not form.is_valid():
        return show(request, visit, form)
    try:
        misses.note_miss(
            by=request.actor, at=timezone.now(), response=visit.response, **form.cleaned_data
        )
    except misses.UnknownPattern:
        form.add_error(None, "The pack of this intake has no such pattern")
    except misses.WordsMissing:
        form.add_error("words", "Say what you found")
    except misses.AlreadySaid:
        form.add_error(None, "That is on the brief or noted already")
    if form.errors:
        return show(request, visit, form)
    messages.success(request, "Noted: found, and no flag had said it.")
    return redirect("brief", visit.pk)


@staff(Permission.JUDGE_FLAG, "POST")
def take_back(request: StaffRequest, miss_id: uuid.UUID) -> HttpResponse:
    """It was a slip: it stays on record and counts no more."""
    noted = Miss.objects.visible_to(request.user).filter(takes_back=None)
    miss = get_object_or_404(noted.select_related("response"), pk=miss_id)
    misses.take_back(by=request.actor, at=timezone.now(), miss=miss)
    messages.success(request, "Taken back. It counts no more.")
    return redirect("missed", miss.response.appointment_id)


def begun_visit(request: StaffRequest, visit_id: int) -> Appointment:
    """A visit of an own patient whose intake was begun: without one there was nothing to miss."""
    return get_object_or_404(begun_visits(request.user), pk=visit_id)


def show(request: StaffRequest, visit: Appointment, form: MissForm) -> HttpResponse:
    """The page. Reading it is audited."""
    record(by=request.actor, action="read", subject=visit, kind="misses")
    shown = {
        "visit": visit,
        "misses": list_misses(visit.response),
        "groups": list_choices(visit.response),
        "form": form,
        "pack_is_draft": is_draft(visit),
    }
    status = 422 if form.errors else 200
    return render(request, "intake/staff/missed.html", shown, status=status)
