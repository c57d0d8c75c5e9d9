"""Exercises of the pack: read whole or refused, and chosen with what speaks against each."""

import copy
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.rules.answered import Answers
from intake.rules.choosing import cautions_of, programme_for, truth_of
from intake.rules.exercises import AUDIENCES, BOUNDS, LIGHTS, PainRule, Span, wrong_doses
from intake.rules.pack import PackError, build_pack, load_pack
from intake.rules.problems import Invalid
from intake.rules.state import AnswerState
from intake.rules.truth import YES
from tests.unit.rules.small import entry, shipped

TODAY = date(2026, 5, 12)
NOTHING = Answers({}, on=TODAY)
STANDINGS = ("confirmed", "open", "possible", "refuted", "unknown")


def documents() -> dict[str, Any]:
    """The whole pack: an exercise names many patterns."""
    names = ("items", "patterns", "exercises", "sources", "programmes")
    return {name: copy.deepcopy(shipped()[name]) for name in names}


@cache
def exercise_ids() -> tuple[str, ...]:
    return tuple(load_pack().exercises)


def answered(**values: Any) -> Answers:
    named = {link_id.replace("__", "."): value for link_id, value in values.items()}
    return Answers(named, on=TODAY)


# What stops the start ----------------------------------------------------------------------------


def put(id: str, key: str, value: Any):
    return lambda pack: entry(pack, id).update({key: value})


def caution(pack: dict[str, Any], say: str) -> dict[str, Any]:
    return next(one for one in pack["programmes"]["cautions"] if one["say"] == say)


def word(pack: dict[str, Any], english: str) -> dict[str, Any]:
    return next(one for one in pack["programmes"]["words"] if one["en"] == english)


BROKEN = {
    "pattern": (put("X-SLR", "for", ["ilio.gone"]), "exercise X-SLR: unknown pattern 'ilio.gone'"),
    "source": (put("X-SLR", "sources", ["S-GONE"]), "exercise X-SLR: unknown source 'S-GONE'"),
    "no source": (put("X-SLR", "sources", []), "exercise X-SLR: has no source"),
    "audience": (put("X-SLR", "audience", "all"), "exercise X-SLR: unknown audience 'all'"),
    "basis": (put("X-SLR", "dose_basis", "guess"), "exercise X-SLR: unknown dose_basis 'guess'"),
    "evidence": (put("X-SLR", "evidence", "sure"), "exercise X-SLR: unknown evidence 'sure'"),
    "no steps": (put("X-SLR", "steps_es", []), "exercise X-SLR: has no text 'steps_es'"),
    "steps": (
        put("X-SLR", "steps_es", ["Uno."]),
        "exercise X-SLR: 'steps_…' is not as long in each language",
    ),
    "dose": (put("X-SLR", "dose", {"sets": 9}), "'sets' is 9, not from 1 to 6"),
    "span": (put("X-SLR", "dose", {"sets": "3-2"}), "'sets' falls"),
    "number": (put("X-SLR", "dose", {"sets": "some"}), "dose 'sets' is neither a number nor a"),
    "unknown dose": (put("X-SLR", "dose", {"reps_": 3}), "unknown dose 'reps_'"),
    "another's list": (
        put("X-SLR", "contraindications", ["as X-GONE"]),
        "exercise X-SLR: unknown exercise 'X-GONE'",
    ),
    "new phrase": (
        put("X-SLR", "stop_if", ["a bang"]),
        "programmes: 'a bang' has no words",
    ),
    "new contraindication": (
        put("X-SLR", "contraindications", ["gout"]),
        "programmes: 'gout' has no caution",
    ),
    "phrase left over": (
        lambda pack: pack["programmes"]["words"].append({"en": "old", "es": "viejo"}),
        "programmes: unknown phrase 'old'",
    ),
    "Spanish of a phrase": (
        lambda pack: word(pack, "a pop").pop("es"),
        "programmes: 'a pop' has no text 'es'",
    ),
    "caution left over": (
        lambda pack: pack["programmes"]["cautions"].append({"say": "gout"}),
        "programmes: unknown contraindication 'gout'",
    ),
    "caution without words": (
        lambda pack: pack["programmes"]["cautions"].append({"patterns": []}),
        "programmes: has no 'say'",
    ),
    "pattern of a caution": (
        lambda pack: caution(pack, "hernia").update(patterns=["rf.gone"]),
        "programmes: 'hernia': unknown pattern 'rf.gone'",
    ),
    "condition of a caution": (
        lambda pack: caution(pack, "fever").update({"if": {"item": "rf.gone", "any": ["x"]}}),
        "programmes: 'fever': unknown item 'rf.gone'",
    ),
    "dose of no exercise": (
        lambda pack: pack["programmes"]["doses"].append({"id": "X-NO", "en": "a", "es": "a"}),
        "programmes: unknown exercise 'X-NO'",
    ),
    "forms of a number": (
        lambda pack: pack["programmes"]["numbers"]["sets"].update(en=["1 set"]),
        "programmes: 'sets' '…' is not as long in each language",
    ),
    "one form": (
        lambda pack: pack["programmes"]["numbers"].update(sets={"en": ["a"], "es": ["b"]}),
        "programmes: 'sets' needs two forms in each language",
    ),
    "a number's words": (
        lambda pack: pack["programmes"]["numbers"].pop("reps"),
        "programmes: has no 'reps'",
    ),
    "pain rule": (
        lambda pack: pack["programmes"]["pain"].update(fine_to=6),
        "programmes: fine_to and stop_above must rise",
    ),
    "pain is no number": (
        lambda pack: pack["programmes"]["pain"].update(stop_above=9.5),
        "programmes: ",
    ),
    "light": (
        lambda pack: pack["programmes"]["pain"]["lights"].pop("stop"),
        "programmes: has no words for 'stop'",
    ),
    "no cautions": (
        lambda pack: pack["programmes"].pop("cautions"),
        "programmes: has no 'cautions'",
    ),
    "text of education": (
        lambda pack: entry(pack, "E-SNAP").pop("text_es"),
        "exercise E-SNAP: has no text 'text_es'",
    ),
}


