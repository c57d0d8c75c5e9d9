"""What a patient ticked of a programme, day by day, and what it comes to. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

EDITABLE = 7  # days back
HIGH, WIDE = 40, 14  # of the drawn line: its height, and a day


@dataclass(frozen=True)
class Day:
    """One day: the exercises done by id, pain of 10 during them and on the morning after."""

    day: date
    done: tuple[str, ...] = ()
    during: int | None = None
    following: int | None = None
    is_over: bool = False


@dataclass(frozen=True)
class Progress:
    """A programme's days so far, the newest first."""

    since: date
    number_of_days: int
    days: tuple[Day, ...]
    line: str
    points: str
    width: int

    @property
    def height(self) -> int:
        return HIGH


def progress_of(since: date, today: date, days: Iterable[Day]) -> Progress:
    """What the brief says in one line, and the days behind it."""
    by_day = {day.day: day for day in days}
    number = max((today - since).days, 0) + 1
    every = [since + timedelta(days=ahead) for ahead in range(number)]
    return Progress(
        since=since,
        number_of_days=number,
        days=tuple(by_day.get(one, Day(one)) for one in reversed(every)),
        line=line_of(number, by_day.values()),
        points=points_of(since, by_day.values()),
        width=(number - 1) * WIDE + 2 * 3,
    )


def line_of(number: int, days: Iterable[Day]) -> str:
    """Done on how many days, how much it hurt, and whether it ever hurt too much."""
    days = list(days)
    if not days:
        return "nothing ticked yet"
    done = sum(bool(day.done) for day in days)
    parts = [f"done on {done} of {number} {'day' if number == 1 else 'days'}"]
    if pains := [day.during for day in days if day.during is not None]:
        low, high = min(pains), max(pains)
        parts.append(f"pain during {low}" if low == high else f"pain during {low}–{high}")
    if over := sum(day.is_over for day in days):
        parts.append(f"over the pain rule on {over} {'day' if over == 1 else 'days'}")
    return ", ".join(parts)


def points_of(since: date, days: Iterable[Day]) -> str:
    """The pain during the exercises as the points of a line, oldest first."""
    known = sorted((day.day, day.during) for day in days if day.during is not None)
    return " ".join(
        f"{(day - since).days * WIDE + 3},{HIGH - 3 - pain * (HIGH - 6) / 10:.1f}"
        for day, pain in known
    )


def editable_days(since: date, today: date) -> tuple[date, ...]:
    """Today and the last days of the programme, the newest first."""
    first = max(since, today - timedelta(days=EDITABLE))
    return tuple(today - timedelta(days=back) for back in range((today - first).days + 1))
