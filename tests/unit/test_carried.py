"""What may be carried over from the last intake, whatever was answered then."""

import copy

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from intake import carried as rule
from intake.carried import fitting, get_carried, offered, read_carried, wrong_in
from intake.rules.answers import Answers, as_json
from intake.rules.pack import build_questionnaire, load_pack
from tests.unit.rules.strategies import ON, QUESTIONNAIRE, answers, shown_answers

DOCUMENT = yaml.safe_load(rule.FILE.read_text(encoding="utf-8"))
EVERYTHING = frozenset(QUESTIONNAIRE.by_id)
SAFETY = {item.link_id for item in QUESTIONNAIRE.items if item.safety}
NOTHING = Answers(values={}, on=ON)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


def changed(**lists):
    return read_carried({**copy.deepcopy(DOCUMENT), **lists})


def with_line(**line):
    return [*DOCUMENT["carried"], {"of": "person", "why": "w", **line}]


def test_the_shipped_rule_fits_the_shipped_questions():
    assert list(wrong_in(get_carried(), QUESTIONNAIRE)) == []


@pytest.mark.parametrize(
    ("lists", "problem"),
    [
        ({"carried": with_line(item="rf.ces")}, "carried: 'rf.ces' is a safety question"),
        ({"carried": with_line(item="pain.nowhere")}, "carried: 'pain.nowhere' is no question"),
        ({"carried": with_line(item="about.sex")}, "carried: 'about.sex' is there twice"),
        (
            {"asked_anew": DOCUMENT["asked_anew"][1:]},
            "carried: nothing is said of 'about.completed_by'",
        ),
        (
            {
                "carried": with_line(item="pain.avg"),
                "asked_anew": [one for one in DOCUMENT["asked_anew"] if one["item"] != "pain.avg"],
            },
            "carried: 'pain.avg' is neither chosen nor a date",
        ),
        (
            {"carried": [{**DOCUMENT["carried"][0], "why": ""}, *DOCUMENT["carried"][1:]]},
            "carried: 'about.dob' has no reason",
        ),
        (
            {"carried": [{**DOCUMENT["carried"][0], "of": "day"}, *DOCUMENT["carried"][1:]]},
            "carried: 'about.dob' is of neither person nor problem",
        ),
    ],
)
def test_whatever_is_wrong_with_the_rule_is_said(lists, problem):
    assert problem in list(wrong_in(changed(**lists), QUESTIONNAIRE))


def test_another_problem_is_offered_nothing_about_the_pain():
    person = get_carried().when("other")
    assert person < get_carried().when("same")
    assert not any(link_id.startswith(("pain.", "snap.", "nerve.")) for link_id in person)
    assert get_carried().when("anew") == get_carried().when("") == frozenset()


@given(shown_answers())
def test_a_safety_question_is_never_carried_whatever_is_wanted(told):
    found = fitting(QUESTIONNAIRE, as_json(told), EVERYTHING, on=ON)
    assert not SAFETY & found.keys()
    assert found.keys() <= told.values.keys()


@given(st.dictionaries(st.sampled_from(sorted(EVERYTHING)) | st.text(max_size=5), json_values))
def test_nothing_that_was_ever_kept_can_break_it(told):
    found = fitting(QUESTIONNAIRE, told, EVERYTHING, on=ON)
    assert offered(QUESTIONNAIRE, NOTHING, (), found).keys() <= found.keys()


def other_questions(gone, shortened):
    """The shipped questions without some, others with their first option only, none conditional."""
    document = copy.deepcopy(load_pack().documents["items"])
    items = [item for item in document["items"] if item["linkId"] not in gone]
    for item in items:
        item.pop("ask_if", None)
        if item["linkId"] in shortened:
            item["options"] = item["options"][:1]
    return build_questionnaire(document | {"items": items})


@given(shown_answers(), st.sets(st.sampled_from(["pain.feel", "snap.any", "life.activity"])))
def test_of_another_questionnaire_only_what_fits_is_carried(told, shortened):
    new = other_questions({"life.smoke", "life.sit_hours"}, shortened)
    found = fitting(new, as_json(told), EVERYTHING, on=ON)
    for link_id, value in found.items():
        ids = {option.id for option in new.possible_options(new.item(link_id))}
        assert not ids or ids.issuperset(value if isinstance(value, tuple) else (value,))
    assert not found.keys() & {"life.smoke", "life.sit_hours"}


@given(shown_answers(), answers())
def test_an_answer_of_this_time_is_never_offered_again(told, saved):
    last = fitting(QUESTIONNAIRE, as_json(told), get_carried().when("same"), on=ON)
    found = offered(QUESTIONNAIRE, saved, ("about.sex",), last)
    assert not found.keys() & saved.values.keys()
    assert "about.sex" not in found


@given(shown_answers())
def test_what_is_offered_is_shown_and_in_force_once_it_is_confirmed(told):
    last = fitting(QUESTIONNAIRE, as_json(told), get_carried().when("same"), on=ON)
    found = offered(QUESTIONNAIRE, NOTHING, (), last)
    after = QUESTIONNAIRE.in_force(Answers(values=found, on=ON))
    assert after.values == found


def test_none_of_these_beside_one_of_these_is_asked_anew():
    told = {"pain.feel": ["sharp", "none"], "life.activity": ["walk"]}
    assert set(fitting(QUESTIONNAIRE, told, EVERYTHING, on=ON)) == {"life.activity"}
