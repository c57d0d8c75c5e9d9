"""Values worked out from the answers: age, body mass index, athlete."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from intake.rules.answered import Answers

ATHLETE_ANY = frozenset(("run", "football", "dance", "martial", "jump", "ice", "court", "military"))
OLDEST = 130
# A height typed in metres or a weight in grams must not become a body mass index.
PLAUSIBLE: Mapping[str, tuple[Decimal, Decimal]] = {
    "about.height_cm": (Decimal(30), Decimal(260)),
    "about.weight_kg": (Decimal(1), Decimal(500)),
}


def whole_years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age(answers: Answers) -> int | None:
    if answers.age is not None:
        return answers.age
    born = answers.values.get("about.dob")
    return whole_years(born, answers.on) if isinstance(born, date) else None


def bmi(answers: Answers) -> Decimal | None:
    if answers.bmi is not None:
        return answers.bmi
    height = answers.values.get("about.height_cm")
    weight = answers.values.get("about.weight_kg")
    if isinstance(height, Decimal) and isinstance(weight, Decimal):
        return weight * 10_000 / (height * height)
    return None


def athlete(answers: Answers) -> bool | None:
    """Always from life.activity; the options that count are the grammar's athlete_any."""
    activity = answers.values.get("life.activity")
    return not ATHLETE_ANY.isdisjoint(activity) if isinstance(activity, tuple) else None


DERIVED = {"age": age, "bmi": bmi, "athlete": athlete}
