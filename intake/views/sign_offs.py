"""The admin's page about one published pack: who signed it off."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import staff
from clinic.requests import StaffRequest
from intake.commands import sign_offs
from intake.forms.sign_offs import SignOffForm
from intake.models import PackVersion
from intake.queries.sign_offs import get_pack_record


@staff(Permission.SIGN_OFF_PACK, "GET", "POST")
def pack(request: StaffRequest, pack_id: int) -> HttpResponse:
    """Who signed it, as it was recorded; or record it."""
    today = timezone.localdate(timezone=request.user.clinic.zone)
    form = SignOffForm(request.POST if request.method == "POST" else None, today=today)
    if not form.is_bound or not form.is_valid():
        return show(request, pack_id, form)
    signed = get_object_or_404(PackVersion, pk=pack_id)
    try:
        sign_offs.sign_off(by=request.actor, at=timezone.now(), pack=signed, **form.cleaned_data)
    except sign_offs.AlreadySigned:
        messages.error(request, "Somebody has recorded a signature in the meantime.")
    else:
        messages.success(request, "Recorded. Pages read with this pack say who signed it.")
    return redirect("pack", pack_id)


def show(request: StaffRequest, pack_id: int, form: SignOffForm) -> HttpResponse:
    """The page, with what was typed. Reading it is audited."""
    found = get_pack_record(request.user.clinic_id, pack_id)
    if found is None:
        raise Http404
    record(by=request.actor, action="read", subject=None, kind="pack")
    return render(
        request,
        "intake/staff/pack.html",
        {"pack": found, "form": form},
        status=422 if form.errors else 200,
    )


@staff(Permission.SIGN_OFF_PACK, "POST")
def withdraw(request: StaffRequest, pack_id: int) -> HttpResponse:
    """Take the signature back; the record keeps both."""
    signed = get_object_or_404(PackVersion, pk=pack_id)
    try:
        sign_offs.withdraw(by=request.actor, at=timezone.now(), pack=signed)
    except sign_offs.NotSigned:
        messages.error(request, "There is no signature to take back.")
    else:
        messages.success(request, "Taken back. Pages call this pack a draft again.")
    return redirect("pack", pack_id)
