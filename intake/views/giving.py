"""The therapist's page of a home programme: choose, look, give, send, end; and how it goes."""

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
from intake.commands import programmes
from intake.forms.programmes import GiveForm
from intake.handouts import Handout
from intake.queries.programmes import (
    Choosing,
    Given,
    get_choosing,
    get_given,
    list_alarms,
    list_unsettled,
)
from intake.queries.sign_offs import is_draft
from intake.views.briefs import own_visit
from intake.views.papers import as_sheet


@staff(Permission.GIVE_PROGRAMME, "GET", "POST")
def programme(request: StaffRequest, visit_id: int) -> HttpResponse:
    """What fits and why; what was given and how it goes. A preview gives nothing."""
    visit = own_visit(request, visit_id)
    zone = request.user.clinic.zone
    choosing = get_choosing(visit, timezone.localdate(timezone=zone), zone)
    form = GiveForm(choosing, visit.patient.language, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return show(request, visit, choosing, form)
    try:
        if request.POST.get("action") != "give":
            return preview(request, visit, choosing, form)
        programmes.give(
            by=request.actor,
            at=timezone.now(),
            visit=visit,
            wish=form.wish(),
            today=timezone.localdate(timezone=zone),
            zone=zone,
        )
    except programmes.Refusal as refusal:
        form.add_error(None, refusal.say)
        return show(request, visit, choosing, form)
    return given(request, visit)


def preview(
    request: StaffRequest, visit: Appointment, choosing: Choosing, form: GiveForm
) -> HttpResponse:
    """The handout as the patient would get it. Raises Refusal for what will not be given."""
    wish = form.wish()
    programmes.refuse(visit, choosing, wish)
    return show(request, visit, choosing, form, programmes.write(visit, choosing, wish))


def given(request: StaffRequest, visit: Appointment) -> HttpResponse:
    """Say so, and send the link."""
    sent = programmes.send_link(by=request.actor, at=timezone.now(), visit=visit)
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
    rows = list(form.rows())
    context = {
        "visit": visit,
        "choosing": choosing,
        "form": form,
        "rows": rows,
        "number_suggested": sum(row.suggestion.is_suggested for row in rows),
        "alarms": list_alarms(visit.patient_id),
        "unsettled": list_unsettled(visit.patient_id),
        "given": get_given(visit.patient_id, timezone.localdate(timezone=zone), zone),
        "handout": handout,
        "pack_is_draft": is_draft(visit),
    }
    status = 422 if form.errors else 200
    return render(request, "intake/staff/programme.html", context, status=status)


def live_of(request: StaffRequest, visit_id: int) -> tuple[Appointment, Given]:
    """The live programme of a visit's patient; 404 without one."""
    visit = own_visit(request, visit_id)
    zone = request.user.clinic.zone
    found = get_given(visit.patient_id, timezone.localdate(timezone=zone), zone)
    if found is None:
        raise Http404
    return visit, found


@staff(Permission.GIVE_PROGRAMME, "GET")
def handout(request: StaffRequest, visit_id: int) -> HttpResponse:
    """What was given, to print, in the patient's language."""
    visit, found = live_of(request, visit_id)
    record(by=request.actor, action="read", subject=visit, kind="handout")
    with translation.override(found.handout.language):
        return render(request, "intake/patient/handout.html", paper_of(visit, found))


@staff(Permission.GIVE_PROGRAMME, "GET")
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
        "is_paused": False,
        "has_copy": True,
    }


@staff(Permission.GIVE_PROGRAMME, "POST")
def link(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Send the link again; the older one dies."""
    visit, _found = live_of(request, visit_id)
    sent = programmes.send_link(by=request.actor, at=timezone.now(), visit=visit)
    messages.success(request, "Sent again." if sent else said_of(is_sent=False).strip())
    return redirect("give", visit_id)


@staff(Permission.GIVE_PROGRAMME, "POST")
def end(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The patient's page says that the programme is over."""
    visit = own_visit(request, visit_id)
    is_ended = programmes.end(by=request.actor, at=timezone.now(), patient_id=visit.patient_id)
    messages.success(request, "The programme is ended." if is_ended else "It had ended before.")
    return redirect("give", visit_id)
