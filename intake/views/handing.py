"""The desk hands over a tablet, or types for a patient who is on the phone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from clinic.access import Permission
from clinic.guards import staff
from clinic.requests import StaffRequest
from intake.commands import kiosk
from intake.commands.invitations import Submitted
from intake.guards import keep_key
from intake.views.desk import own_visit, to_patient


@staff(Permission.RUN_DESK, "POST")
def tablet(request: StaffRequest, visit_id: int) -> HttpResponse:
    """A code to be typed on the tablet: no account of the staff is ever opened there."""
    visit = own_visit(request, visit_id)
    try:
        code = kiosk.hand_over(by=request.actor, at=timezone.now(), appointment=visit)
    except Submitted:
        messages.info(request, f"No code: {visit.patient.name} has submitted already.")
    else:
        page = request.build_absolute_uri("/kiosk/")
        messages.success(
            request,
            f"Tablet for {visit.patient.name}: open {page} and type {code}. "
            "The code works once, for 10 minutes.",
        )
    return to_patient(request, visit.patient_id)


@staff(Permission.RUN_DESK, "POST")
def phone(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The patient's pages in the desk's own browser, until the answers are sent."""
    visit = own_visit(request, visit_id)
    try:
        opened = kiosk.answer_phone(by=request.actor, at=timezone.now(), appointment=visit)
    except Submitted:
        messages.info(request, f"Not opened: {visit.patient.name} has submitted already.")
    except kiosk.BegunAlready:
        messages.error(
            request,
            f"Not opened: the intake of {visit.patient.name} was begun elsewhere, "
            "and the desk may not see those answers. Send the link again or hand over a tablet.",
        )
    else:
        return keep_key(redirect("intake"), opened)
    return to_patient(request, visit.patient_id)
