"""Answers that do not fit together, as the therapist reads them. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from intake import labels
from intake.briefs import Misfit, Quote
from intake.rules.answered import Answers
from intake.rules.contradictions import find_contradictions
from intake.rules.pack import Pack


def list_misfits(
    pack: Pack,
    answers: Answers,
    shown: Mapping[str, Mapping[str, Any]],
    kept: Mapping[str, Mapping[str, Any]],
) -> tuple[Misfit, ...]:
    """Those that still hold, with what the patient said to being asked."""
    return tuple(
        Misfit(
            say=one.say,
            why=one.why,
            answers=tuple(
                Quote(
                    shown[item]["question"],
                    ", ".join(shown[item]["answers"]),
                    labels.anchor_of(item),
                )
                for item in one.items
                if item in shown
            ),
            asked_as=kept[one.id]["question"] if one.id in kept else None,
            language=kept[one.id]["language"] if one.id in kept else "en",
            asked_at=datetime.fromisoformat(kept[one.id]["at"]) if one.id in kept else None,
            is_left=one.id in kept and kept[one.id]["is_left"],
        )
        for one in find_contradictions(pack.contradictions, pack.questionnaire, answers)
    )
