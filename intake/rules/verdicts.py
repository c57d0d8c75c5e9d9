"""What the answers may mean, as values: findings, what cannot be told, what is hidden."""

from collections.abc import Iterable
from typing import NamedTuple

from intake.rules.patterns import URGENCY_RANK

Ids = tuple[str, ...]


class CouldRise(NamedTuple):
    """The urgency would rise to `to` if the missing answers said so."""

    to: str
    missing: Ids


class Finding(NamedTuple):
    """A pattern that is yes.

    `pattern`, the lines and `missing` are ids; `missing` stands in the order of the
    questionnaire. tier, score, low, high and firm are None for a rule.
    """

    pattern: str
    group: str
    urgency: str
    tier: str | None
    score: int | None
    low: int | None
    high: int | None
    firm: bool | None
    for_lines: Ids
    against_lines: Ids
    missing: Ids
    could_rise: tuple[CouldRise, ...]
    tests: Ids


class CannotTell(NamedTuple):
    pattern: str
    missing: Ids


class Findings(NamedTuple):
    """`shown`: yes and not suppressed, most urgent first, then in the order of the pack.

    `suppressed`: yes, but hidden by a pattern that is yes (for the audit). `cannot_tell` is
    never hidden. No finding at all is not an all-clear.
    """

    shown: tuple[Finding, ...]
    cannot_tell: tuple[CannotTell, ...]
    suppressed: Ids

    @property
    def urgency(self) -> str:
        return self.shown[0].urgency if self.shown else "routine"


def most_urgent(urgencies: Iterable[str]) -> str:
    return max(urgencies, key=URGENCY_RANK.__getitem__)
