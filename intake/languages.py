"""The languages a patient can read: one folder each under content/languages. Pure.

English and Spanish stand in the pack itself; any other language brings every text, by id.
docs/languages.md says what such a folder holds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from intake.rules.items import Item
from intake.rules.pack import LOADER, Pack
from intake.rules.patterns import Pattern
from intake.rules.placeholders import PLACEHOLDER, PLACEHOLDERS
from intake.rules.questions import Questionnaire

FOLDER = Path(__file__).resolve().parent / "content" / "languages"
FALLBACK = "en"

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Language:
    """`items` and `messages` are empty for a language that the pack itself holds."""

    code: str
    name: str
    name_en: str
    months: tuple[str, ...]
    date: str
    of_ten: str
    voices: Raw
    plainer: Raw
    items: Raw
    messages: Raw
    notice: Raw
    regions: Raw
    misfits: Raw


@cache
def languages() -> Mapping[str, Language]:
    """Every language by its code, English first."""
    codes = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())
    return {code: read_language(FOLDER / code) for code in sorted(codes, key=(FALLBACK).__ne__)}


def read_language(folder: Path) -> Language:
    """One folder. KeyError for a language without a name, months or a date."""
    said = read(folder / "language.yaml")
    return Language(
        code=folder.name,
        name=said["name"],
        name_en=said["name_en"],
        months=tuple(said["months"]),
        date=said["date"],
        of_ten=said["of_ten"],
        voices=read(folder / "voices.yaml"),
        plainer=read(folder / "plainer.yaml"),
        items=read(folder / "items.yaml"),
        messages=read(folder / "messages.yaml"),
        notice=read(folder / "notice.yaml"),
        regions=read(folder / "chart.yaml"),
        misfits=read(folder / "contradictions.yaml"),
    )


def of_ten(number: object, code: str) -> str:
    """A number of a scale from 0 to 10, in words; in signs where the language is gone."""
    known = languages().get(code)
    return f"{number} {known.of_ten if known else '/ 10'}"


def read(file: Path) -> Raw:
    """A file's mapping, empty when there is no such file."""
    if not file.exists():
        return {}
    return yaml.load(file.read_text(encoding="utf-8"), LOADER) or {}  # noqa: S506 - a safe one


def in_every_language(pack: Pack) -> Pack:
    """The pack with the texts of the further languages added; ids and rules stay what they are."""
    further = [one for one in languages().values() if one.code not in pack.questionnaire.languages]
    for language in further:
        pack = replace(
            pack,
            questionnaire=translated(pack.questionnaire, language),
            patterns=tuple(translated_pattern(one, language) for one in pack.patterns),
            contradictions=tuple(
                replace(one, texts=added(one.texts, language.code, language.misfits.get(one.id)))
                for one in pack.contradictions
            ),
        )
    return pack


def translated(questionnaire: Questionnaire, language: Language) -> Questionnaire:
    """A text that the folder has not, of an older version, stays in English."""
    code = language.code
    items = language.items.get("items", {})
    names = language.items.get("sections", {})
    return replace(
        questionnaire,
        languages=(*questionnaire.languages, code),
        sections=tuple(
            replace(section, texts=added(section.texts, code, names.get(section.id)))
            for section in questionnaire.sections
        ),
        items=tuple(
            translated_item(item, code, items.get(item.link_id, {})) for item in questionnaire.items
        ),
    )


def translated_item(item: Item, code: str, given: Raw) -> Item:
    options = given.get("options", {})
    anchors = given.get("anchors") or item.anchors.get(FALLBACK)
    return replace(
        item,
        texts=added(item.texts, code, given.get("text")),
        helps=added(item.helps, code, given.get("help")) if item.helps else item.helps,
        anchors={**item.anchors, code: tuple(anchors)} if anchors else item.anchors,
        options=tuple(
            replace(option, texts=added(option.texts, code, options.get(option.id)))
            for option in item.options
        ),
    )


def translated_pattern(pattern: Pattern, language: Language) -> Pattern:
    text = language.messages.get(pattern.id)
    return replace(pattern, patient_messages=added(pattern.patient_messages, language.code, text))


def added(texts: Mapping[str, str], code: str, text: str | None) -> dict[str, str]:
    return {**texts, code: text or texts[FALLBACK]}


# What is wrong ---------------------------------------------------------------------------------


def problems(pack: Pack) -> list[str]:
    """Every text a further language lacks, and every id it has too many: the start stops there."""
    found = []
    for language in languages().values():
        if language.code not in pack.questionnaire.languages:
            found += [f"language {language.code}: {each}" for each in gaps(pack, language)]
    return found


def gaps(pack: Pack, language: Language) -> Iterator[str]:
    questionnaire = pack.questionnaire
    sections, items = language.items.get("sections", {}), language.items.get("items", {})
    yield from compared("section", [one.id for one in questionnaire.sections], sections)
    yield from compared("item", [one.link_id for one in questionnaire.items], items)
    for item in questionnaire.items:
        yield from item_gaps(item, items.get(item.link_id, {}))
    yield from compared("message", [one.id for one in pack.patterns], language.messages)
    misfits = [one.id for one in pack.contradictions]
    yield from compared("contradiction", misfits, language.misfits)
    for id, text in language.messages.items():
        unknown = set(PLACEHOLDER.findall(text)) - set(PLACEHOLDERS)
        yield from (f"message {id}: unknown placeholder {one}" for one in sorted(unknown))
    for part in ("notice", "statement"):
        if not language.notice.get(part):
            yield f"notice.yaml has no '{part}'"


def item_gaps(item: Item, given: Raw) -> Iterator[str]:
    wanted = {
        "text": True,
        "help": bool(item.helps),
        "anchors": bool(item.anchors),
    }
    for key, is_wanted in wanted.items():
        if is_wanted and not given.get(key):
            yield f"item {item.link_id} has no '{key}'"
    ids = [option.id for option in item.options]
    yield from compared(f"item {item.link_id}: option", ids, given.get("options", {}))


def compared(kind: str, wanted: list[str], given: Raw) -> Iterator[str]:
    yield from (f"{kind} '{id}' has no text" for id in wanted if not given.get(id))
    yield from (f"{kind} '{id}' does not exist" for id in given if id not in wanted)
