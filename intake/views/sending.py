"""Check the answers, sign and send them once, keep the receipt."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clinic.commands.audit import record
from intake.commands import responses
from intake.forms.patients import SignForm
from intake.guards import patient
from intake.models import Response
from intake.notices import Words
from intake.paper import Unavailable, as_pdf
from intake.queries.contradictions import list_unasked
from intake.queries.messages import unread
from intake.queries.notices import get_words
from intake.queries.pages import get_draft, get_sections, url_of
from intake.queries.receipts import get_receipt
from intake.queries.sheets import first_open_url, list_missing, list_sections
from intake.requests import PatientRequest
from intake.views.filling import language_of, own_response, sent_already, today
from intake.views.kiosk import locked


@patient("GET")
def check(request: PatientRequest) -> HttpResponse:
    """Every answer before it is sent, each with a way to change it."""
    response = own_response(request)
    if response is None or response.is_submitted or unread(response):
        return redirect("intake")
    draft, language = get_draft(response, today(request)), language_of(request)
    missing = [
        {"text": item.text(language), "url": f"{url_of(draft, item.link_id)}?from=check"}
        for item in draft.missing()
    ] + list_missing(response, language)
    instruments = list_sections(response, language, may_change=True)
    return render(
        request,
        "intake/patient/check.html",
        {
            "sections": get_sections(draft, language) + instruments,
            "is_complete": not missing,
            "missing": missing,
            "next_url": reverse("fit" if list_unasked(draft) else "sign"),
        },
    )


@patient("GET", "POST")
def sign(request: PatientRequest) -> HttpResponse:
    """The signature; sending the same form twice sends once."""
    statement = get_words(request.clinic, "statement", language_of(request))
    if request.method == "POST":
        form = SignForm(request.POST)
        return (
            send(request, form, statement) if form.is_valid() else signing(request, form, statement)
        )
    response = own_response(request)
    if response is None or response.is_submitted or unread(response):
        return redirect("intake")
    draft = get_draft(response, today(request))
    if draft.missing() or first_open_url(response):
        return redirect("check")
    if list_unasked(draft):
        return redirect("fit")
    return signing(request, SignForm(initial={"key": uuid.uuid4()}), statement)


def send(request: PatientRequest, form: SignForm, statement: Words) -> HttpResponse:
    """Submit; what is still open leads back to the check."""
    try:
        responses.submit(
            by=request.actor,
            at=timezone.now(),
            invitation_id=request.invitation_id,
            key=form.cleaned_data["key"],
            signer=signer(request, form),
            statement=statement,
            today=today(request),
            session=bytes(request.link_session.pk) if request.way == "link" else b"",
            way=request.way,
        )
    except responses.AlreadySubmitted:
        return sent_already(request)
    except responses.Incomplete:
        return redirect("check")
    except responses.Unasked:
        return redirect("fit")
    except (responses.MessageUnread, Response.DoesNotExist):
        return redirect("intake")
    return after_sending(request)


def signer(request: PatientRequest, form: SignForm) -> str:
    """The name as it signs; on the phone somebody else wrote it, and the record says so."""
    name: str = form.cleaned_data["name"]
    return f"{name} – read out and agreed by phone" if request.way == "phone" else name


def after_sending(request: PatientRequest) -> HttpResponse:
    """The receipt on the patient's own device; a tablet locks, the desk is back at its page."""
    if request.way == "kiosk":
        return locked(request, is_sent=True)
    if request.way == "phone":
        messages.success(request, "Sent. The answers are with the therapist.")
        back = redirect("desk")
        back.delete_cookie(settings.LINK_COOKIE_NAME)
        return back
    return redirect("receipt")


def signing(request: PatientRequest, form: SignForm, statement: Words) -> HttpResponse:
    """The page with the statement and the name."""
    return render(
        request,
        "intake/patient/sign.html",
        {"form": form, "statement": statement.paragraphs, "submit_key": form["key"].value()},
        status=422 if form.errors else 200,
    )


@patient("GET")
def receipt(request: PatientRequest) -> HttpResponse:
    """What was sent, word for word, and what happens next."""
    response = own_response(request)
    if response is None or not response.is_submitted:
        return redirect("intake")
    return show_receipt(request, response, has_copy=True)


def show_receipt(request: PatientRequest, response: Response, *, has_copy: bool) -> HttpResponse:
    """The page; without the library for the copy it says to print instead."""
    kept = get_receipt(response, request.clinic.zone, language_of(request))
    context = {"receipt": kept, "has_copy": has_copy}
    return render(request, "intake/patient/receipt.html", context)


@patient("GET")
def copy(request: PatientRequest) -> HttpResponse:
    """The receipt as a PDF. Its name says nothing but the reference."""
    response = own_response(request)
    if response is None or not response.is_submitted:
        return redirect("intake")
    kept = get_receipt(response, request.clinic.zone, language_of(request))
    try:
        sheet = as_pdf(render_to_string("intake/patient/copy.html", {"receipt": kept}, request))
    except Unavailable:
        return show_receipt(request, response, has_copy=False)
    record(by=request.actor, action="copied", subject=response)
    name = f'attachment; filename="{kept.reference}.pdf"'
    headers = {"Content-Disposition": name}
    return HttpResponse(sheet, content_type="application/pdf", headers=headers)
