"""The texts that are put into notes: one small page, kept by the therapists."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from clinic.access import Permission
from clinic.guards import staff
from clinic.requests import StaffRequest
from intake.commands import blocks
from intake.forms.notes import BlockForm
from intake.queries.blocks import list_kept
from intake.soap import COMES_WITH, Block


@staff(Permission.WRITE_NOTE, "GET", "POST")
def overview(request: StaffRequest) -> HttpResponse:
    """Every block, and a form for a new one."""
    if request.method == "GET":
        return show(request)
    form = BlockForm(request.POST)
    if not form.is_valid():
        return show(request, form)
    return keep(request, form, None)


@staff(Permission.WRITE_NOTE, "GET", "POST")
def change(request: StaffRequest, block_id: uuid.UUID) -> HttpResponse:
    """Change a block, or take it away."""
    if request.method != "POST":
        return redirect("blocks")
    if "drop" in request.POST:
        return drop(request, block_id)
    form = BlockForm(request.POST, auto_id=f"id-{block_id}-%s")
    if not form.is_valid():
        return show(request, form, block_id)
    return keep(request, form, block_id)


def keep(request: StaffRequest, form: BlockForm, block_id: uuid.UUID | None) -> HttpResponse:
    """A valid form."""
    try:
        blocks.keep_block(
            by=request.actor,
            at=timezone.now(),
            name=form.cleaned_data["name"],
            texts=form.texts,
            is_shared=form.cleaned_data["is_shared"],
            block_id=block_id,
        )
    except blocks.NoSuchBlock as error:
        raise Http404 from error
    messages.success(request, f"“{form.cleaned_data['name']}” is kept.")
    return redirect("blocks")


def drop(request: StaffRequest, block_id: uuid.UUID) -> HttpResponse:
    """Take it away."""
    try:
        blocks.drop_block(by=request.actor, at=timezone.now(), block_id=block_id)
    except blocks.NoSuchBlock as error:
        raise Http404 from error
    messages.success(request, "The text is taken away. Notes keep what was put into them.")
    return redirect("blocks")


def show(
    request: StaffRequest, form: BlockForm | None = None, changed: uuid.UUID | None = None
) -> HttpResponse:
    """The page, with what was refused where it was typed."""
    kept = [
        {"block": block, "form": form if form and block.id == str(changed) else form_of(block)}
        for block in list_kept(request.user)
    ]
    shown = {
        "kept": kept,
        "comes_with": COMES_WITH,
        "form": form if form and changed is None else BlockForm(initial={"is_shared": True}),
        "refused": form,
    }
    return render(request, "intake/staff/blocks.html", shown, status=422 if form else 200)


def form_of(block: Block) -> BlockForm:
    """A block to be changed. Several stand on one page, so each names its fields by its id."""
    started = {**block.texts, "name": block.name, "is_shared": block.is_shared}
    return BlockForm(initial=started, auto_id=f"id-{block.id}-%s")
