"""Facts of the brief as plain text for the note, to be edited there. Pure.

What was said and decided, in words; nothing of how well a pattern fits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from intake.briefs import Brief, Card, Fact
from intake.scores import Scale


@dataclass(frozen=True)
class Piece:
    """One fact, and the part of the note that it belongs to."""

    key: str
    part: str
    label: str
    text: str


@dataclass(frozen=True)
class Home:
    """The patient's last home programme. `goes`: what was ticked, in one line.

    `exercises` are those of one that has not ended.
    """

    since: date
    ended: date | None
    goes: str
    is_paused: bool
    exercises: tuple[str, ...]


def list_pieces(
    brief: Brief, scales: Iterable[Scale], home: Home | None = None
) -> tuple[Piece, ...]:
    """Those that have something to say."""
    pieces = (
        Piece("complaint", "subjective", "Complaint", complaint_of(brief)),
        Piece("signs", "subjective", "Warning signs", signs_of(brief)),
        Piece("facts", "subjective", "Key facts", facts_of(brief.facts)),
        Piece("history", "subjective", "History", facts_of(brief.history)),
        Piece("medicines", "subjective", "Medicines", medicines_of(brief)),
        Piece("home", "subjective", "Home programme", how_it_goes(home) if home else ""),
        Piece("scores", "objective", "Scores", "\n".join(map(score_of, scales))),
        Piece("results", "objective", "Examination", results_of(brief)),
        Piece("tests", "objective", "Tests to fill in", tests_of(brief)),
        Piece("verdicts", "assessment", "Patterns and verdicts", verdicts_of(brief)),
        Piece("exercises", "plan", "Exercises given", exercises_of(home) if home else ""),
    )
    return tuple(piece for piece in pieces if piece.text)


def complaint_of(brief: Brief) -> str:
    """In the patient's own words, and where."""
    lines = [
        f"In the patient's words: “{brief.complaint}”" if brief.complaint else "",
        f"Where: {brief.areas_label}" if brief.areas_label else "",
        f"Goal: “{brief.goal}”" if brief.goal else "",
    ]
    return "\n".join(filter(None, lines))


def signs_of(brief: Brief) -> str:
    """Every question about a warning sign, with its answer; what was not answered says so."""
    asked = [f"- {sign.label} {sign.value}" for sign in brief.signs]
    return "\n".join(["Asked in the intake:", *asked]) if asked else ""


def facts_of(facts: Iterable[Fact]) -> str:
    """One line each."""
    return "\n".join(f"{fact.label}: {fact.value}" for fact in facts)


def medicines_of(brief: Brief) -> str:
    """As they were given."""
    return f"Medicines: {', '.join(brief.medicines)}" if brief.medicines else ""


def how_it_goes(home: Home) -> str:
    """As the patient ticked it."""
    paused = "; paused, a warning sign is open" if home.is_paused else ""
    until = f", ended {day_of(home.ended)}" if home.ended else ""
    return f"Home programme since {day_of(home.since)}{until}: {home.goes}{paused}"


def exercises_of(home: Home) -> str:
    """What was given, with its dose."""
    lines = [f"- {one}" for one in home.exercises]
    return "\n".join([f"Home programme, given {day_of(home.since)}:", *lines]) if lines else ""


def day_of(day: date) -> str:
    """As it is written in a note."""
    return f"{day.day} {day:%b %Y}"


def score_of(scale: Scale) -> str:
    """One score, and the last one where there is one."""
    value = f"{scale.value} of {scale.limits}" if scale.value else "no score"
    before = f" (before: {scale.before})" if scale.before else ""
    return f"{scale.title}, {scale.name}: {value}{before}"


def results_of(brief: Brief) -> str:
    """What the visit's tests showed, whatever was judged since."""
    tests = [planned.test for planned in brief.plan.tests]
    return "\n".join(f"{test.name}: {result.label}" for test in tests for result in test.results)


def tests_of(brief: Brief) -> str:
    """The tests of the plan that are still to do, each with room for its result."""
    tests = [planned.test for planned in brief.plan.first]
    return "\n".join(f"{test.name}: " for test in tests if not test.results)


def verdicts_of(brief: Brief) -> str:
    """What the answers raised, and what the therapist said to it."""
    lines = [line for card in (*brief.cards, *brief.worth_checking) for line in verdict_lines(card)]
    return "\n".join(dict.fromkeys(lines))


def verdict_lines(card: Card) -> list[str]:
    """One line a flag."""
    return [
        f"{flag.name}: {(flag.verdict_label or 'no verdict yet').lower()}"
        f"{f' ({flag.reason})' if flag.reason else ''}"
        for flag in card.flags
    ]
