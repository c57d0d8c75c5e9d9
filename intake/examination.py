"""Which examination tests to do first, and why: what must be ruled out, then what separates. Pure.

The order is made from the pack alone: which pattern lists which test. It says what a test is about,
never how likely anything is, and never that it tells two patterns apart: the pack does not say so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from intake.briefs import Hold, Plan, PlannedTest, Result, Test
from intake.rules.cards import overlap
from intake.rules.pack import Pack
from intake.rules.patterns import ALARMS, TIERS, URGENCY_RANK, Pattern

Results = Mapping[str, Sequence[Result]]
Whys = dict[str, list[str]]
MOST = 8
NAMED = 3
NO_LONGER = "Examined. No open pattern lists it."


@dataclass(frozen=True, eq=False)
class Suspect:
    """What is still open at the visit; patterns that share a card are one.

    `weight` is 1 to 3, by its tier; `urgency` is that of the flag, which may have risen.
    """

    patterns: tuple[Pattern, ...]
    weight: int = 1
    urgency: str = "routine"

    @property
    def is_sign(self) -> bool:
        return self.patterns[0].group == "redflag"

    @property
    def name(self) -> str:
        return " / ".join(names_of(self.patterns))

    def lists(self, test_id: str) -> bool:
        return any(test_id in pattern.tests for pattern in self.patterns)

    def settled_by(self, test_id: str) -> bool:
        """Whether the pack names the test as one that would decide it."""
        return any(one.settle and test_id in one.settle.tests for one in self.patterns)


Urgent = TypeVar("Urgent", Suspect, Pattern, Hold)


def suspect_of(pattern: Pattern, tier: str | None, urgency: str | None = None) -> Suspect:
    """A better supported pattern counts for more when tests are weighed against each other."""
    weight = TIERS.index(tier) + 1 if tier else 1
    return Suspect((pattern,), weight, urgency or pattern.urgency)


def test_of(pack: Pack, test_id: str, results: Results) -> Test:
    """A test of the pack with what the visit showed; by its id where the pack has it no longer."""
    shown = tuple(results.get(test_id, ()))
    if test_id not in pack.tests:
        return Test(test_id, test_id, "Not in this pack.", "", None, shown)
    test = pack.tests[test_id]
    return Test(test.id, test.name, test.how, test.accuracy, test.cautions, shown)


def plan_examination(
    pack: Pack,
    suspects: Iterable[Suspect],
    unchecked: Iterable[Pattern],
    results: Results,
    holds: Iterable[Hold] = (),
) -> Plan:
    """What rules out, what was never asked, what separates; what has a result is never left out.

    `unchecked` are red flags that the answers could not rule out.
    """
    open_now, urgent = tuple(suspects), by_urgency(holds)
    signs = by_urgency(one for one in open_now if one.is_sign)
    others = merged(pack, [one for one in open_now if not one.is_sign])
    unasked = by_urgency(unchecked)
    alarms = [one for one in signs if one.urgency in ALARMS]
    order = put_in_order(signs, unasked, others)
    first = tests_in(one.patterns for one in alarms) if urgent else order[:MOST]
    whys = reasons(signs, unasked, others)
    examined = [test for test in results if test not in first]
    rest = [test for test in [*order, *whys] if test not in results]

    def planned(tests: Iterable[str]) -> tuple[PlannedTest, ...]:
        return tuple(
            PlannedTest(test_of(pack, test, results), " ".join(whys.get(test, [NO_LONGER])))
            for test in tests
        )

    further = (test for test in dict.fromkeys(rest) if test not in first)
    return Plan(urgent, planned(first), planned(examined), planned(further))


def by_urgency(found: Iterable[Urgent]) -> tuple[Urgent, ...]:
    """The most urgent first; of equals the pack's order."""
    return tuple(sorted(found, key=lambda one: -URGENCY_RANK[one.urgency]))


def merged(pack: Pack, suspects: Sequence[Suspect]) -> list[Suspect]:
    """Patterns that share their evidence are one suspect, as they are one card."""
    together: list[Suspect] = []
    for one in suspects:
        for place, other in enumerate(together):
            if overlap(pack, other.patterns[0].id, one.patterns[0].id):
                weight = max(one.weight, other.weight)
                together[place] = Suspect(other.patterns + one.patterns, weight, other.urgency)
                break
        else:
            together.append(one)
    return together


# The order -------------------------------------------------------------------------------------


