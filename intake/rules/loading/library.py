"""sources.yaml and the examination tests."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from intake.rules.loading.fields import Fields
from intake.rules.loading.questions import named
from intake.rules.problems import Problems
from intake.rules.sources import ExamTest, Source


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


def frozen(value: Any) -> Any:
    """The same, all the way down, as read-only mappings and tuples."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(inner) for key, inner in value.items()})
    return tuple(frozen(inner) for inner in value) if isinstance(value, list) else value
