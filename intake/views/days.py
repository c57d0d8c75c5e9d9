"""The therapist's day."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import staff
from clinic.requests import StaffRequest
from intake.queries.days import is_draft, list_days, urgent_first


@staff(Permission.READ_DAY, "GET")
def today(request: StaffRequest) -> HttpResponse:
    """Today's and tomorrow's patients, the urgent ones on top."""
    zone = request.user.clinic.zone
    days = list_days(request.user, timezone.localdate(timezone=zone), zone)
    record(by=request.actor, action="read", subject=None, kind="day")
    return render(
        request,
        "intake/staff/today.html",
        {"days": days, "urgent": urgent_first(days), "pack_is_draft": is_draft(days)},
    )
