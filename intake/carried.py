"""What a patient who comes again may be offered from last time, and what of it still fits. Pure.

content/carried.yaml says which answers, with the reason of each; docs/decisions/0008 says why so.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from intake.rules.answered import Answers, Value
from intake.rules.answers import AnswerError, read_answer
from intake.rules.questions import Item, Questionnaire

FILE = Path(__file__).parent / "content" / "carried.yaml"
# What a patient says of coming again: another problem keeps only what describes the person.
SAME, OTHER, ANEW = "same", "other", "anew"
OF = ("person", "problem")
KINDS = ("choice", "multi", "date")


@dataclass(frozen=True)
class Carried:
    """Link ids that may be carried, of whom each tells, and those that are asked anew."""

    of: Mapping[str, str]
    asked_anew: tuple[str, ...]
    whys: Mapping[str, str]
    named: tuple[str, ...]

    def when(self, again: str) -> frozenset[str]:
        """What is offered after this was said of coming again."""
        offered = {SAME: OF, OTHER: OF[:1]}.get(again, ())
        return frozenset(link_id for link_id, of in self.of.items() if of in offered)


@cache
def get_carried() -> Carried:
    """The shipped rule."""
    return read_carried(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def read_carried(document: Mapping[str, Any]) -> Carried:
    """KeyError or TypeError for a document of another shape."""
    carried, anew = document["carried"], document["asked_anew"]
    return Carried(
        of={raw["item"]: raw["of"] for raw in carried},
        asked_anew=tuple(raw["item"] for raw in anew),
        whys={raw["item"]: raw["why"] for raw in (*carried, *anew)},
        named=tuple(raw["item"] for raw in (*carried, *anew)),
    )


def wrong_in(carried: Carried, questionnaire: Questionnaire) -> Iterator[str]:
    """What the rule and the questionnaire do not agree about, one sentence each."""
    by_id = questionnaire.by_id
    for link_id, times in Counter(carried.named).items():
        wrong = {
            "is there twice": times > 1,
            "has no reason": not carried.whys[link_id],
            "is no question": link_id not in by_id,
            "is a safety question": link_id in by_id and by_id[link_id].safety,
        }
        yield from (f"carried: '{link_id}' {each}" for each, is_so in wrong.items() if is_so)
    for link_id, of in carried.of.items():
        if of not in OF:
            yield f"carried: '{link_id}' is of neither person nor problem"
        if link_id in by_id and by_id[link_id].type not in KINDS:
            yield f"carried: '{link_id}' is neither chosen nor a date"
    said = set(carried.named)
    left = [item.link_id for item in questionnaire.items if not item.safety]
    yield from (f"carried: nothing is said of '{each}'" for each in left if each not in said)


def fitting(
    questionnaire: Questionnaire, told: Mapping[str, object], wanted: Collection[str], *, on: Any
) -> dict[str, Value]:
    """Of what was told, JSON values by link id, all that the questions of today still take.

    The rest is asked anew, without a word. A safety question is never among them.
    """
    found = {}
    for item in questionnaire.items:
        if item.link_id not in wanted or item.link_id not in told or not may_be_carried(item):
            continue
        try:
            value = read_answer(questionnaire, item.link_id, told[item.link_id], on=on)
        except AnswerError:
            continue
        if value is not None and not is_at_odds(item, value):
            found[item.link_id] = value
    return found


def may_be_carried(item: Item) -> bool:
    """Whatever the file says."""
    return item.type in KINDS and not item.safety


def is_at_odds(item: Item, value: Value) -> bool:
    """ "None of these" together with one of these."""
    return isinstance(value, tuple) and len(value) > 1 and bool(item.exclusive.intersection(value))


def offered(
    questionnaire: Questionnaire,
    saved: Answers,
    declined: Collection[str],
    last: Mapping[str, Value],
) -> dict[str, Value]:
    """Of last time's answers those whose question is asked now and is still open.

    A question that another of them opens is asked as well. Nothing is believed by this.
    """
    still_open = {
        link_id: value
        for link_id, value in last.items()
        if link_id not in saved.values and link_id not in declined
    }
    together = replace(saved, values={**saved.values, **still_open})
    in_force = questionnaire.in_force(together).values
    return {key: value for key, value in still_open.items() if in_force.get(key) == value}
