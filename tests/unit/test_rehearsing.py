"""What a draft would change, without a database."""

import copy
from datetime import date

import pytest

from intake.demo.stories import tell_stories
from intake.rehearsing import Said, Tally, reader, summed
from intake.rules.answers import read_answers, recall_answers
from intake.rules.compiled import compile_pack
from intake.rules.pack import build_questionnaire, load_pack
from intake.rules.verdicts import Finding, Findings

TODAY = date(2026, 11, 20)


def finding(pattern: str, urgency: str = "routine", group: str = "redflag") -> Finding:
    return Finding(pattern, group, urgency, None, None, None, None, None, (), (), (), (), ())


def tally_of(said, found=(), suppressed=(), missed=()):
    tally = Tally()
    tally.add(7, said, missed, Findings(tuple(found), (), tuple(suppressed)))
    return tally


def test_what_is_said_now_and_then_stays():
    tally = tally_of([Said("a", True, 2, "")], [finding("a", "same_day")])
    assert tally.as_json() == {"a": {"same": 1}}
    assert (tally.read, tally.changed, tally.vanished) == (1, [], 0)


def test_what_is_new_is_gained_and_names_the_visit():
    tally = tally_of([], [finding("a")])
    assert tally.as_json() == {"a": {"gained": 1}}
    assert tally.changed == [(7, "a", "gained")]


def test_what_is_lost_says_what_was_decided_of_it():
    for verdict, what in (("confirmed", "lost_confirmed"), ("", "lost_undecided")):
        tally = tally_of([Said("a", False, 0, verdict)])
        assert tally.as_json() == {"a": {"lost": 1, what: 1}}
        assert tally.changed == [(7, "a", "lost")]


def test_a_red_flag_that_is_lost_vanishes_unless_it_is_held_back():
    red = [Said("a", True, 3, "")]
    assert tally_of(red).vanished == 1
    assert tally_of(red, [finding("b", "same_day")], suppressed=["a"]).vanished == 0
    assert tally_of(red, [finding("b")], suppressed=["a"]).vanished == 1
    early = [Said("a", True, 1, "")]
    assert tally_of(early, [finding("b")], suppressed=["a"]).vanished == 0


def test_a_flag_that_stays_but_is_less_urgent_is_counted():
    tally = tally_of([Said("a", True, 3, "")], [finding("a", "same_day")])
    assert tally.as_json()["a"] == {"same": 1, "less_urgent": 1}


@pytest.mark.parametrize(
    ("was", "urgency", "group", "vanished"),
    [
        (3, "emergency", "redflag", 0),
        (3, "same_day", "redflag", 0),
        (3, "before_appointment", "redflag", 1),
        (2, "routine", "redflag", 1),
        (1, "routine", "redflag", 0),
        (2, "same_day", "lookalike", 1),
    ],
)
def test_a_red_flag_that_is_urgent_no_longer_has_vanished_as_one(was, urgency, group, vanished):
    red = [Said("a", True, was, "")]
    assert tally_of(red, [finding("a", urgency, group)]).vanished == vanished


def test_what_was_no_red_flag_cannot_vanish_as_one():
    tally = tally_of([Said("a", False, 2, "")], [finding("a", "routine", "lookalike")])
    assert tally.vanished == 0


def test_a_miss_that_the_draft_finds_is_counted():
    assert tally_of([], [finding("a")], missed=["a", "b"]).as_json() == {
        "a": {"gained": 1, "missed": 1, "missed_found": 1},
        "b": {"missed": 1},
    }


def test_parts_add_up():
    assert summed([{"a": {"same": 1}}, {"a": {"same": 2, "lost": 1}}, {"b": {"gained": 1}}]) == {
        "a": {"same": 3, "lost": 1},
        "b": {"gained": 1},
    }


def test_answers_recalled_are_the_answers_as_they_were_read():
    pack = load_pack()
    questionnaire, find = pack.questionnaire, compile_pack(pack)
    again = reader(questionnaire, questionnaire)
    for story in tell_stories(pack, find, TODAY):
        read = read_answers(questionnaire, story.answers, on=TODAY)
        assert recall_answers(questionnaire, story.answers, on=TODAY) == read
        assert find(again(story.answers, TODAY)) == find(questionnaire.in_force(read))


def test_ages_are_those_of_the_day():
    questionnaire = load_pack().questionnaire
    raw = {"about.dob": "2010-06-01"}
    read = reader(questionnaire, questionnaire)
    assert [read(raw, date(year, 6, 1)).on.year for year in (2020, 2026)] == [2020, 2026]


def test_what_the_draft_does_not_ask_is_unanswered_to_it():
    own = load_pack().questionnaire
    document = copy.deepcopy(dict(load_pack().documents["items"]))
    items = document["items"]
    gone = next(one for one in items if one["linkId"] == "goal.main")
    items.remove(gone)
    feel = next(one for one in items if one["linkId"] == "pain.feel")
    feel["options"] = [one for one in feel["options"] if one["id"] != "ache"]
    read = reader(own, build_questionnaire(document))
    raw = {"goal.main": "Dance", "pain.feel": ["ache", "sharp"], "about.sex": "female"}
    assert read(raw, TODAY).values == {"pain.feel": ("sharp",), "about.sex": "female"}