def put_in_order(
    signs: Sequence[Suspect], unasked: Sequence[Pattern], others: Sequence[Suspect]
) -> list[str]:
    """What to do first, each test once.

    A sign that nobody asked about is looked at before anything is told apart if it would be
    urgent, with one test a sign: what is asked aloud needs no more. The rest of its tests follow.
    """
    ruling = tests_in(one.patterns for one in signs)
    urgent = [pattern for pattern in unasked if pattern.urgency in ALARMS]
    looked_at = cover(urgent, ruling)
    lesser = cover(unasked, [*ruling, *looked_at])
    rest = tests_in([unasked])
    return list(dict.fromkeys([*ruling, *looked_at, *separate(others), *lesser, *rest]))


def tests_in(groups: Iterable[Iterable[Pattern]]) -> list[str]:
    """The tests that these patterns list, each once."""
    found = (test for group in groups for pattern in group for test in pattern.tests)
    return list(dict.fromkeys(found))


def cover(patterns: Sequence[Pattern], done: Sequence[str]) -> list[str]:
    """Greedy: the fewest further tests so that each of these patterns has one of its own."""
    left = [one for one in patterns if one.tests and not set(one.tests) & set(done)]
    chosen: list[str] = []
    while left:
        best = max(tests_in([left]), key=lambda test: sum(test in one.tests for one in left))
        chosen.append(best)
        left = [one for one in left if best not in one.tests]
    return chosen


def separate(suspects: Sequence[Suspect]) -> list[str]:
    """Greedy: each next test is listed by one of most of the pairs that no test has split yet.

    A pair counts by the weights of both. Of equal tests the one that more patterns name as
    decisive comes first, then the pack's order. What is decisive for a pattern follows in any case,
    and all that is listed for a pattern of which nothing stands there yet.
    """
    pairs = {pair: pair[0].weight * pair[1].weight for pair in combinations(suspects, 2)}
    left = tests_in(one.patterns for one in suspects)
    chosen: list[str] = []
    while left:
        gains = {test: sum(pairs[pair] for pair in pairs if splits(test, pair)) for test in left}
        best = max(left, key=lambda test: (gains[test], decisive(suspects, test)))
        if not gains[best]:
            break
        left.remove(best)
        pairs = {pair: worth for pair, worth in pairs.items() if not splits(best, pair)}
        chosen.append(best)
    settling = [test for test in left if decisive(suspects, test)]
    chosen += sorted(settling, key=lambda test: -decisive(suspects, test))
    bare = [one for one in suspects if not any(map(one.lists, chosen))]
    return [*chosen, *tests_in(one.patterns for one in bare)]


def splits(test: str, pair: Iterable[Suspect]) -> bool:
    """Whether exactly one of the two lists the test."""
    one, other = pair
    return one.lists(test) is not other.lists(test)


def decisive(suspects: Iterable[Suspect], test: str) -> int:
    """How much weight of patterns names the test as what settles them."""
    return sum(one.weight for one in suspects if one.settled_by(test))


# The reasons -----------------------------------------------------------------------------------


def reasons(
    signs: Sequence[Suspect], unasked: Sequence[Pattern], others: Sequence[Suspect]
) -> Whys:
    """By test, every reason for it: one sentence each."""
    raised = [pattern for one in signs for pattern in one.patterns]
    listing = [pattern for one in others for pattern in one.patterns]
    whys: Whys = {}
    for test in tests_in([raised, unasked, listing]):
        whys[test] = []
        if found := listed_by(raised, test):
            whys[test].append(f"Rule out first: {some_of(found)}.")
        if found := listed_by(unasked, test):
            whys[test].append(f"Not asked, so check: {some_of(found)}.")
        if found := listed_by(listing, test):
            whys[test].append(f"Listed for {some_of(found)}{but_not_for(others, test)}.")
    return whys


def but_not_for(suspects: Sequence[Suspect], test: str) -> str:
    """The other side, without patterns that share a card with one that lists the test."""
    off = [one.name for one in suspects if not one.lists(test)]
    return f", not for {some_of(off)}" if off else ""


def listed_by(patterns: Sequence[Pattern], test: str) -> list[str]:
    return names_of(one for one in patterns if test in one.tests)


def names_of(patterns: Iterable[Pattern]) -> list[str]:
    return [pattern.name("en") for pattern in patterns]


def some_of(names: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
