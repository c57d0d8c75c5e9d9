"""What must hold for every set of answers, not only for those somebody thought of."""

import os
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.rules import truth
from intake.rules.answers import Answers, as_json, read_answers
from intake.rules.compiled import build, find_compiled
from intake.rules.conditions import IsAnswered, walk
from intake.rules.findings import find
from intake.rules.loading.conditions import read_condition
from intake.rules.pack import build_pack
from intake.rules.state import AnswerState
from intake.rules.truth import NO, UNKNOWN, YES
from tests.unit.rules.strategies import (
    ON,
    PACK,
    QUESTIONNAIRE,
    answers,
    conditions,
    patterns,
    shown_answers,
    values,
)

EXAMPLES = int(os.environ.get("EXAMPLES", "60"))  # EXAMPLES=5000 for a long look
every = settings(max_examples=EXAMPLES)
few = settings(every, max_examples=EXAMPLES // 3)

ALL_CONDITIONS = tuple(
    dict.fromkeys(
        condition
        for pattern in PACK.patterns
        for condition in (
            pattern.condition,
            *(raising for _, raising in pattern.escalations),
            *(line.condition for line in pattern.lines),
        )
    )
)


@every
@given(answers())
def test_no_answers_make_the_rules_raise_and_the_compiled_rules_agree(given_answers: Answers):
    assert find_compiled(PACK, given_answers) == find(PACK, given_answers)


@every
@given(answers())
def test_the_short_way_to_what_is_in_force_leads_to_the_same(given_answers: Answers):
    assert QUESTIONNAIRE.in_force(given_answers) == QUESTIONNAIRE.unfold(given_answers)[1]


@every
@given(shown_answers())
def test_the_compiled_rules_agree_on_what_a_form_can_hold(given_answers: Answers):
    assert find_compiled(PACK, given_answers) == find(PACK, given_answers)


@few
@given(st.data())
def test_the_compiled_rules_agree_on_patterns_nobody_wrote(data: st.DataObject):
    ids = ["p.one", "p.two", "p.three"]
    made = tuple(data.draw(patterns(id, [other for other in ids if other != id])) for id in ids)
    pack = replace(PACK, patterns=made)
    compiled = build(pack)

    for given_answers in data.draw(st.lists(answers(), min_size=4, max_size=4)):
        assert compiled(given_answers) == find(pack, given_answers)


def steady(condition) -> bool:
    """Reads no `answered`, neither itself nor in the ask_if of an item that it reads."""
    asked = [QUESTIONNAIRE.item(link_id).ask_if for link_id in condition.items()]
    return not any(isinstance(part, IsAnswered) for part in walk(condition)) and all(
        steady(ask_if) for ask_if in asked if ask_if is not None
    )


STEADY = tuple(condition for condition in ALL_CONDITIONS if steady(condition))


def test_most_conditions_of_the_pack_are_steady():
    assert len(STEADY) > 0.8 * len(ALL_CONDITIONS)


@st.composite
def one_more_answer(draw: st.DrawFn) -> tuple[Answers, Answers]:
    before = draw(shown_answers())
    still_open = [item for item in QUESTIONNAIRE.shown(before) if item.link_id not in before.values]
    if not still_open:
        return before, before
    item = draw(st.sampled_from(still_open))
    more = {**before.values, item.link_id: draw(values(item))}
    return before, replace(before, values=more)


@every
@given(one_more_answer(), st.lists(conditions, max_size=5))
def test_one_more_answer_never_changes_what_was_known(pair, drawn):
    before, after = (AnswerState(QUESTIONNAIRE.by_id, each) for each in pair)
    made = [condition for condition in map(read_condition, drawn) if steady(condition)]

    for condition in (*STEADY, *made):
        known = condition.evaluate(before)
        if known is not UNKNOWN:
            assert condition.evaluate(after) is known


@every
@given(answers(), conditions)
def test_a_condition_misses_something_exactly_when_it_is_unknown(given_answers, raw):
    state = AnswerState(QUESTIONNAIRE.by_id, given_answers)
    condition = read_condition(raw)

    missing = condition.missing(state)
    assert bool(missing) is (condition.evaluate(state) is UNKNOWN)


@every
@given(answers())
def test_answers_survive_json(given_answers: Answers):
    derived = {"age": given_answers.age, "bmi": given_answers.bmi}
    known = {name: value for name, value in derived.items() if value is not None}

    again = read_answers(QUESTIONNAIRE, as_json(given_answers), on=ON, derived=known)
    assert again == given_answers


@every
@given(answers())
def test_an_answer_kept_aside_does_not_matter_and_returns(given_answers: Answers):
    counted = QUESTIONNAIRE.in_force(given_answers)
    shown = {item.link_id for item in QUESTIONNAIRE.shown(given_answers)}

    stale = {"pain.main_area"} - counted.values.keys()
    assert counted.values.keys() == (given_answers.values.keys() & shown) - stale
    assert QUESTIONNAIRE.in_force(counted) == counted
    assert QUESTIONNAIRE.shown(counted) == QUESTIONNAIRE.shown(given_answers)


@every
@given(answers())
def test_findings_keep_their_own_promises(given_answers: Answers):
    found = find_compiled(PACK, given_answers)
    rank = {name: urgency["rank"] for name, urgency in PACK.urgencies.items()}
    ranks = [rank[finding.urgency] for finding in found.shown]
    told = [finding.pattern for finding in found.shown]
    told += [*found.suppressed, *(verdict.pattern for verdict in found.cannot_tell)]

    assert ranks == sorted(ranks, reverse=True)
    assert len(told) == len(set(told))
    assert all(verdict.missing for verdict in found.cannot_tell)
    for finding in found.shown:
        if finding.tier is None:
            assert (finding.score, finding.low, finding.high, finding.firm) == (None,) * 4
        else:
            assert finding.low <= finding.score <= finding.high
        if finding.tier == "possible":
            assert (finding.urgency, finding.could_rise) == ("routine", ())


def shuffled(value, random):
    """The same JSON with the keys of every object in another order."""
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {key: shuffled(value[key], random) for key in keys}
    return [shuffled(each, random) for each in value] if isinstance(value, list) else value


@settings(every, max_examples=3)
@given(st.integers())
def test_a_stored_pack_is_the_same_pack_in_whatever_order_its_keys_come_back(seed: int):
    again = build_pack(shuffled(PACK.documents, Random(seed)))

    assert again == PACK
    assert again.content_hash == PACK.content_hash


def resolutions(parts):
    """Every way in which the unknown parts could turn out."""
    return product(*([YES, NO] if part is UNKNOWN else [part] for part in parts))


OPERATORS = {
    "every": truth.every,
    "some": truth.some,
    **{f"at_least {n}": lambda parts, n=n: truth.at_least(n, parts) for n in range(-1, 5)},
    "negation": lambda parts: truth.negation(parts[0]) if parts else UNKNOWN,
}


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_is_unknown_exactly_when_the_unknown_parts_can_decide(name: str):
    operator = OPERATORS[name]
    least = 1 if name == "negation" else 0

    for length in range(least, 4):
        for parts in product([YES, NO, UNKNOWN], repeat=length):
            outcomes = {operator(list(whole)) for whole in resolutions(parts)}
            expected = outcomes.pop() if len(outcomes) == 1 else UNKNOWN
            assert (parts, operator(list(parts))) == (parts, expected)


def test_a_truth_is_not_a_bool():
    with pytest.raises(TypeError, match="three values"):
        bool(YES)
