"""From flags as they were raised to the cards of a brief. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake import labels
from intake.briefs import Answer, Card, FlagVerdict, Line, Missing, Source, Test
from intake.examination import Results, test_of
from intake.quotes import Said
from intake.rules.cards import overlap
from intake.rules.conditions import Condition
from intake.rules.pack import Pack
from intake.rules.patterns import TIERS, URGENCY_RANK


@dataclass(frozen=True)
class Raised:
    """A flag with its latest verdict, as the database holds them."""

    pattern: str
    group: str
    urgency: str
    tier: str | None
    evidence: Mapping[str, Any]
    raised_at: datetime
    changed_at: datetime | None
    verdict: FlagVerdict
    settled_by: Sequence[Mapping[str, Any]] = ()
    closed_by: str = ""  # the pack version that no longer says it


def make_cards(
    pack: Pack, said: Said, raised: Iterable[Raised], results: Results
) -> tuple[Card, ...]:
    """Urgent first, then the best supported, then the order of the pack; changed ones last.

    Patterns that share their evidence stand on one card, at the higher tier of the two.
    """
    position = {pattern.id: place for place, pattern in enumerate(pack.patterns)}
    together: list[list[Raised]] = []
    for flag in sorted(raised, key=lambda flag: position.get(flag.pattern, len(position))):
        for group in together:
            if shares_card(pack, group[0], flag):
                group.append(flag)
                break
        else:
            together.append([flag])
    cards = [card_of(pack, said, group, results) for group in together]
    return tuple(sorted(cards, key=weight))


def weight(card: Card) -> tuple[bool, int, int]:
    """Sorts what matters first to the front."""
    tier = TIERS.index(card.tier) if card.tier else len(TIERS)
    return (card.is_changed, -URGENCY_RANK[card.urgency], -tier)


def shares_card(pack: Pack, one: Raised, other: Raised) -> bool:
    """Whether the pack shows the two as one."""
    known = one.pattern in pack.by_id and other.pattern in pack.by_id
    is_both_open = one.changed_at is None and other.changed_at is None
    return known and is_both_open and overlap(pack, one.pattern, other.pattern)


def card_of(pack: Pack, said: Said, group: Sequence[Raised], results: Results) -> Card:
    """One card; the strongest of its flags gives it urgency, tier and message."""
    first = max(group, key=lambda flag: (URGENCY_RANK[flag.urgency], rank_of(flag.tier)))
    tier = max((flag.tier for flag in group), key=rank_of)
    evidence = [flag.evidence for flag in group]
    return Card(
        ids=tuple(flag.verdict.id for flag in group),
        names=tuple(each["name"] for each in evidence),
        group=first.group,
        urgency=first.urgency,
        urgency_label=labels.URGENCY[first.urgency],
        tier=tier,
        tier_label=labels.TIER[tier] if tier else None,
        score_label=" · ".join(filter(None, (score_label(each, len(group)) for each in evidence))),
        message=first.evidence["message"],
        rules=tuple(rule_of(pack, said, flag) for flag in group if flag.tier is None),
        for_lines=lines_of(pack, said, group, "for"),
        against_lines=lines_of(pack, said, group, "against"),
        missing=missing_of(pack, said, evidence),
        could_rise=tuple(rise for each in evidence for rise in rises_of(pack, each)),
        tests=tests_of(pack, evidence, results),
        settle=first.evidence["settle"],
        raised_at=first.raised_at,
        changed_at=first.changed_at,
        settled_by=tuple(Answer.of(kept) for kept in first.settled_by),
        closed_by=first.closed_by,
        flags=tuple(flag.verdict for flag in group),
    )


def rank_of(tier: str | None) -> int:
    """-1 for a rule, else the tier's rank."""
    return TIERS.index(tier) if tier else -1


def score_label(evidence: Mapping[str, Any], number: int) -> str:
    """The score and what it takes, in words: the lines' points add up to it by hand."""
    marks = evidence["thresholds"]
    if marks is None:
        return ""
    name = f"{evidence['name']}: " if number > 1 else ""
    text = (
        f"{name}{evidence['score']} points; worth checking from {marks['possible']}, "
        f"some match from {marks['some']}, good match from {marks['strong']}"
    )
    if not evidence["firm"]:
        text += f"; open answers could make it {evidence['low']} to {evidence['high']}"
    return text


