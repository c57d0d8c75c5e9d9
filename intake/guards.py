"""The decorator of a patient's view: a live link session, inside its clinic (D-04)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language

from clinic.access import Actor, Kind
from clinic.guards import Guard, View, allowed, declared, lacks_second_factor
from clinic.queries.settings import get_only_clinic
from clinic.views.pages import remember
from clinic.walls import inside_clinic
from intake.commands.invitations import Opened, find_session
from intake.commands.kiosk import KIOSK_MARK, stay_awake
from intake.commands.resending import ask_for_link
from intake.models import LinkSession, Response
from intake.models.invitations import Purpose
from intake.queries.notices import get_hours
from intake.requests import PatientRequest

# Where a link of each purpose leads, and where it asks for a code.
FIRST_PAGE = {Purpose.INTAKE: "intake", Purpose.PROGRAMME: "programme"}
CODE_PAGE = {Purpose.INTAKE: "code", Purpose.PROGRAMME: "programme_code"}


def cookie_of(purpose: str) -> str:
    """One for each purpose: opening the programme does not close a draft."""
    is_intake = purpose == Purpose.INTAKE
    return settings.LINK_COOKIE_NAME if is_intake else settings.PROGRAMME_COOKIE_NAME


def patient(
    *methods: str, before_code: bool = False, purpose: Purpose = Purpose.INTAKE
) -> Callable[[View], View]:
    """For a browser that opened a link; anybody else gets the page of a dead one.

    A second device is held at the code; `before_code` marks the view that asks for it.
    """
    guard = Guard("patient", allowed(*methods))

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: PatientRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in guard.methods:
                return HttpResponseNotAllowed(sorted(guard.methods))
            key = request.COOKIES.get(cookie_of(purpose), "")
            session = find_session(key=key, at=timezone.now(), purpose=purpose) if key else None
            if session is None and key.startswith(KIOSK_MARK):
                return redirect("kiosk_over")
            if session is None or is_anothers_call(request, session):
                return turned_away(request, key)
            enter(request, session)
            if session.is_held is not before_code:
                if typed(request) and not before_code:
                    return keep_typed(request)
                return redirect((FIRST_PAGE if before_code else CODE_PAGE)[purpose])
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


def sees_last(request: PatientRequest, response: Response) -> bool:
    """Whether last time's answers may stand on this page (D-04): on the patient's own device, after
    a code. Never on a tablet, nor in a form that the desk began on the telephone.
    """
    is_own = request.way == "link" and response.way == "link"
    return is_own and request.link_session.code_given_at is not None


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
        cookie_of(opened.purpose),
        opened.key,
        expires=None if is_kiosk else opened.expires_at,
        httponly=True,
        secure=settings.SECURE_COOKIES,
        samesite="Lax",
    )
    return response


def turned_away(request: HttpRequest, key: str) -> HttpResponse:
    """No live session: what was typed is given back, and the desk hears who asks for a link."""
    if "ask" in request.POST:
        return ask_again(request, key=key)
    return keep_typed(request) if typed(request) else dead_link(request)


def ask_again(request: HttpRequest, *, token: str = "", key: str = "") -> HttpResponse:
    """The same page whether the link ever lived or not."""
    ask_for_link(
        at=timezone.now(),
        request_id=request.request_id,  # type: ignore[attr-defined]
        token=token,
        key=key,
    )
    return render(request, "intake/patient/asked.html", {"phone": settings.DEPLOYMENT_PHONE})


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form sent, the fields of our own frame apart."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if value and name not in ("csrfmiddlewaretoken", "language", "later", "only")
    ]


def keep_typed(request: HttpRequest) -> HttpResponse:
    """The link ended while somebody typed: it all comes back, to be sent again after opening it.

    Only what this browser has just sent; nothing that is saved is shown.
    """
    chosen = request.POST.get("language", "")
    context = {
        "typed": typed(request),
        "action": request.get_full_path(),
        "answers_form": "answers",
        "phone": settings.DEPLOYMENT_PHONE,
    }
    with translation.override(chosen if chosen in dict(settings.LANGUAGES) else get_language()):
        page = render(request, "intake/patient/kept.html", context, status=404)
    return remember(page, chosen)


def dead_link(request: HttpRequest) -> HttpResponse:
    """One page for an unknown, used, expired and revoked link: it tells nothing apart."""
    hours = get_hours(get_only_clinic(), get_language() or "en")
    return render(
        request,
        "intake/patient/dead_link.html",
        {"phone": settings.DEPLOYMENT_PHONE, "hours": hours},
        status=404,
    )
