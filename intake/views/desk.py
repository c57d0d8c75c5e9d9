"""The front desk's one page: the day, and beside it finding, making, booking, sending."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from clinic.access import Permission
from clinic.commands import people, scheduling
from clinic.commands.audit import record
from clinic.forms.desk import BookingForm, PatientForm, SearchForm
from clinic.guards import staff
from clinic.models import Appointment, Patient, User
from clinic.queries.staff import bookable_therapists
from clinic.requests import StaffRequest
from intake.commands import followups, invitations
from intake.queries import desk as lists
from intake.queries.call_first import list_call_first
from intake.queries.followups import list_of_patient


def day_of(request: StaffRequest) -> date:
    """The day the page is on: asked for, or today."""
    asked = request.GET.get("day") or request.POST.get("shown_day") or ""
    try:
        found = parse_date(asked)
    except ValueError:
        found = None
    # Beside the first and the last day of the calendar there is no day before or after.
    return found if found and 1900 < found.year < 2200 else timezone.localdate()


def show_desk(
    request: StaffRequest, *, patient: Patient | None = None, status: int = 200, **shown: Any
) -> HttpResponse:
    """The page: the day always, the panel as far as it is filled. Reading it is audited."""
    day, zone = day_of(request), request.user.clinic.zone
    page = lists.list_day(request.user, day, zone, request.GET.get("after", ""))
    context = {
        "day": day,
        "previous_day": day - timedelta(days=1),
        "next_day": day + timedelta(days=1),
        "today": timezone.localdate(),
        "visits": page.visits,
        "next_key": page.next_key,
        "counts": lists.count_day(request.user, day, zone),
        "asked": lists.list_asked(request.user, timezone.now() - timedelta(hours=12)),
        "patient_form": PatientForm(),
        "results": None,
    }
    if patient:
        context["patient"] = lists.get_patient(request.user, patient)
        context["owes"] = list_of_patient(request.user, patient, timezone.localdate())
        context["booking_form"] = booking_form(request, day)
        if settings.IS_DEMO:
            context["message"] = lists.get_last_message(patient)
    record(by=request.actor, action="read", subject=patient, kind="desk")
    return render(request, "intake/staff/desk.html", context | shown, status=status)


def booking_form(request: StaffRequest, day: date) -> BookingForm:
    """An empty booking on the day that is shown."""
    return BookingForm(
        initial={"day": day.isoformat()}, therapists=bookable_therapists(request.user)
    )


def own_patient(request: StaffRequest, patient_id: int) -> Patient:
    """A patient of the clinic; anybody else does not exist."""
    return get_object_or_404(Patient.objects.visible_to(request.user), pk=patient_id)


def own_visit(request: StaffRequest, visit_id: int) -> Appointment:
    """A standing visit of the clinic; anything else does not exist."""
    visits = Appointment.objects.visible_to(request.user).standing()
    return get_object_or_404(visits.select_related("patient", "clinic"), pk=visit_id)


def to_patient(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Back to the page, on the same day, with this patient open."""
    url = reverse("desk_patient", args=[patient_id])
    return redirect(f"{url}?day={day_of(request).isoformat()}#panel")


@staff(Permission.RUN_DESK, "GET")
def desk(request: StaffRequest) -> HttpResponse:
    """The day."""
    return show_desk(request)


@staff(Permission.RUN_DESK, "GET")
def call_first(request: StaffRequest) -> HttpResponse:
    """Whom to call first, whatever the day of the visit; never why."""
    record(by=request.actor, action="read", subject=None, kind="call first")
    return render(request, "intake/staff/call_first.html", {"list": list_call_first(request.user)})


@staff(Permission.RUN_DESK, "POST")
def search(request: StaffRequest) -> HttpResponse:
    """Patients by a few letters. A POST, so that no name stands in an address."""
    form = SearchForm(request.POST)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    results = lists.find_patients(request.user, text)
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        record(by=request.actor, action="searched", subject=None, kind="patient")
        return render(request, "components/staff/results.html", {"results": results, "query": text})
    return show_desk(request, results=results, query=text)


