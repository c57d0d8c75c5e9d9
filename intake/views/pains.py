"""Pain over the rule of a home programme: the therapist reads it and ticks it off as seen."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import staff
from clinic.requests import StaffRequest
from intake.commands import programmes
from intake.forms.programmes import SeenForm
from intake.queries.pains import list_over, own_programmes
from intake.queries.sign_offs import is_any_draft


@staff(Permission.GIVE_PROGRAMME, "GET")
def over(request: StaffRequest) -> HttpResponse:
    """Whose pain was over the rule, and on which days. Reading it is audited."""
    return show(request)


def show(request: StaffRequest, status: int = 200) -> HttpResponse:
    record(by=request.actor, action="read", subject=None, kind="pain over the rule")
    found = list_over(request.user)
    shown = {"over": found, "pack_is_draft": is_any_draft(one.visit_id for one in found)}
    return render(request, "intake/staff/over.html", shown, status=status)


@staff(Permission.GIVE_PROGRAMME, "GET", "POST")
def seen(request: StaffRequest, programme_id: uuid.UUID) -> HttpResponse:
    """Ticked off, as far as it stood on the page."""
    programme = get_object_or_404(own_programmes(request.user), pk=programme_id)
    if request.method != "POST":
        return redirect("over")
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.error(request, "That could not be read. Look again and tick it off.")
        return show(request, status=422)
    programmes.see_pain(
        by=request.actor,
        at=timezone.now(),
        programme=programme,
        until=form.cleaned_data["until"],
    )
    messages.success(request, "Ticked off as seen by you.")
    return redirect("over")
