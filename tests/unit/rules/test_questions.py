"""Which questions are shown, on which pages, with which options."""

from dataclasses import replace
from datetime import date

import pytest

from intake.rules.answers import read_answers
from intake.rules.findings import find
from intake.rules.pack import load_pack
from intake.rules.pages import page_of, pages
from intake.rules.questions import offers_decline

ON = date(2025, 6, 2)
PACK = load_pack()
QUESTIONNAIRE = PACK.questionnaire


def read(**answers):
    raw = {name.replace("__", "."): value for name, value in answers.items()}
    return read_answers(QUESTIONNAIRE, raw, on=ON)


def shown(**answers) -> list[str]:
    return [item.link_id for item in QUESTIONNAIRE.shown(read(**answers))]


def test_everybody_is_asked_the_same_questions_at_first():
    assert len(shown()) == 34
    assert "rf.ces_when" not in shown()
    assert "rf.child" not in shown()


def test_an_answer_opens_its_follow_up():
    assert "rf.ces_when" in shown(rf__ces=["saddle"])
    assert "rf.ces_when" not in shown(rf__ces=["none"])
    assert "rf.child" in shown(about__dob="2015-01-01")


def test_a_question_whose_own_question_is_open_stays_hidden():
    assert "rf.female" not in shown(about__sex="female")
    assert "rf.female" in shown(about__sex="female", about__dob="1995-01-01")


def test_an_answer_kept_aside_opens_nothing():
    burning = {"pain__feel": ["burning"], "nerve__where": ["outer_thigh"]}

    assert "about.height_cm" in shown(**burning)
    assert "about.height_cm" not in shown(**burning | {"pain__feel": ["ache"]})


def test_an_answer_kept_aside_is_not_read_and_returns_when_shown_again():
    saddle = read(rf__ces=["saddle"], rf__ces_when="new_2w")
    corrected = read(rf__ces=["none"], rf__ces_when="new_2w")

    assert QUESTIONNAIRE.in_force(saddle) == saddle
    assert QUESTIONNAIRE.in_force(corrected) == read(rf__ces=["none"])
    assert "rf.ces" in [finding.pattern for finding in find(PACK, saddle).shown]
    in_force = QUESTIONNAIRE.in_force(corrected)
    assert find(PACK, in_force) == find(PACK, read(rf__ces=["none"]))


def test_the_worst_place_is_one_of_the_places():
    item = QUESTIONNAIRE.item("pain.main_area")
    two = read(pain__area=["knee", "low_back"])

    assert [option.id for option in QUESTIONNAIRE.options_for(item, two)] == ["low_back", "knee"]
    assert QUESTIONNAIRE.options_for(item, read()) == ()
    assert QUESTIONNAIRE.options_for(item, read(pain__area=["none"])) == ()
    assert len(QUESTIONNAIRE.possible_options(item)) == 19


def test_a_worst_place_that_was_unticked_is_kept_aside_and_returns():
    three = ["knee", "low_back", "buttock"]
    chosen = read(pain__area=three, pain__main_area="knee")
    unticked = read(pain__area=three[1:], pain__main_area="knee")

    assert QUESTIONNAIRE.in_force(chosen) == chosen
    assert QUESTIONNAIRE.in_force(unticked) == read(pain__area=three[1:])
    assert "pain.main_area" in [item.link_id for item in QUESTIONNAIRE.shown(unticked)]


def test_of_several_places_only_those_that_were_unticked_are_kept_aside():
    several = replace(QUESTIONNAIRE.item("pain.main_area"), type="multi")
    items = tuple(
        several if each.link_id == several.link_id else each for each in QUESTIONNAIRE.items
    )
    questionnaire = replace(QUESTIONNAIRE, items=items)

    def worst(*places):
        raw = {"pain.area": ["knee", "low_back"], "pain.main_area": places}
        answers = questionnaire.in_force(read_answers(questionnaire, raw, on=ON))
        return answers.values.get("pain.main_area")

    assert worst("knee", "buttock") == ("knee",)
    assert worst("buttock") is None


def test_other_questions_offer_their_own_options():
    item = QUESTIONNAIRE.item("about.sex")

    assert QUESTIONNAIRE.options_for(item, read()) == item.options
    assert item.options[0].text("es") == "Mujer"


def test_texts_stand_in_both_languages():
    item = QUESTIONNAIRE.item("rf.ces")

    assert item.text("en") == "Have you noticed any of these changes?"
    assert item.help("es").startswith("Se lo preguntamos a todos.")
    assert QUESTIONNAIRE.item("rf.now").help("es") is None
    assert QUESTIONNAIRE.item("pain.avg").anchors["es"][0] == "Sin dolor"
    assert QUESTIONNAIRE.section("safety").text("es") == "Preguntas de seguridad"


@pytest.mark.parametrize(
    ("link_id", "offered"),
    [
        ("rf.ces", True),  # safety and sensitive
        ("rf.now", True),  # safety
        ("life.energy", True),  # sensitive, in another section
        ("hx.meds", True),  # "I am not sure" is another answer
        ("about.sex", False),  # says so itself
        ("pain.area", False),
    ],
)
def test_safety_and_sensitive_questions_may_be_declined(link_id: str, offered: bool):
    assert offers_decline(QUESTIONNAIRE.item(link_id)) is offered


def test_a_page_is_a_section_and_in_the_safety_section_a_question():
    keys = [page.key for page in pages(QUESTIONNAIRE, read())]

    assert keys == [
        "about",
        "problem",
        *(f"safety-{order}" for order in (12, 13, 15, 16, 17, 18, 21, 22, 24, 26, 27)),
        "details",
        "movement",
        "life",
        "impact",
    ]


def test_follow_ups_stand_on_the_page_of_the_question_they_follow():
    opened = read(rf__look=["lump", "leg_swollen"], hx__conditions=["cancer"])
    by_key = {page.key: page for page in pages(QUESTIONNAIRE, opened)}

    assert [item.link_id for item in by_key["safety-18"].items] == ["rf.look", "rf.lump", "rf.clot"]
    assert [item.link_id for item in by_key["safety-24"].items] == [
        "hx.conditions",
        "hx.cancer_when",
    ]
    assert by_key["safety-18"].section == "safety"


def test_a_safety_question_opened_from_another_section_has_its_own_page():
    assert page_of(QUESTIONNAIRE, "rf.trauma") == "safety-23"
    assert "safety-23" not in [page.key for page in pages(QUESTIONNAIRE, read())]
    fell = read(pain__onset_how="fall")
    assert "safety-23" in [page.key for page in pages(QUESTIONNAIRE, fell)]


def test_every_item_has_one_page_whatever_is_answered():
    by_page = {page_of(QUESTIONNAIRE, item.link_id) for item in QUESTIONNAIRE.items}

    assert page_of(QUESTIONNAIRE, "rf.ces_when") == "safety-13"
    assert page_of(QUESTIONNAIRE, "infl.girdle") == "movement"
    assert len(by_page) == 6 + 15


def test_an_unknown_item_or_section_is_an_error():
    with pytest.raises(KeyError):
        QUESTIONNAIRE.item("pain.nowhere")
    with pytest.raises(KeyError):
        QUESTIONNAIRE.section("nowhere")
