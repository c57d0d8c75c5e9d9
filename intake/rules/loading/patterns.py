"""The patterns of patterns.yaml."""

from typing import Any

from intake.rules.conditions import Condition
from intake.rules.loading.conditions import read_condition
from intake.rules.loading.fields import Fields
from intake.rules.loading.questions import Languages, named
from intake.rules.patterns import KINDS, Line, Pattern, Settle, Thresholds
from intake.rules.problems import Invalid, Problems

CONDITION_OF = {"scored": "gate", "rule": "trigger"}


def read_patterns(
    listed: list[Any], languages: Languages, problems: Problems
) -> tuple[Pattern, ...]:
    patterns = []
    for number, raw in enumerate(listed, 1):
        with problems.within(f"pattern {named(raw, 'id', number)}"):
            patterns.append(read_pattern(raw, languages))
    return tuple(patterns)


def read_pattern(raw: object, languages: Languages) -> Pattern:
    fields = Fields(raw)
    kind = fields.text("kind")
    if kind not in KINDS:
        fields.reasons.append(f"unknown kind '{kind}'")
    values: dict[str, Any] = {
        "id": fields.text("id"),
        "kind": kind,
        "group": fields.text("group"),
        "urgency": fields.text("urgency"),
        "names": fields.translated("name_{}", languages),
        "tests": fields.texts("tests"),
        "sources": fields.texts("sources"),
        "therapist_message": fields.text("therapist_msg"),
        "patient_messages": fields.translated("patient_msg_{}", languages),
        "suppressed_by": frozenset(fields.texts("suppressed_by")),
        "overlaps_with": fields.texts("overlaps_with"),
        "exercises": fields.texts("exercises"),
        "trigger_says": fields.texts("trigger_says"),
        "prevalence": fields.optional_text("prevalence"),
        "evidence_strength": fields.optional_text("evidence_strength"),
        "supports": read_lines(fields, "supports"),
        "contradicts": read_lines(fields, "contradicts"),
        "condition": condition_in(fields, CONDITION_OF[kind]) if kind in KINDS else None,
        "to_same_day": optional_condition_in(fields, "escalate_to_same_day_if"),
        "to_emergency": optional_condition_in(fields, "escalate_to_emergency_if"),
    }
    if kind == "scored":
        values["thresholds"] = part_of(fields, "", read_thresholds, fields.raw)
        values["settle"] = part_of(fields, "settle", read_settle, fields.raw.get("settle"))
    if kind == "rule" and not values["trigger_says"]:
        fields.reasons.append("has no 'trigger_says'")
    fields.finish()
    return Pattern(**values)


def part_of(fields: Fields, name: str, reader: Any, raw: object) -> Any:
    """A part, or None and its reasons kept for `finish`."""
    try:
        return reader(raw)
    except Invalid as refusal:
        before = f"{name}: " if name else ""
        fields.reasons.extend(f"{before}{reason}" for reason in refusal.reasons)
        return None


def condition_in(fields: Fields, key: str) -> Condition | None:
    if key not in fields.raw:
        fields.reasons.append(f"has no '{key}'")
    return optional_condition_in(fields, key)


def optional_condition_in(fields: Fields, key: str) -> Condition | None:
    if key not in fields.raw:
        return None
    found: Condition | None = part_of(fields, key, read_condition, fields.raw[key])
    return found


def read_thresholds(raw: object) -> Thresholds:
    fields = Fields(raw)
    scores = [fields.whole(key) for key in ("possible_score", "min_score", "strong_score")]
    fields.finish()
    return Thresholds(*scores)


def read_settle(raw: object) -> Settle:
    fields = Fields(raw)
    settle = Settle(ask=fields.texts("ask"), tests=fields.texts("tests"), say=fields.text("say"))
    fields.finish()
    return settle


def read_lines(fields: Fields, key: str) -> tuple[Line, ...]:
    lines = []
    for number, raw in enumerate(fields.entries(key), 1):
        line = part_of(fields, f"line {named(raw, 'id', number)}", read_line, raw)
        if line is not None:
            lines.append(line)
    return tuple(lines)


def read_line(raw: object) -> Line:
    fields = Fields(raw)
    values: dict[str, Any] = {
        "id": fields.text("id"),
        "condition": condition_in(fields, "if"),
        "say": fields.text("say"),
        "basis": fields.text("basis"),
        "sources": fields.texts("sources"),
        "verified": fields.text("verified"),
        "points": fields.optional_whole("points"),
        "ratio": fields.number("lr"),
        "interval": read_interval(fields),
        "accuracy": fields.optional_text("accuracy"),
        "cap_note": fields.optional_text("cap_note"),
    }
    fields.finish()
    return Line(**values)


def read_interval(fields: Fields) -> tuple[float, float] | None:
    ends = fields.optional_entries("ci")
    if not ends:
        return None
    if len(ends) != 2 or not all(type(end) in (int, float) and end > 0 for end in ends):
        fields.reasons.append("'ci' is not two numbers above 0")
        return None
    return (ends[0], ends[1])