@staff(Permission.RUN_DESK, "GET")
def patient(request: StaffRequest, patient_id: int) -> HttpResponse:
    """The day with one patient open beside it."""
    return show_desk(request, patient=own_patient(request, patient_id))


@staff(Permission.RUN_DESK, "GET", "POST")
def create(request: StaffRequest) -> HttpResponse:
    """A new patient, without leaving the page."""
    if request.method != "POST":
        return redirect("desk")
    form = PatientForm(request.POST)
    if not form.is_valid():
        return show_desk(request, status=422, patient_form=form)
    made = people.create_patient(
        by=request.actor,
        at=timezone.now(),
        **form.cleaned_data,
    )
    messages.success(request, f"{made.name} is added, reference {made.reference}.")
    return to_patient(request, made.pk)


@staff(Permission.RUN_DESK, "GET", "POST")
def book(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Book a visit."""
    chosen = own_patient(request, patient_id)
    if request.method != "POST":
        return redirect("desk_patient", chosen.pk)
    return take_booking(request, chosen, partial(scheduling.book, patient=chosen))


def take_booking(
    request: StaffRequest, chosen: Patient, keep: Callable[..., Appointment], **shown: Any
) -> HttpResponse:
    """Book with the command `keep`; a clash keeps what was typed and says what is in the way."""
    form = BookingForm(request.POST, therapists=bookable_therapists(request.user))
    if not form.is_valid():
        return show_desk(request, patient=chosen, status=422, booking_form=form, **shown)
    therapist = get_object_or_404(
        User, pk=form.cleaned_data["therapist"], clinic_id=request.user.clinic_id
    )
    try:
        visit = keep(
            by=request.actor,
            at=timezone.now(),
            therapist=therapist,
            starts_at=form.starts_at(request.user.clinic.zone),
            minutes=form.cleaned_data["minutes"],
            is_overbooked=form.cleaned_data["overbook"],
        )
    except scheduling.Clash as clash:
        shown |= {"booking_form": form, "clash": clash_text(clash, chosen, therapist)}
        return show_desk(request, patient=chosen, status=422, **shown)
    begins = timezone.localtime(visit.starts_at)
    messages.success(request, f"Booked: {chosen.name}, {begins:%A %-d %B %H:%M}, {therapist.name}.")
    return to_patient(request, chosen.pk)


def clash_text(clash: scheduling.Clash, patient: Patient, therapist: User) -> str:
    """The sentence for a time that is taken."""
    if clash.of == "patient":
        return f"{patient.name} has another appointment at that time."
    return f"{therapist.name} has another appointment at that time."


@staff(Permission.RUN_DESK, "POST")
def invite(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Send the link, or send it again: the older one stops working, the answers stay."""
    visit = own_visit(request, visit_id)
    try:
        invitations.invite(
            by=request.actor,
            at=timezone.now(),
            appointment=visit,
        )
    except invitations.NoAddress:
        messages.error(request, f"Not sent: {visit.patient.name} has no e-mail on file.")
    except invitations.Submitted:
        messages.info(request, f"Not sent: {visit.patient.name} has submitted already.")
    else:
        messages.success(request, f"The link for {visit.patient.name} is on its way.")
    return to_patient(request, visit.patient_id)


@staff(Permission.RUN_DESK, "POST")
def cancel(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Free the time of a visit; a follow-up that it was booked for is owed again."""
    visit = own_visit(request, visit_id)
    owed = followups.cancel_visit(
        by=request.actor,
        at=timezone.now(),
        appointment=visit,
    )
    again = " The follow-up is owed again." if owed else ""
    messages.success(request, f"Cancelled: {visit.patient.name}.{again}")
    return to_patient(request, visit.patient_id)
