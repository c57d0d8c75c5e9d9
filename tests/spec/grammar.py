"""A small questionnaire on which every cell of the grammar's tables can be set up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from intake.rules.answers import read_answers
from intake.rules.interpreter import judge
from intake.rules.loading.conditions import read_condition
from intake.rules.pack import build_questionnaire, load_pack
from intake.rules.patterns import Line, Pattern, Thresholds
from intake.rules.state import AnswerState

ON = date(2025, 6, 2)
Raw = Mapping[str, Any]


def option(id: str, **flags: bool) -> dict[str, Any]:
    return {"id": id, "en": id, "es": id, **flags}


def item(link_id: str, order: int, type: str, **more: Any) -> dict[str, Any]:
    return {
        "linkId": link_id,
        "section": "s",
        "order": order,
        "type": type,
        "required": False,
        "en": link_id,
        "es": link_id,
        **more,
    }


ASKED = {"item": "asked", "any": ["yes"]}
CHECKLIST = [
    option("a"),
    option("b"),
    option("c"),
    option("unsure", unsure=True),
    option("none", exclusive=True),
]
QUESTIONNAIRE = build_questionnaire(
    {
        "meta": {
            "version": "1",
            "languages": ["en", "es"],
            "sections": [{"id": "s", "en": "s", "es": "s"}],
        },
        "items": [
            item("asked", 1, "choice", options=[option("yes"), option("no")]),
            item("list", 2, "multi", options=CHECKLIST, ask_if=ASKED),
            item("size", 3, "decimal", ask_if=ASKED),
            item("always", 4, "multi", options=CHECKLIST),
        ],
    }
)


def truth_of(condition: Raw, answers: Raw) -> str:
    state = AnswerState(QUESTIONNAIRE.by_id, read_answers(QUESTIONNAIRE, answers, on=ON))
    return read_condition(condition).evaluate(state).value


def real_truth_of(condition: Raw, answers: Raw, derived: Raw | None = None) -> str:
    """The same on the shipped questionnaire, which has what derived values come from."""
    questionnaire = load_pack().questionnaire
    read = read_answers(questionnaire, answers, on=ON, derived=derived)
    return read_condition(condition).evaluate(AnswerState(questionnaire.by_id, read)).value


# Conditions whose value is known whatever the answers: "always" is left unanswered.
CONSTANT: Mapping[str, Raw] = {
    "yes": {"item": "always", "answered": False},
    "no": {"item": "always", "answered": True},
    "unknown": {"item": "always", "any": ["a"]},
}


def line(id: str, value: str, points: int | None) -> Line:
    return Line(
        id=id,
        condition=read_condition(CONSTANT[value]),
        say="said",
        basis="author-judgement",
        sources=("S",),
        verified="memory",
        points=points,
        cap_note="tests need more than judgement may give",
    )


def pattern(
    value: str,
    *lines: tuple[str, int],
    thresholds: Thresholds | None = None,
    urgency: str = "routine",
) -> Pattern:
    """A pattern whose gate or trigger has this value, with lines of (value, points)."""
    made = [line(f"l{number}", *each) for number, each in enumerate(lines)]
    return Pattern(
        id="p",
        group="lookalike",
        kind="scored" if thresholds else "rule",
        urgency=urgency,
        names={"en": "p", "es": "p"},
        condition=read_condition(CONSTANT[value]),
        supports=tuple(each for each in made if (each.points or 1) > 0),
        contradicts=tuple(each for each in made if (each.points or 1) < 0),
        tests=(),
        sources=("S",),
        therapist_message="m",
        patient_messages={"en": "m", "es": "m"},
        thresholds=thresholds,
    )


def with_escalations(made: Pattern, **conditions: str) -> Pattern:
    read = {name: read_condition(CONSTANT[value]) for name, value in conditions.items()}
    return replace(made, **read)


def verdict_of(made: Pattern, answers: Raw | None = None) -> Any:
    read = read_answers(QUESTIONNAIRE, answers or {}, on=ON)
    return judge(made, QUESTIONNAIRE, AnswerState(QUESTIONNAIRE.by_id, read))
