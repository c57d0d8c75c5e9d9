"""Random answers, conditions and patterns over the shipped questionnaire."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from intake.rules.answers import Answers
from intake.rules.derived import PLAUSIBLE
from intake.rules.loading.conditions import read_condition
from intake.rules.pack import load_pack
from intake.rules.patterns import Line, Pattern, Thresholds
from intake.rules.questions import Item

ON = date(2025, 6, 2)
PACK = load_pack()
QUESTIONNAIRE = PACK.questionnaire


def measures(link_id: str) -> st.SearchStrategy[Decimal]:
    least, most = PLAUSIBLE[link_id]
    return st.decimals(least, most, places=1)


def checklists(item: Item) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of the options in their order, mostly without those that exclude the others."""
    many = [option.id for option in item.options]
    alone = [(option.id,) for option in item.options if option.exclusive]
    some = st.lists(st.sampled_from(many), min_size=1, max_size=4, unique=True)
    ordered = some.map(lambda chosen: tuple(id for id in many if id in chosen))
    return ordered | st.sampled_from(alone) if alone else ordered


def values(item: Item) -> st.SearchStrategy[Any]:
    match item.type:
        case "multi":
            return checklists(item)
        case "choice":
            options = QUESTIONNAIRE.possible_options(item)
            return st.sampled_from([option.id for option in options if not option.exclusive])
        case "scale_0_10":
            return st.integers(0, 10)
        case "decimal":
            return measures(item.link_id)
        case "date":
            return st.integers(0, 36_500).map(lambda days: ON - timedelta(days))
    return st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=20)


@st.composite
def answers(draw: st.DrawFn) -> Answers:
    """Any answers whatever, to hidden questions too; nothing, a part or nearly all answered."""
    share = draw(st.sampled_from([0.1, 0.5, 0.8, 1.0]))
    random = draw(st.randoms(use_true_random=False))
    asked = [item for item in QUESTIONNAIRE.items if random.random() < share]
    given = {item.link_id: draw(values(item)) for item in asked}
    age = draw(st.none() | st.integers(0, 130))
    bmi = draw(st.none() | st.decimals("10", "60", places=1))
    return Answers(values=given, on=ON, age=age, bmi=bmi)


@st.composite
def shown_answers(draw: st.DrawFn) -> Answers:
    """Answers as a form gives them: only to questions that were shown."""
    return QUESTIONNAIRE.in_force(draw(answers()))


with_options = [item for item in QUESTIONNAIRE.items if item.options]
numbers = [item.link_id for item in QUESTIONNAIRE.items if item.type in ("decimal", "scale_0_10")]
operators = st.sampled_from(["lt", "lte", "gte", "eq"])


@st.composite
def chosen_leaves(draw: st.DrawFn) -> dict[str, Any]:
    item = draw(st.sampled_from(with_options))
    ids = st.lists(st.sampled_from(sorted(item.option_ids)), min_size=1, max_size=4, unique=True)
    operator = draw(st.sampled_from(["any", "none", "count_gte", "count_lte", "answered"]))
    if operator == "answered":
        return {"item": item.link_id, "answered": draw(st.booleans())}
    if operator in ("any", "none"):
        return {"item": item.link_id, operator: draw(ids)}
    leaf = {"item": item.link_id, operator: draw(st.integers(-1, 3))}
    return leaf | ({"of": draw(ids)} if draw(st.booleans()) else {})


@st.composite
def compared_leaves(draw: st.DrawFn) -> dict[str, Any]:
    about = draw(st.sampled_from(["age", "bmi", "athlete", "item"]))
    if about == "athlete":
        return {"derived": "athlete", "eq": draw(st.booleans())}
    limits = draw(
        st.dictionaries(operators, st.integers(0, 80) | st.just(24.5), min_size=1, max_size=2)
    )
    if about == "item":
        return {"item": draw(st.sampled_from(numbers)), **limits}
    return {"derived": about, **limits}


def combined(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(parts, max_size=4)
    return (
        st.fixed_dictionaries({"all_of": several})
        | st.fixed_dictionaries({"any_of": several})
        | st.fixed_dictionaries({"not": parts})
        | st.fixed_dictionaries({"count_true_gte": st.integers(-1, 3), "conds": several})
    )


conditions = st.recursive(chosen_leaves() | compared_leaves(), combined, max_leaves=6)


@st.composite
def lines(draw: st.DrawFn, sign: int) -> list[Line]:
    """Lines of a scored pattern; with sign 0 those of a rule."""
    return [
        Line(
            id=f"line.{draw(st.uuids())}",
            condition=read_condition(raw),
            say="said",
            basis="author-judgement",
            sources=("S-DOHA15",),
            verified="memory",
            points=sign * draw(st.integers(1, 2)) or None,
        )
        for raw in draw(st.lists(conditions, max_size=4))
    ]


@st.composite
def patterns(draw: st.DrawFn, id: str, others: list[str]) -> Pattern:
    scored = draw(st.booleans())
    escalations = st.none() | conditions.map(read_condition)
    return Pattern(
        id=id,
        group=draw(st.sampled_from(["iliopsoas", "lookalike", "redflag"])),
        kind="scored" if scored else "rule",
        urgency=draw(st.sampled_from(["routine", "before_appointment", "same_day", "emergency"])),
        names={"en": id, "es": id},
        condition=read_condition(draw(conditions)),
        supports=tuple(draw(lines(int(scored)))),
        contradicts=tuple(draw(lines(-int(scored)))),
        tests=("T-PALP",),
        sources=("S-DOHA15",),
        therapist_message="m",
        patient_messages={"en": "m", "es": "m"},
        thresholds=Thresholds(1, 2, 4) if scored else None,
        to_same_day=draw(escalations),
        to_emergency=draw(escalations),
        suppressed_by=frozenset(draw(st.sets(st.sampled_from(others), max_size=1))),
    )
