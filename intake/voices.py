"""Who is asked: the patient, a parent of a child, a carer or helper of an adult. Pure.

The pack speaks to the patient. What has to be said otherwise stands in the voices.yaml of each
language; a text that is not there is asked as it is, under a note whom it is about.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from intake.instruments.items import Form, Text
from intake.instruments.items import Item as Asked
from intake.languages import Language, languages
from intake.rules.contradictions import Contradiction
from intake.rules.items import Item
from intake.rules.messages import ADULT
from intake.rules.pack import Pack
from intake.rules.placeholders import PLACEHOLDER
from intake.rules.questions import Questionnaire

ROLES = ("self", "parent", "carer", "helper")
VOICES = ("self", "parent", "carer")
# What about.completed_by says of each role.
COMPLETED_BY = {"self": "self", "parent": "parent", "carer": "parent", "helper": "helper"}

Raw = Mapping[str, Any]


def role_of(completed_by: object, agreed_as: str) -> str:
    """Who answers: as the notice was agreed to, unless the answer says otherwise."""
    if completed_by is None or COMPLETED_BY[agreed_as] == completed_by:
        return agreed_as
    return str(completed_by)


def voice_of(role: str, age: int | None) -> str:
    """ "your child" only where the patient is known to be one."""
    if role == "self":
        return "self"
    return "parent" if role == "parent" and age is not None and age < ADULT else "carer"


def in_voice(questionnaire: Questionnaire, voice: str) -> Questionnaire:
    """The same questions, asked of whoever answers."""
    for code in questionnaire.languages if voice != "self" else ():
        language = languages()[code]
        names = language.voices.get("sections", {})
        items = language.voices.get("items", {})
        questionnaire = replace(
            questionnaire,
            sections=tuple(
                replace(one, texts=said(one.texts, names.get(one.id), language, voice))
                for one in questionnaire.sections
            ),
            items=tuple(
                spoken_item(item, items.get(item.link_id, {}), language, voice)
                for item in questionnaire.items
            ),
        )
    return questionnaire


def spoken_item(item: Item, given: Raw, language: Language, voice: str) -> Item:
    options = given.get("options", {})
    return replace(
        item,
        texts=said(item.texts, given.get("text"), language, voice),
        helps=said(item.helps, given.get("help"), language, voice),
        options=tuple(
            replace(one, texts=said(one.texts, options.get(one.id), language, voice))
            for one in item.options
        ),
    )


def said(
    texts: Mapping[str, str], text: str | None, language: Language, voice: str
) -> Mapping[str, str]:
    """The texts, this language's exchanged where there is another to say."""
    if text is None or voice == "self":
        return texts
    return {**texts, language.code: text.format_map(language.voices["people"][voice])}


def framed(text: str, *, language: str, voice: str, is_child: bool) -> str:
    """A message of the pack for whoever reads it; its clinical words stay as they are."""
    frames = languages()[language].voices["frames"]
    if voice != "self":
        return f"{frames['carer']} {text}"
    return f"{frames['child']} {text}" if is_child else text


def asked_as(one: Contradiction, language: str, voice: str) -> str:
    """The question about two answers that do not fit together, for whoever gave them."""
    given = languages()[language].voices.get("contradictions", {}).get(one.id)
    return said({language: one.text(language)}, given, languages()[language], voice)[language]


# The scale of the patient's own activities, which we ship; other instruments keep their words.
OWN_SCALE = "urn:previsit:activities"
PARTS = ("text", "help", "lower", "upper")

_scales: dict[tuple[str, str], Form] = {}


def form_in_voice(form: Form, voice: str) -> Form:
    """Our own scale, asked of whoever answers. Built once a process."""
    if voice == "self" or form.key != OWN_SCALE:
        return form
    key = (form.version, voice)
    if key not in _scales:
        _scales[key] = replace(form, items=tuple(spoken_part(one, voice) for one in form.items))
    return _scales[key]


def spoken_part(item: Asked, voice: str) -> Asked:
    """Each text of an item in every language that says it otherwise."""
    words: dict[str, Text] = {}
    for part in PARTS:
        text: Text | None = getattr(item, part)
        for language in languages().values() if text else ():
            given = language.voices.get("activities", {}).get(item.link_id, {}).get(part)
            if text and language.code in text.words:
                text = replace(text, words=said(text.words, given, language, voice))
        if text:
            words[part] = text
    return replace(item, **words)  # type: ignore[arg-type]


# What is wrong ---------------------------------------------------------------------------------


def problems(pack: Pack) -> list[str]:
    """Whatever names no question, option or person of ours: the start stops there."""
    return [
        f"voices {language.code}: {each}"
        for language in languages().values()
        for each in wrong_in(language.voices, pack)
    ]


def wrong_in(voices: Raw, pack: Pack) -> Iterator[str]:
    questionnaire = pack.questionnaire
    people, frames = voices.get("people", {}), voices.get("frames", {})
    yield from (f"has no people '{one}'" for one in VOICES[1:] if one not in people)
    yield from (f"has no frame '{one}'" for one in ("carer", "child") if not frames.get(one))
    known = {section.id for section in questionnaire.sections}
    yield from (
        f"section '{id}' does not exist" for id in voices.get("sections", {}) if id not in known
    )
    asked = {one.id for one in pack.contradictions}
    for id, text in voices.get("contradictions", {}).items():
        if id not in asked:
            yield f"contradiction '{id}' does not exist"
        yield from unknown_people(f"contradiction {id}", text, people)
    for link_id, given in voices.get("activities", {}).items():
        yield from (f"activities {link_id}: '{key}' is no part" for key in set(given) - {*PARTS})
        for text in given.values():
            yield from unknown_people(f"activities {link_id}", text, people)
    for link_id, given in voices.get("items", {}).items():
        item = questionnaire.by_id.get(link_id)
        options = given.get("options", {})
        if item is None:
            yield f"item '{link_id}' does not exist"
            continue
        yield from (
            f"item {link_id}: option '{id}' does not exist"
            for id in options
            if id not in item.option_ids
        )
        for text in (given.get("text"), given.get("help"), *options.values()):
            yield from unknown_people(f"item {link_id}", text or "", people)


def unknown_people(where: str, text: str, people: Raw) -> Iterator[str]:
    """Every {person} has to stand for somebody in each voice."""
    for name in PLACEHOLDER.findall(text):
        if not all(name[1:-1] in words for words in people.values()):
            yield f"{where}: nobody stands for {name}"
