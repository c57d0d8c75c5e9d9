"""Answers that do not fit together, as the patient is asked about them."""

from dataclasses import dataclass

from intake.queries.pages import Draft
from intake.rules.contradictions import Contradiction, find_contradictions


@dataclass(frozen=True)
class Told:
    """One answer in the patient's own words, and what names it in a form."""

    link_id: str
    question: str
    answers: tuple[str, ...]
    language: str


@dataclass(frozen=True)
class Pair:
    """One contradiction with the answers that make it."""

    id: str
    question: str
    told: tuple[Told, ...]


def list_unasked(draft: Draft) -> tuple[Contradiction, ...]:
    """Those that hold and of which the patient was not asked before."""
    asked = draft.response.contradictions or {}
    pack = draft.published.pack
    found = find_contradictions(
        pack.contradictions, pack.questionnaire, pack.questionnaire.in_force(draft.saved)
    )
    return tuple(one for one in found if one.id not in asked)


def list_pairs(draft: Draft, language: str) -> tuple[Pair, ...]:
    """What the page shows: each question once, with both answers."""
    shown = draft.response.shown
    return tuple(
        Pair(
            one.id,
            one.text(language),
            tuple(
                Told(
                    item,
                    shown[item]["question"],
                    tuple(shown[item]["answers"]),
                    shown[item]["language"],
                )
                for item in one.items
                if item in shown
            ),
        )
        for one in list_unasked(draft)
    )