def test_the_pack_is_sound_before_it_is_broken():
    assert build_pack(documents()).care is not None


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_library_stops_the_start_with_a_sentence(name):
    breaking, sentence = BROKEN[name]
    pack = documents()
    breaking(pack)

    with pytest.raises(PackError) as refused:
        build_pack(pack)

    assert any(sentence in problem for problem in refused.value.problems), refused.value.problems


def test_a_pack_from_before_there_were_programmes_still_builds():
    older = documents()
    del older["programmes"]
    pack = build_pack(older)
    choice = programme_for(pack, {}, answered(hx__hip_op_when="lt6w"), age=40)

    assert pack.care is None
    assert [one.say for one in choice.of("X-MARCH-SEAT").ask] == [
        "early weeks after hip replacement unless the surgical team agrees"
    ]


# The values --------------------------------------------------------------------------------------


def test_the_dose_begins_at_the_lower_end_and_keeps_within_bounds():
    march = load_pack().exercises["X-MARCH-SEAT"]

    assert march.dose["sets"] == Span(2, 3)
    assert march.start() == {"sets": 2, "reps": 15, "per_day": 1}
    assert wrong_doses({"sets": 3, "weeks": 26}) == []
    assert wrong_doses({"sets": 0}) == ["'sets' is 0, not from 1 to 6"]
    assert wrong_doses({"kilos": 3}) == ["'kilos' is no part of a dose"]


def test_every_number_of_the_pack_can_be_set():
    for exercise in load_pack().exercises.values():
        assert wrong_doses(exercise.start()) == []
        assert set(exercise.dose) <= set(BOUNDS)


def test_a_name_is_english_where_a_language_has_none():
    assert load_pack().exercises["X-WALK"].name("eo") == "Walk and keep active"
    assert load_pack().exercises["X-WALK"].name("es") == "Andar y seguir activo"


