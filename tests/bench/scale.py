"""`python -m tests.bench.scale [--rows 10000 1000000] [--keep]`: lists and briefs of an old clinic.

The same clinic young and old, as busy on every day, each in a database of its own. Their pages are
asked for in turns (P9 to P11), the floor's beside the old one's (P6, P12). How many blocks a page
reads at either age does not depend on what else the machine does; nor does a plan that reads a
large table whole. `--keep` leaves the databases for another run on the same day.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import count, islice, repeat
from pathlib import Path
from typing import Any

from tests.bench import places
from tests.bench.client import Request, send_all
from tests.bench.plans import Plan, explain
from tests.bench.servers import CLONE, FLOOR, PRODUCT, Running, serving
from tests.bench.statements import PRODUCT as PRODUCT_SETTINGS
from tests.bench.statements import list_statements
from tests.bench.weights import fetch

ROUNDS, REQUESTS = 3, 40
GATES = {"P9": 1.25, "P10": 1.5, "P11": 1.3, "P11b": 1.5}
FLOOR_GATES = {"worklist": ("P6", 2.0), "brief": ("P12", 1.6)}
FLOOR_PATHS = {"worklist": "/list/", "brief": "/brief/{brief}/"}
FURTHER = re.compile(r'class="further"><a href="([^"]+)"')


@dataclass(frozen=True)
class Page:
    """A page that is asked for at both ages, by whom, and the goal that it counts to.

    `is_further`: the one that this address leads on to.
    """

    name: str
    goal: str
    ask: Callable[["Age", int], Request]
    is_further: bool = False


@dataclass
class Age:
    """A clinic at one age: its database, who is in it, its server."""

    rows: int
    urls: dict[str, str]
    place: dict[str, Any]
    server: Running
    told: list[Request] = field(default_factory=list)

    def cookies(self, who: str) -> dict[str, str]:
        return {"staff": self.place["sessions"][who]}


def by(who: str, path: str, form: dict[str, object] | None = None) -> Callable[[Age, int], Request]:
    """The page at `path`, in which places of this clinic may stand."""

    def ask(age: Age, number: int) -> Request:
        filled = form and {name: str(value).format(**age.place) for name, value in form.items()}
        return Request(path.format(**age.place), age.cookies(who), 200, filled)

    return ask


def send(age: Age, number: int) -> Request:
    """An intake that waits for its signature."""
    form: dict[str, object] = {"name": "Bench", "key": str(uuid.uuid4())}
    return Request("/intake/sign/", {"intake": age.place["keys"][number]}, 302, form)


def pages(today: date) -> list[Page]:
    """The worklist and whatever can be reached from it."""
    long_ago, lately, soon = (today + timedelta(days) for days in (-40, -4, 5))
    p10: list[tuple[str, Callable[[Age, int], Request]]] = [
        ("desk, today", by("desk", "/desk/")),
        ("desk, in five days", by("desk", f"/desk/?day={soon}")),
        ("desk, four days ago", by("desk", f"/desk/?day={lately}")),
        ("desk, 40 days ago", by("desk", f"/desk/?day={long_ago}")),
        ("desk, a patient", by("desk", "/desk/patients/{patient}/")),
        ("search, rare name", by("desk", "/desk/search/", {"q": "yorwood"})),
        ("search, frequent name", by("desk", "/desk/search/", {"q": "ashberg"})),
        ("search, three letters", by("desk", "/desk/search/", {"q": "ash"})),
        ("search, both names", by("desk", "/desk/search/", {"q": "ashberg asha"})),
        ("search, nobody", by("desk", "/desk/search/", {"q": "zzyzx"})),
        ("search, reference", by("desk", "/desk/search/", {"q": "{reference}"})),
        ("follow-ups owed", by("desk", "/desk/follow-ups/")),
        ("follow-ups due", by("desk", "/desk/follow-ups/?show=due")),
        ("follow-ups closed", by("desk", "/desk/follow-ups/?show=closed")),
        ("follow-ups fallen through", by("busy", "/follow-ups/")),
        ("unsigned notes", by("busy", "/notes/")),
        ("calls", by("busy", "/calls/")),
        ("scores", by("busy", "/visits/{brief}/scores/")),
        ("note", by("busy", "/visits/{brief}/note/")),
        ("programme", by("busy", "/visits/{brief}/programme/")),
        ("something else found", by("busy", "/visits/{brief}/missed/")),
        ("learning", by("busy", "/learning/")),
        ("learning, table", by("busy", "/learning/verdicts.csv")),
        ("cases", by("busy", "/learning/cases/")),
    ]
    further = ("desk, today", "desk, 40 days ago", "follow-ups owed", "unsigned notes")
    return [
        Page("worklist", "P9", by("busy", "/today/")),
        Page("worklist of one visit", "P9", by("quiet", "/today/")),
        Page("brief", "P11b", by("busy", "/visits/{brief}/")),
        Page("brief, 30 earlier visits", "P11b", by("busy", "/visits/{long_brief}/")),
        Page("send an intake", "P11", send),
        *(Page(name, "P10", ask) for name, ask in p10),
        *(Page(f"{name}, next page", "P10", ask, True) for name, ask in p10 if name in further),
    ]


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.bench.scale", description=__doc__)
    parser.add_argument("--rows", type=int, nargs=2, default=[10_000, 1_000_000])
    parser.add_argument("--keep", action="store_true", help="leave the databases for another run")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--requests", type=int, default=REQUESTS, help="of a page in a round")
    options, began = parser.parse_args(), time.monotonic()
    os.environ["PREVISIT_MODE"] = "demo"
    print(
        f"scale: {datetime.now(UTC):%Y-%m-%d %H:%M}, {os.cpu_count()} cores, {load()}", flush=True
    )
    with tempfile.TemporaryDirectory(prefix="previsit-bench-") as directory, ExitStack() as stack:
        os.environ["STATIC_ROOT"] = str(Path(directory) / "static")
        young, old = (
            stack.enter_context(aged(rows, options.keep, Path(directory))) for rows in options.rows
        )
        floor = stack.enter_context(at(old.urls, FLOOR, Path(directory) / "floor.log"))
        compare(options, young, old, floor)
    print(f"scale: {time.monotonic() - began:.0f} s, {load()}")


def load() -> str:
    """What else the machine does."""
    return f"load average {os.getloadavg()[0]:.1f}"


@contextmanager
def aged(rows: int, keep: bool, directory: Path) -> Iterator[Age]:
    """A clinic with so many sent intakes, served."""
    file = directory / f"{rows}.json"
    with places.own_database(f"previsit_scale_{rows}", keep=keep) as urls:
        subprocess.run(
            [sys.executable, "-m", "tests.bench.loading", str(rows), str(file)],
            cwd=CLONE,
            env=os.environ | urls,
            check=True,
        )
        with at(urls, PRODUCT, directory / f"{rows}.log") as server:
            yield Age(rows, urls, json.loads(file.read_text()), server)


@contextmanager
def at(urls: dict[str, str], application: str, log: Path) -> Iterator[Running]:
    """A web server on one of the databases."""
    os.environ.update(urls)
    with serving(application, log) as server:
        yield server


@dataclass
class Compared:
    """A page at both ages: milliseconds, statements, plans; the floor's milliseconds."""

    page: Page
    young: float
    old: float
    floor: float | None
    counts: tuple[int, int] = (0, 0)
    plans: tuple[Plan, Plan] = (Plan(), Plan())

    @property
    def growth(self) -> float:
        return self.old / self.young

    @property
    def line(self) -> str:
        """Of the table, with what is not met."""
        young, old = self.plans
        verdict = "" if self.growth <= GATES[self.page.goal] else "  NOT MET"
        return (
            f"{self.page.goal:<5}{self.page.name:<34}{self.young:>8.1f}{self.old:>8.1f}"
            f"{self.growth:>7.2f} x{young.blocks:>9,}{old.blocks:>9,}"
            f"{self.counts[0]:>5}{self.counts[1]:>5}{verdict}"
        )

    @property
    def floor_line(self) -> str:
        """The old clinic's page against the floor's."""
        goal, gate = FLOOR_GATES[self.page.name]
        ratio = self.old / (self.floor or self.old)
        verdict = "met" if ratio <= gate else "NOT MET"
        return f"{goal:<5}{self.page.name}: {ratio:.2f} x floor, gate {gate} x: {verdict}"


