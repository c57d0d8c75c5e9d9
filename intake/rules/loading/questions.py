"""items.yaml as a questionnaire."""

from collections.abc import Mapping
from typing import Any

from intake.rules.items import Item, Option, Section
from intake.rules.loading.canonical import content_hash
from intake.rules.loading.conditions import read_condition
from intake.rules.loading.fields import Fields
from intake.rules.problems import Invalid, Problems
from intake.rules.questions import Questionnaire

Languages = tuple[str, ...]


def read_questionnaire(document: Mapping[str, Any], problems: Problems) -> Questionnaire:
    """What could be read; the problems say what could not."""
    version, languages = "", Languages()
    sections: list[Any] = []
    listed: list[Any] = []
    with problems.within("items"):
        fields = Fields(document)
        meta, listed = Fields(fields.mapping("meta")), fields.entries("items")
        version, languages = meta.text("version"), meta.texts("languages")
        sections = meta.entries("sections")
        if not languages:
            meta.reasons.append("names no languages")
        problems.add_all("items", fields.reasons)
        meta.finish()
    return Questionnaire(
        version=version,
        content_hash=content_hash(document),
        languages=languages,
        sections=read_sections(sections, languages, problems),
        items=read_items(listed, languages, problems),
    )


def read_sections(
    listed: list[Any], languages: Languages, problems: Problems
) -> tuple[Section, ...]:
    sections = []
    for number, raw in enumerate(listed, 1):
        with problems.within(f"section {named(raw, 'id', number)}"):
            fields = Fields(raw)
            section = Section(fields.text("id"), fields.translated("{}", languages))
            fields.finish()
            sections.append(section)
    return tuple(sections)


def read_items(listed: list[Any], languages: Languages, problems: Problems) -> tuple[Item, ...]:
    items = []
    for number, raw in enumerate(listed, 1):
        with problems.within(f"item {named(raw, 'linkId', number)}"):
            items.append(read_item(raw, languages))
    return tuple(items)


def named(raw: object, key: str, number: int) -> str:
    """The id that a sentence calls it by, its number where it has none."""
    id = raw.get(key) if isinstance(raw, Mapping) else None
    return id if isinstance(id, str) else f"number {number}"


def read_item(raw: object, languages: Languages) -> Item:
    fields = Fields(raw)
    values: dict[str, Any] = {
        "link_id": fields.text("linkId"),
        "section": fields.text("section"),
        "order": fields.whole("order"),
        "type": fields.text("type"),
        "required": fields.flag("required"),
        "safety": fields.flag("safety"),
        "sensitive": fields.flag("sensitive"),
        "texts": fields.translated("{}", languages),
        "helps": fields.optional_translated("help_{}", languages),
        "anchors": read_anchors(fields, languages),
        "options": read_options(fields, languages),
        "options_from": fields.optional_text("options_from"),
        "max_length": fields.optional_whole("max_length"),
        "widget": fields.optional_text("widget"),
    }
    try:
        values["ask_if"] = read_condition(fields.raw["ask_if"]) if "ask_if" in fields.raw else None
    except Invalid as refusal:
        fields.reasons.extend(f"ask_if: {reason}" for reason in refusal.reasons)
    fields.finish()
    return Item(**values)


def read_options(fields: Fields, languages: Languages) -> tuple[Option, ...]:
    options = []
    for number, raw in enumerate(fields.optional_entries("options"), 1):
        try:
            options.append(read_option(raw, languages))
        except Invalid as refusal:
            option = named(raw, "id", number)
            fields.reasons.extend(f"option {option} {reason}" for reason in refusal.reasons)
    return tuple(options)


def read_option(raw: object, languages: Languages) -> Option:
    fields = Fields(raw)
    option = Option(
        id=fields.text("id"),
        texts=fields.translated("{}", languages),
        exclusive=fields.flag("exclusive"),
        unsure=fields.flag("unsure"),
    )
    fields.finish()
    return option


def read_anchors(fields: Fields, languages: Languages) -> dict[str, tuple[str, str]]:
    """The words at both ends of a scale: all languages or none."""
    keys = {language: f"anchors_{language}" for language in languages}
    if not any(key in fields.raw for key in keys.values()):
        return {}
    anchors = {}
    for language, key in keys.items():
        ends = fields.texts(key)
        if len(ends) == 2:
            anchors[language] = (ends[0], ends[1])
        else:
            fields.reasons.append(f"has no two texts '{key}'")
    return anchors
