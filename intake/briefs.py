"""The values a therapist reads. Pure: no database, no request, nothing that changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from intake.labels import written_in


@dataclass(frozen=True)
class Quote:
    """The patient's own answer, word for word, and where on the page it stands."""

    question: str
    answer: str
    anchor: str
    language: str

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
        return cls(kept["question"], ", ".join(kept["answers"]), kept["language"])


@dataclass(frozen=True)
class Source:
    """What a line rests on, what that is, and whether somebody read it."""

    id: str
    cite: str
    url: str | None
    kind_label: str
    was_read_label: str


@dataclass(frozen=True)
class Line:
    """One line of evidence. `points` is signed text, empty for a rule."""

    text: str
    points: str
    basis_label: str
    answers: tuple[Quote, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Missing:
    """A question that was not answered. `anchor` is empty where it has not been asked."""

    question: str
    anchor: str


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
    """An examination test that would help to settle it; `results` one a side at most."""

    id: str
    name: str
    how: str
    accuracy: str
    cautions: str | None
    results: tuple[Result, ...] = ()


@dataclass(frozen=True)
class PlannedTest:
    """A test in its place of the plan, and why it stands there."""

    test: Test
    why: str
    is_further: bool


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

    `rules`: what raises those that no score decides.
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
    rules: tuple[Line, ...]
    for_lines: tuple[Line, ...]
    against_lines: tuple[Line, ...]
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
    def is_changed(self) -> bool:
        """Whether a later answer took the flag back: one that came later, or one changed since."""
        return self.changed_at is not None


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


@dataclass(frozen=True)
class Open:
    """A pattern that cannot be told, and what would tell it."""

    name: str
    group: str
    missing: tuple[str, ...]


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


@dataclass(frozen=True, kw_only=True)
class Brief(Story):
    """One page about one visit. Without a response only who and when are known."""

    visit_id: int
    patient_name: str
    patient_reference: str
    birth_date: date
    age: int
    starts_at: datetime
    therapist_name: str
    state: str
    state_label: str
    begun_at: datetime | None = None
    submitted_at: datetime | None = None
    language_label: str = ""
    way_label: str = ""
    signed_label: str = ""
    agreed_label: str = ""
    urgency: str = "routine"
    urgency_label: str = ""
    cards: tuple[Card, ...] = ()
    worth_checking: tuple[Card, ...] = ()
    cannot_tell: tuple[Open, ...] = ()
    suppressed: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    plan: tuple[PlannedTest, ...] = ()
    painful_side: str = ""
    since: Since | None = None
    last_areas: tuple[str, ...] = ()
    last_side: str | None = None
    last_side_label: str = ""
    new_places: tuple[str, ...] = ()
    gone_places: tuple[str, ...] = ()
    pack_version: str = ""
    questionnaire_version: str = ""
    sign_off_label: str = ""

    @property
    def is_signed_off(self) -> bool:
        """Whether a clinician answers for the pack this was read with."""
        return bool(self.sign_off_label)

    @property
    def unfit(self) -> tuple[Misfit, ...]:
        """What still does not fit together."""
        return tuple(misfit for misfit in self.misfits if misfit.holds)
