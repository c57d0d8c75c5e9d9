"""What the pack says of a finding, without its published figures: those are told beside. Pure.

A share of other people reads like this patient's probability. So a line says what was found, and
the figure stands with the source that it is from. Most figures stand in brackets or in a sentence
of their own. For the rest content/figures.yaml holds words of our own by the pack's.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from intake.rules.pack import LOADER, Pack

FILE = Path(__file__).resolve().parent / "content" / "figures.yaml"
FIGURE = re.compile(
    r"%|\b(a?OR|LR|AUC|SMD|NPV|PPV|kappa|odds|post-test|sensitivity|specificity)\b"
    r"|\d (of|in|against) \d|\bmean [\w ]*\d|\bOf \d+ "
)
LIKELY = re.compile(r"\b(un)?likely\b|\bprobab|\bchance", re.IGNORECASE)
BRACKETS = re.compile(r" ?\(([^()]*)\)")
CITED = re.compile(r"\bS-[A-Z][A-Z0-9-]*\b")
CITATIONS = re.compile(rf"^({CITED.pattern}(, )?)+")
SENTENCES = re.compile(r"(?<=[.!?]) (?=[A-Z])")
# For a text that is nothing but figures and that nobody worded: the answer stands beside it.
AS_ANSWERED = "As answered"
MOST_TOLD = 4096  # a pack has some 700 texts


@dataclass(frozen=True)
class Told:
    """What is said without `figures`; `cited` are the sources that the text itself names."""

    text: str
    figures: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()


@lru_cache(maxsize=MOST_TOLD)
def tell(said: str) -> Told:
    """A text of the pack: what it says, and apart from that its published figures."""
    kept, figures = [], []
    for sentence in SENTENCES.split(said):
        short = BRACKETS.sub(without_figure, sentence)
        if FIGURE.search(short):
            figures.append(sentence.rstrip("."))
        else:
            kept.append(short)
            figures += [inside for inside in BRACKETS.findall(sentence) if FIGURE.search(inside)]
    text = worded()["texts"].get(said) or " ".join(kept) or AS_ANSWERED
    return Told(text, tuple(figures), cited_in(said))


def without_figure(brackets: re.Match[str]) -> str:
    """Brackets without the ids of sources; nothing where a figure or nothing else is in them."""
    if FIGURE.search(brackets[1]):
        return ""
    inside = CITATIONS.sub("", brackets[1])
    return f" ({inside})" if inside else ""


def cited_in(said: str) -> tuple[str, ...]:
    """The ids of the sources named in a text, each once."""
    return tuple(dict.fromkeys(CITED.findall(said)))


@cache
def worded() -> Mapping[str, Any]:
    """Our own words by the pack's, and by pattern how the ways of a rule go with its parts."""
    said: Mapping[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), LOADER)  # noqa: S506 - a safe one
    return said


# What is wrong ---------------------------------------------------------------------------------


def problems(pack: Pack) -> list[str]:
    """Whatever stands for no text of the pack, or still tells a figure: the start stops."""
    return [f"figures: {each}" for each in wrong_in(pack)]


def wrong_in(pack: Pack) -> Iterator[str]:
    known = set(texts_of(pack))
    for before in worded()["texts"]:
        if before not in known:
            yield f"the pack does not say '{before}'"
    for said in sorted(known):
        text = tell(said).text
        if text == AS_ANSWERED or FIGURE.search(text) or LIKELY.search(text):
            yield f"words of our own are needed for '{said}'"
    for pattern_id in worded()["ways"]:
        if pattern_id not in pack.by_id:
            yield f"the pack has no pattern '{pattern_id}'"


def texts_of(pack: Pack) -> Iterator[str]:
    """What of the pack stands on a card."""
    for pattern in pack.patterns:
        yield pattern.name("en")
        yield pattern.therapist_message
        yield from pattern.trigger_says
        yield from (line.say for line in pattern.lines)
        if pattern.settle:
            yield pattern.settle.say
    for test in pack.tests.values():
        yield test.name
        yield test.how
        if test.cautions:
            yield test.cautions
