"""What to examine, in its order. Pure."""

from dataclasses import dataclass
from uuid import UUID

from intake.briefs.cards import Test


@dataclass(frozen=True)
class PlannedTest:
    """A test in its place of the plan, and why it stands there."""

    test: Test
    why: str


@dataclass(frozen=True)
class Hold:
    """A warning sign that is open and urgent: nothing else is examined before it is settled."""

    flag_id: UUID
    name: str
    urgency: str
    urgency_label: str
    message: str


@dataclass(frozen=True)
class Plan:
    """Each test once: `first` in the order to do them, what else has a result, and the rest.

    While there are `holds`, `first` are their own tests and `further` waits.
    """

    holds: tuple[Hold, ...] = ()
    first: tuple[PlannedTest, ...] = ()
    examined: tuple[PlannedTest, ...] = ()
    further: tuple[PlannedTest, ...] = ()

    @property
    def tests(self) -> tuple[PlannedTest, ...]:
        """All of them."""
        return self.first + self.examined + self.further

    def __bool__(self) -> bool:
        return bool(self.tests)
