"""Every English text that a patient reads is read at grade 6 or below."""

import pytest

from tests.reading import ease, grade, graded, spanish_syllables, syllables, texts, too_hard


@pytest.mark.parametrize("of", ["ours", "pack"])
def test_no_text_is_above_grade_six(of):
    """What the pack says in harder words is said in plainer ones, in plainer.yaml."""
    assert [(round(found, 1), each.id, each.text) for found, each in too_hard(of)] == []


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
