"""An intake as a case that can be replayed, with nobody left in it. Pure.

Kept: what was chosen from a list or a scale. Left out: everything that was typed, every date and
every id. Age and body mass index stand for birth date, height and weight.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from intake.rules.answered import Answers
from intake.rules.answers import as_json
from intake.rules.derived import age, bmi
from intake.rules.questions import Questionnaire

OLDEST = 90  # who is older is told from others by age alone; no rule looks beyond
KEPT = ("choice", "multi", "scale_0_10")

Case = Mapping[str, Any]


def case_of(questionnaire: Questionnaire, answers: Answers, *, id: str, expect: str) -> Case:
    """A line that `evaluate` reads. `answers` are those in force; `expect` is a pattern or ""."""
    told = as_json(answers)
    kept = {item: told[item] for item in told if questionnaire.item(item).type in KEPT}
    return {
        "id": id,
        "about": "Found at a visit; no flag had said it",
        "kind": "ordinary",
        "derived": derived_of(answers),
        "answers": kept,
        "expect": {"has": [expect]} if expect else {},
    }


def derived_of(answers: Answers) -> dict[str, int | float]:
    """What the rules work out from the answers that are left out."""
    years, index = age(answers), bmi(answers)
    derived: dict[str, int | float] = {}
    if years is not None:
        derived["age"] = min(years, OLDEST)
    if index is not None:
        derived["bmi"] = float(Decimal(index).quantize(Decimal("0.01")))
    return derived
