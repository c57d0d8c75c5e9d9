"""What to ask first, of all that cannot be told. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.briefs.cards import Open

FEW = 3


@dataclass(frozen=True)
class Ask:
    """A question, and the patterns its answer would help to tell."""

    question: str
    names: tuple[str, ...]
    is_sign: bool  # one of them is a warning sign

    @property
    def others(self) -> int:
        """How many patterns beside the first."""
        return len(self.names) - 1


def first_asks(opens: Iterable[Open]) -> tuple[Ask, ...]:
    """The few questions that would tell most: of warning signs, then of patterns."""
    found: dict[str, list[Open]] = {}
    for one in opens:
        for question in one.asks:
            found.setdefault(question, []).append(one)
    asks = [
        Ask(question, tuple(one.name for one in told), any(map(is_sign, told)))
        for question, told in sorted(found.items(), key=lambda pair: worth(pair[1]))
    ]
    return tuple(asks[:FEW])


def worth(told: list[Open]) -> tuple[int, int]:
    """Sorts what tells most to the front."""
    return -sum(map(is_sign, told)), -len(told)


def is_sign(one: Open) -> bool:
    return one.group == "redflag"
