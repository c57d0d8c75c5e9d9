"""The therapist's note: save, sign, amend."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from clinic.access import Permission
from clinic.guards import staff
from clinic.requests import StaffRequest
from intake.commands import notes
from intake.forms.staff import NoteForm
from intake.models import Note
from intake.views.briefs import own_visit, show_brief


@staff(Permission.WRITE_NOTE, "POST")
def note(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Save the draft, or sign it: then it is frozen."""
    visit = own_visit(request, visit_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show_brief(request, visit, status=422, note_form=form)
    is_signed = request.POST.get("action") == "sign"
    try:
        notes.save_note(
            by=request.actor,
            at=timezone.now(),
            appointment=visit,
            text=form.cleaned_data["text"],
            is_signed=is_signed,
        )
    except notes.NoteSigned:
        return refuse(request, visit_id, form, "This note is signed. Add an addendum instead.")
    except notes.NoteOfAnother:
        return refuse(request, visit_id, form, "A colleague has begun the note of this visit.")
    messages.success(
        request, "The note is signed." if is_signed else "The note is saved as a draft."
    )
    return redirect("brief", visit_id)


def refuse(request: StaffRequest, visit_id: int, form: NoteForm, text: str) -> HttpResponse:
    """The brief as it is now, with the typed text kept in the form."""
    form.add_error("text", text)
    return show_brief(request, own_visit(request, visit_id), status=422, note_form=form)


@staff(Permission.WRITE_NOTE, "POST")
def amend(request: StaffRequest, note_id: uuid.UUID) -> HttpResponse:
    """Add to a signed note."""
    signed = get_object_or_404(Note.objects.exclude(signed_at=None), pk=note_id)
    visit = own_visit(request, signed.appointment_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show_brief(request, visit, status=422, note_form=form)
    notes.amend(
        by=request.actor,
        at=timezone.now(),
        note=signed,
        text=form.cleaned_data["text"],
    )
    messages.success(request, "The addendum is added.")
    return redirect("brief", visit.pk)
