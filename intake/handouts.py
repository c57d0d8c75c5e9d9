"""A home programme in the patient's words, as it is given and kept. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from intake.rules.exercises import AS_OTHER, BOUNDS, LIGHTS, Care, Exercise, PainRule
from intake.rules.pack import Pack

EXERCISE = re.compile(r"X-[A-Z]+(?:-[A-Z]+)*")
HOW_MUCH, HOW_OFTEN = tuple(BOUNDS)[:5], tuple(BOUNDS)[5:]


@dataclass(frozen=True)
class Chosen:
    """One exercise as the therapist set it. `reason`: why in spite of what speaks against it;
    `is_asked`: what no answer tells was asked."""

    id: str
    dose: Mapping[str, int]
    progression: str
    reason: str = ""
    is_asked: bool = False


@dataclass(frozen=True)
class Block:
    """One exercise of a handout."""

    id: str
    name: str
    steps: tuple[str, ...]
    dose: str
    progression: str
    stops: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """A short text beside the exercises."""

    title: str
    text: str


@dataclass(frozen=True)
class Handout:
    """All that a patient reads of a programme.

    `is_unchecked`: nobody has checked this language; `is_draft`: nobody had signed off the pack.
    """

    language: str
    blocks: tuple[Block, ...]
    reading: tuple[Reading, ...]
    stop: tuple[str, ...]
    lights: Mapping[str, str]
    fine_to: int
    stop_above: int
    is_unchecked: bool
    pack_version: str
    is_draft: bool = True

    @property
    def rule(self) -> PainRule:
        """The pain rule that was given."""
        words = {name: {self.language: text} for name, text in self.lights.items()}
        return PainRule(self.fine_to, self.stop_above, words)

    @property
    def ids(self) -> tuple[str, ...]:
        """The exercises."""
        return tuple(block.id for block in self.blocks)


def write_handout(
    pack: Pack,
    care: Care,
    chosen: Iterable[Chosen],
    reading: Iterable[str],
    *,
    language: str,
    places: Mapping[str, str],
    is_draft: bool = True,
) -> Handout:
    """The words, from the pack. `places` fills {EMERGENCY_NUMBER} and the like."""
    known = language if language in care.stop else "en"
    return Handout(
        language=known,
        blocks=tuple(block_of(pack, care, one, known) for one in chosen),
        reading=tuple(
            Reading(found.titles[known], filled(found.texts[known], places))
            for found in (pack.education[id] for id in reading)
        ),
        stop=care.stop[known],
        lights={name: care.pain.lights[name][known] for name in LIGHTS},
        fine_to=care.pain.fine_to,
        stop_above=care.pain.stop_above,
        is_unchecked=known != "en",
        pack_version=pack.version,
        is_draft=is_draft,
    )


def block_of(pack: Pack, care: Care, chosen: Chosen, language: str) -> Block:
    """One exercise in words."""
    exercise = pack.exercises[chosen.id]
    return Block(
        id=exercise.id,
        name=exercise.name(language),
        steps=exercise.steps.get(language, exercise.steps["en"]),
        dose=dose_words(care, exercise.id, chosen.dose, language),
        progression=chosen.progression,
        stops=tuple(sentence(care.phrase(one, language)) for one in exercise.stop_if),
        cautions=tuple(
            sentence(care.phrase(one, language)) for one in contraindications(pack, exercise)
        ),
    )


def contraindications(pack: Pack, exercise: Exercise) -> list[str]:
    """The pack's phrases; one that names another exercise stands for that one's."""
    found: list[str] = []
    for say in exercise.contraindications:
        is_other = say.startswith(AS_OTHER)
        others = contraindications(pack, pack.exercises[say[3:]]) if is_other else [say]
        found += others
    return found


def dose_words(care: Care, id: str, dose: Mapping[str, int], language: str) -> str:
    """How much, how often, and what no number holds."""
    parts = (
        ", ".join(care.number(key, dose[key], language) for key in keys if key in dose)
        for keys in (HOW_MUCH, HOW_OFTEN)
    )
    said = [f"{sentence(part)}." for part in parts if part]
    texts = care.doses.get(id)
    return " ".join([*said, texts.get(language, texts["en"])] if texts else said)


def progression_words(pack: Pack, care: Care, exercise: Exercise, language: str) -> str:
    """How it goes on, with the names of exercises in the place of their ids."""
    if exercise.progression not in care.words:
        return ""
    words = care.phrase(exercise.progression, language)
    return EXERCISE.sub(lambda found: f"“{pack.exercises[found[0]].name(language)}”", words)


def sentence(text: str) -> str:
    """With a capital."""
    return text[:1].upper() + text[1:]


def filled(text: str, places: Mapping[str, str]) -> str:
    """KeyError for a place that nothing stands for."""
    return re.sub(r"\{([^{}]*)\}", lambda found: places[found[1]], text)


def from_json(kept: Mapping[str, Any]) -> Handout:
    """A handout as it was kept."""
    given = dict(kept)
    given["blocks"] = tuple(Block(**listed(one)) for one in kept["blocks"])
    given["reading"] = tuple(Reading(**one) for one in kept["reading"])
    return Handout(**listed(given))


def listed(values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON's lists as tuples."""
    return {key: tuple(each) if isinstance(each, list) else each for key, each in values.items()}
