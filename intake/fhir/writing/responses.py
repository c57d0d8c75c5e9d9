"""One intake as a FHIR R4 QuestionnaireResponse, in the words that stood on the page."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.fhir.writing.words import (
    ABSENT,
    CANONICAL,
    Resource,
    extension,
    options_of,
    reference,
)
from intake.rules.answered import Answers, Value
from intake.rules.answers import plain
from intake.rules.items import Item
from intake.rules.questions import Questionnaire

KEYS = {"scale_0_10": "valueInteger", "decimal": "valueDecimal", "date": "valueDate"}


@dataclass(frozen=True)
class Filled:
    """One intake. `shown` and `declined` as the response keeps them; `authored` in clinic time."""

    id: uuid.UUID
    patient: uuid.UUID
    language: str
    authored: datetime
    is_submitted: bool
    by_patient: bool
    shown: Mapping[str, Mapping[str, Any]]
    declined: Collection[str]


def write_response(questionnaire: Questionnaire, answers: Answers, filled: Filled) -> Resource:
    """`answers` are those in force; what no longer applies is not part of the response."""
    return {
        "resourceType": "QuestionnaireResponse",
        "id": str(filled.id),
        "language": filled.language,
        "questionnaire": f"{CANONICAL}|{questionnaire.version}",
        "status": "completed" if filled.is_submitted else "in-progress",
        "subject": reference(filled.patient, "Patient"),
        "authored": filled.authored.isoformat(timespec="seconds"),
        **({"source": reference(filled.patient, "Patient")} if filled.by_patient else {}),
        **sections_of(questionnaire, answers, filled),
    }


def sections_of(questionnaire: Questionnaire, answers: Answers, filled: Filled) -> Resource:
    """A group for each section in which something was said; none at all before the first answer."""
    language = language_of(questionnaire, filled)
    groups = []
    for section in questionnaire.sections:
        items = [
            item_of(questionnaire, item, answers.values.get(item.link_id), filled)
            for item in questionnaire.shown(answers)
            if item.section == section.id
            and (item.link_id in answers.values or item.link_id in filled.declined)
        ]
        if items:
            groups.append({"linkId": section.id, "text": section.text(language), "item": items})
    return {"item": groups} if groups else {}


def language_of(questionnaire: Questionnaire, filled: Filled) -> str:
    """The response's own, where the questions exist in it."""
    languages = questionnaire.languages
    return filled.language if filled.language in languages else languages[0]


def item_of(
    questionnaire: Questionnaire, item: Item, value: Value | None, filled: Filled
) -> Resource:
    """A question with its answer, or that it was not to be said."""
    words = filled.shown.get(item.link_id)
    entry: Resource = {
        "linkId": item.link_id,
        "text": words["question"] if words else item.text(language_of(questionnaire, filled)),
    }
    if value is None:
        return entry | {"extension": [extension(ABSENT, "Code", "asked-declined")]}
    return entry | {"answer": answers_of(item, value, words["answers"] if words else ())}


def answers_of(item: Item, value: Value, words: Collection[str]) -> list[Resource]:
    """The coded answer; beside each code the words that were ticked."""
    if item.type not in ("choice", "multi"):
        return [{KEYS.get(item.type, "valueString"): plain(value)}]
    codes: Any = (value,) if isinstance(value, str) else value
    texts = list(words) if len(words) == len(codes) else [None] * len(codes)
    return [
        {"valueCoding": {"system": options_of(item), "code": code, **displayed(text)}}
        for code, text in zip(codes, texts, strict=True)
    ]


def displayed(text: str | None) -> Resource:
    return {"display": text} if text else {}
