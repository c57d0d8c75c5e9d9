"""The questionnaire as a FHIR R4 Questionnaire, with the help of a few SDC extensions.

https://hl7.org/fhir/R4/questionnaire.html
"""

from collections.abc import Mapping
from typing import Any

from intake.fhir.questionnaire_items import CONTROL, LEAST, MOST, UNIT
from intake.fhir.values import BASE, EXCLUSIVE
from intake.fhir.writing.enabling import enabling
from intake.fhir.writing.words import (
    CANONICAL,
    Resource,
    codings,
    extension,
    options_of,
    with_text,
)
from intake.rules.derived import PLAUSIBLE
from intake.rules.items import Item, Option
from intake.rules.questions import Questionnaire

TYPES = {
    "choice": "choice",
    "multi": "choice",
    "scale_0_10": "integer",
    "date": "date",
    "decimal": "decimal",
    "text": "text",
}
UNITS = {"about.height_cm": "cm", "about.weight_kg": "kg"}
SUPPORTED = BASE + "questionnaire-supportedLanguage"
TITLES = {"en": "Intake before the visit", "es": "Formulario antes de la visita"}


def write_questionnaire(
    questionnaire: Questionnaire, document: Mapping[str, Any], *, is_signed_off: bool
) -> Resource:
    """`document` is the item file it was loaded from: that is where the public codes stand."""
    codes = {item["linkId"]: item.get("codes", ()) for item in document["items"]}
    return {
        "resourceType": "Questionnaire",
        "id": f"intake-{questionnaire.content_hash[:12]}",
        "language": "en",
        "url": CANONICAL,
        "version": questionnaire.version,
        "name": "PrevisitIntake",
        **with_text("title", {code: TITLES[code] for code in ("en", "es")}),
        "status": "active" if is_signed_off else "draft",
        "subjectType": ["Patient"],
        "extension": [
            extension(SUPPORTED, "Code", language) for language in questionnaire.languages
        ],
        "item": [
            {
                "linkId": section.id,
                **with_text("text", section.texts),
                "type": "group",
                "item": [
                    item_of(questionnaire, item, codes.get(item.link_id, ()))
                    for item in questionnaire.items
                    if item.section == section.id
                ],
            }
            for section in questionnaire.sections
        ],
    }


def item_of(questionnaire: Questionnaire, item: Item, codes: Any) -> Resource:
    """One question with its options, limits and help, and when it is asked."""
    asked = enabling(questionnaire, item.ask_if)
    extensions = [*asked.pop("extension", []), *limits(item)]
    public = codings(codes)
    options = [option_of(item, one) for one in questionnaire.possible_options(item)]
    parts = [*ends(item), *help_of(item)]
    return {
        "linkId": item.link_id,
        **({"extension": extensions} if extensions else {}),
        **({"code": public} if public else {}),
        **with_text("text", item.texts),
        "type": TYPES[item.type],
        **asked,
        "required": item.required,
        **({"repeats": True} if item.type == "multi" else {}),
        **({"maxLength": item.max_length} if item.max_length else {}),
        **({"answerOption": options} if options else {}),
        **({"item": parts} if parts else {}),
    }


def limits(item: Item) -> list[Resource]:
    """The smallest and largest number, and its unit."""
    if item.type == "scale_0_10":
        return [extension(LEAST, "Integer", 0), extension(MOST, "Integer", 10)]
    found = []
    if item.link_id in PLAUSIBLE:
        least, most = PLAUSIBLE[item.link_id]
        found = [extension(LEAST, "Decimal", int(least)), extension(MOST, "Decimal", int(most))]
    if unit := UNITS.get(item.link_id):
        coding = {"system": "http://unitsofmeasure.org", "code": unit, "display": unit}
        found.append(extension(UNIT, "Coding", coding))
    return found


def option_of(item: Item, option: Option) -> Resource:
    coding = {"system": options_of(item), "code": option.id, **with_text("display", option.texts)}
    marks = [extension(EXCLUSIVE, "Boolean", True)] if option.exclusive else []
    return {**({"extension": marks} if marks else {}), "valueCoding": coding}


def ends(item: Item) -> list[Resource]:
    """What the two ends of a scale mean."""
    return [
        display(item, name, {code: both[place] for code, both in item.anchors.items()})
        for place, name in enumerate(("lower", "upper"))
        if item.anchors
    ]


def help_of(item: Item) -> list[Resource]:
    return [display(item, "help", item.helps)] if "en" in item.helps else []


def display(item: Item, control: str, texts: Mapping[str, str]) -> Resource:
    """Words within a question that belong to it."""
    coding = {"system": "http://hl7.org/fhir/questionnaire-item-control", "code": control}
    return {
        "linkId": f"{item.link_id}.{control}",
        "extension": [extension(CONTROL, "CodeableConcept", {"coding": [coding]})],
        **with_text("text", texts),
        "type": "display",
    }
