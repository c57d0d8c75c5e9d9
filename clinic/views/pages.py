"""Pages for anybody: the landing page, privacy, accessibility, liveness, and the way home."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from clinic.access import Permission
from clinic.guards import public, staff
from clinic.requests import StaffRequest


@public("GET")
def landing(request: HttpRequest) -> HttpResponse:
    """What this is, for whoever arrives without a link."""
    return render(request, "clinic/landing.html")


@public("GET")
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept and who reads it."""
    return render(request, "clinic/privacy.html")


@public("GET")
def accessibility(request: HttpRequest) -> HttpResponse:
    """What works for whom, and what is not tested yet."""
    return render(request, "clinic/accessibility.html")


@public("GET")
def alive(request: HttpRequest) -> HttpResponse:
    """Liveness: this process answers. Says nothing else."""
    return HttpResponse("alive", content_type="text/plain")


@public("POST")
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language and go back to the page."""
    chosen, back = request.POST.get("language", ""), request.POST.get("next", "")
    # A word without a slash would be taken for the name of a view.
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    return remember(redirect(back), chosen)


def remember(response: HttpResponse, chosen: str) -> HttpResponse:
    """Keep the chosen language, if it is one of ours, in a cookie."""
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=30 * 24 * 3600,
            httponly=True,
            secure=settings.SECURE_COOKIES,
            samesite="Lax",
        )
    return response


@staff(Permission.OPEN_HOME, "GET")
def home(request: StaffRequest) -> HttpResponse:
    """Each role's own first page."""
    first = {"therapist": "today", "desk": "desk", "admin": "settings"}
    return redirect(first[request.user.role])


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the cookie, or not ours. The page says to go back and send again."""
    return render(request, "400.html", status=403)
