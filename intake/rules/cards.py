"""Findings as the therapist sees them: patterns that share evidence are one card."""

from dataclasses import dataclass

from intake.rules.pack import Pack
from intake.rules.patterns import TIERS
from intake.rules.verdicts import Finding, Findings, most_urgent


@dataclass(frozen=True, slots=True)
class Card:
    """One or more findings under their names; tier and urgency are the highest among them."""

    findings: tuple[Finding, ...]
    tier: str | None
    urgency: str


def cards(pack: Pack, findings: Findings) -> tuple[Card, ...]:
    """In the order of the findings; a shared card stands where its first finding stands."""
    found: list[list[Finding]] = []
    for finding in findings.shown:
        for together in found:
            if any(overlap(pack, finding.pattern, other.pattern) for other in together):
                together.append(finding)
                break
        else:
            found.append([finding])
    return tuple(card_of(together) for together in found)


def overlap(pack: Pack, one: str, other: str) -> bool:
    return one in pack.pattern(other).overlaps_with or other in pack.pattern(one).overlaps_with


def card_of(together: list[Finding]) -> Card:
    tiers = [finding.tier for finding in together if finding.tier is not None]
    return Card(
        findings=tuple(together),
        tier=max(tiers, key=TIERS.index) if tiers else None,
        urgency=most_urgent(finding.urgency for finding in together),
    )
