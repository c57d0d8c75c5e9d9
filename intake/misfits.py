"""Answers that do not fit together, as the therapist reads them. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from intake import labels
from intake.briefs import Change, Misfit, Quote
from intake.rules.answered import Answers
from intake.rules.contradictions import Contradiction, find_contradictions
from intake.rules.pack import Pack

Kept = Mapping[str, Any]


def list_misfits(
    pack: Pack,
    answers: Answers,
    coded: Kept,
    shown: Mapping[str, Kept],
    kept: Mapping[str, Kept],
) -> tuple[Misfit, ...]:
    """Those that still hold, then those that a changed answer settled; `coded` are the answers."""
    hold = find_contradictions(pack.contradictions, pack.questionnaire, answers)
    found = [misfit_of(one, coded, shown, kept.get(one.id), holds=True) for one in hold]
    asked = (one for one in pack.contradictions if one.id in kept and one not in hold)
    settled = [misfit_of(one, coded, shown, kept[one.id], holds=False) for one in asked]
    return (*found, *settled)


def misfit_of(
    one: Contradiction, coded: Kept, shown: Mapping[str, Kept], asked: Kept | None, *, holds: bool
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
    one: Contradiction, coded: Kept, shown: Mapping[str, Kept], asked: Kept
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
    words = ", ".join(answer["answers"]) if answer else ""
    return words or "not answered"
