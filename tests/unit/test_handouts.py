"""A programme in words, and what a patient's days come to."""

import dataclasses
import json
import re
from datetime import date, timedelta

import pytest

from intake.handouts import Chosen, from_json, progression_words, write_handout
from intake.rules.pack import load_pack
from intake.templatetags.drawings import drawing, drawings
from intake.ticks import Day, editable_days, progress_of

PLACES = {"EMERGENCY_NUMBER": "999", "CLINIC_PHONE": "020 7946 0101", "URGENT_LINE": "NHS 111"}
GIVEN = [one for one in load_pack().exercises.values() if one.is_for_patients]
SINCE = date(2026, 5, 1)


def everything(language):
    pack = load_pack()
    chosen = [
        Chosen(one.id, one.start(), progression_words(pack, pack.care, one, language))
        for one in GIVEN
    ]
    return write_handout(
        pack, pack.care, chosen, list(pack.education), language=language, places=PLACES
    )


# Words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_exercise_is_written_whole_and_no_id_or_place_is_left(language):
    handout = everything(language)
    assert len(handout.blocks) == len(GIVEN) == 21
    for block in handout.blocks:
        assert block.name
        assert block.steps
        assert block.dose, block.id
    said = [dataclasses.astuple(one)[1:] for one in (*handout.blocks, *handout.reading)]
    assert not re.search(r"X-[A-Z]|\{|as X", str(said))
    assert "999" in "".join(one.text for one in handout.reading)


def test_spanish_is_marked_as_unchecked_and_english_is_not():
    assert everything("es").is_unchecked
    assert not everything("en").is_unchecked


def test_nothing_of_the_spanish_handout_is_left_in_english():
    english = everything("en")
    for ours, theirs in zip(everything("es").blocks, english.blocks, strict=True):
        assert ours.name != theirs.name
        assert not set(ours.stops) & set(theirs.stops)
        assert not set(ours.cautions) & set(theirs.cautions) - {"Hernia"}
        assert not ours.progression or ours.progression != theirs.progression


def test_a_language_that_the_pack_has_not_is_given_in_english():
    handout = everything("eo")
    assert handout.language == "en"
    assert handout.blocks == everything("en").blocks


def test_a_dose_is_said_in_a_sentence():
    pack = load_pack()
    dose = {"sets": 1, "reps": 12, "per_day": 2, "days_per_week": 5, "weeks": 3}
    handout = write_handout(
        pack, pack.care, [Chosen("X-SLR", dose, "")], [], language="en", places=PLACES
    )
    said = "1 set, 12 repeats each. 2 times a day, 5 days a week, for 3 weeks."
    assert handout.blocks[0].dose == said
    assert handout.ids == ("X-SLR",)


def test_a_handout_comes_back_from_json_as_it_was():
    handout = everything("es")
    assert from_json(json.loads(json.dumps(dataclasses.asdict(handout)))) == handout


def test_the_rule_that_was_given_is_the_rule_that_is_applied():
    given = dataclasses.replace(everything("es"), fine_to=1, stop_above=2)
    assert given.rule.light(3, None) == "stop"
    assert given.rule.lights["stop"]["es"].endswith("llame a la clínica.")


# Drawings --------------------------------------------------------------------------------------


def test_every_exercise_has_a_drawing_of_its_own_and_no_drawing_is_left_over():
    assert set(drawings()) == {one.id for one in GIVEN}
    assert len(set(drawings().values())) == len(GIVEN)


@pytest.mark.parametrize("id", sorted(drawings()))
def test_a_drawing_is_small_plain_and_allowed_by_the_content_policy(id):
    svg = drawing(id)
    assert len(svg) < 3000
    assert svg.startswith('<svg aria-hidden="true" ')
    assert not re.search(r"style=|<style|<script|href|\son\w+=|url\(|<text", svg)
    assert set(re.findall(r"<(\w+)", svg)) <= {"svg", "g", "path", "circle", "rect"}


def test_nothing_is_drawn_for_an_unknown_exercise():
    assert drawing("X-NONE") == ""


# Days ------------------------------------------------------------------------------------------


def test_a_programme_nobody_ticked_says_so():
    assert progress_of(SINCE, SINCE, []).line == "nothing ticked yet"


def test_the_line_counts_days_and_pain():
    days = [
        Day(SINCE, ("X-SLR",), 2, 0),
        Day(SINCE + timedelta(days=1), (), None, None),
        Day(SINCE + timedelta(days=3), ("X-SLR",), 6, 4, is_over=True),
    ]
    progress = progress_of(SINCE, SINCE + timedelta(days=13), days)
    assert progress.line == "done on 2 of 14 days, pain during 2–6, over the pain rule on 1 day"
    assert len(progress.days) == 14
    assert progress.days[0].day == SINCE + timedelta(days=13)
    assert len(progress.points.split()) == 2


def test_one_day_and_one_pain_are_said_as_one():
    line = progress_of(SINCE, SINCE, [Day(SINCE, ("X-SLR",), 3)]).line
    assert line == "done on 1 of 1 day, pain during 3"


@pytest.mark.parametrize(("after", "number"), [(0, 1), (3, 4), (7, 8), (30, 8)])
def test_today_and_the_last_seven_days_can_be_ticked_but_none_before_it_was_given(after, number):
    days = editable_days(SINCE, SINCE + timedelta(days=after))
    assert len(days) == number
    assert days[0] == SINCE + timedelta(days=after)
    assert min(days) >= SINCE
