"""The admin's drafts: replayed on every sent intake, looked at, published. Counts, no patient."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import staff
from clinic.requests import StaffRequest
from intake.commands.questionnaires import NotRehearsed, WouldVanish, publish
from intake.commands.rehearsals import begin_rehearsal
from intake.forms.rehearsals import DraftForm, PublishForm
from intake.models import Rehearsal
from intake.queries.rehearsals import (
    Vanishing,
    all_drafts,
    changes_here,
    get_published_version,
    get_vanishing,
    list_changed,
    list_rehearsals,
    list_rereadings,
)
from intake.queries.replaying import get_draft
from intake.queries.sign_offs import is_content_signed


@staff(Permission.PUBLISH_PACK, "GET", "POST")
def overview(request: StaffRequest) -> HttpResponse:
    """Every draft, how far it is; another one is chosen here and replayed by the worker."""
    form = DraftForm(request.POST, request.FILES) if request.method == "POST" else DraftForm()
    if form.is_bound and form.is_valid():
        pack = form.cleaned_data["patterns"]
        rehearsal = begin_rehearsal(by=request.actor, at=timezone.now(), pack=pack)
        return redirect("rehearsal", rehearsal.pk)
    shown = {"form": form, "rehearsals": list_rehearsals(), "rereadings": list_rereadings()}
    status = 422 if form.errors else 200
    return render(request, "intake/staff/rehearsals.html", shown, status=status)


@staff(Permission.PUBLISH_PACK, "GET")
def show(request: StaffRequest, rehearsal_id: uuid.UUID) -> HttpResponse:
    """One draft: what each pattern would gain and lose at this clinic."""
    rehearsal = own_draft(rehearsal_id)
    vanishing = get_vanishing(rehearsal, request.user.clinic_id)
    return show_rehearsal(request, rehearsal, vanishing, PublishForm(vanished=vanishing.count))


@staff(Permission.PUBLISH_PACK, "GET", "POST")
def put_in_force(request: StaffRequest, rehearsal_id: uuid.UUID) -> HttpResponse:
    """Publish the draft, once what was sent meanwhile is replayed as well."""
    rehearsal = own_draft(rehearsal_id)
    if request.method != "POST":
        return redirect("rehearsal", rehearsal.pk)
    vanishing = get_vanishing(rehearsal, request.user.clinic_id)
    form = PublishForm(request.POST, vanished=vanishing.count)
    if not form.is_valid():
        return show_rehearsal(request, rehearsal, vanishing, form)
    pack, at = get_draft(rehearsal.pk), timezone.now()
    begin_rehearsal(by=request.actor, at=at, pack=pack)
    try:
        version = publish(by=request.actor, at=at, pack=pack, reason=form.cleaned_data["reason"])
    except NotRehearsed:
        messages.info(request, "Not all intakes are replayed yet. Wait a moment and try again.")
        return redirect("rehearsal", rehearsal.pk)
    except WouldVanish:
        # Some of those that were sent meanwhile: the page asks for the reason now.
        messages.error(request, "Red flags would vanish. Say why this is right.")
        return redirect("rehearsal", rehearsal.pk)
    messages.success(request, f"Pack {version.version} is in force. Open intakes are read again.")
    return redirect("rehearsals")


def own_draft(rehearsal_id: uuid.UUID) -> Rehearsal:
    """A draft. It belongs to no clinic: the counts on its page do."""
    return get_object_or_404(all_drafts(), pk=rehearsal_id)


def show_rehearsal(
    request: StaffRequest, rehearsal: Rehearsal, vanishing: Vanishing, form: PublishForm
) -> HttpResponse:
    """The page. Reading it is audited."""
    record(by=request.actor, action="read", subject=rehearsal)
    shown = {
        "rehearsal": rehearsal,
        "vanishing": vanishing,
        "changes": [one for one in changes_here(rehearsal) if one.is_any],
        "published": get_published_version(rehearsal),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "intake/staff/rehearsal.html", shown, status=status)


@staff(Permission.READ_BRIEF, "GET")
def changed(request: StaffRequest, rehearsal_id: uuid.UUID) -> HttpResponse:
    """Which of her own patients' briefs a draft would change. Reading it is audited."""
    rehearsal = own_draft(rehearsal_id)
    record(by=request.actor, action="read", subject=rehearsal, kind="changed")
    shown = {
        "rehearsal": rehearsal,
        "visits": list_changed(rehearsal, request.user),
        "pack_is_draft": not is_content_signed(rehearsal.content_hash),
    }
    return render(request, "intake/staff/changed.html", shown)