def test_phrases_and_numbers_speak_each_language():
    care = load_pack().care

    assert care.phrase("a pop", "es") == "un chasquido"
    assert care.phrase("a pop", "eo") == "a pop"
    assert [care.number("sets", number, "en") for number in (1, 3)] == ["1 set", "3 sets"]
    assert care.number("per_day", 2, "eo") == "2 times a day"


@pytest.mark.parametrize(
    ("during", "following", "light"),
    [
        (None, None, None),
        (0, None, "fine"),
        (3, None, "fine"),
        (3, 3, "fine"),
        (3, 0, "fine"),
        (None, 3, "fine"),
        (1, 2, "less"),
        (4, None, "less"),
        (5, 5, "less"),
        (None, 4, "less"),
        (2, 4, "stop"),
        (4, 5, "stop"),
        (6, None, "stop"),
        (0, 10, "stop"),
        (None, 6, "stop"),
    ],
)
def test_the_pain_rule_goes_by_the_worse_of_the_two(during, following, light):
    assert load_pack().care.pain.light(during, following) == light


def test_a_pain_rule_needs_words_for_each_light():
    with pytest.raises(Invalid, match="has no words for 'fine'"):
        PainRule(3, 5, {name: {"en": "x"} for name in LIGHTS[1:]})


# The choice --------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", [one.id for one in load_pack().patterns if one.exercises])
def test_every_pattern_leads_to_its_own_exercises_and_no_others(pattern):
    pack = load_pack()
    choice = programme_for(pack, {pattern: "open"}, NOTHING, age=40)
    suggested = {one.exercise.id for one in choice.suggestions if one.because}
    named = {id for id in pack.pattern(pattern).exercises if id.startswith("X-")}
    naming = {one.id for one in pack.exercises.values() if pattern in one.patterns}

    assert suggested == named | naming
    assert all(one.because == (pattern,) for one in choice.suggestions if one.because)


@pytest.mark.parametrize("id", exercise_ids())
def test_every_exercise_is_offered_unless_it_is_for_the_therapists_hands(id):
    pack = load_pack()
    found = programme_for(pack, {}, NOTHING, age=40).of(id)

    assert (found is None) == (pack.exercises[id].audience == AUDIENCES[-1])
    assert found is None or not found.is_suggested


@pytest.mark.parametrize("standing", ["possible", "refuted", "unknown"])
def test_what_is_only_worth_checking_or_ruled_out_suggests_nothing(standing):
    choice = programme_for(load_pack(), {"look.hip_oa": standing}, NOTHING, age=40)

    assert not any(one.is_suggested for one in choice.suggestions)


def test_confirmed_comes_before_open():
    standings = {"ilio.tendinopathy": "open", "look.gtps": "confirmed"}
    choice = programme_for(load_pack(), standings, NOTHING, age=40)
    ids = [one.exercise.id for one in choice.suggestions]

    assert ids[:3] == ["X-ABD-STAND", "X-BRIDGE-SL", "X-ISO-FLEX"]
    assert [one.is_confirmed for one in choice.suggestions[:3]] == [True, True, False]


def test_the_answer_that_speaks_against_is_named():
    answers = answered(pain__area=("groin_front_hip", "knee"))
    choice = programme_for(load_pack(), {"ilio.tendinopathy": "open"}, answers, age=40)
    kneeling = choice.of("X-HALF-KNEEL")

    assert not kneeling.is_suggested
    [against] = kneeling.against
    assert (against.say, against.items) == ("sore kneecap without padding", ("pain.area",))


def test_one_exercise_may_take_over_the_list_of_another():
    choice = programme_for(load_pack(), {}, answered(pain__area=("knee",)), age=40)

    assert choice.of("X-SEATED-STRETCH").against == choice.of("X-HALF-KNEEL").against


