"""The small parts every resource is made of: addresses, texts with translations, codes."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from intake.fhir.values import BASE, TRANSLATION
from intake.rules.items import Item

Resource = dict[str, Any]

HOUSE = "urn:previsit:intake"
CANONICAL = f"{HOUSE}:questionnaire"
PATTERNS = f"{HOUSE}:patterns"
SCORES = f"{HOUSE}:scores"
SYSTEMS = {"LOINC": "http://loinc.org", "SNOMED": "http://snomed.info/sct"}
ABSENT = BASE + "data-absent-reason"
OWN = "en"


def options_of(item: Item) -> str:
    """The code system of an item's options: "none" of one list is not "none" of another."""
    return f"{HOUSE}:options:{item.options_from or item.link_id}"


def extension(url: str, kind: str, value: Any) -> Resource:
    return {"url": url, f"value{kind}": value}


def with_text(key: str, texts: Mapping[str, str]) -> Resource:
    """`key` in English, the other languages beside it."""
    others = [
        {
            "url": TRANSLATION,
            "extension": [
                extension("lang", "Code", language),
                extension("content", "String", text),
            ],
        }
        for language, text in texts.items()
        if language != OWN
    ]
    return {key: texts[OWN], **({f"_{key}": {"extension": others}} if others else {})}


def codings(codes: Iterable[Mapping[str, Any]]) -> list[Resource]:
    """The pack's codes in public systems. One recalled from memory is left out."""
    return [
        {"system": SYSTEMS[code["system"]], "code": code["code"]}
        | ({"display": code["display"]} if "display" in code else {})
        for code in codes
        if code["verified"] == "seen"
    ]


def urn(id: uuid.UUID) -> str:
    return f"urn:uuid:{id}"


def reference(id: uuid.UUID, type: str) -> Resource:
    return {"reference": urn(id), "type": type}