def compare(options: Any, young: Age, old: Age, floor: Running) -> None:
    """The pages of both, in turns; then what the database says of their statements."""
    found = []
    for page in pages(datetime.now(UTC).date()):
        asks = [requests(page, age) for age in (young, old)]
        servers = [young.server, old.server]
        if page.name in FLOOR_PATHS:
            path = FLOOR_PATHS[page.name].format(**old.place)
            asks.append(repeat(Request(path, {"staff": old.place["floor"]})))
            servers.append(floor)
        p50s = in_turns(options, asks, servers)
        found.append(Compared(page, *p50s, *[None] * (3 - len(p50s))))
        print(f"scale: {page.name}: {', '.join(f'{one:.1f}' for one in p50s)} ms", flush=True)
        for age, ask in zip((young, old), asks, strict=False):
            age.told += [next(ask) for _ in range(3)]
    explain_all(found, young, old)
    report(found)


def requests(page: Page, age: Age) -> Iterator[Request]:
    """One after the other, none twice that cannot be sent twice."""
    for number in count():
        request = page.ask(age, number)
        if page.is_further:
            html = fetch(age.server.port, request.path, request.headers).decode()
            link = FURTHER.search(html)
            if link is None:
                raise SystemExit(f"{page.name}: no further page with {age.rows:,}")
            path = unescape(link[1])
            yield from repeat(
                Request(path if path[0] == "/" else request.path + path, request.cookies)
            )
        yield request


