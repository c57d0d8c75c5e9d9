"""Two tabs or two devices on one draft: merged answer by answer, by what each page was drawn from.

Pure. A page carries a stamp of every answer that it was drawn with. A stamp tells whether an answer
is still the same, not what it is.
"""

import hashlib
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson


def stamp(response_id: uuid.UUID, link_id: str, answer: Any, is_declined: bool) -> str:
    """The same for the same answer to the same question of the same response."""
    said = orjson.dumps([link_id, answer, is_declined], option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(said, digest_size=6, key=response_id.bytes).hexdigest()


def mark(response_id: uuid.UUID) -> str:
    """Tells one response from another without naming it."""
    return stamp(response_id, "", None, False)


@dataclass(frozen=True)
class Seen:
    """What a page was drawn from: whose response, and the stamp of each answer by link id.

    Written on the page as `MARK link.id=STAMP link.id=STAMP`.
    """

    of: str = ""
    stamps: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, written: str) -> "Seen":
        """From the page; what nobody wrote there is passed over."""
        of, *pairs = written.split(" ")
        split = (pair.partition("=") for pair in pairs)
        return cls(of, {link_id: said for link_id, is_pair, said in split if is_pair})

    def __str__(self) -> str:
        return " ".join([self.of, *(f"{key}={said}" for key, said in self.stamps.items())])


@dataclass(frozen=True)
class Kept:
    """Answers and refusals by link id, with their stamps."""

    response_id: uuid.UUID
    answers: Mapping[str, Any]
    declined: Collection[str]

    def stamp(self, link_id: str) -> str:
        """Of what is kept for one question, nothing included."""
        is_declined = link_id in self.declined
        return stamp(self.response_id, link_id, self.answers.get(link_id), is_declined)

    def seen(self, link_ids: Collection[str]) -> Seen:
        """What a page with these questions is drawn from."""
        return Seen(mark(self.response_id), {each: self.stamp(each) for each in link_ids})


@dataclass(frozen=True)
class Merge:
    """Which answers of a page are taken, and which were answered differently elsewhere.

    The rest are unchanged on the page and stay as they were saved elsewhere.
    """

    taken: frozenset[str]
    differing: frozenset[str]


def merge(*, asked: frozenset[str], seen: Seen, saved: Kept, given: Kept) -> Merge:
    """An answer without a stamp is taken as it is: only a page of ours carries them."""
    taken, differing = set(), set()
    for link_id in asked:
        drawn, now, here = seen.stamps.get(link_id), saved.stamp(link_id), given.stamp(link_id)
        if drawn is None or now in (drawn, here):
            taken.add(link_id)
        elif here != drawn:
            differing.add(link_id)
    return Merge(frozenset(taken), frozenset(differing))
