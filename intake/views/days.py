"""The therapist's day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import staff
from intake.queries.days import list_days, urgent_first


@staff(Permission.READ_DAY, "GET")
def today(request: HttpRequest) -> HttpResponse:
    """Today's and tomorrow's patients, the urgent ones on top."""
    zone = request.user.clinic.zone
    days = list_days(request.user, timezone.localdate(timezone=zone), zone)
    record(by=request.actor, action="read", subject=None, kind="day")  # type: ignore[attr-defined]
    return render(
        request,
        "intake/staff/today.html",
        {"days": days, "urgent": urgent_first(days), "pack_is_draft": True},
    )
