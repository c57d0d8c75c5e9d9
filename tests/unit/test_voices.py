"""The same questions asked of a parent or carer: every "you" and "I" is somebody else then."""

import re

import pytest

from intake import voices
from intake.languages import languages
from intake.plainer import in_plain_words
from intake.rules.pack import load_pack
from intake.voices import framed, in_voice, role_of, voice_of, wrong_in

PACK = load_pack()
QUESTIONNAIRE = in_plain_words(PACK).questionnaire
FIRST_OR_SECOND = {
    "en": re.compile(r"\b(?:you|your|yours|I|I'm|my|me|mine|myself)\b"),
    "es": re.compile(
        r"\b(?:yo|mi|mis|me|conmigo|tengo|puedo|siento|estoy|noto|soy|he|su propio)\b"
        r"|\b(?:levantarme|moverme|sentarme|tumbarme|ponerme|agacharme)\b",
        re.IGNORECASE,
    ),
}
# What the carer says of themselves.
OWN_WORDS = {
    "en": {
        "In your own words",
        "I am not sure",
        "I would rather not say",
        "have you",
        "your child",
    },
    "es": {"No estoy seguro"},
}
SAYS_WHO = {"about.completed_by"}


def texts(questionnaire, language):
    """Every text of every question, with the id it belongs to."""
    for item in questionnaire.items:
        if item.link_id not in SAYS_WHO:
            yield item.link_id, item.text(language)
            yield item.link_id, item.help(language) or ""
            for option in item.options:
                yield f"{item.link_id}.{option.id}", option.text(language)


@pytest.mark.parametrize("voice", ["parent", "carer"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_question_to_a_carer_speaks_as_if_to_the_patient(language, voice):
    wrong = {}
    for id, text in texts(in_voice(QUESTIONNAIRE, voice), language):
        plain = text
        for words in OWN_WORDS[language]:
            plain = re.sub(words, "", plain, flags=re.IGNORECASE)
        if FIRST_OR_SECOND[language].search(plain):
            wrong[id] = text
    assert wrong == {}


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_question_to_a_carer_holds_a_place_that_was_not_filled(language):
    for voice in ("parent", "carer"):
        for _, text in texts(in_voice(QUESTIONNAIRE, voice), language):
            assert "{" not in text


def test_only_the_words_differ():
    spoken = in_voice(QUESTIONNAIRE, "parent")
    for before, after in zip(QUESTIONNAIRE.items, spoken.items, strict=True):
        assert (before.link_id, before.ask_if, before.option_ids, before.required) == (
            after.link_id,
            after.ask_if,
            after.option_ids,
            after.required,
        )
    assert in_voice(QUESTIONNAIRE, "self") is QUESTIONNAIRE
    asked = spoken.item("goal.main")
    assert asked.text("en") == "What is one thing your child wants to be able to do again?"
    assert asked.text("es") == "¿Qué cosa quiere su hijo o hija volver a poder hacer?"


@pytest.mark.parametrize(
    ("role", "age", "voice"),
    [
        ("self", 12, "self"),
        ("self", None, "self"),
        ("parent", 12, "parent"),
        ("parent", 18, "carer"),
        ("parent", None, "carer"),
        ("carer", 12, "carer"),
        ("helper", 80, "carer"),
    ],
)
def test_your_child_is_said_only_to_a_parent_of_a_child(role, age, voice):
    assert voice_of(role, age) == voice


@pytest.mark.parametrize(
    ("completed_by", "agreed_as", "role"),
    [
        (None, "carer", "carer"),
        ("parent", "carer", "carer"),
        ("parent", "parent", "parent"),
        ("self", "parent", "self"),
        ("helper", "self", "helper"),
    ],
)
def test_the_answer_says_who_answers_where_it_contradicts_the_notice(completed_by, agreed_as, role):
    assert role_of(completed_by, agreed_as) == role


def test_a_message_gets_a_frame_and_keeps_its_words():
    for language in languages():
        text = framed("Call now.", language=language, voice="parent", is_child=True)
        assert text.endswith(" Call now.")
        assert len(text) > 20
        assert framed("x", language=language, voice="self", is_child=True) != "x"
        assert framed("x", language=language, voice="self", is_child=False) == "x"


@pytest.mark.parametrize(
    ("voices_of", "said"),
    [
        ({"items": {"no.such": {"text": "x"}}}, "item 'no.such' does not exist"),
        (
            {"items": {"rf.now": {"options": {"odd": "x"}}}},
            "item rf.now: option 'odd' does not exist",
        ),
        ({"items": {"rf.now": {"text": "{who}?"}}}, "item rf.now: nobody stands for {who}"),
        ({"contradictions": {"odd": "x"}}, "contradiction 'odd' does not exist"),
        (
            {"contradictions": {"new_or_old": "{who}?"}},
            "contradiction new_or_old: nobody stands for {who}",
        ),
        ({"activities": {"about": {"odd": "x"}}}, "activities about: 'odd' is no part"),
        ({"sections": {"odd": "x"}}, "section 'odd' does not exist"),
        ({"people": {"parent": {"person": "x"}}}, "has no people 'carer'"),
        ({"frames": {"carer": "x"}}, "has no frame 'child'"),
    ],
)
def test_a_broken_file_stops_the_start(voices_of, said):
    whole = languages()["en"].voices
    assert list(wrong_in(whole, PACK)) == []
    assert said in list(wrong_in({**whole, **voices_of}, PACK))


def test_the_shipped_files_are_whole():
    assert voices.problems(PACK) == []
