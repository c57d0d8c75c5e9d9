"""The link a patient was sent: looking at it changes nothing, the birth date opens it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from clinic.guards import public
from intake.commands.invitations import Opened, WrongBirthDate, find_live_link, open_link
from intake.forms.patients import BirthDateForm
from intake.guards import dead_link


@public("GET", "POST")
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what this is; POST exchanges link and birth date for a session without the token."""
    live = find_live_link(token=token, at=timezone.now())
    if live is None:
        return dead_link(request)
    request.clinic = live.clinic  # type: ignore[attr-defined]
    if request.method != "POST":
        return landing(request, BirthDateForm())
    form = BirthDateForm(request.POST)
    if not form.is_valid():
        return landing(request, form)
    outcome = open_link(
        token=token,
        birth_date=form.cleaned_data["birth_date"],
        at=timezone.now(),
        request_id=request.request_id,  # type: ignore[attr-defined]
    )
    return answer(request, form, outcome)


def answer(
    request: HttpRequest, form: BirthDateForm, outcome: Opened | WrongBirthDate | None
) -> HttpResponse:
    """What each outcome of opening looks like."""
    if isinstance(outcome, Opened):
        response = redirect("intake")
        response.set_cookie(
            settings.LINK_COOKIE_NAME,
            outcome.key,
            expires=outcome.expires_at,
            httponly=True,
            secure=settings.SECURE_COOKIES,
            samesite="Lax",
        )
        return response
    if outcome is None or not outcome.tries_left:
        return dead_link(request)
    form.add_error(None, form.wrong)
    return landing(request, form, tries_left=outcome.tries_left)


def landing(
    request: HttpRequest, form: BirthDateForm, tries_left: int | None = None
) -> HttpResponse:
    """Why, how long, who reads it, and the birth date."""
    return render(
        request,
        "intake/patient/link.html",
        {"form": form, "tries_left": tries_left},
        status=422 if form.errors else 200,
    )
