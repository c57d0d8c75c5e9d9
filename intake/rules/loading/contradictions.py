"""contradictions.yaml."""

from typing import Any

from intake.rules.contradictions import Contradiction
from intake.rules.loading.checks import References, repeated, unknown, wrong_in
from intake.rules.loading.fields import Fields
from intake.rules.loading.patterns import condition_in
from intake.rules.loading.questions import Languages, named
from intake.rules.problems import Problems


def read_contradictions(
    listed: list[Any], languages: Languages, problems: Problems
) -> tuple[Contradiction, ...]:
    found = []
    for number, raw in enumerate(listed, 1):
        with problems.within(f"contradiction {named(raw, 'id', number)}"):
            found.append(read_contradiction(raw, languages))
    return tuple(found)


def read_contradiction(raw: object, languages: Languages) -> Contradiction:
    fields = Fields(raw)
    values: dict[str, Any] = {
        "id": fields.text("id"),
        "condition": condition_in(fields, "if"),
        "texts": fields.translated("{}", languages),
        "items": fields.texts("items"),
        "say": fields.text("say"),
        "why": fields.text("why"),
        "basis": fields.text("basis"),
        "sources": fields.texts("sources"),
    }
    fields.finish()
    return Contradiction(**values)


def check_contradictions(
    contradictions: tuple[Contradiction, ...], references: References, problems: Problems
) -> None:
    ids = [one.id for one in contradictions]
    problems.add_all("pack", (f"contradiction '{id}' is there twice" for id in repeated(ids)))
    questionnaire = references.questionnaire
    for one in contradictions:
        subject = f"contradiction {one.id}"
        problems.add_all(subject, wrong_in(one.condition, questionnaire))
        problems.add_all(subject, unknown("item", one.items, questionnaire.by_id))
        problems.add_all(subject, references.unknown("source", one.sources))
