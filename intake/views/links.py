"""The link a patient was sent: looking at it changes nothing, the birth date opens it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from clinic.guards import public
from clinic.views.pages import remember
from intake.commands.invitations import (
    NoCode,
    Opened,
    WrongBirthDate,
    find_live_link,
    find_session,
    give_code,
    open_link,
)
from intake.forms.patients import BirthDateForm, CodeForm
from intake.guards import FIRST_PAGE, ask_again, cookie_of, dead_link, keep_key, patient
from intake.models import LinkToken
from intake.models.invitations import Purpose
from intake.requests import PatientRequest


@public("GET", "POST")
def link(request: PatientRequest, token: str) -> HttpResponse:
    """GET shows what this is; POST exchanges link and birth date for a session."""
    if "ask" in request.POST:
        return ask_again(request, token=token)
    live = find_live_link(token=token, at=timezone.now())
    if live is None:
        return dead_link(request)
    if has_opened(request, live):
        return redirect(FIRST_PAGE[Purpose(live.purpose)])
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return open_or_ask(request, token, live)
    with translation.override(live.language):
        return remember(open_or_ask(request, token, live), live.language)


def open_or_ask(request: PatientRequest, token: str, live: LinkToken) -> HttpResponse:
    """The page of a live link, or what its birth date opens."""
    request.clinic = live.clinic
    if request.method != "POST":
        return landing(request, BirthDateForm(), live.purpose)
    form = BirthDateForm(request.POST)
    if not form.is_valid():
        return landing(request, form, live.purpose)
    outcome = open_link(
        token=token,
        birth_date=form.cleaned_data["birth_date"],
        at=timezone.now(),
        request_id=request.request_id,
    )
    return answer(request, form, outcome, live.purpose)


def has_opened(request: HttpRequest, live: LinkToken) -> bool:
    """Whether this browser has opened this intake before: it goes on where it stopped.

    One that still owes a code starts again: that is how it gets a new one.
    """
    key = request.COOKIES.get(cookie_of(live.purpose), "")
    session = find_session(key=key, at=timezone.now(), purpose=live.purpose) if key else None
    if session is None or session.is_held:
        return False
    return session.invitation_id == live.invitation_id


@patient("GET", "POST", before_code=True)
def code(request: PatientRequest) -> HttpResponse:
    """A second device gives the code that went to the address on file."""
    return take_code(request, Purpose.INTAKE)


@patient("GET", "POST", before_code=True, purpose=Purpose.PROGRAMME)
def programme_code(request: PatientRequest) -> HttpResponse:
    """The same, to see a programme that was ticked elsewhere."""
    return take_code(request, Purpose.PROGRAMME)


def take_code(request: PatientRequest, purpose: Purpose) -> HttpResponse:
    """Ask for the code, or let whoever gives the right one go on."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        is_right = give_code(
            by=request.actor,
            at=timezone.now(),
            session=request.link_session,
            code=form.cleaned_data["code"],
        )
        if is_right:
            return redirect(FIRST_PAGE[purpose])
        form.add_error("code", form.wrong)
    status = 422 if form.errors else 200
    context = {"form": form, "is_programme": purpose is Purpose.PROGRAMME}
    return render(request, "intake/patient/code.html", context, status=status)


def answer(
    request: HttpRequest,
    form: BirthDateForm,
    outcome: Opened | WrongBirthDate | NoCode | None,
    purpose: str,
) -> HttpResponse:
    """What each outcome of opening looks like."""
    if isinstance(outcome, NoCode):
        return render(request, "intake/patient/no_code.html", status=403)
    if isinstance(outcome, Opened):
        return keep_key(redirect(FIRST_PAGE[Purpose(purpose)]), outcome)
    if outcome is None or not outcome.tries_left:
        return dead_link(request)
    form.add_error(None, form.wrong)
    return landing(request, form, purpose, tries_left=outcome.tries_left)


def landing(
    request: HttpRequest, form: BirthDateForm, purpose: str, tries_left: int | None = None
) -> HttpResponse:
    """Why, how long, who reads it, and the birth date."""
    is_intake = purpose == Purpose.INTAKE
    return render(
        request,
        "intake/patient/link.html" if is_intake else "intake/patient/programme_link.html",
        {"form": form, "tries_left": tries_left},
        status=422 if form.errors else 200,
    )
