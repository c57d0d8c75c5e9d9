"""Follow-ups: the desk books or closes what is owed; the therapist sees what fell through."""

import uuid
from datetime import date, timedelta
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.forms.desk import BookingForm
from clinic.guards import staff
from clinic.queries.staff import bookable_therapists
from clinic.requests import StaffRequest
from intake.commands import followups
from intake.models import FollowUp
from intake.models.followups import CHOICES, DECLINED_BECAUSE, RECALLED_BECAUSE
from intake.queries import followups as lists
from intake.views.briefs import own_visit
from intake.views.desk import day_of, own_patient, show_desk, take_booking

GONE = "Somebody else has booked or closed this follow-up meanwhile."
SATURDAY = 5
LONGEST = 5  # digits of a number that a page wrote


def today_of(request: StaffRequest) -> date:
    """Today at the clinic."""
    return timezone.localdate(timezone=request.user.clinic.zone)


def own_follow_up(request: StaffRequest, follow_up_id: uuid.UUID) -> lists.Owed:
    """One of the clinic's; any other does not exist."""
    found = lists.get_owed(request.user, follow_up_id, today_of(request))
    if found is None:
        raise Http404
    return found


@staff(Permission.RUN_DESK, "GET")
def owed(request: StaffRequest) -> HttpResponse:
    """What is owed, the longest overdue first; or what was closed lately."""
    shown, today = request.GET.get("show", ""), today_of(request)
    if shown == "closed":
        found, next_key = lists.list_closed(request.user, timezone.now(), today), None
    else:
        after = request.GET.get("after", "")
        found, next_key = lists.list_owed(request.user, today, is_due=shown == "due", after=after)
    record(by=request.actor, action="read", subject=None, kind="follow-ups")
    context = {
        "owed": [{"one": one, "day": day_to_offer(one, today)} for one in found],
        "next_key": next_key,
        "show": shown if shown in ("due", "closed") else "",
        "declined_because": DECLINED_BECAUSE,
        "recalled_because": RECALLED_BECAUSE,
    }
    return render(request, "intake/staff/follow_ups.html", context)


def day_to_offer(one: lists.Owed, today: date) -> date:
    """The middle of the time that it is wanted for, not in the past and not on a weekend."""
    day = max(one.aim, today)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


@staff(Permission.RUN_DESK, "GET", "POST")
def follow_up(request: StaffRequest, follow_up_id: uuid.UUID) -> HttpResponse:
    """The desk's page with the patient open and the booking filled in; a POST books it."""
    one = own_follow_up(request, follow_up_id)
    chosen = own_patient(request, one.patient_id)
    if request.method == "POST":
        keep = partial(followups.book, follow_up_id=one.id)
        try:
            return take_booking(request, chosen, keep, owed=one)
        except followups.NotOwed:
            messages.error(request, GONE)
            return redirect("desk_patient", one.patient_id)
    if one.state != "open":
        messages.info(request, GONE)
        return redirect("desk_patient", one.patient_id)
    initial = {"day": day_of(request).isoformat(), "minutes": one.minutes}
    initial["therapist"] = one.therapist_id or ""
    form = BookingForm(initial=initial, therapists=bookable_therapists(request.user))
    return show_desk(request, patient=chosen, booking_form=form, owed=one)


@staff(Permission.RUN_DESK, "POST")
def close(request: StaffRequest, follow_up_id: uuid.UUID) -> HttpResponse:
    """Declined or recalled, for one of a few reasons."""
    one, reason = own_follow_up(request, follow_up_id), request.POST.get("reason", "")
    if reason not in CHOICES:
        messages.error(request, "Choose one of the reasons.")
        return redirect("follow_ups")
    try:
        followups.close(by=request.actor, at=timezone.now(), follow_up_id=one.id, reason=reason)
    except followups.NotOwed:
        messages.error(request, GONE)
    else:
        messages.success(request, f"Closed: {one.patient_name}, {CHOICES[reason].lower()}.")
    return redirect("follow_ups")


@staff(Permission.RUN_DESK, "POST")
def tried(request: StaffRequest, follow_up_id: uuid.UUID) -> HttpResponse:
    """Not reached: the try is noted, with who and when, and it stays owed."""
    one, known = own_follow_up(request, follow_up_id), request.POST.get("tries", "")
    tries = int(known) if known.isascii() and known.isdigit() and len(known) < LONGEST else 0
    try:
        is_noted = followups.note_try(
            by=request.actor, at=timezone.now(), follow_up_id=one.id, tries=tries
        )
    except followups.NotOwed:
        messages.error(request, GONE)
    else:
        said = "Noted" if is_noted else "A try was noted already"
        messages.success(request, f"{said}: {one.patient_name} was not reached. It stays owed.")
    return redirect("follow_ups")


@staff(Permission.WRITE_NOTE, "POST")
def take_back(request: StaffRequest, follow_up_id: uuid.UUID) -> HttpResponse:
    """The therapist who asked for it wants it no longer; anybody else's does not exist."""
    hers = FollowUp.objects.visible_to(request.user).filter(asked_by_id=request.user.pk)
    one = get_object_or_404(hers.select_related("note"), pk=follow_up_id)
    visit = own_visit(request, one.note.appointment_id)
    try:
        followups.take_back(by=request.actor, at=timezone.now(), follow_up_id=one.pk)
    except followups.NotOwed:
        messages.error(request, GONE)
    else:
        messages.success(request, "The follow-up is taken back. The desk does not see it any more.")
    return redirect(reverse("brief", args=[visit.pk]) + "#note")


@staff(Permission.RUN_DESK, "POST")
def back(request: StaffRequest, follow_up_id: uuid.UUID) -> HttpResponse:
    """Closed by mistake: owed again."""
    one = own_follow_up(request, follow_up_id)
    try:
        followups.put_back(by=request.actor, at=timezone.now(), follow_up_id=one.id)
    except followups.NotClosed:
        messages.error(request, GONE)
    else:
        messages.success(request, f"Owed again: {one.patient_name}.")
    return redirect("follow_ups")


@staff(Permission.READ_DAY, "GET")
def fallen(request: StaffRequest) -> HttpResponse:
    """What this therapist asked for and nobody will come to."""
    found, next_key = lists.list_fallen(
        request.user, timezone.now(), today_of(request), request.GET.get("after", "")
    )
    record(by=request.actor, action="read", subject=None, kind="follow-ups")
    shown = {"fallen": found, "next_key": next_key}
    return render(request, "intake/staff/fallen.html", shown)
