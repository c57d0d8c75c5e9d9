"""The therapist's note on a page of its own: write, put in, save, sign, amend."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from clinic.access import Permission
from clinic.commands.audit import record
from clinic.guards import staff
from clinic.models import Appointment
from clinic.requests import StaffRequest
from intake.commands import notes
from intake.forms.notes import AGAIN, CHOICES, NoteForm
from intake.forms.staff import AddendumForm
from intake.merging import Seen
from intake.models import Note, Response
from intake.models.notes import kept_of, with_answers
from intake.pieces import Piece, list_pieces
from intake.queries.at_home import get_home
from intake.queries.blocks import list_blocks
from intake.queries.briefs import get_brief
from intake.queries.followups import get_again
from intake.queries.moved import Moved, get_moved
from intake.queries.scores import get_scales
from intake.queries.sign_offs import is_draft
from intake.soap import KEYS, PARTS, put_in
from intake.views.briefs import own_visit, show_brief
from intake.wishes import USUAL_MINUTES, WISH

SIGNED = "This note is signed. Add an addendum instead."
ANOTHERS = "A colleague has begun the note of this visit."
EMPTY = "Write something before you save"
REFUSALS = (notes.NoteSigned, notes.NoteOfAnother, notes.NothingWritten)
DIFFERS = "Another window wrote here too"


@staff(Permission.WRITE_NOTE, "GET", "POST")
def note(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The draft; what is signed or a colleague's is read on the brief."""
    visit = own_visit(request, visit_id)
    if request.method == "POST":
        return keep(request, visit)
    kept: Note | None = getattr(visit, "note", None)
    if kept and (kept.is_signed or kept.author_id != request.user.pk):
        return redirect(reverse("brief", args=[visit_id]) + "#note")
    return show_note(request, visit)


def keep(request: StaffRequest, visit: Appointment) -> HttpResponse:
    """Save what was typed, with what was to be put in; then sign it, if that was asked."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show_note(request, visit, status=422, form=form)
    more = asked_for(request, visit)
    parts = form.parts | {key: put_in(form.parts.get(key, ""), text) for key, text in more.items()}
    try:
        saved = notes.save_note(
            by=request.actor,
            at=timezone.now(),
            appointment=visit,
            parts=parts,
            seen=form.drawn,
            is_signed=request.POST.get("action") == "sign",
        )
    except REFUSALS as error:
        return refuse(request, visit, form, error)
    if saved.differing or saved.moved_from:
        return show_both(request, visit.pk, parts, saved)
    if saved.note.is_signed:
        messages.success(request, "The note is signed.")
        return redirect(reverse("brief", args=[visit.pk]) + "#note")
    if not more:
        messages.success(request, "The note is saved as a draft.")
    return redirect(
        reverse("note", args=[visit.pk]) + (f"#part-{next(iter(more))}" if more else "")
    )


def asked_for(request: StaffRequest, visit: Appointment) -> Mapping[str, str]:
    """The text of the fact or block whose button was pressed, by part."""
    wanted = request.POST.get("insert", "")
    if not wanted:
        return {}
    if found := next((one for one in list_blocks(request.user) if one.id == wanted), None):
        return found.texts
    return {one.part: one.text for one in pieces_of(request, visit) if one.key == wanted}


def pieces_of(request: StaffRequest, visit: Appointment) -> tuple[Piece, ...]:
    """The facts of the brief."""
    zone = request.user.clinic.zone
    today = timezone.localdate(timezone=zone)
    brief = get_brief(visit, today, zone)
    return list_pieces(brief, get_scales(visit), get_home(visit, today, zone))


def refuse(
    request: StaffRequest, visit: Appointment, form: NoteForm, error: Exception
) -> HttpResponse:
    """The page again, with the typed text kept in it."""
    form.add_error(KEYS[0] if isinstance(error, notes.NothingWritten) else None, said_of(error))
    return show_note(request, visit, status=422, form=form)


def said_of(error: Exception) -> str:
    """The sentence for a refusal."""
    said: dict[type[Exception], str] = {
        notes.NoteSigned: SIGNED,
        notes.NoteOfAnother: ANOTHERS,
        notes.NothingWritten: EMPTY,
    }
    return said[type(error)]


def show_both(
    request: StaffRequest, visit_id: int, parts: Mapping[str, str], saved: notes.Saved
) -> HttpResponse:
    """What was typed stays in the box; what the other window wrote stands below it.

    What the patient answered meanwhile stands above.
    """
    form = NoteForm({**request.POST.dict(), **parts})
    form.is_valid()
    for key in saved.differing:
        form.add_error(AGAIN[0] if key == WISH else key, DIFFERS)
    visit = own_visit(request, visit_id)
    if saved.moved_from:
        moved = get_moved(visit, saved.moved_from, request.user.clinic.zone)
        form.add_error(None, said_of_answers(moved))
    return show_note(request, visit, status=422, form=form, differing=saved.differing)


def said_of_answers(moved: Moved) -> str:
    """Why the note was not signed: what the patient changed."""
    lines = [
        f"Not signed: the patient saved answers at {moved.at}, after this page was opened.",
        f"New: {', '.join(moved.raised)}." if moved.raised else "",
        f"No longer: {', '.join(moved.closed)}." if moved.closed else "",
        "" if moved.raised or moved.closed else "No flag came or went.",
        "Your text is kept as a draft. Read the brief; then sign again.",
    ]
    return " ".join(filter(None, lines))


def show_note(
    request: StaffRequest,
    visit: Appointment,
    *,
    status: int = 200,
    form: NoteForm | None = None,
    differing: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The page. Reading it is audited."""
    record(by=request.actor, action="read", subject=visit, kind="note")
    zone = request.user.clinic.zone
    today = timezone.localdate(timezone=zone)
    brief = get_brief(visit, today, zone)
    kept: Note | None = getattr(visit, "note", None)
    pieces = list_pieces(brief, get_scales(visit), get_home(visit, today, zone))
    blocks = list_blocks(request.user)
    shown = {
        "brief": brief,
        "note": kept,
        "form": form,
        "templates": [block for block in blocks if block.is_template],
        "seen": seen_of(visit, kept),
        "again": get_again(kept, today),
        "wish": wish_of(form, kept),
        "other_wish": (differing or {}).get(WISH),
        "parts": [
            {
                "part": part,
                "text": text_of(form, kept, part.key),
                "errors": form.errors.get(part.key) if form else None,
                "other": (differing or {}).get(part.key),
                "pieces": [piece for piece in pieces if piece.part == part.key],
                "blocks": [block for block in blocks if block.only_part == part.key],
            }
            for part in PARTS
        ],
        "pack_is_draft": is_draft(visit),
    }
    return render(request, "intake/staff/note.html", shown, status=status)


