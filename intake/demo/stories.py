"""From a vignette to the whole answers of one invented patient. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import yaml

from intake.rules.answers import as_json, read_answers
from intake.rules.derived import whole_years
from intake.rules.document import complete
from intake.rules.messages import ADULT
from intake.rules.pack import CONTENT, LOADER, Pack
from intake.wording import missing_items

GIVEN = (
    "Otter",
    "Juniper",
    "Heron",
    "Clover",
    "Badger",
    "Fern",
    "Wren",
    "Maple",
    "Robin",
    "Thistle",
    "Marten",
    "Willow",
    "Finch",
    "Hazel",
    "Lynx",
    "Sorrel",
    "Puffin",
    "Rowan",
    "Vole",
    "Bramble",
    "Osprey",
    "Aspen",
    "Hare",
    "Lupin",
    "Tern",
    "Alder",
    "Newt",
    "Yarrow",
    "Swift",
    "Larch",
)
FAMILY = (
    "Testwood",
    "Sampleson",
    "Mockford",
    "Exampleton",
    "Demoyne",
    "Placeholder",
    "Fauxley",
    "Trialham",
)
PLACES = {
    "groin_front_hip": ("my groin", "la ingle"),
    "deep_hip": ("my hip, deep inside", "la cadera, por dentro"),
    "low_back": ("my lower back", "la parte baja de la espalda"),
    "buttock": ("my buttock", "el glúteo"),
    "side_hip": ("the side of my hip", "el lado de la cadera"),
    "front_thigh": ("the front of my thigh", "la parte delantera del muslo"),
    "knee": ("my knee", "la rodilla"),
}
ELSEWHERE = ("this part of my body", "esta parte del cuerpo")
GOALS = (
    ("Play with my children on the floor", "Jugar con mis hijos en el suelo"),
    ("Walk the dog for an hour", "Pasear al perro una hora"),
    ("Run ten kilometres again", "Volver a correr diez kilómetros"),
    ("Put on my socks without pain", "Ponerme los calcetines sin dolor"),
    ("Sleep through the night", "Dormir toda la noche"),
)

# Few stories have a line against what they point to: the first calm one of each day has.
BOTH_SIDES = "V89"

# What is no longer as it was when somebody comes again.
CHANGED = {"pain.trend": "better", "pain.avg": 2, "impact.activity": 3, "life.sit_hours": "lt4"}


@dataclass(frozen=True)
class Story:
    """One invented patient: who, and the answers of a whole or of an unfinished intake."""

    vignette: str
    given_name: str
    family_name: str
    birth_date: date
    language: str
    answers: Mapping[str, Any]
    is_complete: bool
    urgency: str


@cache
def vignettes() -> list[dict[str, Any]]:
    """The pack's made-up cases."""
    text = (CONTENT / "vignettes.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=LOADER)["vignettes"]  # noqa: S506 - a safe loader


def tell_stories(pack: Pack, find: Any, today: date) -> Iterator[Story]:
    """Every vignette as a patient, in the order of the file."""
    for number, vignette in enumerate(vignettes()):
        language = "es" if number % 3 == 2 else "en"
        raw = {key: value for key, value in vignette["answers"].items() if key != "derived"}
        age = vignette["answers"].get("derived", {}).get("age", 30 + number % 40)
        born = birth_date(age, number, today)
        raw |= extras(raw, number, language) | {"about.dob": born.isoformat()}
        answers = complete(pack.questionnaire, read_answers(pack.questionnaire, raw, on=today))
        in_force = pack.questionnaire.in_force(answers)
        yield Story(
            vignette=vignette["id"],
            given_name=GIVEN[number % len(GIVEN)],
            family_name=FAMILY[(number // len(GIVEN) + number) % len(FAMILY)],
            birth_date=born,
            language=language,
            answers=as_json(answers),
            is_complete=not missing_items(pack.questionnaire, in_force, ()),
            urgency=find(in_force).urgency,
        )


def cycle_from(stories: list[Story], start: int) -> Iterator[Story]:
    """Round and round, from some place in the list."""
    position = start
    while True:
        yield stories[position % len(stories)]
        position += 1


def is_child(story: Story, today: date) -> bool:
    """Somebody for whom an adult answers."""
    return whole_years(story.birth_date, today) < ADULT


def birth_date(age: int, number: int, today: date) -> date:
    """A birthday that gives this age today."""
    month, day = number % 12 + 1, number % 28 + 1
    has_been = (month, day) <= (today.month, today.day)
    return date(today.year - age - (0 if has_been else 1), month, day)


def extras(raw: Mapping[str, Any], number: int, language: str) -> dict[str, Any]:
    """What no rule reads and the vignettes leave out."""
    spanish = language == "es"
    areas = raw.get("pain.area") or ["elsewhere"]
    place = PLACES.get(areas[0], ELSEWHERE)[spanish]
    words = (
        f"Me duele {place} y no se me pasa." if spanish else f"It hurts in {place} and won't go."
    )
    return {
        "about.completed_by": "helper" if number % 9 == 4 else "self",
        "problem.words": words,
        "pain.avg": (number * 7) % 8 + 2,
        "impact.activity": (number * 5) % 9 + 1,
        "impact.worry": (number * 3) % 10,
        "goal.main": GOALS[number % len(GOALS)][spanish],
        **{key: value for key, value in raw.items() if key in ("pain.avg", "impact.activity")},
    }
