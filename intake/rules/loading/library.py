"""sources.yaml, the examination tests and exercises.yaml."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from intake.rules.loading.fields import Fields
from intake.rules.loading.questions import named
from intake.rules.problems import Problems
from intake.rules.sources import ExamTest, Source

Frozen = Mapping[str, Any]


def read_sources(listed: list[Any], problems: Problems) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for number, raw in enumerate(listed, 1):
        with problems.within(f"source {named(raw, 'id', number)}"):
            fields = Fields(raw)
            source = Source(
                id=fields.text("id"),
                kind=fields.text("kind"),
                cite=fields.text("cite"),
                verified=fields.text("verified"),
                url=fields.optional_text("url"),
                seen_part=fields.optional_text("seen_part"),
                note=fields.optional_text("note"),
            )
            fields.finish()
            sources[source.id] = source
    return sources


def read_tests(listed: list[Any], problems: Problems) -> dict[str, ExamTest]:
    tests: dict[str, ExamTest] = {}
    for number, raw in enumerate(listed, 1):
        with problems.within(f"test {named(raw, 'id', number)}"):
            fields = Fields(raw)
            test = ExamTest(
                id=fields.text("id"),
                name=fields.text("name"),
                how=fields.text("how"),
                accuracy=fields.text("accuracy"),
                sources=fields.texts("sources"),
                verified=fields.text("verified"),
                cautions=fields.optional_text("cautions"),
            )
            fields.finish()
            tests[test.id] = test
    return tests


def read_exercises(
    listed: list[Any], languages: tuple[str, ...], problems: Problems
) -> dict[str, Frozen]:
    """Exercises have a name and steps, pieces of education a title and a text."""
    exercises: dict[str, Frozen] = {}
    for number, raw in enumerate(listed, 1):
        with problems.within(f"exercise {named(raw, 'id', number)}"):
            fields = Fields(raw)
            id = fields.text("id")
            check_words(fields, languages)
            fields.texts("for"), fields.texts("sources")
            fields.finish()
            exercises[id] = frozen(raw)
    return exercises


def check_words(fields: Fields, languages: tuple[str, ...]) -> None:
    if any(f"title_{language}" in fields.raw for language in languages):
        fields.translated("title_{}", languages)
        fields.translated("text_{}", languages)
        return
    fields.translated("name_{}", languages)
    for language in languages:
        if not fields.texts(f"steps_{language}"):
            fields.reasons.append(f"has no text 'steps_{language}'")


def frozen(value: Any) -> Any:
    """The same, all the way down, as read-only mappings and tuples."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(inner) for key, inner in value.items()})
    return tuple(frozen(inner) for inner in value) if isinstance(value, list) else value
