"""What of many things stands on the first screen of a brief."""

from types import SimpleNamespace as Values

import pytest

from intake.briefs import Brief, Difference, Open, Since
from intake.briefs.asks import first_asks
from intake.queries.briefs import asked_of
from intake.rules.pack import load_pack

CLOT = Open("Blood clot", "redflag", ("Swollen?", "Trip?"), ("Swollen?", "Trip?"))
HIP = Open("Hip fracture", "redflag", ("Fall?", "Trip?"), ("Fall?", "Trip?"))
SNAP = Open("Snapping hip", "iliopsoas", ("Snap?", "Fall?"), ("Snap?", "Fall?"))
PSOAS = Open("Psoas strain", "iliopsoas", ("Snap?",), ("Snap?",))


def test_what_tells_most_warning_signs_is_asked_first_then_what_tells_most():
    asks = first_asks([CLOT, HIP, SNAP, PSOAS])
    assert [ask.question for ask in asks] == ["Trip?", "Fall?", "Swollen?"]
    assert asks[0].names == ("Blood clot", "Hip fracture")
    assert asks[0].others == 1
    only = first_asks([SNAP, PSOAS])
    assert [(ask.question, ask.is_sign) for ask in only] == [("Snap?", False), ("Fall?", False)]


def test_a_question_about_any_of_these_names_them():
    asked = load_pack().questionnaire.item
    assert asked_of(asked("rf.leg_weak")) == "Is one of your legs weak?"
    unwell = asked_of(asked("rf.unwell"))
    assert unwell.startswith("In the last 2 weeks, have you had any of these? ")
    assert "Fever" in unwell
    assert "None of these" not in unwell


def on_the_screen(*groups):
    """What of cards of these groups stands whole, by name and only below."""
    cards = tuple(Values(id=n, group=group) for n, group in enumerate(groups))
    shown = Brief.first_cards.fget(Values(cards=cards))
    named = Brief.also.fget(Values(cards=cards, first_cards=shown))
    return shown, named, Brief.further.fget(Values(cards=cards, first_cards=shown, also=named))


@pytest.mark.parametrize(("number", "whole"), [(0, 0), (4, 4), (5, 3), (9, 3)])
def test_of_many_flags_the_top_stands_whole_and_the_rest_by_name(number, whole):
    shown, named, further = on_the_screen(*["lookalike"] * number)
    assert [card.id for card in (*shown, *named)] == list(range(number))
    assert (len(shown), further) == (whole, 0)


def test_of_very_many_every_warning_sign_is_named():
    shown, named, further = on_the_screen(*["redflag"] * 3, *["lookalike"] * 14, "redflag")
    assert len(shown) == 3
    assert [card.group for card in named] == ["lookalike"] * 12 + ["redflag"]
    assert further == 2


def test_three_changes_stand_there_each_in_a_word_or_two():
    changes = tuple(
        Difference(f"Question {n}?", "a", "1", "2", "", "", False, short) for n, short in
        enumerate(("Course", "", "Worry", "Feels"))
    )  # fmt: skip
    since = Since(None, "", changes, 0, 0, (), ())
    assert [change.label for change in since.first] == ["Course", "Question 1?", "Worry"]
