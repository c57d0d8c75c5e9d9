"""The goals: what each gate and aim is, and one line of the table for each measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A figure has to stay at or below `gate`; with `is_rate` at or above."""

    what: str
    gate: float
    aim: float
    unit: str = ""
    is_rate: bool = False


GOALS = {
    "P1": Goal("submit, p50 at one connection", 1.6, 1.2, "x floor"),
    "P3": Goal("submit, statements", 10, 7),
    "P4": Goal("save a step, p50 at one connection", 1.5, 1.2, "x floor"),
    "P5": Goal("show a step, CPU against session and user", 2.5, 1.7, "x"),
    "P6": Goal("worklist of 25, p50 at one connection", 2.0, 1.3, "x floor"),
    "P8": Goal("worklist, statements", 6, 4),
    "P12": Goal("brief, p50 at one connection", 1.6, 1.2, "x floor"),
    "P13": Goal("brief, statements", 8, 6),
    "P14": Goal("p99/p50 at 8 connections", 3, 2),
    "P15": Goal("32 tries at once for one slot, booked", 1, 1),
    "P16": Goal("evaluations a second and core, evidence included", 20_000, 100_000, "/s", True),
    "P17": Goal("share of the rules in a submission's CPU", 3, 0.5, "%"),
    "P20": Goal("worker's memory", 90, 60, "MiB"),
    "P20b": Goal("its drift", 5, 5, "MiB"),
    "P21": Goal("manage.py check, cold", 1.2, 0.8, "s"),
    "P22": Goal("patient's step, first visit, compressed", 30, 14, "kB"),
    "P22b": Goal("the same, later pages", 6, 3, "kB"),
    "P22c": Goal("the same, JavaScript", 16, 3, "kB"),
    "P23": Goal("staff page, first visit, compressed", 60, 30, "kB"),
    "P23b": Goal("the same, repeated", 10, 6, "kB"),
}


@dataclass(frozen=True)
class Result:
    """One measured goal. `detail` says what the figure is made of."""

    goal: str
    measured: float
    detail: str = ""

    @property
    def verdict(self) -> str:
        """Of the gate; whether the aim is reached too."""
        goal = GOALS[self.goal]
        sign = -1 if goal.is_rate else 1
        if sign * self.measured <= sign * goal.aim:
            return "met, aim too"
        return "met" if sign * self.measured <= sign * goal.gate else "NOT MET"


def line_of(result: Result) -> str:
    """A line of the table."""
    goal = GOALS[result.goal]
    figures = (number(each, goal.unit) for each in (result.measured, goal.gate, goal.aim))
    measured, gate, aim = figures
    return (
        f"{result.goal:<5} {goal.what:<49} {measured:>13} {gate:>13} {aim:>13}  "
        f"{result.verdict:<13} {result.detail}"
    )


def number(value: float, unit: str) -> str:
    """With its unit, no more digits than mean something."""
    text = f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:.2f}"
    return f"{text} {unit}".strip()


HEADING = (
    f"{'':<5} {'goal':<49} {'measured':>13} {'gate':>13} {'aim':>13}  {'':<13} how it comes about"
)
