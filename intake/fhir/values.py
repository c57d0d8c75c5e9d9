"""Typed values out of FHIR JSON: answers, options, texts with their translations."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from intake.fhir.limits import Findings, Raw, entries, is_id, is_text
from intake.instruments.items import Option, Text

BASE = "http://hl7.org/fhir/StructureDefinition/"
TRANSLATION = BASE + "translation"
WEIGHTS = (BASE + "ordinalValue", BASE + "itemWeight")
EXCLUSIVE = BASE + "questionnaire-optionExclusive"
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
LARGEST = 10**9
DIGITS = 15


def value_of(raw: Raw, prefix: str = "value") -> tuple[str, Any]:
    """The type and the value of value[x]; ("", None) unless there is exactly one."""
    found = [key for key in raw if key.startswith(prefix) and len(key) > len(prefix)]
    return (found[0][len(prefix) :], raw[found[0]]) if len(found) == 1 else ("", None)


def extension(raw: Raw, *urls: str) -> Any:
    """The value of the first extension with one of these addresses, None without one."""
    for each in entries(raw, "extension"):
        if each.get("url") in urls:
            return value_of(each)[1]
    return None


def primary(language: str) -> str:
    """en of en-GB."""
    return language.split("-")[0].lower()


def read_text(raw: Raw, key: str, own: str) -> Text | None:
    """The words of `key` and their translations; None where they are missing or no plain text."""
    if not is_text(raw.get(key)):
        return None
    words = {own: raw[key].strip()}
    beside = raw.get(f"_{key}")
    for language, text in translations(beside if isinstance(beside, dict) else {}):
        words.setdefault(primary(language), text)
    return Text(words, own)


def translations(raw: Raw) -> Iterator[tuple[str, str]]:
    """Language and text of each translation extension."""
    for each in entries(raw, "extension"):
        if each.get("url") != TRANSLATION:
            continue
        inner = {str(part.get("url")): value_of(part)[1] for part in entries(each, "extension")}
        language, content = inner.get("lang"), inner.get("content")
        if isinstance(language, str) and LANGUAGE.fullmatch(language) and is_text(content):
            yield language, str(content).strip()


def number(value: object) -> Decimal | None:
    """A number of ordinary size."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    # Compared before it is written out: an exponent of a few digits would fill the memory.
    if not -LARGEST <= value <= LARGEST:
        return None
    found = Decimal(value)
    return None if len(found.as_tuple().digits) > DIGITS or abs(exponent(found)) > DIGITS else found


def exponent(value: Decimal) -> int:
    """How many places the last digit stands from the point."""
    return int(value.as_tuple().exponent)


def simple(kind: str, value: Any) -> bool | int | Decimal | date | str | None:
    """A FHIR primitive of the named type, None for what is not one."""
    match kind:
        case "Boolean":
            return value if isinstance(value, bool) else None
        case "Integer":
            return value if isinstance(value, int) and number(value) is not None else None
        case "Decimal":
            return number(value)
        case "Date":
            return day(value)
        case "String":
            return value.strip() if is_text(value) else None
    return None


def day(value: Any) -> date | None:
    """A full date; a year alone is none."""
    if not isinstance(value, str) or not ISO_DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def weight(*places: Raw) -> Decimal | None:
    """The ordinal value that stands at the option or within its coding."""
    for place in places:
        found = number(extension(place, *WEIGHTS))
        if found is not None:
            return found
    return None


def read_option(raw: Raw, own: str) -> Option | None:
    """One answerOption: a coding, a text, a whole number or a date. None for anything else."""
    kind, value = value_of(raw)
    is_exclusive = extension(raw, EXCLUSIVE) is True
    is_initial = raw.get("initialSelected") is True
    if kind == "Coding" and isinstance(value, dict):
        text, code = read_text(value, "display", own), value.get("code")
        if text is None or not isinstance(code, str) or not is_id(code):
            return None
        return Option(code, text, code, weight(raw, value), is_exclusive, is_initial)
    found = simple(kind, value)
    if kind not in ("Integer", "String", "Date") or found is None or isinstance(found, Decimal):
        return None
    key = found.isoformat() if isinstance(found, date) else str(found)
    text = read_text({**raw, "valueString": key}, "valueString", own)
    if text is None or not is_id(key):
        return None
    return Option(key, text, found, weight(raw), is_exclusive, is_initial)


def read_concepts(resource: Raw, reference: str, own: str, found: Findings, item: str) -> list[Raw]:
    """The options of a ValueSet that the file contains and that lists them one by one."""
    for contained in entries(resource, "contained"):
        if contained.get("resourceType") == "ValueSet" and f"#{contained.get('id')}" == reference:
            compose = contained.get("compose")
            includes = entries(compose, "include") if isinstance(compose, dict) else []
            if (
                not includes
                or "exclude" in contained["compose"]
                or any(set(each) - {"system", "version", "concept"} for each in includes)
            ):
                break
            return [
                as_option(each, concept)
                for each in includes
                for concept in entries(each, "concept")
            ]
    found.refuse(item, "takes its options from a value set that the file does not list")
    return []


def as_option(include: Raw, concept: Raw) -> Raw:
    """A concept of a value set in the shape of an answerOption."""
    named = [
        {
            "url": TRANSLATION,
            "extension": [
                {"url": "lang", "valueCode": each.get("language")},
                {"url": "content", "valueString": each.get("value")},
            ],
        }
        for each in entries(concept, "designation")
    ]
    coding = {
        "system": include.get("system"),
        "code": concept.get("code"),
        "display": concept.get("display"),
        "_display": {"extension": named},
        "extension": entries(concept, "extension"),
    }
    return {"valueCoding": coding}
