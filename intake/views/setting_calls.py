"""The admin's page about urgent calls: who is asked, and how long one may wait."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.commands.settings import save_on_call
from clinic.forms.calls import OnCallForm, typed_in
from clinic.guards import staff
from clinic.queries.on_call import get_on_call
from clinic.queries.staff import bookable_therapists
from clinic.requests import StaffRequest


@staff(Permission.WRITE_SETTINGS, "GET", "POST")
def on_call(request: StaffRequest) -> HttpResponse:
    """Look and change."""
    asked = bookable_therapists(request.user)
    if request.method != "POST":
        rules = get_on_call(request.user.clinic_id)
        record(by=request.actor, action="read", subject=None, kind="on call")
        return show(request, OnCallForm(initial=typed_in(rules), therapists=asked))
    form = OnCallForm(request.POST, therapists=asked)
    if not form.is_valid():
        return show(request, form)
    save_on_call(by=request.actor, values=form.values())
    messages.success(request, "Saved. It holds for every call that is opened or goes on from now.")
    return redirect("on_call")


def show(request: StaffRequest, form: OnCallForm) -> HttpResponse:
    """The page, with what was typed."""
    status = 422 if form.errors else 200
    return render(request, "intake/staff/on_call.html", {"form": form}, status=status)
