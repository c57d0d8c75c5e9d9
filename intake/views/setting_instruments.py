"""The admin's instruments: look at a file, keep it, ask it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import staff
from clinic.requests import StaffRequest
from intake.commands import instruments
from intake.forms.instrument_files import AskForm, FilesForm, KeepForm
from intake.models import InstrumentVersion
from intake.queries.instrument_versions import get_preview, list_versions, read_files


@staff(Permission.KEEP_INSTRUMENTS, "GET", "POST")
def overview(request: StaffRequest) -> HttpResponse:
    """What is there; a chosen file is only looked at."""
    form = FilesForm(request.POST, request.FILES) if request.method == "POST" else FilesForm()
    if form.is_bound and form.is_valid():
        return look(request, form.cleaned_data["questionnaire"], form.cleaned_data["scoring"])
    return render(
        request,
        "intake/staff/instruments.html",
        {"versions": list_versions(request.user), "form": form},
        status=422 if form.errors else 200,
    )


def look(request: StaffRequest, questionnaire: str, scoring: str) -> HttpResponse:
    """What the files would ask, and what is wrong with them."""
    reading, preview = read_files(questionnaire, scoring)
    return render(
        request,
        "intake/staff/instrument_preview.html",
        {
            "preview": preview,
            "problems": reading.problems,
            "ignored": reading.ignored,
            "form": KeepForm(initial={"questionnaire": questionnaire, "scoring": scoring}),
        },
        status=422 if reading.problems else 200,
    )


@staff(Permission.KEEP_INSTRUMENTS, "GET", "POST")
def keep(request: StaffRequest) -> HttpResponse:
    """Keep what was looked at."""
    if request.method != "POST":
        return redirect("instruments")
    form = KeepForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The files did not arrive whole. Choose them again.")
        return redirect("instruments")
    files = {name: form.cleaned_data[name].replace("\r\n", "\n") for name in form.fields}
    try:
        version = instruments.import_instrument(by=request.actor, at=timezone.now(), **files)
    except instruments.Refused:
        return look(request, files["questionnaire"], files["scoring"])
    messages.success(request, "Imported. It is asked once you switch it on.")
    return redirect("instrument", version.pk)


def own_version(request: StaffRequest, version_id: uuid.UUID) -> InstrumentVersion:
    """A version of this clinic; anything else does not exist."""
    return get_object_or_404(InstrumentVersion.objects.visible_to(request.user), pk=version_id)


@staff(Permission.KEEP_INSTRUMENTS, "GET")
def show(request: StaffRequest, version_id: uuid.UUID) -> HttpResponse:
    """One version: what it asks, how it is scored."""
    version = own_version(request, version_id)
    record(by=request.actor, action="read", subject=version)
    shown = {"version": version, "preview": get_preview(version)}
    return render(request, "intake/staff/instrument.html", shown)


@staff(Permission.KEEP_INSTRUMENTS, "POST")
def ask(request: StaffRequest, version_id: uuid.UUID) -> HttpResponse:
    """Switch it on for every intake that begins from now on, or off."""
    version, form = own_version(request, version_id), AskForm(request.POST)
    if version.is_own or not form.is_valid():
        messages.error(
            request,
            "This scale is part of every intake." if version.is_own else "Choose on or off.",
        )
        return redirect("instrument", version.pk)
    is_asked = form.cleaned_data["is_asked"]
    instruments.ask(by=request.actor, at=timezone.now(), version=version, is_asked=is_asked)
    words = "New intakes ask it." if is_asked else "New intakes no longer ask it."
    messages.success(request, words)
    return redirect("instrument", version.pk)
