"""Saving while somebody types, and finishing later."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from clinic.models import Contact
from intake.forms.drawn import Drawn
from intake.guards import patient
from intake.merging import Kept, Merge, Seen
from intake.models import Invitation, Response
from intake.queries.messages import unread
from intake.requests import PatientRequest
from intake.views.filling import Paper, open_response, own_response, send_link, take
from intake.views.instruments import open_sheet
from intake.views.pages import open_page
from intake.views.places import open_places


@patient("POST")
def save(request: PatientRequest, key: str) -> HttpResponse:
    """Keep the answers named in `only`. What is left empty or half typed is no error yet."""
    response = open_response(request)
    if isinstance(response, HttpResponse):
        return response
    paper = open_paper(request, response, key)
    drawn = Drawn.read(request.POST, paper.names, only=request.POST.getlist("only"))
    form, merged = take(paper, drawn, is_typing=True)
    now = paper.again()
    return JsonResponse(
        {
            "seen": str(newer(drawn.seen, merged, now.kept)),
            "refused": sorted({*form.errors, *merged.differing}),
            "differ": bool(merged.differing),
            "warning": now.warning(),
        }
    )


def open_paper(request: PatientRequest, response: Response, key: str) -> Paper:
    """The page that is typed on: the places, one of an instrument, or one of our own."""
    if key == "places":
        return open_places(request, response)
    sheet = open_sheet(request, response, key) if key[0].isdigit() else None
    return sheet or open_page(request, response, key)


def newer(seen: Seen, merged: Merge, kept: Kept) -> Seen:
    """The page's stamps after saving: only what was taken from it is drawn from what is saved."""
    taken = {name: kept.stamp(name) for name in merged.taken if name in seen.stamps}
    return Seen(seen.of, {**seen.stamps, **taken})


@patient("GET", "POST")
def later(request: PatientRequest) -> HttpResponse:
    """Finish later: POST sends the link again, GET says that it is on its way."""
    if request.method == "POST":
        return send_link(request)
    response = own_response(request)
    if response and unread(response):
        return redirect("warning")
    invitation = Invitation.objects.get(pk=request.invitation_id)
    has_address = bool(Contact.objects.get(patient=invitation.patient_id).email)
    return render(request, "intake/patient/later.html", {"has_address": has_address})
