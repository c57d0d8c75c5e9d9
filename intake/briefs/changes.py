"""What an answer was before: between two intakes, or when asked once more. Pure."""

from dataclasses import dataclass
from datetime import datetime

from intake.briefs.cards import Quote

FEW = 3


@dataclass(frozen=True)
class Change:
    """An answer as it was when it was asked about, and as it is now."""

    question: str
    before: str
    now: str


@dataclass(frozen=True)
class Misfit:
    """Answers that do not fit together. `asked_as` is what the patient was asked, if at all.

    One that no longer `holds` stays, with what was changed after being asked.
    """

    say: str
    why: str
    answers: tuple[Quote, ...]
    holds: bool
    asked_as: str | None
    language: str
    asked_at: datetime | None
    is_left: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Difference:
    """One answer that is not what it was. Of two lists, `gone` and `new` are what differs."""

    question: str
    anchor: str
    before: str
    now: str
    gone: str
    new: str
    is_safety: bool
    short: str = ""

    @property
    def label(self) -> str:
        """The question in a word or two, where there is one."""
        return self.short or self.question


@dataclass(frozen=True)
class Since:
    """What is not as in the intake before. `confirmed` of the `same` were said to be still true."""

    sent_at: datetime
    again_label: str
    changes: tuple[Difference, ...]
    same: int
    confirmed: int
    new_flags: tuple[str, ...]
    gone_flags: tuple[str, ...]

    @property
    def first(self) -> tuple[Difference, ...]:
        """The few that stand on the first screen: warning signs come first."""
        return self.changes[:FEW]
