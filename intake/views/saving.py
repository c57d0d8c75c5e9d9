"""Saving while somebody types, and finishing later."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from clinic.models import Contact
from intake.commands import responses
from intake.forms.answers import AnswersForm
from intake.forms.drawn import Drawn
from intake.guards import keep_typed, patient
from intake.merging import Seen
from intake.models import Invitation, Urgency
from intake.queries.pages import Draft, get_draft
from intake.requests import PatientRequest
from intake.views.pages import (
    is_of_another,
    merge_page,
    own_response,
    send_link,
    tell,
    today,
)


@patient("POST")
def save(request: PatientRequest, key: str) -> HttpResponse:
    """Keep the answers named in `only`. What is left empty or half typed is no error yet."""
    response = own_response(request)
    if is_of_another(request, response):
        return keep_typed(request)
    if response is None:
        return redirect("intake")
    if response.is_submitted:
        return JsonResponse({}, status=409)
    draft = get_draft(response, today(request))
    drawn = Drawn.read(request.POST, draft, key, only=request.POST.getlist("only"))
    form = AnswersForm(
        questionnaire=draft.questionnaire,
        items=drawn.items,
        saved=draft.saved,
        data=request.POST,
        is_typing=True,
    )
    form.is_valid()
    try:
        merged = merge_page(request, draft, form, drawn)
    except responses.AlreadySubmitted:
        return JsonResponse({}, status=409)
    now = get_draft(merged.response, today(request))
    return JsonResponse(
        {
            "seen": str(newer(drawn.seen, merged)),
            "refused": sorted({*form.errors, *merged.differing}),
            "differ": bool(merged.differing),
            "warning": warning_now(request, now, key),
        }
    )


def newer(seen: Seen, merged: responses.Merged) -> Seen:
    """The page's stamps after saving: only what was taken from it is drawn from what is saved."""
    taken = {key: merged.response.kept.stamp(key) for key in merged.taken if key in seen.stamps}
    return Seen(seen.of, {**seen.stamps, **taken})


def warning_now(request: PatientRequest, draft: Draft, key: str) -> str:
    """The message of an emergency, as soon as nothing more is asked on this page about it."""
    if draft.response.urgency < Urgency.EMERGENCY:
        return ""
    here = draft.page(key)
    if here and any(item in here.items for item in draft.missing()):
        return ""
    message = tell(request, draft)
    if message is None or message.urgency < Urgency.EMERGENCY:
        return ""
    shown = {"urgency": message.get_urgency_display(), "text": message.text}
    return render_to_string(
        "intake/patient/warning_now.html", {"message": shown, "clinic": request.clinic}
    )


@patient("GET", "POST")
def later(request: PatientRequest) -> HttpResponse:
    """Finish later: POST sends the link again, GET says that it is on its way."""
    if request.method == "POST":
        return send_link(request)
    invitation = Invitation.objects.get(pk=request.invitation_id)
    has_address = bool(Contact.objects.get(patient=invitation.patient_id).email)
    return render(request, "intake/patient/later.html", {"has_address": has_address})
