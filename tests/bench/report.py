"""Takes the measurements and prints them: latency and CPU first, then every goal with its gate."""

import argparse
from collections.abc import Iterator

from tests.bench import booking, process, rules, statements, weights
from tests.bench.client import Request
from tests.bench.gates import HEADING, Result, line_of
from tests.bench.rounds import Plan, Round, measure, middle, spread
from tests.bench.scenarios import Ask, Scenario
from tests.bench.servers import Running
from tests.bench.world import World

Both = tuple[list[Round], list[Round]]
P50 = {"submit": "P1", "save": "P4", "list": "P6", "brief": "P12"}
COUNT = {"submit": "P3", "list": "P8", "brief": "P13"}


class Bench:
    """One run."""

    def __init__(
        self,
        options: argparse.Namespace,
        plan: Plan,
        world: World,
        scenarios: tuple[Scenario, ...],
        product: Running,
        floor: Running,
    ) -> None:
        self.names, self.options, self.plan = options.names, options, plan
        self.world, self.all, self.product, self.floor = world, scenarios, product, floor
        self.chosen = [one for one in scenarios if one.name in self.names]
        self.found: dict[str, Both] = {}

    def run(self) -> None:
        """Everything asked for, then the table."""
        self.take_rounds()
        results = [
            *self.of_requests(),
            *self.of_weights(),
            *self.of_booking(),
            *self.of_rules(),
            *self.of_process(),
        ]
        results.sort(key=lambda result: (int(result.goal.strip("Pbc")), result.goal))
        print(f"\n{HEADING}")
        for result in results:
            print(line_of(result))
        missed = sum(result.verdict == "NOT MET" for result in results)
        print(f"\n{len(results)} goals measured, {missed} of them not met.")

    def take_rounds(self) -> None:
        """Both servers in turns; a line for each as soon as it is known."""
        if self.chosen:
            print(
                f"\n{'milliseconds':<38} {'':>8} {'p50':>7} {'(rounds)':>11} {'p99':>7} {'CPU':>6}"
                f"   8 at once: {'p50':>6} {'p99':>6} {'/s':>6} {'SQL':>4}"
            )
        for scenario in self.chosen:
            self.found[scenario.name] = both = measure(
                scenario, self.product, self.floor, self.plan
            )
            self.print_rounds(scenario, both)

    def print_rounds(self, scenario: Scenario, both: Both) -> None:
        """The medians of the rounds."""
        for name, rounds, counted in zip(
            ("product", "floor"), both, self.counted(scenario), strict=True
        ):
            title = scenario.title if name == "product" else ""
            figures = {each: middle(rounds, each) for each in vars(rounds[0])}
            print(
                f"{title:<38} {name:>8} {figures['p50']:>7.2f} {spread(rounds, 'p50'):>11}"
                f" {figures['p99']:>7.2f} {figures['cpu']:>6.2f}"
                f"              {figures['p50_many']:>6.1f} {figures['p99_many']:>6.1f}"
                f" {figures['per_second']:>6.0f} {len(counted):>4}",
                flush=True,
            )

    def counted(self, scenario: Scenario) -> tuple[list[str], list[str]]:
        """The statements of one request of each, with numbers that no round has used."""
        last = self.plan.requests
        number = last + (0 if scenario.name == "submit" else 8)
        product = self.statements(statements.PRODUCT, scenario.product, number)
        floor = self.statements(statements.FLOOR, scenario.floor, number)
        if self.options.statements:
            for each in product:
                print(f"    {each[:150]}")
        return product, floor

    def statements(self, settings: str, ask: Ask, number: int) -> list[str]:
        """The fewest of the last two of three requests.

        The first fills what a process keeps; once a minute one of them renews the staff's session.
        """
        requests = [ask(number + each) for each in range(3)]
        return min(statements.list_statements(settings, requests)[1:], key=len)

    def of_requests(self) -> Iterator[Result]:
        """P1 to P14."""
        for name, (product, floor) in self.found.items():
            cpu = middle(product, "cpu") / middle(floor, "cpu")
            if name in P50:
                ratio = middle(product, "p50") / middle(floor, "p50")
                yield Result(P50[name], ratio, f"CPU {cpu:.2f} x floor")
            if name == "show":
                yield Result("P5", cpu)
            if name in COUNT:
                yield self.of_statements(name)
            tail = middle(product, "p99_many") / middle(product, "p50_many")
            tail_floor = middle(floor, "p99_many") / middle(floor, "p50_many")
            yield Result("P14", tail, f"{name}; the floor's is {tail_floor:.2f}")

    def of_statements(self, name: str) -> Result:
        """Statements, and whether they stay the same with more rows."""
        staff, other = self.world.busy, self.world.quiet
        sessions = self.world.sessions
        scenario = next(one for one in self.all if one.name == name)
        detail, number = "", self.plan.requests + 4
        count = len(self.statements(statements.PRODUCT, scenario.product, number))
        if name == "list":
            few = Request("/today/", {"staff": sessions[other.pk]})
            detail = f"{len(self.statements(statements.PRODUCT, lambda n: few, 0))} for 1 row"
        if name == "brief":
            path = f"/visits/{self.world.long_brief.pk}/"
            long = Request(path, {"staff": sessions[staff.pk]})
            more = len(self.statements(statements.PRODUCT, lambda n: long, 0))
            detail = f"{more} with 30 visits and 10 verdicts"
        return Result(COUNT[name], count, detail)

    def of_weights(self) -> Iterator[Result]:
        """P22 and P23."""
        if "weights" not in self.names:
            return
        pages = {one.name: one.product(0) for one in self.all}
        step = weights.weigh(self.product.port, pages["show"])
        detail = f"HTML {step.plain} bytes, {step.html} compressed; {step.files}"
        yield Result("P22", step.first, detail)
        yield Result("P22b", step.later)
        yield Result("P22c", step.script)
        for name in ("list", "brief"):
            page = weights.weigh(self.product.port, pages[name])
            detail = f"{name}: HTML {page.plain} bytes, {page.html} compressed; {page.files}"
            yield Result("P23", page.first, detail)
            yield Result("P23b", page.later, name)

    def of_booking(self) -> Iterator[Result]:
        """P15."""
        if "booking" in self.names:
            booked, refused = booking.book_at_once(self.product.port, self.world)
            yield Result("P15", booked, f"{refused} were told that it is taken")

    def of_rules(self) -> Iterator[Result]:
        """P16 and P17."""
        if "rules" not in self.names:
            return
        print(f"\nrules: {rules.evidence()}")
        measured = {each.name: each for each in rules.measure(2 if self.options.quick else 5)}
        for each in measured.values():
            print(f"rules: {each.line()}")
        compiled = measured["compiled"]
        yield Result("P16", compiled.per_second, f"{compiled.times_floor:.1f} x a bare loop")
        if "submit" in self.found:
            cpu = middle(self.found["submit"][0], "cpu")
            share = 100 * 1000 / compiled.per_second / cpu
            yield Result("P17", share, f"one evaluation of {cpu:.2f} ms")

    def of_process(self) -> Iterator[Result]:
        """P20 and P21."""
        if "memory" in self.names:
            count = self.options.memory_requests or (400 if self.options.quick else 2000)
            memory, drift = process.memory_after(self.product, self.all, count)
            yield Result("P20", memory, f"resident, after {count} more requests to 2 workers")
            yield Result("P20b", drift, "over the second half of them")
        if "check" in self.names:
            times = process.check_seconds(3 if self.options.quick else 5)
            detail = f"{min(times):.2f}–{max(times):.2f} s; files in the system's cache"
            yield Result("P21", process.median(times), detail)
