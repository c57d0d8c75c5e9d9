"""Alternating rounds against both servers: A B, A B, A B; medians."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.client import Request, Sent, send_all
from tests.bench.scenarios import Ask, Scenario
from tests.bench.servers import Running

MANY = 8


@dataclass(frozen=True)
class Plan:
    """How often what is sent."""

    rounds: int
    alone: int
    together: int

    @property
    def requests(self) -> int:
        """Of one scenario, for each of the two servers, the warm-up with them."""
        return self.rounds * (self.alone + self.together) + self.warm_up

    @property
    def warm_up(self) -> int:
        return 4 * MANY


FULL, QUICK = Plan(3, 60, 240), Plan(3, 20, 60)


@dataclass(frozen=True)
class Round:
    """One round of one server: milliseconds and requests a second."""

    p50: float
    p99: float
    cpu: float
    p50_many: float
    p99_many: float
    per_second: float


def measure(
    scenario: Scenario, product: Running, floor: Running, plan: Plan
) -> tuple[list[Round], list[Round]]:
    """The rounds of both, taken in turns."""
    asks = [Numbered(scenario.product), Numbered(scenario.floor)]
    for server, ask in zip((product, floor), asks, strict=True):
        send_all(server.port, ask.next(plan.warm_up), MANY)
    found: tuple[list[Round], list[Round]] = ([], [])
    for _ in range(plan.rounds):
        for server, ask, rounds in zip((product, floor), asks, found, strict=True):
            rounds.append(one_round(server, ask, plan))
    return found


class Numbered:
    """Hands out requests, no number twice."""

    def __init__(self, ask: Ask) -> None:
        self.ask, self.number = ask, 0

    def next(self, count: int) -> list[Request]:
        """The following ones."""
        self.number += count
        return [self.ask(number) for number in range(self.number - count, self.number)]


def one_round(server: Running, ask: Numbered, plan: Plan) -> Round:
    """One connection, then eight."""
    before = server.cpu_seconds()
    alone = send_all(server.port, ask.next(plan.alone), 1)
    together = send_all(server.port, ask.next(plan.together), MANY)
    cpu = (server.cpu_seconds() - before) / (plan.alone + plan.together)
    return Round(
        p50=percentile(alone, 50),
        p99=percentile(alone, 99),
        cpu=cpu * 1000,
        p50_many=percentile(together, 50),
        p99_many=percentile(together, 99),
        per_second=len(together.seconds) / together.whole,
    )


def percentile(sent: Sent, percent: int) -> float:
    """Milliseconds, by the nearest rank."""
    ordered = sorted(sent.seconds)
    return ordered[math.ceil(len(ordered) * percent / 100) - 1] * 1000


def middle(rounds: Sequence[Round], name: str) -> float:
    """The median of one figure over the rounds."""
    return statistics.median(getattr(one, name) for one in rounds)


def spread(rounds: Sequence[Round], name: str) -> str:
    """From the least to the most of a figure, so that a restless machine shows."""
    values = [getattr(one, name) for one in rounds]
    return f"{min(values):.1f}–{max(values):.1f}"
