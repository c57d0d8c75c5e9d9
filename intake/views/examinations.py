"""Entering what an examination test showed."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from clinic.access import Permission
from clinic.guards import staff
from clinic.requests import StaffRequest
from intake.commands import examinations
from intake.commands.notes import NoteSigned
from intake.forms.staff import ResultForm
from intake.queries.examinations import get_results
from intake.rules.pack import load_pack
from intake.views.briefs import own_visit, show_brief

SIGNED = "The note of this visit is signed. Add what you found as an addendum."


@staff(Permission.JUDGE_FLAG, "GET", "POST")
def result(request: StaffRequest, visit_id: int, test: str) -> HttpResponse:
    """One test at one visit; back to its place in the plan."""
    visit = own_visit(request, visit_id)
    if test not in load_pack().tests and test not in get_results(visit):
        raise Http404
    if request.method != "POST":
        return redirect("brief", visit.pk)
    form = ResultForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was kept: choose positive, negative or unclear.")
        return show_brief(request, visit, status=422)
    try:
        examinations.enter_result(
            by=request.actor,
            at=timezone.now(),
            appointment=visit,
            test=test,
            side=form.cleaned_data["side"],
            outcome=form.cleaned_data["outcome"],
        )
    except NoteSigned:
        messages.error(request, SIGNED)
        return show_brief(request, visit, status=422)
    return redirect(f"{reverse('brief', args=[visit.pk])}#test-{test}")
