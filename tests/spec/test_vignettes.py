"""Every made-up patient of the pack, and everything expected of it."""

import pytest

from intake.rules import derived
from intake.rules.compiled import find_compiled
from intake.rules.findings import find
from intake.rules.pack import load_pack
from intake.rules.patterns import URGENCY_RANK
from tests.spec.cases import Case, cases

each_case = pytest.mark.parametrize("case", cases(), ids=[case.id for case in cases()])
EXPECTATIONS = {"has", "not", "cannot_tell", "tiers", "min_urgency", "max_urgency"}


def test_the_pack_brings_as_many_cases_as_it_says():
    assert len({case.id for case in cases()}) == 277


def test_no_expectation_goes_unread():
    assert {key for case in cases() for key in case.expect} == EXPECTATIONS


@each_case
def test_a_case_shows_what_it_must_and_hides_what_it_must_not(case: Case):
    shown = {finding.pattern for finding in case.findings.shown}
    cannot_tell = {verdict.pattern for verdict in case.findings.cannot_tell}

    assert set(case.expect["has"]) <= shown
    assert not set(case.expect.get("not", ())) & (shown | cannot_tell)
    assert not set(case.near_miss) & shown
    assert set(case.expect.get("cannot_tell", ())) <= cannot_tell


@each_case
def test_a_case_reaches_its_tiers(case: Case):
    tiers = {finding.pattern: finding.tier for finding in case.findings.shown}

    assert {id: tiers[id] for id in case.expect.get("tiers", {})} == case.expect.get("tiers", {})


@each_case
def test_a_case_is_as_urgent_as_it_must_be_and_no_more(case: Case):
    least, most = case.expect["min_urgency"], case.expect["max_urgency"]

    assert URGENCY_RANK[least] <= URGENCY_RANK[case.findings.urgency] <= URGENCY_RANK[most]


@each_case
def test_the_compiled_rules_find_the_same_in_a_case(case: Case):
    assert find_compiled(load_pack(), case.answers) == case.findings


@each_case
def test_a_case_names_as_athlete_whom_the_rules_name(case: Case):
    assert derived.athlete(case.answers) is case.athlete


@each_case
def test_the_compiled_rules_agree_on_what_a_verdict_brings_up(case: Case):
    pack, ruled_out = load_pack(), {finding.pattern for finding in case.findings.shown}
    brought = find(pack, case.answers, ruled_out)

    assert find_compiled(pack, case.answers, ruled_out) == brought
    assert ruled_out <= {finding.pattern for finding in brought.shown}
