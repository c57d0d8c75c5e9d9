"""Texts for notes that the demo's therapists keep."""

from datetime import datetime

from clinic.access import Actor
from intake.commands import blocks
from intake.models import NoteBlock

KEPT = (
    ("Asked to bring", "Brings next time: shoes worn in sport, reports of earlier images.", True),
    ("If it gets worse", "Agreed: calls if it gets worse before the next visit.", False),
)


def keep_blocks(by: Actor, at: datetime) -> None:
    """Once: a text for all therapists, and one of this therapist's own."""
    if NoteBlock.objects.exists():
        return
    for name, text, is_shared in KEPT:
        blocks.keep_block(by=by, at=at, name=name, texts={"plan": text}, is_shared=is_shared)