def seen_of(visit: Appointment, kept: Note | None) -> Seen:
    """What the page is drawn from: the parts, the wish, and the patient's answers."""
    parts = (kept.kept if kept else kept_of(visit.pk, {})).seen((*KEYS, WISH))
    response: Response | None = getattr(visit, "response", None)
    return with_answers(parts, response.saved_at if response else None)


def wish_of(form: NoteForm | None, kept: Note | None) -> dict[str, Any]:
    """The three choices of a follow-up and what is chosen, typed or saved."""
    chosen = (kept.wish if kept else "").split() or ["", str(USUAL_MINUTES), "same"]
    if form is not None and AGAIN[0] in form.data:
        chosen = [str(form.data.get(name, "")) for name in AGAIN]
    labels = ("When", "How long", "With whom")
    return {
        name: {"label": label, "chosen": value, "choices": choices}
        for name, label, value, choices in zip(AGAIN, labels, chosen, CHOICES, strict=True)
    }


def text_of(form: NoteForm | None, kept: Note | None, key: str) -> str:
    """What stands in a box: typed, else saved."""
    if form is not None and key in form.data:
        return str(form.data[key])
    return kept.parts.get(key, "") if kept else ""


@staff(Permission.WRITE_NOTE, "POST")
def save(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Keep the draft while it is typed, for the page's script."""
    visit, form = own_visit(request, visit_id), NoteForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"text": said_of_form(form)}, status=422)
    try:
        saved = notes.save_note(
            by=request.actor,
            at=timezone.now(),
            appointment=visit,
            parts=form.parts,
            seen=form.drawn,
            is_signed=False,
        )
    except notes.NothingWritten:
        return JsonResponse({"seen": str(form.drawn), "differ": {}, "at": ""})
    except REFUSALS as error:
        return JsonResponse({"text": said_of(error)}, status=409)
    return JsonResponse(answer_of(form.drawn, saved))


def said_of_form(form: NoteForm) -> str:
    """Why a draft is not kept."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    if "max_length" in codes:
        return "Too long to be saved."
    if "null_characters_not_allowed" in codes:
        return "It holds an invisible character that cannot be saved: take out what was pasted."
    return "The page was out of date: copy your text and open the note again."


def answer_of(drawn: Seen, saved: notes.Saved) -> dict[str, Any]:
    """The page's new stamps; of a part that differs, the other window's text with its stamp."""
    kept = saved.note.kept
    taken = {key: kept.stamp(key) for key in saved.taken}
    return {
        "seen": str(Seen(drawn.of, {**drawn.stamps, **taken})),
        "differ": {
            key: {"text": text, "stamp": kept.stamp(key)} for key, text in saved.differing.items()
        },
        "at": timezone.localtime(saved.note.saved_at).strftime("%H:%M"),
    }


@staff(Permission.WRITE_NOTE, "GET", "POST")
def amend(request: StaffRequest, note_id: uuid.UUID) -> HttpResponse:
    """Add to a signed note."""
    signed = get_object_or_404(
        Note.objects.visible_to(request.user).exclude(signed_at=None), pk=note_id
    )
    visit = own_visit(request, signed.appointment_id)
    if request.method != "POST":
        return redirect("brief", visit.pk)
    form = AddendumForm(request.POST)
    if not form.is_valid():
        return show_brief(request, visit, status=422, note_form=form)
    notes.amend(
        by=request.actor,
        at=timezone.now(),
        note=signed,
        text=form.cleaned_data["text"],
        key=form.cleaned_data["key"],
    )
    messages.success(request, "The addendum is added.")
    return redirect("brief", visit.pk)
