"""The admin's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.commands.settings import save_texts
from clinic.guards import staff
from clinic.queries.settings import list_staff
from clinic.requests import StaffRequest
from intake.forms.settings import PLAIN, TextsForm, typed_in
from intake.queries.notices import get_newest_texts
from intake.queries.versions import list_versions


@staff(Permission.READ_SETTINGS, "GET")
def overview(request: StaffRequest) -> HttpResponse:
    """Staff, the clinic's texts, and what is published."""
    clinic, newest = request.user.clinic, get_newest_texts(request.user.clinic)
    current = {name: getattr(clinic, name) for name in (*PLAIN, "hours")}
    content = newest.content if newest else current
    return show_settings(request, TextsForm(initial=typed_in(content)))


@staff(Permission.WRITE_SETTINGS, "GET", "POST")
def texts(request: StaffRequest) -> HttpResponse:
    """Save the clinic's texts as a new version."""
    if request.method != "POST":
        return redirect("settings")
    form = TextsForm(request.POST)
    if not form.is_valid():
        return show_settings(request, form)
    saved = save_texts(by=request.actor, at=timezone.now(), content=form.content())
    messages.success(request, f"Saved. Patients now read version {saved}.")
    return redirect("settings")


def show_settings(request: StaffRequest, form: TextsForm) -> HttpResponse:
    """The page, with what was typed. Reading it is audited."""
    record(by=request.actor, action="read", subject=None, kind="settings")
    return render(
        request,
        "clinic/settings.html",
        {
            "staff": list_staff(request.user),
            "texts": request.user.clinic,
            "texts_version": get_newest_texts(request.user.clinic),
            "texts_form": form,
            "versions": list_versions(request.user.clinic_id),
        },
        status=422 if form.errors else 200,
    )
