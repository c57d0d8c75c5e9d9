"""Small questionnaires for the tests, in words that nobody would mistake for an instrument's."""

import json
from typing import Any

from intake.fhir.instruments import Reading, read_instrument
from intake.fhir.questionnaires import Read, read_questionnaire
from intake.instruments.items import Form

BASE = "http://hl7.org/fhir/StructureDefinition/"


def question(link_id: str, kind: str = "boolean", **more: Any) -> dict[str, Any]:
    return {"linkId": link_id, "type": kind, "text": f"What of {link_id}?", **more}


def choice(link_id: str, *counts: float, **more: Any) -> dict[str, Any]:
    options = [
        {
            "valueCoding": {"code": f"o{n}", "display": f"Option {n}"},
            "extension": [{"url": BASE + "ordinalValue", "valueDecimal": count}],
        }
        for n, count in enumerate(counts, 1)
    ]
    return question(link_id, "choice", answerOption=options, **more)


def when(asked: str, operator: str, **answer: Any) -> dict[str, Any]:
    return {"question": asked, "operator": operator, **answer}


def text_of(*items: Any, **head: Any) -> str:
    document = {
        "resourceType": "Questionnaire",
        "language": "en",
        "url": "https://example.org/teapots",
        "title": "Teapots",
        "status": "active",
        "item": list(items),
        **head,
    }
    return json.dumps({key: value for key, value in document.items() if value is not None})


def read(*items: Any, **head: Any) -> Read:
    return read_questionnaire(text_of(*items, **head))


def form_of(*items: Any, **head: Any) -> Form:
    found = read(*items, **head)
    assert found.form is not None, found.problems
    return found.form


def reasons(*items: Any, **head: Any) -> list[tuple[str, str]]:
    return [(one.item, one.reason) for one in read(*items, **head).problems]


def scored(scoring: str, *items: Any) -> Reading:
    return read_instrument(text_of(*items), scoring)
