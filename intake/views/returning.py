"""A patient who comes again: the code, what they come with, and "still true" of a section."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from intake.carried import ANEW, OTHER, SAME
from intake.commands import responses
from intake.commands.invitations import give_code
from intake.commands.returning import ask_for_last, come_again
from intake.forms.patients import LastCodeForm
from intake.guards import patient
from intake.merging import Seen
from intake.models import Response
from intake.queries.pages import Draft, get_draft
from intake.queries.returning import Last, about_what, get_last, still_true
from intake.requests import PatientRequest
from intake.rules.answers import plain
from intake.views.filling import language_of, open_response, own_response, today
from intake.views.last import is_offered_last, last_of
from intake.views.pages import way_on
from intake.wording import written_date


@patient("GET", "POST")
def again(request: PatientRequest) -> HttpResponse:
    """The offer, then the code, then whether it is the same problem as last time."""
    response = own_response(request)
    if response is None or not is_offered_last(request, response):
        return redirect("intake")
    choice = request.POST.get("choice")
    has_code = request.link_session.code_given_at is not None
    if choice == ANEW or (choice in (SAME, OTHER) and has_code):
        come_again(by=request.actor, response=response, again=choice)
        return redirect("intake")
    if has_code:
        return ask_what(request, response)
    if choice == "code":
        return send_code(request)
    form = LastCodeForm(request.POST if "code" in request.POST else None)
    if form.is_valid() and gives_code(request, form):
        return redirect("again")
    return ask_code(request, form)


def send_code(request: PatientRequest) -> HttpResponse:
    """Send a code, or say that none can be sent now."""
    is_sent = ask_for_last(by=request.actor, at=timezone.now(), session=request.link_session)
    return redirect("again") if is_sent else ask_code(request, LastCodeForm(), is_refused=True)


def gives_code(request: PatientRequest, form: LastCodeForm) -> bool:
    """Whether the code is right; a wrong one is said beside its field."""
    is_right = request.link_session.code_opens == "last" and give_code(
        by=request.actor,
        at=timezone.now(),
        session=request.link_session,
        code=form.cleaned_data["code"],
    )
    if not is_right:
        form.add_error("code", form.wrong)
    return is_right


def ask_code(request: PatientRequest, form: LastCodeForm, **shown: Any) -> HttpResponse:
    """The offer, or the field for the code that was sent."""
    is_sent = request.link_session.code_hash is not None
    status = 422 if form.errors else 200
    context = {"form": form, "is_sent": is_sent, **shown}
    return render(request, "intake/patient/again.html", context, status=status)


def ask_what(request: PatientRequest, response: Response) -> HttpResponse:
    """The same problem or another; where it hurt then helps to tell."""
    draft, language = get_draft(response, today(request)), language_of(request)
    last = get_last(draft, request.clinic.zone, again=SAME)
    context = {
        "day": written_date(last.sent_on, language) if last else "",
        "places": about_what(draft, last, language),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "intake/patient/which.html", context, status=status)


@patient("POST")
def still(request: PatientRequest, key: str) -> HttpResponse:
    """All that this section's page showed of last time is still true."""
    response = open_response(request)
    if isinstance(response, HttpResponse):
        return response
    draft = get_draft(response, today(request))
    last = last_of(request, draft)
    if last is None or draft.page(key) is None:
        return redirect("intake")
    return redirect(after(request, confirm(request, draft, key, last), key))


def confirm(request: PatientRequest, draft: Draft, key: str, last: Last) -> Draft:
    """Keep exactly what was shown, with the date on which it was told."""
    values = still_true(draft, key, last, Seen.read(request.POST.get("seen", "")))
    if not values:
        return draft
    page = responses.Page(
        asked=frozenset(values),
        answers={link_id: plain(value) for link_id, value in values.items()},
        declined=frozenset(),
        as_on={link_id: last.as_on[link_id] for link_id in values},
    )
    response = responses.save_answers(
        by=request.actor,
        at=timezone.now(),
        response_id=draft.response.pk,
        page=page,
        language=language_of(request),
        today=today(request),
        held=draft.response,
    )
    return get_draft(response, today(request))


def after(request: PatientRequest, draft: Draft, key: str) -> str:
    """What this section asks anew, or whatever comes after it."""
    here, declined = draft.page(key), draft.response.declined
    is_open = here and any(
        item.link_id not in draft.saved.values and item.link_id not in declined
        for item in here.items
    )
    return reverse("page", args=[key]) if is_open else way_on(request, draft, key)
