"""One person's answers as a line of JSON, and what was found as another."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from intake.rules.answered import Answers, Value
from intake.rules.answers import read_answers, read_date, shortened
from intake.rules.pack import Pack
from intake.rules.questions import Questionnaire
from intake.rules.state import AnswerState
from intake.rules.verdicts import Finding, Findings

Id = str | int | None
NONE = "none"
NOT_FILLED = "pain.area"  # "none" would deny the complaint itself


class DocumentError(ValueError):
    """A line that is not what it should be; the message is one line and safe to print."""


def parse(line: bytes) -> Mapping[str, Any]:
    """A JSON object in UTF-8; a key given twice is refused, because one would be lost."""
    try:
        document = json.loads(
            line.decode("utf-8"), object_pairs_hook=each_once, parse_constant=no_constant
        )
    except UnicodeDecodeError as error:
        raise DocumentError(f"not UTF-8 at byte {error.start + 1}") from None
    except json.JSONDecodeError as error:
        raise DocumentError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise DocumentError("nested too deeply") from None
    except ValueError as error:
        raise DocumentError(f"not JSON: {error}") from None
    if not isinstance(document, dict):
        raise DocumentError("not a JSON object")
    return document


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {shortened(twice)} is there twice")
    return found


def no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def read_document(
    questionnaire: Questionnaire, document: Mapping[str, Any], *, today: date
) -> tuple[Id, Answers]:
    """`{"id", "date", "answers", "derived"}`; all but the answers may be left out."""
    answers = mapping_in(document, "answers", required=True)
    derived = mapping_in(document, "derived", required=False)
    on = read_date("date", document["date"]) if "date" in document else today
    return read_id(document), read_answers(questionnaire, answers, on=on, derived=derived)


def mapping_in(document: Mapping[str, Any], key: str, *, required: bool) -> Mapping[str, Any]:
    if key not in document and not required:
        return {}
    found = document.get(key)
    if not isinstance(found, dict):
        raise DocumentError(f"'{key}' is not an object" if key in document else f"has no '{key}'")
    return found


def read_id(document: Mapping[str, Any]) -> Id:
    given = document.get("id")
    if given is None or type(given) is int:
        return given
    if not isinstance(given, str):
        raise DocumentError("'id' is neither text nor a whole number")
    return given


def complete(questionnaire: Questionnaire, answers: Answers) -> Answers:
    """Each shown, unanswered item that has the option "none" answered with it.

    One pass in item order shows all there is to show, because an ask_if reads only earlier
    items.
    """
    values: dict[str, Value] = dict(answers.values)
    filled = replace(answers, values=values)
    state = AnswerState(questionnaire.by_id, filled)
    for item in questionnaire.items:
        open_to_none = NONE in item.option_ids and item.link_id != NOT_FILLED
        if open_to_none and item.link_id not in values and state.is_shown(item.link_id):
            values[item.link_id] = (NONE,) if item.type == "multi" else NONE
    return filled


def row(pack: Pack, id: Id, findings: Findings) -> dict[str, Any]:
    """What `evaluate` writes, keys in their order."""
    return {
        "id": id,
        "pack": pack.version,
        "urgency": findings.urgency,
        "findings": [finding_row(finding) for finding in findings.shown],
        "cannot_tell": [
            {"pattern": verdict.pattern, "missing": list(verdict.missing)}
            for verdict in findings.cannot_tell
        ],
        "suppressed": list(findings.suppressed),
    }


def finding_row(finding: Finding) -> dict[str, Any]:
    return {
        "pattern": finding.pattern,
        "group": finding.group,
        "urgency": finding.urgency,
        "tier": finding.tier,
        "score": finding.score,
        "low": finding.low,
        "high": finding.high,
        "firm": finding.firm,
        "for": list(finding.for_lines),
        "against": list(finding.against_lines),
        "missing": list(finding.missing),
        "could_rise": [
            {"to": rise.to, "missing": list(rise.missing)} for rise in finding.could_rise
        ],
        "tests": list(finding.tests),
    }
