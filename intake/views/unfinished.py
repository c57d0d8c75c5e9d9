"""What a therapist has left to do at the end of the day."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import staff
from clinic.requests import StaffRequest
from intake.queries.notes import list_unsigned, list_without_note


@staff(Permission.WRITE_NOTE, "GET")
def unsigned(request: StaffRequest) -> HttpResponse:
    """Notes not signed, of whatever day, and visits of the last week without one."""
    zone = request.user.clinic.zone
    drafts, next_key = list_unsigned(request.user, request.GET.get("after", ""))
    now = timezone.now()
    missing = list_without_note(request.user, now, timezone.localdate(timezone=zone), zone)
    record(by=request.actor, action="read", subject=None, kind="unsigned notes")
    shown = {"drafts": drafts, "next_key": next_key, "missing": missing}
    return render(request, "intake/staff/unsigned.html", shown)
