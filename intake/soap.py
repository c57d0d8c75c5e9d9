"""The parts of a note, and texts that are put into them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One box of the note."""

    key: str
    letter: str
    name: str
    hint: str


PARTS = (
    Part("subjective", "S", "Subjective", "what the patient reports"),
    Part("objective", "O", "Objective", "what you found and measured"),
    Part("assessment", "A", "Assessment", "what you make of it"),
    Part("plan", "P", "Plan", "what happens next, and when"),
    Part("text", "", "Anything else", "a call, a visit that did not take place"),
)
KEYS = tuple(part.key for part in PARTS)


@dataclass(frozen=True)
class Block:
    """A text to put in: one that fills a single part, or a template that fills several."""

    id: str
    name: str
    texts: Mapping[str, str]
    is_shared: bool = True

    @property
    def is_template(self) -> bool:
        """Whether it fills several parts at once."""
        return len(self.texts) > 1

    @property
    def only_part(self) -> str:
        """The one part that it fills, empty for a template."""
        return "" if self.is_template else next(iter(self.texts))


# Every clinic has these two. They are headings to write behind, and claim nothing.
COMES_WITH = (
    Block(
        "first",
        "First visit",
        {
            "subjective": "Main problem:\nSince when, and how it began:\nWorse with:\n"
            "Better with:\nTreated so far:\nWhat the patient wants to do again:",
            "objective": "Standing and walking:\nMovement:\nStrength:\nTests done, with result:",
            "assessment": "What fits, and what speaks against it:\nStill to rule out:",
            "plan": "Done today:\nFor home:\nAgreed with the patient:\nNext step:",
        },
    ),
    Block(
        "again",
        "Follow-up visit",
        {
            "subjective": "Since the last visit:\nHow the exercises went:\nNew:",
            "objective": "Tested again, against last time:",
            "assessment": "Better, the same or worse:",
            "plan": "Keep:\nChange:\nNext step:",
        },
    ),
)


def put_in(text: str, more: str) -> str:
    """`more` below what is written."""
    return f"{text}\n{more}" if text else more
