"""The lines of a card: what speaks for it, what against, and what is open, with points. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from intake import labels
from intake.briefs import Line, Missing
from intake.citations import source_of
from intake.figures import Told, tell
from intake.quotes import Said
from intake.rules.conditions import Condition
from intake.rules.pack import Pack
from intake.rules.truth import UNKNOWN

Evidence = Mapping[str, Any]


def lines_of(
    pack: Pack, said: Said, group: Sequence[tuple[str, Evidence]], side: str
) -> tuple[Line, ...]:
    """The lines of one side, strongest first; a shared card says whose points each carries.

    `group`: the patterns of the card, each with what its flag kept.
    """
    found = [
        (name_on_shared(evidence, group), condition_of(pack, pattern, line), line)
        for pattern, evidence in group
        for line in evidence[side]
    ]
    found.sort(key=lambda one: -abs(one[2]["points"] or 0))
    return tuple(line_of(pack, said, line, whose, made) for whose, made, line in found)


def name_on_shared(evidence: Evidence, group: Sequence[Any]) -> str:
    """The pattern's name where a card has several."""
    return evidence["name"] if len(group) > 1 else ""


def condition_of(pack: Pack, pattern_id: str, line: Evidence) -> Condition | None:
    """What makes a line true; None where this pack knows it no longer."""
    pattern = pack.by_id.get(pattern_id)
    known = {one.id: one.condition for one in pattern.lines} if pattern else {}
    return known.get(line["id"])


def line_of(
    pack: Pack, said: Said, line: Evidence, whose: str, condition: Condition | None
) -> Line:
    """What was found, in the patient's own words too; the figures it was told with stay apart."""
    told = tell(line["say"])
    return Line(
        text=told.text,
        points="" if line["points"] is None else f"{line['points']:+d}",
        basis_label=labels.BASIS[line["basis"]],
        answers=said.quotes_for(condition, line["items"]),
        sources=tuple(source_of(pack, source) for source in line["sources"]),
        whose=whose,
        figure=" · ".join(filter(None, (line["accuracy"], told.figure))),
    )


def open_lines_of(
    pack: Pack, said: Said, group: Sequence[tuple[str, Evidence]]
) -> tuple[Line, ...]:
    """What is not counted yet, where it could change the match: the range is made of it."""
    return tuple(
        line
        for pattern, evidence in group
        if evidence["thresholds"] and not evidence["firm"] and pattern in pack.by_id
        for line in open_lines(pack, said, pattern, evidence, name_on_shared(evidence, group))
    )


def open_lines(
    pack: Pack, said: Said, pattern_id: str, evidence: Evidence, whose: str
) -> tuple[Line, ...]:
    """None where they do not make up the range that the flag kept, on other answers."""
    lines = [
        line
        for line in pack.pattern(pattern_id).lines
        if line.points and line.condition.evaluate(said.state) is UNKNOWN
    ]
    points = [line.points or 0 for line in lines]
    high = evidence["score"] + sum(one for one in points if one > 0)
    low = evidence["score"] + sum(one for one in points if one < 0)
    if (low, high) != (evidence["low"], evidence["high"]):
        return ()
    return tuple(
        Line(tell(line.say).text, f"{line.points:+d}", "", (), (), whose)
        for line in sorted(lines, key=lambda line: -(line.points or 0))
    )


def missing_of(pack: Pack, said: Said, evidence: Iterable[Evidence]) -> tuple[Missing, ...]:
    """The questions that are open, each once."""
    link_ids = dict.fromkeys(link_id for each in evidence for link_id in each["missing"])
    return tuple(
        Missing(
            pack.questionnaire.item(link_id).text("en"), said.anchor(link_id), said.doubt(link_id)
        )
        for link_id in link_ids
    )


def figures_of(pack: Pack, pattern_id: str, *texts: str | None) -> tuple[Line, ...]:
    """The figures and sources named in what a card advises: the pattern's own where none is."""
    told = [tell(text) for text in texts if text]
    figure = " · ".join(dict.fromkeys(one.figure for one in told if one.figure))
    cited = cited_in(pack, told)
    if pattern_id not in pack.by_id or not (figure or cited):
        return ()
    sources = cited or pack.pattern(pattern_id).sources
    basis = "" if cited else "from one of the sources of the pattern"
    return (
        Line(
            "The advice",
            "",
            basis,
            (),
            tuple(source_of(pack, one) for one in sources),
            figure=figure,
        ),
    )


def cited_in(pack: Pack, told: Iterable[Told]) -> tuple[str, ...]:
    """Each source once."""
    named = dict.fromkeys(source for one in told for source in one.cited)
    return tuple(source for source in named if source in pack.sources)