def rule_of(pack: Pack, said: Said, flag: Raised) -> Line:
    """What raises a rule, in words. Where no line speaks for it, its answers and sources too."""
    is_alone = not flag.evidence["for"] and flag.pattern in pack.by_id
    pattern = pack.pattern(flag.pattern) if is_alone else None
    condition = pattern.condition if pattern else None
    return Line(
        text=" ".join(flag.evidence["trigger_says"]),
        points="",
        basis_label="rule",
        answers=said.quotes_for(condition, condition.items()) if condition else (),
        sources=tuple(source_of(pack, one) for one in pattern.sources) if pattern else (),
    )


def lines_of(pack: Pack, said: Said, group: Sequence[Raised], side: str) -> tuple[Line, ...]:
    """The lines of one side, strongest first; a shared card says whose points each carries."""
    lines = [(flag, line) for flag in group for line in flag.evidence[side]]
    lines.sort(key=lambda pair: -abs(pair[1]["points"] or 0))
    return tuple(
        line_of(pack, said, line, name_on_shared(flag, group), condition_of(pack, flag, line))
        for flag, line in lines
    )


def name_on_shared(flag: Raised, group: Sequence[Raised]) -> str:
    """The pattern's name where a card has several."""
    return f"{flag.evidence['name']}: " if len(group) > 1 else ""


def condition_of(pack: Pack, flag: Raised, line: Mapping[str, Any]) -> Condition | None:
    """What makes a line true; None where this pack knows it no longer."""
    pattern = pack.by_id.get(flag.pattern)
    known = {one.id: one.condition for one in pattern.lines} if pattern else {}
    return known.get(line["id"])


def line_of(
    pack: Pack, said: Said, line: Mapping[str, Any], name: str, condition: Condition | None
) -> Line:
    """A line with the patient's own words and its sources."""
    basis = labels.BASIS[line["basis"]]
    return Line(
        text=line["say"],
        points="" if line["points"] is None else f"{line['points']:+d}",
        basis_label=name + (f"{basis}: {line['accuracy']}" if line["accuracy"] else basis),
        answers=said.quotes_for(condition, line["items"]),
        sources=tuple(source_of(pack, source) for source in line["sources"]),
    )


def source_of(pack: Pack, source_id: str) -> Source:
    """A citation, what kind of thing it is, and how much of it was read."""
    source = pack.sources[source_id]
    was_read = f"read: {source.seen_part}" if source.verified == "seen" else "from memory, not read"
    kind = labels.SOURCE[source.kind]
    return Source(source.id, source.cite, source.url, kind, was_read)


def missing_of(
    pack: Pack, said: Said, evidence: Iterable[Mapping[str, Any]]
) -> tuple[Missing, ...]:
    """The questions that are open, each once."""
    link_ids = dict.fromkeys(link_id for each in evidence for link_id in each["missing"])
    return tuple(
        Missing(
            pack.questionnaire.item(link_id).text("en"), said.anchor(link_id), said.doubt(link_id)
        )
        for link_id in link_ids
    )


def rises_of(pack: Pack, evidence: Mapping[str, Any]) -> list[str]:
    """What would make it more urgent."""
    return [
        f"Could rise to “{labels.URGENCY[rise['to']]}”; ask: {questions(pack, rise['missing'])}"
        for rise in evidence["could_rise"]
    ]


def questions(pack: Pack, link_ids: Iterable[str]) -> str:
    """The questions' English texts, one after the other."""
    return " · ".join(pack.questionnaire.item(link_id).text("en") for link_id in link_ids)


def tests_of(
    pack: Pack, evidence: Iterable[Mapping[str, Any]], results: Results
) -> tuple[Test, ...]:
    """The examination tests, each once, with what the visit showed."""
    ids = dict.fromkeys(test for each in evidence for test in each["tests"])
    return tuple(test_of(pack, test_id, results) for test_id in ids)
