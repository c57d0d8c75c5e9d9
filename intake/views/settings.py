"""The admin's page."""

from django.http import HttpResponse
from django.shortcuts import render

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import staff
from clinic.queries.settings import list_staff
from clinic.requests import StaffRequest
from intake.queries.versions import list_versions


@staff(Permission.READ_SETTINGS, "GET")
def overview(request: StaffRequest) -> HttpResponse:
    """Staff, the clinic's texts, and what is published."""
    record(by=request.actor, action="read", subject=None, kind="settings")
    return render(
        request,
        "clinic/settings.html",
        {
            "staff": list_staff(request.user),
            "texts": request.user.clinic,
            "versions": list_versions(),
        },
    )
