"""A FHIR R4 QuestionnaireResponse as answers.

https://hl7.org/fhir/R4/questionnaireresponse.html
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from intake.rules.answers import AnswerError, Answers, read_answers, read_date, shortened
from intake.rules.document import DocumentError, Id, read_id
from intake.rules.items import Item
from intake.rules.questions import Questionnaire

VALUES: Mapping[str, tuple[str, ...]] = {
    "choice": ("valueCoding",),
    "multi": ("valueCoding",),
    "scale_0_10": ("valueInteger",),
    "decimal": ("valueDecimal", "valueInteger"),
    "date": ("valueDate",),
    "text": ("valueString",),
}
Entry = Mapping[str, Any]


def is_resource(document: Mapping[str, Any]) -> bool:
    return "resourceType" in document


def read_response(
    questionnaire: Questionnaire, resource: Mapping[str, Any], *, today: date
) -> tuple[Id, Answers]:
    """The day of answering is the date part of `authored`, as its writer's clock showed it."""
    if resource["resourceType"] != "QuestionnaireResponse":
        raise DocumentError("the resource is not a QuestionnaireResponse")
    raw: dict[str, object] = {}
    for entry in answered_entries(resource):
        link_id = entry["linkId"]
        if link_id in raw:
            raise AnswerError(shortened(link_id), "is answered twice")
        raw[link_id] = read_entry(questionnaire, link_id, entry["answer"])
    on = read_authored(resource["authored"]) if "authored" in resource else today
    return read_id(resource), read_answers(questionnaire, raw, on=on)


def read_authored(authored: object) -> date:
    """A dateTime: at least a full day, perhaps a time after a T."""
    return read_date("authored", authored.split("T")[0] if isinstance(authored, str) else authored)


def answered_entries(resource: Mapping[str, Any]) -> Iterator[Entry]:
    """Every item with an answer, groups and follow-ups opened, in document order."""
    waiting = [resource]
    while waiting:
        entry = waiting.pop()
        within = entries_in(entry, "item")
        if entry is not resource:
            if not isinstance(entry.get("linkId"), str):
                raise DocumentError("an item has no linkId")
            answers = entries_in(entry, "answer")
            within += [inner for answer in answers for inner in entries_in(answer, "item")]
            if any(value_keys(answer) for answer in answers):
                yield entry
        waiting += reversed(within)


def entries_in(entry: Entry, key: str) -> list[Entry]:
    found = entry.get(key, [])
    if not isinstance(found, list) or not all(isinstance(inner, dict) for inner in found):
        raise DocumentError(f"'{key}' is not a list of objects")
    return list(found)


def value_keys(answer: Entry) -> list[str]:
    return [key for key in answer if key.startswith("value")]


def read_entry(questionnaire: Questionnaire, link_id: str, answers: list[Entry]) -> object:
    """One answer as JSON has it in our own form: a list for a checklist, else a single value."""
    item = questionnaire.by_id.get(link_id)
    if item is None:
        raise AnswerError(shortened(link_id), "no such item")
    values = [read_value(item, answer) for answer in answers if value_keys(answer)]
    if item.type == "multi":
        return values
    if len(values) > 1:
        raise AnswerError(link_id, "takes exactly one answer")
    return values[0]


def read_value(item: Item, answer: Entry) -> object:
    keys = value_keys(answer)
    if len(keys) != 1 or keys[0] not in VALUES[item.type]:
        raise AnswerError(item.link_id, f"takes {' or '.join(VALUES[item.type])}")
    value = answer[keys[0]]
    if keys[0] != "valueCoding":
        return value
    if not isinstance(value, dict):
        raise AnswerError(item.link_id, "its valueCoding is not an object")
    return value.get("code")
