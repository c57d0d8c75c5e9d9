"""An intake as FHIR, for another record: after signing in anew, and for a reason that is kept."""

from typing import Any

import orjson
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import fresh, staff
from clinic.models import Appointment
from clinic.requests import StaffRequest
from intake.commands.exports import export_intakes
from intake.forms.staff import ReasonForm
from intake.queries.exports import exportable_by, write_intake


@staff(Permission.EXPORT_INTAKE, "GET", "POST")
def export(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Whose intake it is comes first: another's is not there, however fresh the sign-in."""
    return take_out(request, get_object_or_404(exportable_by(request.user), pk=visit_id))


@fresh
def take_out(request: StaffRequest, visit: Appointment) -> HttpResponse:
    """Ask why; with a reason, the file."""
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm()
    if not form.is_valid():
        record(by=request.actor, action="read", subject=visit, kind="export")
        shown = {"form": form, "visit": visit}
        status = 422 if form.errors else 200
        return render(request, "intake/staff/export.html", shown, status=status)
    reason, now = form.cleaned_data["reason"], timezone.now()
    export_intakes(by=request.actor, at=now, responses=[visit.response], reason=reason)
    intake = write_intake(visit, request.user.clinic.zone)
    return attached(intake.bundle(now, with_questionnaire=True), str(intake.id)[:8])


def attached(bundle: dict[str, Any], name: str) -> HttpResponse:
    """A file to keep; its name says nothing about anybody."""
    body = orjson.dumps(bundle, option=orjson.OPT_INDENT_2)
    response = HttpResponse(body, content_type="application/fhir+json")
    response["Content-Disposition"] = f'attachment; filename="intake-{name}.json"'
    return response
