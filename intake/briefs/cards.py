"""A flag with both sides of it, and the tests that would settle it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.labels import GROUP, MORE, written_in


@dataclass(frozen=True)
class Quote:
    """The patient's own answer, word for word, and where on the page it stands."""

    question: str
    answer: str
    anchor: str
    language: str
    is_part: bool = False  # more was answered, that does not count here

    @property
    def written_in(self) -> str:
        """Said beside the answer where it is not English."""
        return written_in(self.language)


@dataclass(frozen=True)
class Answer:
    """A question and its answer as they stood on the patient's page."""

    question: str
    answer: str
    language: str

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Answer":
        return cls(kept["question"], MORE.join(kept["answers"]), kept["language"])


@dataclass(frozen=True)
class Source:
    """What a line rests on, what that is, and whether somebody read it.

    Where it is no publication, id and kind are empty: the citation says what it is.
    """

    id: str
    cite: str
    url: str | None
    kind_label: str
    was_read_label: str

    @property
    def about(self) -> str:
        """What stands beneath the citation."""
        return MORE.join(filter(None, (self.id, self.kind_label, self.was_read_label)))


@dataclass(frozen=True)
class Line:
    """One line of evidence. `points` is signed text, empty for a rule.

    `whose` is the pattern's name on a shared card; `figure` what was published about others.
    """

    text: str
    points: str
    basis_label: str
    answers: tuple[Quote, ...]
    sources: tuple[Source, ...]
    whose: str = ""
    figure: str = ""


@dataclass(frozen=True)
class Way:
    """One way in which a rule can be raised, and whether it was."""

    text: str
    is_so: bool


@dataclass(frozen=True)
class Trigger:
    """What raises a rule: its ways, and what is said before them.

    `line` has its answers and sources where no line of evidence does.
    """

    whose: str
    head: str
    ways: tuple[Way, ...]
    line: Line


@dataclass(frozen=True)
class Missing:
    """A question that is open. `anchor` is empty where it has not been asked."""

    question: str
    anchor: str
    doubt: str = ""  # what was answered all the same


@dataclass(frozen=True)
class Result:
    """What a test showed at the visit, in words, kept apart from what the patient answered."""

    outcome: str
    label: str
    side: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Test:
    """An examination test that would help to settle it; `results` one a side at most.

    On a card a published `figure` stands apart from the rest of `accuracy`, with its sources.
    """

    id: str
    name: str
    how: str
    accuracy: str
    cautions: str | None
    results: tuple[Result, ...] = ()
    figure: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class FlagVerdict:
    """One flag of a card and the latest verdict on it."""

    id: UUID
    name: str
    needs_reason: bool
    verdict: str | None = None
    verdict_label: str | None = None
    reason: str | None = None
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Card:
    """One flag, or several that share their evidence, with both sides of it.

    `rules`: what raises those that no score decides. `advice`: the figures of message and settle.
    `open_lines`: what is not counted yet; with the score they make its range.
    """

    ids: tuple[UUID, ...]
    names: tuple[str, ...]
    group: str
    urgency: str
    urgency_label: str
    tier: str | None
    tier_label: str | None
    score_label: str
    message: str
    advice: tuple[Line, ...]
    rules: tuple[Trigger, ...]
    for_lines: tuple[Line, ...]
    against_lines: tuple[Line, ...]
    nothing_against: str
    open_lines: tuple[Line, ...]
    missing: tuple[Missing, ...]
    could_rise: tuple[str, ...]
    tests: tuple[Test, ...]
    settle: str | None
    raised_at: datetime
    changed_at: datetime | None
    flags: tuple[FlagVerdict, ...]
    settled_by: tuple[Answer, ...] = ()
    closed_by: str = ""

    @property
    def group_label(self) -> str:
        """What stands in the place of a tier where a rule decides."""
        return GROUP[self.group]

    @property
    def mark_label(self) -> str:
        """How urgent a warning sign is, how well anything else fits."""
        return (
            self.urgency_label if self.group == "redflag" else self.tier_label or self.group_label
        )

    @property
    def is_changed(self) -> bool:
        """Whether a later answer took the flag back: one that came later, or one changed since."""
        return self.changed_at is not None


@dataclass(frozen=True)
class Open:
    """A pattern that cannot be told, and what would tell it.

    `asks`: the same questions, each with what there is to choose where it says "any of these".
    """

    name: str
    group: str
    missing: tuple[str, ...]
    asks: tuple[str, ...] = ()
