"""Which examination tests to do first, and why: what must be ruled out, then what separates. Pure.

The order is made from the pack alone: which pattern lists which test. It says what a test is about,
never how likely anything is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from intake.briefs import PlannedTest, Result, Test
from intake.rules.pack import Pack
from intake.rules.patterns import TIERS, URGENCY_RANK, Pattern

Results = Mapping[str, Sequence[Result]]
MOST = 8
NAMED = 3


@dataclass(frozen=True, eq=False)
class Suspect:
    """A pattern that is still open at the visit; `weight` is 1 to 3, by its tier."""

    pattern: Pattern
    weight: int = 1

    def lists(self, test_id: str) -> bool:
        return test_id in self.pattern.tests


def suspect_of(pattern: Pattern, tier: str | None) -> Suspect:
    """A better supported pattern counts for more when tests are weighed against each other."""
    return Suspect(pattern, TIERS.index(tier) + 1 if tier else 1)


def test_of(pack: Pack, test_id: str, results: Results) -> Test:
    """A test of the pack with what the visit showed."""
    test = pack.tests[test_id]
    shown = tuple(results.get(test_id, ()))
    return Test(test.id, test.name, test.how, test.accuracy, test.cautions, shown)


def plan_examination(
    pack: Pack, suspects: Iterable[Suspect], unchecked: Iterable[Pattern], results: Results
) -> tuple[PlannedTest, ...]:
    """The tests in the order to do them; `is_further` are those that no longer separate anything.

    `unchecked` are red flags that the answers could not rule out.
    """
    alarms = [one.pattern for one in suspects if one.pattern.group == "redflag"]
    alarms.sort(key=lambda pattern: -URGENCY_RANK[pattern.urgency])
    others = [one for one in suspects if one.pattern.group != "redflag"]
    whys = rule_out(alarms, "Rule out first: {}.")
    whys |= {key: why for key, why in separate(others).items() if key not in whys}
    whys |= {
        key: why
        for key, why in rule_out(unchecked, "Not asked, so check: {}.").items()
        if key not in whys
    }
    main = list(whys)[:MOST]
    rest = dict.fromkeys(test for one in others for test in one.pattern.tests)
    further = {key: whys.get(key, speaks_to(others, key)) for key in [*whys, *rest]}
    return tuple(
        PlannedTest(test_of(pack, key, results), why, is_further=key not in main)
        for key, why in further.items()
    )


def rule_out(patterns: Iterable[Pattern], sentence: str) -> dict[str, str]:
    """Each test of these patterns with the sentence that names them."""
    names: dict[str, list[str]] = {}
    for pattern in patterns:
        for test in pattern.tests:
            names.setdefault(test, []).append(pattern.name("en"))
    return {test: sentence.format(some_of(found)) for test, found in names.items()}


def separate(suspects: Sequence[Suspect]) -> dict[str, str]:
    """Greedy: each next test tells most of the pairs apart that are not told apart yet.

    A pair counts by the weights of both. Of equal tests the one that more patterns name as
    decisive comes first, then the pack's order. What is decisive for a pattern follows in any case.
    """
    pairs = {frozenset(pair): pair[0].weight * pair[1].weight for pair in pairs_of(suspects)}
    left = list(dict.fromkeys(test for one in suspects for test in one.pattern.tests))
    whys: dict[str, str] = {}
    while left:
        gains = {test: sum(pairs[pair] for pair in pairs if splits(test, pair)) for test in left}
        best = max(left, key=lambda test: (gains[test], decisive(suspects, test)))
        if not gains[best]:
            break
        left.remove(best)
        pairs = {pair: worth for pair, worth in pairs.items() if not splits(best, pair)}
        whys[best] = tells_apart(suspects, best)
    settling = sorted(
        (test for test in left if decisive(suspects, test)),
        key=lambda test: -decisive(suspects, test),
    )
    return whys | {test: speaks_to(suspects, test) for test in settling}


def pairs_of(suspects: Sequence[Suspect]) -> Iterable[tuple[Suspect, Suspect]]:
    return combinations(suspects, 2)


def splits(test: str, pair: Iterable[Suspect]) -> bool:
    """Whether exactly one of the two lists the test."""
    one, other = pair
    return one.lists(test) is not other.lists(test)


def decisive(suspects: Iterable[Suspect], test: str) -> int:
    """How much weight of patterns names the test as what settles them."""
    return sum(
        one.weight for one in suspects if one.pattern.settle and test in one.pattern.settle.tests
    )


def tells_apart(suspects: Sequence[Suspect], test: str) -> str:
    """In words, with the patterns on both sides."""
    on = [one.pattern.name("en") for one in suspects if one.lists(test)]
    off = [one.pattern.name("en") for one in suspects if not one.lists(test)]
    return f"Tells {some_of(on)} from {some_of(off)}."


def speaks_to(suspects: Sequence[Suspect], test: str) -> str:
    """Which of the patterns list the test."""
    return f"Listed for {some_of([one.pattern.name('en') for one in suspects if one.lists(test)])}."


def some_of(names: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
