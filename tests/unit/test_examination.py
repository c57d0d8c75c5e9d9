"""The order of the examination: what to rule out, then what separates, each with its reason."""

from hypothesis import given
from hypothesis import strategies as st

from intake.briefs import Result
from intake.examination import MOST, plan_examination, suspect_of
from intake.rules.pack import load_pack

PACK = load_pack()
RED = [pattern for pattern in PACK.patterns if pattern.group == "redflag"]
OTHERS = [pattern for pattern in PACK.patterns if pattern.group != "redflag"]


def planned(*patterns, unchecked=(), tier="some", results=None):
    suspects = [suspect_of(pattern, tier) for pattern in patterns]
    return plan_examination(PACK, suspects, unchecked, results or {})


def ids(plan):
    return [one.test.id for one in plan]


def differing():
    """Two patterns of which each lists a test that the other does not."""
    for one in OTHERS:
        for other in OTHERS:
            if set(one.tests) - set(other.tests) and set(other.tests) - set(one.tests):
                return one, other
    raise AssertionError("the pack has no such pair")


def test_what_must_be_ruled_out_is_examined_before_anything_else():
    red = next(pattern for pattern in RED if pattern.tests)
    first = planned(OTHERS[0], red)[: len(red.tests)]
    assert ids(first) == list(red.tests)
    assert all(one.why == f"Rule out first: {red.name('en')}." for one in first)


def test_a_test_that_separates_comes_before_one_that_both_list():
    one, other = differing()
    plan = planned(one, other)
    first = plan[0].test.id
    assert (first in one.tests) is not (first in other.tests)
    assert plan[0].why.startswith("Tells ")
    assert one.name("en") in plan[0].why
    assert other.name("en") in plan[0].why


def test_the_same_pattern_alone_begins_with_what_settles_it():
    pattern = next(one for one in OTHERS if one.settle and one.settle.tests)
    plan = planned(pattern)
    decisive = [one for one in ids(plan) if one in pattern.settle.tests]
    assert ids(plan)[: len(decisive)] == decisive
    assert {one.test.id for one in plan if one.is_further} == set(pattern.tests) - set(decisive)


def test_a_warning_sign_that_nobody_asked_about_is_examined_after_what_separates():
    one, other = differing()
    red = next(each for each in RED if set(each.tests) - {*one.tests, *other.tests})
    plan = planned(one, other, unchecked=[red])
    own = [each for each in plan if each.why.startswith("Not asked")]
    assert own
    assert plan.index(own[0]) > 0


def test_what_the_visit_showed_stands_at_its_test():
    pattern = next(one for one in OTHERS if one.tests)
    found = Result("positive", "Positive, left", "left", "Ash", None)
    plan = planned(pattern, results={pattern.tests[0]: [found]})
    assert [one.test.id for one in plan if one.test.results] == [pattern.tests[0]]


def test_nothing_open_plans_nothing():
    assert planned() == ()


@given(
    chosen=st.lists(st.sampled_from(PACK.patterns), unique_by=lambda one: one.id, max_size=12),
    unchecked=st.lists(st.sampled_from(RED), unique_by=lambda one: one.id, max_size=6),
    tier=st.sampled_from([None, "possible", "some", "strong"]),
)
def test_every_listed_test_is_planned_once_with_a_reason(chosen, unchecked, tier):
    plan = planned(*chosen, unchecked=unchecked, tier=tier)
    listed = {test for pattern in [*chosen, *unchecked] for test in pattern.tests}
    assert set(ids(plan)) == listed
    assert len(ids(plan)) == len(listed)
    assert all(one.why.endswith(".") for one in plan)
    assert sum(not one.is_further for one in plan) <= MOST
    seen_further = [one.is_further for one in plan]
    assert seen_further == sorted(seen_further)


def test_no_reason_sounds_like_a_probability():
    said = " ".join(one.why for one in planned(*PACK.patterns)).lower()
    for pattern in PACK.patterns:
        said = said.replace(pattern.name("en").lower(), "")
    assert said
    assert not [word for word in ("%", "probab", "likel", "diagnos", "chance") if word in said]
