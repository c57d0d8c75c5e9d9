"""Answers that do not fit together, as the therapist reads them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from intake import labels
from intake.briefs import Change, Misfit, Quote
from intake.rules.answered import Answers
from intake.rules.contradictions import Contradiction, find_contradictions
from intake.rules.pack import Pack

Kept = Mapping[str, Any]


@dataclass(frozen=True)
class Odd:
    """Like a contradiction of the pack, but between an answer and what is on file."""

    id: str
    items: tuple[str, ...]
    say: str
    why: str


BIRTH_DATE = Odd(
    "birth_date",
    ("about.dob",),
    say="The date of birth that was given is not the one on file",
    why="Rules that depend on the age read the one that was given",
)


def list_misfits(
    pack: Pack,
    answers: Answers,
    coded: Kept,
    shown: Mapping[str, Kept],
    kept: Mapping[str, Kept],
    born: date,
) -> tuple[Misfit, ...]:
    """Those that still hold, then those that a changed answer settled; `coded` are the answers.

    `born` is the birth date on file.
    """
    hold: list[Contradiction | Odd] = [
        *find_contradictions(pack.contradictions, pack.questionnaire, answers),
        *([BIRTH_DATE] if is_other_date(answers, born) else []),
    ]
    found = [misfit_of(one, coded, shown, kept.get(one.id), holds=True) for one in hold]
    every: tuple[Contradiction | Odd, ...] = (*pack.contradictions, BIRTH_DATE)
    asked = (one for one in every if one.id in kept and one not in hold)
    settled = [misfit_of(one, coded, shown, kept[one.id], holds=False) for one in asked]
    return (*found, *settled)


def is_other_date(answers: Answers, born: date) -> bool:
    """Whether another birth date was given than the one on file."""
    return answers.values.get(BIRTH_DATE.items[0]) not in (None, born)


def misfit_of(
    one: Contradiction | Odd,
    coded: Kept,
    shown: Mapping[str, Kept],
    asked: Kept | None,
    *,
    holds: bool,
) -> Misfit:
    return Misfit(
        say=one.say,
        why=one.why,
        answers=tuple(
            Quote(
                shown[item]["question"],
                in_words(shown[item]),
                labels.anchor_of(item),
                shown[item]["language"],
            )
            for item in one.items
            if item in shown
        ),
        holds=holds,
        asked_as=asked["question"] if asked else None,
        language=asked["language"] if asked else "en",
        asked_at=datetime.fromisoformat(asked["at"]) if asked else None,
        is_left=bool(asked and asked["is_left"]),
        changes=changes_of(one, coded, shown, asked) if asked else (),
    )


def changes_of(
    one: Contradiction | Odd, coded: Kept, shown: Mapping[str, Kept], asked: Kept
) -> tuple[Change, ...]:
    """The answers that are other ones now than when they were asked about."""
    before = dict(zip(one.items, asked["answers"], strict=False))
    return tuple(
        Change(before[item]["question"], in_words(before[item]), in_words(shown.get(item)))
        for item in one.items
        if item in before and coded.get(item) != asked["coded"].get(item)
    )


def in_words(answer: Kept | None) -> str:
    """What was answered, or that nothing is."""
    words = labels.MORE.join(answer["answers"]) if answer else ""
    return words or "not answered"
