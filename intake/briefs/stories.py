"""What the patient told, apart from what it may mean. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from intake.labels import written_in


@dataclass(frozen=True)
class Fact:
    """A short labelled answer."""

    label: str
    value: str


@dataclass(frozen=True)
class Place:
    """A chosen place, and what it feels like and how strong, in words; empty when not said."""

    name: str
    said: str
    is_main: bool


@dataclass(frozen=True)
class Row:
    """A question and its answer as they stood on the patient's page.

    `as_on`: when it was told, if the patient confirmed what was told before.
    """

    anchor: str
    question: str
    answers: tuple[str, ...]
    is_declined: bool
    language: str
    as_on: date | None = None

    @property
    def written_in(self) -> str:
        """Said beside the answer where it is not English."""
        return written_in(self.language)


@dataclass(frozen=True)
class Section:
    """The rows of one section."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Told:
    """What the patient was told at once, and whether it was confirmed as read."""

    text: str
    language: str
    shown_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Story:
    """What the patient told, apart from what it may mean. Empty before the intake is begun."""

    completed_by_label: str = ""
    complaint: str | None = None
    complaint_language: str | None = None
    goal: str | None = None
    goal_language: str | None = None
    sex_label: str = ""
    areas: tuple[str, ...] = ()
    main_area: str | None = None
    side: str | None = None
    areas_label: str = ""
    places: tuple[Place, ...] = ()
    facts: tuple[Fact, ...] = ()
    history: tuple[Fact, ...] = ()
    signs: tuple[Fact, ...] = ()
    medicines: tuple[str, ...] = ()
    answers: tuple[Section, ...] = ()

    @property
    def complaint_written_in(self) -> str:
        """Said beside the complaint where it is not English."""
        return written_in(self.complaint_language)

    @property
    def goal_written_in(self) -> str:
        """Said beside the goal where it is not English."""
        return written_in(self.goal_language)
