"""The lines of a card: what speaks for it, what against, and what is open, with points. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from intake import labels
from intake.briefs import Line, Missing
from intake.citations import JUDGEMENT, source_of
from intake.figures import cited_in, tell
from intake.labels import MORE
from intake.quotes import Said
from intake.rules.conditions import Condition
from intake.rules.pack import Pack
from intake.rules.truth import UNKNOWN

Evidence = Mapping[str, Any]


def lines_of(
    pack: Pack, said: Said, group: Sequence[tuple[str, Evidence]], side: str
) -> tuple[Line, ...]:
    """The lines of one side, strongest first; on a shared card one pattern after the other.

    `group`: the patterns of the card, each with what its flag kept.
    """
    return tuple(
        line_of(
            pack, said, line, name_on_shared(evidence, group), condition_of(pack, pattern, line)
        )
        for pattern, evidence in group
        for line in sorted(evidence[side], key=lambda line: -abs(line["points"] or 0))
    )


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
        figure=MORE.join(filter(None, (line["accuracy"], *told.figures))),
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
    """The figures in what a card advises, each with the source named beside it.

    Of one with none beside it the pattern's sources are told, and that it may be any of them.
    """
    if pattern_id not in pack.by_id:
        return ()
    told = [tell(text) for text in texts if text]
    figures = dict.fromkeys(figure for one in told for figure in one.figures)
    named = {figure: cited_in(figure) for figure in figures}
    cited = dict.fromkeys(id for one in told for id in one.cited)
    rest = [id for id in cited if not any(id in ids for ids in named.values())]
    lines = [advice(pack, figure, ids) for figure, ids in named.items() if ids]
    if unnamed := [figure for figure, ids in named.items() if not ids]:
        figure = f"{MORE.join(unnamed)} (the pack does not say from which of these)"
        lines.append(advice(pack, figure, studies_of(pack, pattern_id)))
    return (*lines, *([advice(pack, "", rest)] if rest else []))


def studies_of(pack: Pack, pattern_id: str) -> list[str]:
    """A pattern's sources that a figure can be from."""
    sources = (pack.sources[id] for id in pack.pattern(pattern_id).sources)
    return [one.id for one in sources if one.id != JUDGEMENT and one.kind != "seed"]


def advice(pack: Pack, figure: str, ids: Iterable[str]) -> Line:
    """What it rests on; a source that this pack has not is left out."""
    sources = tuple(source_of(pack, id) for id in ids if id in pack.sources)
    return Line("The advice", "", "", (), sources, figure=figure)
