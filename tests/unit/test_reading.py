"""Every English text of ours is read at grade 6 or below; the pack's own are counted honestly."""

import pytest

from tests.reading import ease, grade, graded, spanish_syllables, syllables, texts, too_hard

# Medicines and diseases that have no plainer name, lists in brackets, the word "emergency".
# They are the pack's own words: a clinician changes them there, we do not.
KNOWN = {
    "E-OUTLOOK",
    "X-ADD-PROG step 1",
    "X-MARCH-SEAT phrase",
    "hx.conditions aneurysm",
    "hx.conditions deep_inf",
    "hx.conditions immune",
    "hx.meds blood_thinner",
    "hx.meds bone_drug",
    "life.activity military",
    "message rf.infection_nofever",
    "message rf.torsion",
    "pain.area elsewhere",
    "pain.past treated",
}


def test_no_text_of_ours_is_above_grade_six():
    assert [(round(found, 1), each.id, each.text) for found, each in too_hard("ours")] == []


def test_the_harder_texts_of_the_pack_are_known_by_name():
    """Its wording is a clinician's to change; a new hard text is noticed here."""
    assert {each.id for _, each in too_hard("pack")} == KNOWN


def test_every_text_of_a_patient_is_graded():
    whole = [each.text for each in texts("en")]
    for wanted in (
        "Is one of your legs weak?",
        "Is one of your child’s legs weak?",
        "Yes, but I limp",
        "Sit tall on a firm chair.",
        "A pop",
        "Continue",
        "Choose one answer",
    ):
        assert wanted in whole
    assert len(graded("es")) > 100


@pytest.mark.parametrize(
    ("word", "count"),
    [("pain", 1), ("answer", 2), ("emergency", 4), ("asked", 1), ("needed", 2), ("questions", 2)],
)
def test_syllables_are_counted(word, count):
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"), [("dolor", 2), ("día", 2), ("peor", 2), ("pierna", 2), ("quedar", 2)]
)
def test_spanish_syllables_are_counted(word, count):
    assert spanish_syllables(word) == count


def test_the_measures_notice_a_hard_text():
    assert grade("The cat sat on the mat and it was warm.") < 3
    assert grade("Notwithstanding considerable methodological heterogeneity, we recommend it.") > 12
    assert ease("El gato come pan. Duerme en casa.") > ease(
        "La metodología utilizada presenta considerables particularidades institucionales."
    )