def test_a_pattern_that_is_there_speaks_against_and_one_that_cannot_be_told_asks():
    pack = load_pack()
    found = programme_for(pack, {"rf.fnsf_check": "open"}, NOTHING, age=40).of("X-LOAD-PLAN")
    asked = programme_for(pack, {"rf.fnsf_check": "unknown"}, NOTHING, age=40).of("X-LOAD-PLAN")
    ruled_out = programme_for(pack, {"rf.fnsf_check": "refuted"}, NOTHING, age=40)

    assert [one.patterns for one in found.against] == [("rf.fnsf_check",)]
    assert [one.patterns for one in asked.ask] == [("rf.fnsf_check",)]
    assert not ruled_out.of("X-LOAD-PLAN").against + ruled_out.of("X-LOAD-PLAN").ask


def test_a_caution_by_pattern_does_not_blame_an_answer():
    answers = answered(hx__surgery=("none",), pain__area=("groin_front_hip",))
    found = programme_for(load_pack(), {"rf.implant_check": "open"}, answers, age=40).of("X-SLR")

    assert [(one.items, one.patterns) for one in found.against] == [((), ("rf.implant_check",))]


def test_what_was_not_answered_is_asked_not_assumed():
    found = programme_for(load_pack(), {}, NOTHING, age=40).of("X-STS")

    assert [(one.say, one.items) for one in found.ask] == [
        ("risk of falling without support", ("rf.weight_bear",))
    ]


@pytest.mark.parametrize(("age", "must"), [(17, True), (18, False), (None, True), (80, False)])
def test_under_18_has_to_be_seen_first(age, must):
    assert programme_for(load_pack(), {}, NOTHING, age=age).must_be_seen is must


def test_a_child_hurt_in_sport_is_told_from_a_grown_up():
    answers = answered(pain__onset_how="sudden_sport", pain__onset_when="m3_12")
    said = [
        [one.say for one in programme_for(load_pack(), {}, answers, age=age).of(id).against]
        for id, age in (("X-HALF-KNEEL", 15), ("X-HALF-KNEEL", 30))
    ]

    assert said == [["under 18 with sudden sport injury until X-rayed"], []]


def test_what_belongs_to_the_patterns_is_read_first():
    choice = programme_for(load_pack(), {"ilio.snapping": "open"}, NOTHING, age=40)

    assert {one.id for one in choice.reading[:2]} == {"E-SNAP", "E-DANCE"}
    assert len(choice.reading) == len(load_pack().education)


READ = ("pain.area", "pain.worse", "pain.onset_how", "pain.onset_when", "pain.avg", "hx.surgery",
        "hx.hip_op_when", "rf.weight_bear", "rf.unwell", "rf.female", "hx.meds")  # fmt: skip


@st.composite
def some_answers(draw: st.DrawFn) -> Answers:
    """Some of the questions that cautions read, any of their options."""
    values: dict[str, Any] = {}
    for link_id in draw(st.sets(st.sampled_from(READ))):
        item = load_pack().questionnaire.item(link_id)
        options = [option.id for option in item.options]
        if not options:
            values[link_id] = draw(st.integers(0, 10))
        elif item.type == "multi":
            values[link_id] = tuple(draw(st.sets(st.sampled_from(options), min_size=1)))
        else:
            values[link_id] = draw(st.sampled_from(options))
    return Answers(values, on=TODAY)


@settings(max_examples=150)
@given(
    some_answers(),
    st.dictionaries(
        st.sampled_from([one.id for one in load_pack().patterns]), st.sampled_from(STANDINGS)
    ),
    st.integers(5, 90),
)
def test_nothing_contraindicated_is_ever_suggested(answers, standings, age):
    pack = load_pack()
    choice = programme_for(pack, standings, answers, age=age)
    state = AnswerState(pack.questionnaire.by_id, Answers(answers.values, on=TODAY, age=age))

    for one in choice.suggestions:
        holds = [
            each.say
            for each in cautions_of(pack, one.exercise)
            if truth_of(each, standings, state) is YES
        ]
        assert [against.say for against in one.against] == holds
        assert not (one.is_suggested and holds)
    places = [one.is_suggested for one in choice.suggestions]
    assert places == sorted(places, reverse=True)
