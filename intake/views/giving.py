"""The therapist's page of a home programme: choose, look, give, send, end; and how it goes."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import staff
from clinic.models import Appointment
from clinic.requests import StaffRequest
from intake.commands import programme_links, programmes
from intake.forms.programmes import GiveForm
from intake.handouts import Handout
from intake.queries.alarms import list_alarms, list_unsettled
from intake.queries.briefs import get_head
from intake.queries.programme_lines import list_earlier
from intake.queries.programmes import (
    Choosing,
    Given,
    get_choosing,
    get_given,
    get_newest_choosing,
    speaks_against,
)
from intake.queries.sign_offs import is_draft
from intake.views.briefs import own_visit
from intake.views.papers import as_sheet

View = Callable[[StaffRequest, int], HttpResponse]


@staff(Permission.GIVE_PROGRAMME, "GET", "POST")
def programme(request: StaffRequest, visit_id: int) -> HttpResponse:
    """What fits and why; what was given and how it goes. A preview gives nothing."""
    visit = own_visit(request, visit_id)
    zone = request.user.clinic.zone
    today = timezone.localdate(timezone=zone)
    choosing, before = get_choosing(visit, today, zone), get_given(visit.patient_id, today, zone)
    typed = request.POST if request.method == "POST" else None
    form = GiveForm(choosing, visit.patient.language, typed, before)
    if typed is None or not form.is_valid():
        return show(request, visit, choosing, form)
    try:
        if request.POST.get("action") != "give":
            return preview(request, visit, choosing, form)
        programmes.give(
            by=request.actor,
            at=timezone.now(),
            visit=visit,
            wish=form.wish(),
            today=today,
            zone=zone,
            key=form.cleaned_data["key"],
        )
    except programmes.Refusal as refusal:
        form.add_error(None, refusal.say)
        return show(request, visit, choosing, form)
    except programmes.GivenBefore:
        messages.info(request, "It was given already, once.")
        return redirect("give", visit_id)
    return given(request, visit)


def preview(
    request: StaffRequest, visit: Appointment, choosing: Choosing, form: GiveForm
) -> HttpResponse:
    """The handout as the patient would get it. Raises Refusal for what will not be given."""
    wish = form.wish()
    programmes.refuse(visit, choosing, wish, timezone.now())
    return show(request, visit, choosing, form, programmes.write(visit, choosing, wish))


def given(request: StaffRequest, visit: Appointment) -> HttpResponse:
    """Say so, and send the link."""
    sent = programme_links.send_link(by=request.actor, at=timezone.now(), visit=visit)
    messages.success(request, "The programme is given." + said_of(sent is not None))
    return redirect("give", visit.pk)


def said_of(is_sent: bool) -> str:
    """What became of the link."""
    if is_sent:
        return " The patient gets a mail with the link."
    return " There is no e-mail on file: print the handout."


def show(
    request: StaffRequest,
    visit: Appointment,
    choosing: Choosing,
    form: GiveForm,
    handout: Handout | None = None,
) -> HttpResponse:
    """The page, with what was chosen. Reading it is audited."""
    zone = request.user.clinic.zone
    record(by=request.actor, action="read", subject=visit, kind="programme")
    today = timezone.localdate(timezone=zone)
    rows, alarms = list(form.rows()), list_alarms(visit.patient_id)
    found = get_given(visit.patient_id, today, zone)
    number_suggested = sum(row.suggestion.is_suggested for row in rows)
    newest = get_newest_choosing(visit, today, zone) if found else choosing
    context = {
        "visit": visit,
        "brief": get_head(visit, today),
        "choosing": choosing,
        "form": form,
        "rows": rows,
        "number_suggested": number_suggested,
        "open_ones": sum(row.is_chosen for row in rows[number_suggested:]),
        "alarms": alarms,
        "takes_reason": alarms and all(alarm.is_confirmed for alarm in alarms),
        "unsettled": list_unsettled(visit.patient_id),
        "given": found,
        "earlier": list_earlier(visit.patient_id, today, zone),
        "speaks": speaks_against(found.chosen, newest) if found else (),
        "handout": handout,
        "pack_is_draft": is_draft(visit),
    }
    status = 422 if form.errors else 200
    return render(request, "intake/staff/programme.html", context, status=status)


class Paused(Exception):
    """Nothing of a programme is handed out while a warning sign or a call is open."""


def live_of(request: StaffRequest, visit_id: int) -> tuple[Appointment, Given]:
    """The live programme of a visit's patient, while it is not paused; 404 without one."""
    visit = own_visit(request, visit_id)
    zone = request.user.clinic.zone
    found = get_given(visit.patient_id, timezone.localdate(timezone=zone), zone)
    if found is None:
        raise Http404
    if found.is_paused:
        raise Paused
    return visit, found


def unless_paused(view: View) -> View:
    """Back to the programme's page with the reason."""

    @wraps(view)
    def checked(request: StaffRequest, visit_id: int) -> HttpResponse:
        try:
            return view(request, visit_id)
        except Paused:
            messages.error(request, "Paused: a warning sign or an urgent call is open. Settle it.")
            return redirect("give", visit_id)

    return checked


@staff(Permission.GIVE_PROGRAMME, "GET")
@unless_paused
def handout(request: StaffRequest, visit_id: int) -> HttpResponse:
    """What was given, to print, in the patient's language."""
    visit, found = live_of(request, visit_id)
    record(by=request.actor, action="read", subject=visit, kind="handout")
    with translation.override(found.handout.language):
        return render(request, "intake/patient/handout.html", paper_of(visit, found))


@staff(Permission.GIVE_PROGRAMME, "GET")
@unless_paused
def copy(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The same as a PDF."""
    visit, found = live_of(request, visit_id)
    record(by=request.actor, action="copied", subject=visit, kind="handout")
    with translation.override(found.handout.language):
        sheet = as_sheet(request, paper_of(visit, found))
        return sheet or render(
            request, "intake/patient/handout.html", paper_of(visit, found) | {"has_copy": False}
        )


def paper_of(visit: Appointment, found: Given) -> dict[str, Any]:
    """What the handout is drawn from."""
    return {
        "handout": found.handout,
        "given_at": found.given_at,
        "back_url": "",
        "copy_url": "handout_copy",
        "visit_id": visit.pk,
        "language": found.handout.language,
        "reference": visit.patient.reference,
        "has_copy": True,
    }


@staff(Permission.GIVE_PROGRAMME, "POST")
@unless_paused
def link(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Send the link again; the older one dies."""
    visit, _found = live_of(request, visit_id)
    sent = programme_links.send_link(by=request.actor, at=timezone.now(), visit=visit)
    messages.success(request, "Sent again." if sent else said_of(is_sent=False).strip())
    return redirect("give", visit_id)


@staff(Permission.GIVE_PROGRAMME, "POST")
def end(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The patient's page says that the programme is over."""
    visit = own_visit(request, visit_id)
    is_ended = programmes.end(by=request.actor, at=timezone.now(), patient_id=visit.patient_id)
    messages.success(request, "The programme is ended." if is_ended else "It had ended before.")
    return redirect("give", visit_id)
