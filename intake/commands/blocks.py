"""Text blocks and templates, kept by the therapists."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.walls import in_transaction
from intake.models import NoteBlock


class NoSuchBlock(Exception):
    """It was taken away meanwhile, or is a colleague's own."""


@in_transaction
def keep_block(
    *,
    by: Actor,
    at: datetime,
    name: str,
    texts: Mapping[str, str],
    is_shared: bool,
    block_id: uuid.UUID | None = None,
) -> NoteBlock:
    """Add a block, or change one that this therapist may change. Raises NoSuchBlock."""
    block = NoteBlock(clinic_id=by.own_clinic_id) if block_id is None else locked(by, block_id)
    block.name, block.texts = name, dict(texts)
    block.owner_id = None if is_shared else by.user_id
    block.by_id, block.at = by.user_id, at
    block.save()
    record(by=by, action="kept", subject=block)
    return block


@in_transaction
def drop_block(*, by: Actor, at: datetime, block_id: uuid.UUID) -> None:
    """Take a block away; notes that it was put into keep their text. Raises NoSuchBlock."""
    block = locked(by, block_id)
    record(by=by, action="dropped", subject=block)
    block.delete()


def locked(by: Actor, block_id: uuid.UUID) -> NoteBlock:
    """One's own, or the clinic's."""
    row = NoteBlock.objects.select_for_update(no_key=True).of(by.user_id).filter(pk=block_id)
    block = row.first()
    if block is None:
        raise NoSuchBlock
    return block
