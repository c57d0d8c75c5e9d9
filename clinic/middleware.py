"""What holds for every request: an id, no caching, a language, and the limits of a session."""

import time
import uuid
from collections.abc import Callable

from csp.utils import build_policy
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

Next = Callable[[HttpRequest], HttpResponse]
PATIENT_PAGES = (
    *("/i/", "/intake/", "/programme/", "/kiosk/"),
    *("/language/", "/privacy/", "/accessibility/"),
)
SEEN_EVERY_SECONDS = 60
# Shorter things are typed again; and nothing of the pages about one's own account.
WORTH_KEEPING, OWN_ACCOUNT = 20, "/account/"
OF_THE_FRAME = ("csrfmiddlewaretoken", "seen")


def request_id(get_response: Next) -> Next:
    """Name the request, so that a log line and an audit row can be put side by side."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response

    return middleware


def content_policy(get_response: Next) -> Next:
    """One policy for every page: it is put together once, not for each answer."""
    policy = build_policy()

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Content-Security-Policy"] = policy
        return response

    return middleware


def private_by_default(get_response: Next) -> Next:
    """No page is kept by a cache, no page uses a device's sensors (D-14, D-16)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Cache-Control"] = "no-store"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), usb=()"
        return response

    return middleware


def page_language(get_response: Next) -> Next:
    """Patients read in their language; the staff's pages are English."""

    def middleware(request: HttpRequest) -> HttpResponse:
        is_patients = request.path == "/" or request.path.startswith(PATIENT_PAGES)
        chosen = translation.get_language_from_request(request) if is_patients else "en"
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = get_response(request)
            response.headers.setdefault("Content-Language", chosen)
            return response

    return middleware


def typed_texts(request: HttpRequest) -> list[str]:
    """What somebody wrote who was signed out meanwhile: it is given back, never saved."""
    if request.path.startswith(OWN_ACCOUNT):
        return []
    sent = [values for name, values in request.POST.lists() if name not in OF_THE_FRAME]
    texts = (value for values in sent for value in values)
    return [text for text in texts if len(text) > WORTH_KEEPING and " " in text]


def session_limits(get_response: Next) -> Next:
    """Sign the staff out after 15 idle minutes and after 12 hours (D-06)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            session, now = request.session, int(time.time())
            began = session.setdefault("began_at", now)
            seen = session.setdefault("seen_at", now)
            is_idle = now - seen > settings.SESSION_IDLE_SECONDS
            if is_idle or now - began > settings.SESSION_ABSOLUTE_SECONDS:
                logout(request)
                if texts := typed_texts(request):
                    return render(request, "clinic/kept.html", {"texts": texts}, status=403)
                messages.info(request, "You were signed out after a pause. Please sign in again.")
                return redirect_to_login(request.get_full_path())
            if now - seen > SEEN_EVERY_SECONDS:
                session["seen_at"] = now
        return get_response(request)

    return middleware
