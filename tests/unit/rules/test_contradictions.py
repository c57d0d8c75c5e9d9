"""Answers that do not fit together: the shipped pairs, and what a wrong pair is told."""

import copy
from datetime import date

import pytest

from intake.rules.answers import read_answers
from intake.rules.contradictions import find_contradictions, find_unasked
from intake.rules.pack import PackError, build_pack, load_pack, read_documents
from tests.unit.rules.small import small_documents

PACK = load_pack()
FIT = {
    "slow_start_with_a_pop": ({"pain.onset_how": "gradual", "rf.look": ["pop"]}, "rf.look", []),
    "slow_start_but_sudden_in_sport": (
        {"about.dob": "2014-05-01", "pain.onset_how": "gradual", "rf.child": ["pop"]},
        "rf.child",
        ["limp"],
    ),
    "hard_knock_or_none": ({"pain.onset_how": "fall", "rf.look": ["bruise"]}, "rf.look", ["pop"]),
    "after_treatment_or_none": (
        {"pain.onset_how": "after_op", "hx.surgery": ["none"]},
        "hx.surgery",
        ["injection"],
    ),
    "load_grew_or_not": (
        {"pain.onset_how": "gradual_load", "life.load_change": "less"},
        "life.load_change",
        "lot_more",
    ),
    "new_or_old": ({"pain.onset_when": "d0_2", "pain.trend": "jump"}, "pain.trend", "worse"),
    "strong_but_not_in_the_way": ({"pain.avg": 9, "impact.activity": 0}, "impact.activity", 6),
    "no_pain_but_a_number": ({"pain.area": ["none"], "pain.avg": 5}, "pain.avg", 0),
    "always_there_but_eased": (
        {"rf.night": "constant", "pain.better": ["rest"]},
        "pain.better",
        ["nothing"],
    ),
    "cannot_stand_but_not_in_the_way": (
        {"rf.weight_bear": "unable", "impact.activity": 1},
        "rf.weight_bear",
        "limp",
    ),
    "weak_or_not": ({"rf.leg_weak": "none", "pain.feel": ["tired"]}, "rf.leg_weak", "mild"),
}


def found(answers):
    read = read_answers(PACK.questionnaire, answers, on=date(2026, 5, 1))
    return [one.id for one in find_contradictions(PACK.contradictions, PACK.questionnaire, read)]


def test_every_shipped_pair_is_tried_here_and_there_are_few():
    assert [one.id for one in PACK.contradictions] == list(FIT)
    assert len(FIT) <= 12


@pytest.mark.parametrize("name", FIT)
def test_the_two_answers_are_noticed_and_either_alone_is_not(name):
    answers, changed, other = FIT[name]
    assert found(answers) == [name]
    assert found({**answers, changed: other}) == []
    for left_out in answers.keys() - {"about.dob"}:
        assert found({key: value for key, value in answers.items() if key != left_out}) == []


@pytest.mark.parametrize("name", FIT)
def test_each_asks_in_every_language_and_says_why(name):
    one = next(each for each in PACK.contradictions if each.id == name)
    assert {one.text("en"), one.text("es")} == set(one.texts.values())
    assert one.text("xx") == one.text("en")
    assert one.text("en").endswith("?")
    assert one.why
    assert set(one.sources) <= set(PACK.sources)


def test_what_was_asked_is_not_asked_again():
    answers = {"pain.onset_when": "d0_2", "pain.trend": "jump", "pain.avg": 9, "impact.activity": 0}
    read = read_answers(PACK.questionnaire, answers, on=date(2026, 5, 1))
    both = find_unasked(PACK.contradictions, PACK.questionnaire, read, ())
    assert [one.id for one in both] == ["new_or_old", "strong_but_not_in_the_way"]
    left = find_unasked(PACK.contradictions, PACK.questionnaire, read, ["new_or_old"])
    assert [one.id for one in left] == ["strong_but_not_in_the_way"]


def wrong(**changes):
    """The problems of a pack with one pair that was changed."""
    documents = small_documents()
    document = copy.deepcopy(read_documents()["contradictions"])
    document["contradictions"] = [{**document["contradictions"][0], **changes}]
    with pytest.raises(PackError) as refused:
        build_pack({**documents, "contradictions": document})
    return refused.value.problems


NAME = "contradiction slow_start_with_a_pop"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {
                "if": {"item": "pain.nowhere", "any": ["x"]},
                "items": ["pain.nowhere", "pain.nowhere"],
            },
            f"{NAME}: unknown item 'pain.nowhere'",
        ),
        (
            {
                "if": {
                    "all_of": [{"item": "rf.look", "any": ["x"]}, {"item": "pain.avg", "gte": 1}]
                },
                "items": ["rf.look", "pain.avg"],
            },
            f"{NAME}: unknown option of rf.look 'x'",
        ),
        ({"items": ["rf.look"]}, f"{NAME}: names fewer than two items"),
        (
            {"items": ["rf.look", "pain.avg"]},
            f"{NAME}: names 'pain.avg', which its condition does not read",
        ),
        ({"sources": ["S-NOBODY"]}, f"{NAME}: unknown source 'S-NOBODY'"),
        ({"es": ""}, f"{NAME}: has no text 'es'"),
        ({"if": {"item": "rf.look", "some": []}}, f"{NAME}: if: a condition on 'rf.look' has the"),
    ],
)
def test_a_wrong_pair_stops_the_start(changes, problem):
    assert any(told.startswith(problem) for told in wrong(**changes))


def test_a_pair_that_is_there_twice_is_told_so():
    document = copy.deepcopy(read_documents()["contradictions"])
    document["contradictions"] = document["contradictions"][:1] * 2
    with pytest.raises(PackError, match="'slow_start_with_a_pop' is there twice"):
        build_pack({**small_documents(), "contradictions": document})


def test_the_pairs_belong_to_the_version_of_the_pack():
    plain = build_pack(small_documents())
    asking = build_pack({**small_documents(), "contradictions": read_documents()["contradictions"]})
    assert plain.contradictions == ()
    assert plain.content_hash != asking.content_hash
    assert build_pack(asking.documents).contradictions == asking.contradictions
