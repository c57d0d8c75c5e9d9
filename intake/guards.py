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
from clinic.guards import Guard, View, allowed, declared, lacks_second_factor
from clinic.queries.settings import get_only_clinic
from clinic.walls import inside_clinic
from intake.commands.invitations import Opened, find_session
from intake.commands.kiosk import KIOSK_MARK, stay_awake
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
            if session is None and key.startswith(KIOSK_MARK):
                return redirect("kiosk_over")
            if session is None or is_anothers_call(request, session):
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
    request.way = session.way
    request.actor = Actor(
        Kind.PATIENT, str(session.invitation_id), session.clinic_id, request.request_id
    )
    if session.typed_by_id:
        request.actor = Actor(
            Kind.STAFF, str(session.typed_by_id), session.clinic_id, request.request_id
        )
    if session.way == "kiosk":
        stay_awake(session=session, at=timezone.now())


def is_anothers_call(request: HttpRequest, session: LinkSession) -> bool:
    """A call is typed by the one who took it, signed in as the clinic asks."""
    if session.typed_by_id is None:
        return False
    is_typist = request.user.is_authenticated and request.user.pk == session.typed_by_id
    return not is_typist or lacks_second_factor(request)


def keep_key(response: HttpResponse, opened: Opened) -> HttpResponse:
    """The cookie of a session. A tablet's ends with its browser, whatever the date says."""
    is_kiosk = opened.key.startswith(KIOSK_MARK)
    response.set_cookie(
        settings.LINK_COOKIE_NAME,
        opened.key,
        expires=None if is_kiosk else opened.expires_at,
        httponly=True,
        secure=settings.SECURE_COOKIES,
        samesite="Lax",
    )
    return response


def dead_link(request: HttpRequest) -> HttpResponse:
    """One page for an unknown, used, expired and revoked link: it tells nothing apart."""
    hours = get_hours(get_only_clinic(), get_language() or "en")
    return render(
        request,
        "intake/patient/dead_link.html",
        {"phone": settings.DEPLOYMENT_PHONE, "hours": hours},
        status=404,
    )
