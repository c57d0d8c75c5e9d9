"""The decorator every view starts with: who may, by which method, inside which clinic (D-15)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from clinic.access import Actor, Kind, Permission
from clinic.commands.audit import record_denial
from clinic.requests import StaffRequest
from clinic.walls import inside_clinic

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Guard:
    """What a view declared, for the start-up check and the tests that walk the URLs."""

    audience: str
    methods: frozenset[str]
    permission: Permission | None = None


def allowed(*methods: str) -> frozenset[str]:
    """The methods; whoever may GET may HEAD."""
    return frozenset(methods) | ({"HEAD"} if "GET" in methods else set())


def declared(view: View, guard: Guard) -> View:
    """Write on a view what it declared: the start-up check reads it there."""
    view.guard = guard  # type: ignore[attr-defined]
    return view


def public(*methods: str) -> Callable[[View], View]:
    """For anybody. Such a view reads no patient's row."""
    guard = Guard("public", allowed(*methods))

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in guard.methods:
                return HttpResponseNotAllowed(sorted(guard.methods))
            return view(request, *args, **kwargs)

        return login_not_required(declared(guarded, guard))

    return declare


def staff(permission: Permission, *methods: str) -> Callable[[View], View]:
    """For accounts whose role holds `permission`; the view runs in a transaction of their clinic.

    A wrong role is 403, a row outside what the account may see 404; both leave a denial in the
    audit trail, in a transaction of its own because the refused one is rolled back.
    """
    guard = Guard("staff", allowed(*methods), permission)

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if lacks_second_factor(request):
                return to_second_factor(request)
            request.actor = actor_of(request)
            if not request.user.may(permission):
                record_denial(by=request.actor, view=view.__name__)
                raise PermissionDenied
            if request.method not in guard.methods:
                return HttpResponseNotAllowed(sorted(guard.methods))
            try:
                clinic = request.user.clinic
                with inside_clinic(clinic.pk), timezone.override(clinic.zone):
                    return view(request, *args, **kwargs)
            except Http404:
                record_denial(by=request.actor, view=view.__name__)
                raise

        return declared(guarded, guard)

    return declare


def fresh(view: View) -> View:
    """Below `staff`: only within five minutes of having proved again who they are (D-06)."""

    @wraps(view)
    def proved(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if did_recently_reauthenticate(request):
            return view(request, *args, **kwargs)
        return redirect_to_login(request.get_full_path(), reverse("account_reauthenticate"))

    return proved


def actor_of(request: StaffRequest) -> Actor:
    """The signed-in account as the audit trail names it."""
    return Actor(Kind.STAFF, str(request.user.pk), request.user.clinic_id, request.request_id)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened by a password alone where that is not enough (D-07)."""
    if not settings.MFA_IS_REQUIRED:
        return False
    records = get_authentication_records(request, request.user)
    return not any(record.get("method") == "mfa" for record in records)


def to_second_factor(request: HttpRequest) -> HttpResponse:
    """To setting one up; whoever just has is asked to sign in with it, and told why."""
    if not is_mfa_enabled(request.user):
        return redirect("mfa_index")
    logout(request)
    messages.info(request, "Your second step is set up. Please sign in with it now.")
    return redirect_to_login(request.get_full_path())
