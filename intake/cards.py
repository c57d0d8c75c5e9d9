"""From flags as they were raised to the cards of a brief. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from intake import labels
from intake.briefs import Answer, Card, FlagVerdict, Test, Trigger
from intake.citations import source_of
from intake.examination import Results, test_of
from intake.figures import FIGURE, tell
from intake.lines import figures_of, lines_of, missing_of, name_on_shared, open_lines_of
from intake.quotes import Said
from intake.rules.cards import overlap
from intake.rules.pack import Pack
from intake.rules.patterns import TIERS, URGENCY_RANK
from intake.triggers import trigger_of


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


def weight(card: Card) -> tuple[bool, int, bool, float]:
    """Sorts what matters first to the front.

    Of equal urgency a warning sign goes before all else. A look-alike that a rule raises has no
    tier: nothing was weighed for it, so it follows what some match was found for.
    """
    tier = TIERS.index(card.tier) if card.tier else TIERS.index("some") - 0.5
    return (card.is_changed, -URGENCY_RANK[card.urgency], card.group != "redflag", -tier)


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
    best_first = sorted(group, key=lambda flag: -rank_of(flag.tier))
    kept = [(flag.pattern, flag.evidence) for flag in best_first]
    message, settle = first.evidence["message"], first.evidence["settle"]
    return Card(
        ids=tuple(flag.verdict.id for flag in group),
        names=tuple(each["name"] for each in evidence),
        group=first.group,
        urgency=first.urgency,
        urgency_label=labels.URGENCY[first.urgency],
        tier=tier,
        tier_label=labels.TIER[tier] if tier else None,
        score_label=" · ".join(filter(None, (score_label(each, len(group)) for each in evidence))),
        message=tell(message).text,
        advice=figures_of(pack, first.pattern, message, settle),
        rules=tuple(rule_of(pack, said, flag, group) for flag in group if flag.tier is None),
        for_lines=lines_of(pack, said, kept, "for"),
        against_lines=lines_of(pack, said, kept, "against"),
        nothing_against=nothing_against(pack, group),
        missing=missing_of(pack, said, evidence),
        open_lines=() if first.changed_at else open_lines_of(pack, said, kept),
        could_rise=tuple(rise for each in evidence for rise in rises_of(pack, each)),
        tests=tests_of(pack, evidence, results),
        settle=tell(settle).text if settle else None,
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


def nothing_against(pack: Pack, group: Sequence[Raised]) -> str:
    """What stands there with no line against it: most red flags have none that could."""
    known = [pack.pattern(flag.pattern) for flag in group if flag.pattern in pack.by_id]
    if len(known) < len(group) or any(pattern.contradicts for pattern in known):
        return labels.AGAINST["unsaid"]
    return labels.AGAINST["redflag" if known[0].group == "redflag" else "unasked"]


def rises_of(pack: Pack, evidence: Mapping[str, Any]) -> list[str]:
    """What would make it more urgent."""
    return [
        f"Could rise to “{labels.URGENCY[rise['to']]}”; ask: {questions(pack, rise['missing'])}"
        for rise in evidence["could_rise"]
    ]


def rule_of(pack: Pack, said: Said, flag: Raised, group: Sequence[Raised]) -> Trigger:
    """What raises a rule, with its answers and sources where no line speaks for it."""
    return trigger_of(
        pack,
        said,
        flag.pattern,
        flag.evidence["trigger_says"],
        name_on_shared(flag.evidence, group),
        is_alone=not flag.evidence["for"],
    )


def questions(pack: Pack, link_ids: Iterable[str]) -> str:
    """The questions' English texts, one after the other."""
    return " · ".join(pack.questionnaire.item(link_id).text("en") for link_id in link_ids)


def tests_of(
    pack: Pack, evidence: Iterable[Mapping[str, Any]], results: Results
) -> tuple[Test, ...]:
    """The examination tests, each once, with what the visit showed."""
    ids = dict.fromkeys(test for each in evidence for test in each["tests"])
    return tuple(on_card(pack, test_of(pack, test_id, results)) for test_id in ids)


def on_card(pack: Pack, test: Test) -> Test:
    """A test whose published figure stands apart, with the sources it is from."""
    cautions = tell(test.cautions).text if test.cautions else None
    if not FIGURE.search(test.accuracy):
        return replace(test, cautions=cautions)
    sources = tuple(source_of(pack, id) for id in pack.tests[test.id].sources)
    return replace(test, cautions=cautions, accuracy="", figure=test.accuracy, sources=sources)
