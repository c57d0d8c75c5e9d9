"""P16: evaluations a second on one core, with evidence, against a floor of the same run.

The floor is a bare loop that looks each answer of the same cases up in a dictionary: the least
that any evaluation must do. The rules have seen every combination of ticks once before, as in a
server that has run for a while. `python -m tests.bench.rules` prints it.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intake.rules.answers import Answers
from intake.rules.compiled import compile_pack
from intake.rules.findings import Findings, find
from intake.rules.pack import load_pack
from tests.spec.cases import cases

GATE, AIM = 20_000, 100_000  # evaluations a second
ROUNDS = 5
ENOUGH = 0.3  # seconds of work in one measurement


@dataclass(frozen=True)
class Measured:
    name: str
    per_second: float
    times_floor: float

    def line(self) -> str:
        return f"{self.name:<12} {self.per_second:>12,.0f} /s   {self.times_floor:>7.1f} x floor"


def floor(items: tuple[str, ...]) -> Callable[[Answers], int]:
    """Touches every answer once and does nothing with it."""
    places = {link_id: place for place, link_id in enumerate(items)}

    def touch(answers: Answers) -> int:
        touched = 0
        for link_id, value in answers.values.items():
            if value is not None:
                touched += places[link_id]
        return touched

    return touch


def seconds_each(work: Callable[[Answers], object], given: Sequence[Answers]) -> float:
    """Seconds of CPU per set of answers, over at least ENOUGH seconds."""
    done, began = 0, time.process_time()
    while (spent := time.process_time() - began) < ENOUGH:
        for answers in given:
            work(answers)
        done += len(given)
    return spent / done


def measure(rounds: int = ROUNDS) -> list[Measured]:
    """Medians of alternating rounds, each as a multiple of the floor of its own round."""
    pack = load_pack()
    given = [case.answers for case in cases()]
    ways: dict[str, Callable[[Answers], object]] = {
        "floor": floor(tuple(item.link_id for item in pack.questionnaire.items)),
        "interpreter": lambda answers: find(pack, answers),
        "compiled": compile_pack(pack),
    }
    for work in ways.values():
        for answers in given:
            work(answers)
    taken = [
        {name: seconds_each(work, given) for name, work in ways.items()} for _ in range(rounds)
    ]
    return [
        Measured(
            name,
            per_second=1 / statistics.median(each[name] for each in taken),
            times_floor=statistics.median(each[name] / each["floor"] for each in taken),
        )
        for name in ways
    ]


def evidence() -> str:
    """What the measured work brought, so that nobody takes it for less."""
    found: list[Findings] = [compile_pack(load_pack())(case.answers) for case in cases()]
    shown = [finding for each in found for finding in each.shown]
    lines = sum(len(finding.for_lines) + len(finding.against_lines) for finding in shown)
    untold = sum(len(each.cannot_tell) for each in found)
    return (
        f"{len(found)} cases, {sum(len(case.answers.values) for case in cases())} answers, "
        f"{len(load_pack().patterns)} patterns: {len(shown)} findings with {lines} lines, "
        f"{untold} that cannot be told"
    )


def main() -> int:
    print(evidence())
    measured = measure()
    for each in measured:
        print(each.line())
    reached = measured[-1].per_second
    print(f"P16: gate {GATE:,} {said(reached >= GATE)}, aim {AIM:,} {said(reached >= AIM)}")
    return 0 if reached >= GATE else 1


def said(reached: bool) -> str:
    return "reached" if reached else "missed"


if __name__ == "__main__":
    sys.exit(main())