def in_turns(options: Any, asks: list[Iterator[Request]], servers: list[Running]) -> list[float]:
    """The medians of the rounds' medians."""
    for ask, server in zip(asks, servers, strict=True):
        send_all(server.port, list(islice(ask, 8)), 4)
    rounds: list[list[float]] = [[] for _ in servers]
    for _ in range(options.rounds):
        for ask, server, found in zip(asks, servers, rounds, strict=True):
            sent = send_all(server.port, list(islice(ask, options.requests)), 1)
            found.append(statistics.median(sent.seconds) * 1000)
    return [statistics.median(found) for found in rounds]


def explain_all(found: list[Compared], young: Age, old: Age) -> None:
    """Count and explain every page's statements at both ages: the last of three requests."""
    by_age = []
    for age in (young, old):
        os.environ.update(age.urls)
        said = list_statements(PRODUCT_SETTINGS, age.told)
        last = [min(said[place + 1 : place + 3], key=len) for place in range(0, len(said), 3)]
        plans = [explain(age.urls["DATABASE_URL"], age.place["clinic"], one) for one in last]
        by_age.append((last, plans))
    for place, one in enumerate(found):
        one.counts = tuple(len(last[place]) for last, _ in by_age)
        one.plans = tuple(plans[place] for _, plans in by_age)


def report(found: list[Compared]) -> None:
    """Every page, then what is wrong."""
    print(f"\n{'milliseconds':<39}{'young':>8}{'old':>8}{'':>9}{'blocks read':>18}{'SQL':>10}")
    for one in found:
        print(one.line)
    for one in found:
        if one.floor:
            print(one.floor_line)
    for one in found:
        for wrong in dict.fromkeys(one.plans[1].wrong):
            print(f"{one.page.name}: {wrong}")
    slow = [one for one in found if one.growth > GATES[one.page.goal]]
    wrong = [one for one in found if one.plans[1].wrong]
    print(
        f"\n{len(found)} pages, {len(slow)} of them grow more than their goal allows,"
        f" {len(wrong)} read too much of a large table."
    )


if __name__ == "__main__":
    main()
