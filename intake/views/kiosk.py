"""A tablet handed over at the desk: opened by a code, locked when the patient has finished."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from clinic.guards import public
from clinic.requests import NamedRequest
from intake.commands import kiosk as tablets
from intake.commands.invitations import WrongBirthDate
from intake.forms.kiosk import KioskForm
from intake.guards import keep_key, patient
from intake.requests import PatientRequest


@public("GET", "POST")
def kiosk(request: NamedRequest) -> HttpResponse:
    """The code of the desk and the birth date open one intake; the staff's session ends here."""
    form = KioskForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return asking(request, form)
    outcome = tablets.open_kiosk(
        letters=form.letters,
        birth_date=form.cleaned_data["birth_date"],
        at=timezone.now(),
        request_id=request.request_id,
    )
    if outcome is None:
        form.add_error(None, form.dead)
        return asking(request, form)
    if isinstance(outcome, WrongBirthDate):
        form.add_error(None, form.wrong)
        return asking(request, form)
    logout(request)
    return keep_key(redirect("intake"), outcome)


def asking(request: NamedRequest, form: KioskForm) -> HttpResponse:
    """The page with the code."""
    status = 422 if form.errors else 200
    return render(request, "intake/patient/kiosk.html", {"form": form}, status=status)


@public("GET", "POST")
def over(request: NamedRequest) -> HttpResponse:
    """The locked page: nothing of anybody is on it, and this browser forgets what it knew."""
    key = request.COOKIES.get(settings.LINK_COOKIE_NAME, "")
    if request.method == "POST" and key.startswith(tablets.KIOSK_MARK):
        tablets.close_kiosk(key=key)
    return locked(request, is_sent=False)


def locked(request: NamedRequest, *, is_sent: bool) -> HttpResponse:
    """Give the tablet back."""
    response = render(request, "intake/patient/kiosk_over.html", {"is_sent": is_sent})
    if request.COOKIES.get(settings.LINK_COOKIE_NAME, "").startswith(tablets.KIOSK_MARK):
        response.delete_cookie(settings.LINK_COOKIE_NAME)
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response


@patient("POST")
def awake(request: PatientRequest) -> HttpResponse:
    """Somebody is still reading or typing; the guard has noted it."""
    return HttpResponse(status=204)
