"""What a line rests on, in plain words: whose text it is, of what kind, how much was read. Pure."""

import re

from intake import labels
from intake.briefs import Source
from intake.rules.pack import Pack

JUDGEMENT = "author-judgement"
OWN = "Judgement of the authors; no study"
GENERAL = "General text given to the authors, not a clinical source"
WHAT_IT_IS = re.compile(r"\((.*)\)$")
READ = {"full": "read in full"}


def source_of(pack: Pack, source_id: str) -> Source:
    """A citation, what kind of thing it is, and how much of it was read."""
    source = pack.sources[source_id]
    if source.id == JUDGEMENT:
        return Source("", OWN, None, "", "")
    part = source.seen_part or ""
    was_read = READ.get(part, f"read: {part}")
    if source.verified != "seen":
        was_read = "from memory, not read"
    if source.kind == "seed":
        known = WHAT_IT_IS.search(source.cite)
        cite = f"{GENERAL} ({known[1]})" if known else GENERAL
        return Source("", cite, source.url, "", was_read)
    return Source(source.id, source.cite, source.url, labels.SOURCE[source.kind], was_read)
