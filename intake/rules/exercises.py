"""Exercises, what is read beside them, when not to do them, and how much pain is fine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from intake.rules.conditions import Condition
from intake.rules.items import Texts
from intake.rules.problems import refuse_if

AUDIENCES = ("patient", "patient_after_therapist_ok", "therapist_led", "therapist_only")
DOSE_BASES = ("seed", "trial", "mixed", "guideline", "memory", "author-judgement")
EVIDENCE = ("none", "low", "moderate", "high")
NOWHERE = "None"  # how the pack says that an exercise does not progress
AS_OTHER = "as X-"  # a contraindication that is another exercise's list
ADULT = 18

# What a therapist may set, and between which ends.
BOUNDS: Mapping[str, tuple[int, int]] = {
    "sets": (1, 6),
    "reps": (1, 30),
    "hold_s": (1, 60),
    "rest_s": (5, 180),
    "minutes": (1, 60),
    "per_day": (1, 6),
    "days_per_week": (1, 7),
    "weeks": (1, 26),
}


class Span(NamedTuple):
    """From low to high; the pack writes 2-3, or one number."""

    low: int
    high: int


def wrong_doses(dose: Mapping[str, int]) -> list[str]:
    """What is wrong with a dose as a therapist sets it."""
    found = []
    for key, number in dose.items():
        if key not in BOUNDS:
            found.append(f"'{key}' is no part of a dose")
        elif not BOUNDS[key][0] <= number <= BOUNDS[key][1]:
            low, high = BOUNDS[key]
            found.append(f"'{key}' is {number}, not from {low} to {high}")
    return found


@dataclass(frozen=True)
class Exercise:
    """`dose` holds what is a number; the pack's words for the rest are in `Care.doses`."""

    id: str
    names: Texts
    steps: Mapping[str, tuple[str, ...]]
    patterns: tuple[str, ...]
    dose: Mapping[str, Span]
    dose_basis: str
    progression: str
    stop_if: tuple[str, ...]
    contraindications: tuple[str, ...]
    audience: str
    evidence: str
    sources: tuple[str, ...]
    verified: str
    dose_note: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        known = (
            (AUDIENCES, self.audience, "audience"),
            (DOSE_BASES, self.dose_basis, "dose_basis"),
            (EVIDENCE, self.evidence, "evidence"),
        )
        ends = {
            f"{key} {end}": number
            for key, span in self.dose.items()
            for end, number in zip(("from", "to"), span, strict=True)
        }
        refuse_if(
            *(f"unknown {name} '{value}'" for all, value, name in known if value not in all),
            *(
                reason
                for key, number in ends.items()
                for reason in wrong_doses({key.split()[0]: number})
            ),
            *(f"'{key}' falls" for key, span in self.dose.items() if span.low > span.high),
            None if self.sources else "has no source",
        )

    @property
    def is_for_patients(self) -> bool:
        """Whether the app may ever give it; the pack keeps one back for the therapist's hands."""
        return self.audience != "therapist_only"

    @property
    def phrases(self) -> tuple[str, ...]:
        """What a patient reads of it in one language only."""
        own = tuple(one for one in self.contraindications if not one.startswith(AS_OTHER))
        ahead = () if self.progression == NOWHERE else (self.progression,)
        return (*ahead, *self.stop_if, *own)

    def start(self) -> dict[str, int]:
        """The dose to begin with: the lower end of each span."""
        return {key: span.low for key, span in self.dose.items()}

    def name(self, language: str) -> str:
        """English where a language that came later has none."""
        return self.names.get(language, self.names["en"])


@dataclass(frozen=True)
class Education:
    """A short text to read."""

    id: str
    titles: Texts
    texts: Texts
    patterns: tuple[str, ...]
    sources: tuple[str, ...]
    verified: str


@dataclass(frozen=True)
class Caution:
    """When a contraindication holds; without condition and patterns only the visit can tell."""

    say: str
    condition: Condition | None = None
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True)
class PainRule:
    """How much pain is fine, of 10. `lights`: fine, less, stop, in words by language."""

    fine_to: int
    stop_above: int
    lights: Mapping[str, Texts]

    def __post_init__(self) -> None:
        rises = 0 <= self.fine_to < self.stop_above <= 10
        missing = [name for name in LIGHTS if name not in self.lights]
        refuse_if(
            None if rises else "fine_to and stop_above must rise, from 0 to 10",
            *(f"has no words for '{name}'" for name in missing),
        )

    def light(self, during: int | None, following: int | None) -> str | None:
        """`during` the exercises and the morning `following`; None before anything is known.

        Still worse the next morning than during, and more than a little, is a stop too.
        """
        known = [pain for pain in (during, following) if pain is not None]
        if not known:
            return None
        is_worse = during is not None and following is not None and following > during
        if max(known) > self.stop_above or (is_worse and max(known) > self.fine_to):
            return "stop"
        return "less" if is_worse or max(known) > self.fine_to else "fine"


LIGHTS = ("fine", "less", "stop")


@dataclass(frozen=True)
class Care:
    """What programmes.yaml adds to the exercises: words, cautions, the pain rule."""

    version: str
    pain: PainRule
    stop: Mapping[str, tuple[str, ...]]
    words: Mapping[str, Texts]  # by the English phrase
    cautions: Mapping[str, Caution]  # by what they say
    numbers: Mapping[str, Mapping[str, tuple[str, ...]]]  # by part of a dose: one, and several
    doses: Mapping[str, Texts] = field(default_factory=dict)  # by exercise

    def number(self, key: str, number: int, language: str) -> str:
        """A part of a dose in words."""
        forms = self.numbers[key].get(language, self.numbers[key]["en"])
        return forms[number > 1].format(n=number)

    def phrase(self, english: str, language: str) -> str:
        """The pack's phrase in a language; English where that has none."""
        return self.words[english].get(language, english)
