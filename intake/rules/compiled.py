"""The rules of one pack as one generated function, equal to the interpreter and much faster.

The function has three steps: answers to bits (a lookup each), the verdict of every pattern
(a few bit operations each), and the evidence of those that are yes.
`PatternCode(pack).source()` shows it.
"""

from collections.abc import Callable, Collection
from typing import Any, Protocol

from intake.rules.answered import Answers
from intake.rules.pack import Pack
from intake.rules.pattern_code import PatternCode
from intake.rules.patterns import URGENCY_RANK
from intake.rules.verdicts import CannotTell, CouldRise, Finding, Findings


class Find(Protocol):
    """The rules of one pack. Whatever is `ruled_out` is still found, and hides nothing."""

    def __call__(self, answers: Answers, ruled_out: Collection[str] = ()) -> Findings: ...


_compiled: dict[str, Find] = {}


def compile_pack(pack: Pack) -> Find:
    """Made once per content (about 0.1 s): packs of one content share one function."""
    if pack.content_hash not in _compiled:
        _compiled[pack.content_hash] = build(pack)
    return _compiled[pack.content_hash]


def find_compiled(pack: Pack, answers: Answers, ruled_out: Collection[str] = ()) -> Findings:
    return compile_pack(pack)(answers, ruled_out)


def build(pack: Pack) -> Find:
    code = PatternCode(pack)
    names: dict[str, Any] = {
        "CannotTell": CannotTell,
        "CouldRise": CouldRise,
        "Finding": Finding,
        "read": code.expressions.bits.read,
        "spread": spread,
        "named": naming(pack),
    }
    program = compile(code.source(), f"<rules {pack.content_hash[:12]}>", "exec")
    exec(program, names)  # noqa: S102 - generated here, from conditions that were checked
    names["gather"] = gathering(pack, names["EVIDENCE"])
    find: Find = names["find"]
    return find


def spread(missing: int, hidden: list[tuple[int, int]]) -> int:
    """Adds, for each item whose own ask_if is unknown, what that ask_if misses."""
    for own, more in hidden:
        if missing & own:
            missing |= more
    return missing


def naming(pack: Pack) -> Callable[[int, list[tuple[int, int]]], tuple[str, ...]]:
    ids = tuple(item.link_id for item in pack.questionnaire.items)
    count, all_items = len(ids), (1 << len(ids)) - 1

    def named(missing: int, hidden: list[tuple[int, int]]) -> tuple[str, ...]:
        """Item ids in the order of the questionnaire."""
        if not missing:
            return ()
        missing = spread(missing, hidden)
        rest, found = (missing | missing >> count) & all_items, []
        while rest:
            lowest = rest & -rest
            found.append(ids[lowest.bit_length() - 1])
            rest ^= lowest
        return tuple(found)

    return named


def gathering(pack: Pack, evidence: tuple[Callable[..., Finding], ...]) -> Callable[..., Findings]:
    """Hides what is suppressed, asks for the evidence of the rest, puts the urgent first."""
    ids = tuple(pattern.id for pattern in pack.patterns)
    number_of = {id: number for number, id in enumerate(ids)}
    hiders = tuple(
        sum(1 << number_of[other] for other in pattern.suppressed_by) for pattern in pack.patterns
    )

    def gather(
        found: int,
        cannot: list[CannotTell],
        y: int,
        p: int,
        u: int,
        hidden: list[tuple[int, int]],
        ruled_out: Collection[str],
    ) -> Findings:
        shown, suppressed, rest = [], [], found
        hiding = found & ~sum(1 << number_of[id] for id in ruled_out if id in number_of)
        while rest:
            lowest = rest & -rest
            number = lowest.bit_length() - 1
            rest ^= lowest
            if hiding & hiders[number]:
                suppressed.append(ids[number])
            else:
                shown.append(evidence[number](y, p, u, hidden))
        shown.sort(key=least_urgent_last)
        return Findings(tuple(shown), tuple(cannot), tuple(suppressed))

    return gather


def least_urgent_last(finding: Finding) -> int:
    return -URGENCY_RANK[finding.urgency]
