"""Answers that do not fit together, as the patient is asked about them."""

from dataclasses import dataclass

from intake.queries.pages import Draft
from intake.rules.contradictions import Contradiction, find_unasked
from intake.voices import asked_as


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
    pack = draft.published.pack
    return find_unasked(
        pack.contradictions,
        pack.questionnaire,
        draft.believed,
        draft.response.contradictions or (),
    )


def list_pairs(draft: Draft, language: str) -> tuple[Pair, ...]:
    """What the page shows: each question once, with both answers."""
    shown = draft.response.shown
    return tuple(
        Pair(
            one.id,
            asked_as(one, language, draft.response.voice),
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
