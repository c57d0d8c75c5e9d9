"""The order of the examination: what to rule out, then what separates, each with its reason."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.briefs import Hold, Result
from intake.examination import MOST, NO_LONGER, plan_examination, suspect_of
from intake.rules.cards import overlap
from intake.rules.pack import load_pack
from intake.rules.patterns import ALARMS
from tests.spec.cases import cases

PACK = load_pack()
FOUND = Result("positive", "Positive, left", "left", "Ash", None)
RED = [pattern for pattern in PACK.patterns if pattern.group == "redflag"]
OTHERS = [pattern for pattern in PACK.patterns if pattern.group != "redflag"]


def planned(*patterns, unchecked=(), tier="some", results=None, holds=()):
    suspects = [suspect_of(pattern, tier) for pattern in patterns]
    return plan_examination(PACK, suspects, unchecked, results or {}, holds)


def ids(tests):
    return [one.test.id for one in tests]


def differing():
    """Two patterns on two cards of which each lists a test that the other does not."""
    for one in OTHERS:
        for other in OTHERS:
            differ = set(one.tests) - set(other.tests) and set(other.tests) - set(one.tests)
            if differ and not overlap(PACK, one.id, other.id):
                return one, other
    raise AssertionError("the pack has no such pair")


def hold_for(pattern):
    return Hold(uuid.uuid4(), pattern.name("en"), pattern.urgency, "Today", "Nothing else yet")


def findings_plan(case):
    """The plan of one of the pack's made-up patients, nothing judged or examined."""
    found = case.findings
    suspects = [suspect_of(PACK.pattern(o.pattern), o.tier, o.urgency) for o in found.shown]
    unasked = [PACK.pattern(one.pattern) for one in found.cannot_tell]
    holds = [hold_for(PACK.pattern(o.pattern)) for o in found.shown if o.urgency in ALARMS]
    signs = [one for one in unasked if one.group == "redflag"]
    return plan_examination(PACK, suspects, signs, {}, holds), signs


def test_what_must_be_ruled_out_is_examined_before_anything_else():
    red = next(pattern for pattern in RED if pattern.tests)
    first = planned(OTHERS[0], red).first[: len(red.tests)]
    assert ids(first) == list(red.tests)
    assert all(one.why.startswith(f"Rule out first: {red.name('en')}.") for one in first)


def test_the_sign_that_rose_is_ruled_out_before_one_that_did_not():
    one, other = [each for each in RED if each.urgency == "before_appointment" and each.tests][:2]
    calm = [suspect_of(one, None), suspect_of(other, None)]
    risen = [suspect_of(one, None), suspect_of(other, None, "emergency")]
    assert ids(plan_examination(PACK, calm, [], {}).first)[0] == one.tests[0]
    assert ids(plan_examination(PACK, risen, [], {}).first)[0] == other.tests[0]


def test_a_test_that_separates_comes_before_one_that_both_list():
    one, other = differing()
    first = planned(one, other).first[0]
    assert (first.test.id in one.tests) is not (first.test.id in other.tests)
    on, off = (one, other) if first.test.id in one.tests else (other, one)
    assert first.why == f"Listed for {on.name('en')}, not for {off.name('en')}."


def test_patterns_on_one_card_are_never_set_against_each_other():
    tendon, bursa = PACK.pattern("ilio.tendinopathy"), PACK.pattern("ilio.bursitis")
    alone = planned(tendon, bursa)
    assert alone.first
    assert not [one for one in alone.tests if "not for" in one.why]
    joint = planned(tendon, bursa, PACK.pattern("look.sij"))
    whys = {one.test.id: one.why for one in joint.tests}
    assert whys["T-FADIR"] == f"Listed for {tendon.name('en')}, not for Sacroiliac joint pain."


def test_the_same_pattern_alone_begins_with_what_settles_it():
    pattern = next(one for one in OTHERS if one.settle and one.settle.tests)
    plan = planned(pattern)
    decisive = [one for one in ids(plan.first) if one in pattern.settle.tests]
    assert ids(plan.first) == decisive
    assert set(ids(plan.further)) == set(pattern.tests) - set(decisive)


def test_a_pattern_that_nothing_settles_begins_with_what_is_listed_for_it():
    pattern = PACK.pattern("look.nslbp")
    assert pattern.settle is None
    assert ids(planned(pattern).first) == list(pattern.tests)


