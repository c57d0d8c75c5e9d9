"""Plainer words for patients: the facts stay, the pack stays, a changed pack is not overruled."""

import re
from dataclasses import replace

import pytest

from intake.languages import languages
from intake.plainer import in_plain_words, problems, words_in, wrong_in
from intake.rules.pack import load_pack
from tests.reading import grade

PACK = load_pack()
PLAIN = in_plain_words(PACK)
PAIRS = [(code, *pair) for code in languages() for pair in words_in(code).items()]
# All that the plainer texts leave out of the pack's words; no name, no limit, nothing urgent.
LEFT_OUT = {"agrees", "as", "be", "by", "for", "looked", "marching", "such", "unless"}


def words_of(text):
    return set(re.findall(r"\w+", text.lower()))


@pytest.mark.parametrize(("code", "before", "after"), PAIRS)
def test_a_plainer_text_leaves_out_no_name_number_or_limit(code, before, after):
    assert words_of(before) - words_of(after) <= LEFT_OUT


@pytest.mark.parametrize("word", ["not", "now", "never", "if"])
def test_a_plainer_text_adds_no_condition(word):
    """Nothing is denied that was not, but in what a weak immune system is."""
    added = [after for _, before, after in PAIRS if word in words_of(after) - words_of(before)]
    assert [after for after in added if "does not fight germs well" not in after] == []


def test_the_plainer_text_is_the_easier_one():
    english = [(before, after) for code, before, after in PAIRS if code == "en"]
    assert len(english) > 10
    assert [after for before, after in english if grade(after) >= grade(before)] == []


def test_only_words_differ():
    for before, after in zip(PACK.questionnaire.items, PLAIN.questionnaire.items, strict=True):
        options = tuple(
            replace(one, texts=old.texts)
            for one, old in zip(after.options, before.options, strict=True)
        )
        kept = replace(after, texts=before.texts, helps=before.helps, options=options)
        assert kept == before
    assert (PLAIN.content_hash, PLAIN.documents) == (PACK.content_hash, PACK.documents)
    for before, after in zip(PACK.patterns, PLAIN.patterns, strict=True):
        assert replace(after, patient_messages=before.patient_messages) == before


def test_every_kind_of_text_is_exchanged():
    asked = PLAIN.questionnaire.item("hx.meds").options[0]
    assert asked.text("en").startswith("A blood thinner: a drug")
    assert asked.text("es") == PACK.questionnaire.item("hx.meds").options[0].text("es")
    told = PLAIN.pattern("rf.torsion").patient_message("en")
    assert told.startswith("Sudden pain in a testicle is an emergency.")
    assert PLAIN.exercises["X-ADD-PROG"].steps["en"][0].startswith("Your therapist sets the")
    assert PLAIN.education["E-OUTLOOK"].texts["en"].endswith("With exercise, 7 of 9 got better.")
    phrase = PACK.exercises["X-MARCH-SEAT"].contraindications[0]
    assert PLAIN.care.phrase(phrase, "en").endswith("once the surgical team says yes")
    assert PLAIN.care.phrase(phrase, "es") == PACK.care.phrase(phrase, "es")
    assert PACK.care.phrase(phrase, "en") == phrase


@pytest.fixture
def plainer(monkeypatch):
    """English with these plainer words instead."""

    def use(texts):
        known = languages()
        english = replace(known["en"], plainer={"texts": texts})
        monkeypatch.setattr("intake.plainer.languages", lambda: {**known, "en": english})

    return use


def test_a_pack_that_says_something_else_is_read_as_it_stands(plainer):
    """A clinician who changes the words is not overruled by what stood for the old ones."""
    plainer({"Running": "To run", "Do you walk?": "Do you go on foot?"})
    assert (
        in_plain_words(PACK).questionnaire.item("life.activity").options[0].text("en") == "To run"
    )
    assert list(wrong_in("en", PACK)) == ["the pack does not say 'Do you walk?'"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Medicine for thin bones (such as alendronate or denosumab), 3 years or more", "2 years"),
        ("Lower chair", "A chair 5 cm lower"),
        ("Heavy work", "Heavy work {CLINIC_PHONE}"),
    ],
)
def test_other_numbers_or_places_stop_the_start(plainer, before, after):
    plainer({before: after})
    assert list(wrong_in("en", PACK)) == [f"other numbers or places in '{after}'"]


def test_the_shipped_files_are_whole():
    assert problems(PACK) == []
