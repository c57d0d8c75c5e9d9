"""The values a therapist reads. Pure: no database, no request, nothing that changes."""

from dataclasses import dataclass, field
from datetime import date, datetime

from intake.briefs.asks import Ask, first_asks
from intake.briefs.cards import (
    Answer,
    Card,
    FlagVerdict,
    Line,
    Missing,
    Open,
    Quote,
    Result,
    Source,
    Test,
    Trigger,
    Way,
)
from intake.briefs.changes import Change, Difference, Misfit, Since
from intake.briefs.plans import Hold, Plan, PlannedTest
from intake.briefs.stories import Fact, Place, Row, Section, Story, Told

MOST_WHOLE, MOST_NAMED = 4, 12  # on the first screen

__all__ = [
    "Answer",
    "Ask",
    "Brief",
    "Card",
    "Change",
    "Difference",
    "Fact",
    "FlagVerdict",
    "Hold",
    "Line",
    "Misfit",
    "Missing",
    "Open",
    "Place",
    "Plan",
    "PlannedTest",
    "Quote",
    "Reach",
    "Result",
    "Row",
    "Section",
    "Since",
    "Source",
    "Story",
    "Test",
    "Told",
    "Trigger",
    "Way",
]


@dataclass(frozen=True)
class Reach:
    """How to reach the patient now."""

    phone: str | None
    email: str | None


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
    reach: Reach | None = None  # only where a call is due
    cards: tuple[Card, ...] = ()
    worth_checking: tuple[Card, ...] = ()
    cannot_tell: tuple[Open, ...] = ()
    suppressed: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    plan: Plan = field(default_factory=Plan)
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
    def first_cards(self) -> tuple[Card, ...]:
        """What stands on the first screen with both its sides; of many only the top."""
        return self.cards if len(self.cards) <= MOST_WHOLE else self.cards[: MOST_WHOLE - 1]

    @property
    def also(self) -> tuple[Card, ...]:
        """What stands there by name: every warning sign, and the best supported of the rest."""
        rest = self.cards[len(self.first_cards) :]
        return tuple(
            card for n, card in enumerate(rest) if n < MOST_NAMED or card.group == "redflag"
        )

    @property
    def further(self) -> int:
        """How many flags only stand below."""
        return len(self.cards) - len(self.first_cards) - len(self.also)

    @property
    def ask_first(self) -> tuple[Ask, ...]:
        """The questions that would tell most of what cannot be told."""
        return first_asks(self.cannot_tell)

    @property
    def unfit(self) -> tuple[Misfit, ...]:
        """What still does not fit together."""
        return tuple(misfit for misfit in self.misfits if misfit.holds)
