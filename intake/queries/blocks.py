"""The text blocks that a therapist can put into a note."""

from clinic.models import User
from intake.models import NoteBlock
from intake.soap import COMES_WITH, KEYS, Block

MOST_BLOCKS = 200


def list_blocks(user: User) -> tuple[Block, ...]:
    """Those that every clinic has, then the clinic's, then one's own."""
    return (*COMES_WITH, *list_kept(user))


def list_kept(user: User) -> tuple[Block, ...]:
    """The clinic's and one's own, by name."""
    rows = NoteBlock.objects.of(user.pk).filter(clinic_id=user.clinic_id)
    return tuple(map(block_of, rows.order_by("name", "id")[:MOST_BLOCKS]))


def block_of(row: NoteBlock) -> Block:
    """A row as a value, its parts in the order of the note."""
    texts = {key: row.texts[key] for key in KEYS if row.texts.get(key)}
    return Block(str(row.pk), row.name, texts, row.owner_id is None)