def test_an_urgent_sign_that_nobody_asked_about_is_examined_before_what_separates():
    """Found late it does harm; one test a sign, so that many do not drown what separates."""
    one, other = PACK.pattern("ilio.tendinopathy"), PACK.pattern("look.sij")
    fracture = PACK.pattern("rf.fnsf")
    assert fracture.urgency in ALARMS
    plan = planned(one, other, unchecked=[fracture])
    assert plan.first[0].test.id == fracture.tests[0]
    assert plan.first[0].why == f"Not asked, so check: {fracture.name('en')}."
    assert ids(plan.first)[1] not in fracture.tests
    assert set(fracture.tests) <= set(ids(plan.tests))


def test_a_lesser_sign_that_nobody_asked_about_waits_for_what_separates():
    one, other = differing()
    red = next(
        each
        for each in RED
        if each.urgency not in ALARMS and set(each.tests) - {*one.tests, *other.tests}
    )
    first = planned(one, other, unchecked=[red]).first
    assert not first[0].why.startswith("Not asked")


def test_one_test_tells_all_its_reasons():
    tendon = PACK.pattern("ilio.tendinopathy")
    red, unasked = PACK.pattern("rf.avulsion"), PACK.pattern("rf.scfe")
    plan = planned(tendon, PACK.pattern("look.hip_oa"), red, unchecked=[unasked])
    whys = {one.test.id: one.why for one in plan.tests}
    assert whys["T-PALP"] == (
        f"Rule out first: {red.name('en')}. Listed for {tendon.name('en')}, "
        "not for Hip osteoarthritis."
    )
    assert whys["T-ROM"].startswith(f"Not asked, so check: {unasked.name('en')}. Listed for Hip")


def test_while_an_urgent_sign_is_open_only_its_own_tests_stand_first():
    alarm = PACK.pattern("rf.avulsion")
    tendon = PACK.pattern("ilio.tendinopathy")
    plan = planned(tendon, alarm, holds=[hold_for(alarm)])
    assert ids(plan.first) == list(alarm.tests)
    assert {"T-RHF90", "T-MTT"} <= set(ids(plan.further))
    assert [one.name for one in plan.holds] == [alarm.name("en")]
    assert {"T-RHF90", "T-MTT"} <= set(ids(planned(tendon).first))


def test_what_the_visit_showed_stands_at_its_test():
    pattern = next(one for one in OTHERS if one.settle)
    test = pattern.settle.tests[0]
    plan = planned(pattern, results={test: [FOUND]})
    assert [one.test.id for one in plan.tests if one.test.results] == [test]
    assert test in ids(plan.first)


def test_a_result_stays_when_no_open_pattern_lists_its_test():
    plan = planned(results={"T-SIJ": [FOUND]})
    assert plan
    assert [(one.test.id, one.why) for one in plan.examined] == [("T-SIJ", NO_LONGER)]
    assert plan.examined[0].test.results == (FOUND,)


def test_a_result_stays_when_the_pack_has_its_test_no_longer():
    (one,) = planned(results={"T-GONE": [FOUND]}).examined
    assert (one.test.name, one.test.results) == ("T-GONE", (FOUND,))


def test_nothing_open_plans_nothing():
    assert not planned()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_no_plan_of_a_made_up_patient_is_empty_at_its_head(case):
    plan, signs = findings_plan(case)
    assert plan.first or plan.holds or not plan
    if not plan.holds:
        first = set(ids(plan.first))
        assert all(first & set(one.tests) for one in signs if one.tests)


@given(
    chosen=st.lists(st.sampled_from(PACK.patterns), unique_by=lambda one: one.id, max_size=12),
    unchecked=st.lists(st.sampled_from(RED), unique_by=lambda one: one.id, max_size=6),
    tier=st.sampled_from([None, "possible", "some", "strong"]),
    examined=st.lists(st.sampled_from(sorted(PACK.tests)), unique=True, max_size=4),
)
def test_every_test_listed_or_done_is_planned_once_with_a_reason(chosen, unchecked, tier, examined):
    plan = planned(*chosen, unchecked=unchecked, tier=tier, results={e: [FOUND] for e in examined})
    listed = {test for pattern in [*chosen, *unchecked] for test in pattern.tests}
    assert set(ids(plan.tests)) == listed | set(examined)
    assert len(ids(plan.tests)) == len(set(ids(plan.tests)))
    assert all(one.why.endswith(".") for one in plan.tests)
    assert len(plan.first) <= MOST
    assert bool(plan.first) is bool(listed)


def test_no_reason_sounds_like_a_probability():
    said = " ".join(one.why for one in planned(*PACK.patterns).tests).lower()
    for pattern in PACK.patterns:
        said = said.replace(pattern.name("en").lower(), "")
    assert said
    assert not [word for word in ("%", "probab", "likel", "diagnos", "chance") if word in said]
