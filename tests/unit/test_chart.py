"""The body chart as data: regions, feelings, words."""

import copy
from dataclasses import dataclass
from datetime import date

import pytest
import yaml

from intake import chart as charts
from intake.chart import chosen_places, detail_texts, get_chart, in_regions, read_chart, wrong_in
from intake.rules.answers import read_answers
from intake.rules.pack import load_pack

QUESTIONNAIRE = load_pack().questionnaire
DOCUMENT = yaml.safe_load(charts.FILE.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Box:
    value: str


def changed(**changes):
    return read_chart({**copy.deepcopy(DOCUMENT), **changes})


def without(area):
    regions = copy.deepcopy(DOCUMENT["regions"])
    for region in regions:
        region["areas"] = [each for each in region["areas"] if each != area]
    return regions


def test_the_shipped_chart_fits_the_shipped_questionnaire():
    assert list(wrong_in(get_chart(), QUESTIONNAIRE)) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"item": "pain.nowhere"}, "chart: unknown item 'pain.nowhere'"),
        ({"regions": without("knee")}, "chart: 'knee' is in no region"),
        (
            {
                "regions": [
                    *DOCUMENT["regions"],
                    {"id": "x", "en": "X", "es": "X", "areas": ["toe"]},
                ]
            },
            "chart: unknown place 'toe'",
        ),
        (
            {
                "regions": [
                    *DOCUMENT["regions"],
                    {"id": "x", "en": "X", "es": "X", "areas": ["knee"]},
                ]
            },
            "chart: 'knee' is there twice",
        ),
        (
            {"feel": {"item": "pain.feel", "options": ["ache", "itch"]}},
            "chart: unknown feeling 'itch'",
        ),
    ],
)
def test_a_chart_that_names_what_does_not_exist_is_told_so(changes, problem):
    assert list(wrong_in(changed(**changes), QUESTIONNAIRE)) == [problem]


def test_a_region_needs_a_name_in_every_language_of_the_questionnaire():
    [first, *others] = copy.deepcopy(DOCUMENT["regions"])
    del first["es"]
    wrong = changed(regions=[first, *others])
    assert list(wrong_in(wrong, QUESTIONNAIRE)) == ["chart: region 'hip' has no text 'es'"]


def test_a_language_that_came_later_reads_a_region_in_english():
    groups = in_regions(get_chart(), [Box("knee")], "xx")
    assert groups == [("Leg", (Box("knee"),))]
    assert detail_texts(QUESTIONNAIRE, [], 4, "xx") == ["4 / 10"]


def test_a_wrong_chart_stops_the_start(monkeypatch):
    from intake import checks

    wrong = changed(strength={"item": "pain.gone"})
    monkeypatch.setattr(checks, "get_chart", lambda: wrong)
    assert [error.msg for error in checks.the_pack_is_sound(None)] == [
        "chart: unknown item 'pain.gone'"
    ]


def test_places_stand_by_region_and_what_belongs_to_none_stands_last():
    boxes = [Box("none"), Box("knee"), Box("groin_front_hip"), Box("deep_hip")]
    assert in_regions(get_chart(), boxes, "es") == [
        ("Cadera e ingle", (Box("groin_front_hip"), Box("deep_hip"))),
        ("Pierna", (Box("knee"),)),
        ("", (Box("none"),)),
    ]


def test_no_pain_is_not_a_place():
    answers = read_answers(QUESTIONNAIRE, {"pain.area": ["none"]}, on=date(2026, 5, 1))
    assert chosen_places(QUESTIONNAIRE, answers) == ()
    assert chosen_places(QUESTIONNAIRE, read_answers(QUESTIONNAIRE, {}, on=date(2026, 5, 1))) == ()


def test_what_was_said_of_a_place_is_put_in_words_of_each_language():
    assert detail_texts(QUESTIONNAIRE, ["sharp", "ache"], 0, "en") == [
        "Deep ache",
        "Sharp or stabbing",
        "0 of 10",
    ]
    assert detail_texts(QUESTIONNAIRE, ["numb"], 7, "es") == ["Una zona de piel dormida", "7 de 10"]
    assert detail_texts(QUESTIONNAIRE, [], None, "en") == []
