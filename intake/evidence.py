"""A finding with its wording as it was when the flag was raised. Pure."""

import hashlib
from typing import Any

import orjson

from intake.rules.findings import Finding
from intake.rules.pack import Pack
from intake.rules.patterns import Line

Evidence = dict[str, Any]


def evidence_of(pack: Pack, finding: Finding) -> Evidence:
    """What a flag keeps: the finding, the words shown for it, and what they rest on.

    Sources and tests are kept by id: the pack named beside them never changes.
    """
    pattern = pack.pattern(finding.pattern)
    lines = {line.id: line for line in pattern.lines}
    return {
        "name": pattern.name("en"),
        "message": pattern.therapist_message,
        "tier": finding.tier,
        "score": finding.score,
        "low": finding.low,
        "high": finding.high,
        "firm": finding.firm,
        "for": [line_of(lines[line_id]) for line_id in finding.for_lines],
        "against": [line_of(lines[line_id]) for line_id in finding.against_lines],
        "missing": list(finding.missing),
        "could_rise": [
            {"to": rise.to, "missing": list(rise.missing)} for rise in finding.could_rise
        ],
        "tests": list(finding.tests),
        "settle": pattern.settle.say if pattern.settle else None,
        "thresholds": thresholds_of(pattern),
        "trigger_says": list(pattern.trigger_says),
    }


def line_of(line: Line) -> Evidence:
    """One line of evidence, with the questions it reads."""
    return {
        "id": line.id,
        "say": line.say,
        "points": line.points,
        "basis": line.basis,
        "accuracy": line.accuracy,
        "items": sorted(line.condition.items()),
        "sources": list(line.sources),
    }


def thresholds_of(pattern: Any) -> Evidence | None:
    """The scores at which a scored pattern reaches its tiers."""
    marks = pattern.thresholds
    if marks is None:
        return None
    return {"possible": marks.possible, "some": marks.some, "strong": marks.strong}


def hash_of(evidence: Evidence) -> str:
    """Tells whether a flag still says the same."""
    return hashlib.sha256(orjson.dumps(evidence, option=orjson.OPT_SORT_KEYS)).hexdigest()
