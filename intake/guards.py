"""The decorator of a patient's view: a live link session, inside its clinic (D-04)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from clinic.access import Actor, Kind
from clinic.guards import Guard, View, allowed, declared
from clinic.queries.settings import get_only_clinic
from clinic.walls import inside_clinic
from intake.commands.invitations import find_session
from intake.models import LinkSession
from intake.queries.notices import get_hours
from intake.requests import PatientRequest


def patient(*methods: str, before_code: bool = False) -> Callable[[View], View]:
    """For a browser that opened a link; anybody else gets the page of a dead one.

    A second device is held at the code; `before_code` marks the view that asks for it.
    """
    guard = Guard("patient", allowed(*methods))

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: PatientRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in guard.methods:
                return HttpResponseNotAllowed(sorted(guard.methods))
            key = request.COOKIES.get(settings.LINK_COOKIE_NAME, "")
            session = find_session(key=key, at=timezone.now()) if key else None
            if session is None:
                return dead_link(request)
            enter(request, session)
            if (session.code_hash is not None) is not before_code:
                return redirect("intake" if before_code else "code")
            with inside_clinic(session.clinic_id), timezone.override(session.clinic.zone):
                return view(request, *args, **kwargs)

        return login_not_required(declared(guarded, guard))

    return declare


def enter(request: PatientRequest, session: LinkSession) -> None:
    """Put on the request whose intake it is."""
    request.clinic, request.link_session = session.clinic, session
    request.invitation_id = session.invitation_id
    request.actor = Actor(
        Kind.PATIENT, str(session.invitation_id), session.clinic_id, request.request_id
    )


def dead_link(request: HttpRequest) -> HttpResponse:
    """One page for an unknown, used, expired and revoked link: it tells nothing apart."""
    hours = get_hours(get_only_clinic(), get_language() or "en")
    return render(
        request,
        "intake/patient/dead_link.html",
        {"phone": settings.DEPLOYMENT_PHONE, "hours": hours},
        status=404,
    )
