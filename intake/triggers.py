"""What raises a rule: each way in words, those that are so first. Pure."""

from collections.abc import Sequence

from intake.briefs import Line, Trigger, Way
from intake.citations import source_of
from intake.figures import tell, worded
from intake.quotes import Said
from intake.rules.conditions import AllOf, AnyOf, Condition
from intake.rules.pack import Pack
from intake.rules.truth import YES

ALL = "all"


def trigger_of(
    pack: Pack, said: Said, pattern_id: str, says: Sequence[str], whose: str, is_alone: bool
) -> Trigger:
    """`is_alone`: no line speaks for it, so its answers and sources stand here."""
    pattern = pack.by_id.get(pattern_id)
    condition = pattern.condition if pattern else None
    listed = [one for one in says if not one.endswith(":")]
    so = which_are_so(condition, pattern_id, len(listed), said)
    ways = [Way(way_words(one), is_so) for one, is_so in zip(listed, so, strict=True)]
    rests = pattern if is_alone else None
    is_all = worded()["ways"].get(pattern_id) == ALL
    return Trigger(
        whose=whose,
        head=head_words(says, len(listed), is_all),
        ways=tuple(sorted(ways, key=lambda way: not way.is_so)),
        line=Line(
            text=" ".join(tell(one).text for one in says),
            points="",
            basis_label="rule",
            answers=said.quotes_for(rests.condition, rests.condition.items()) if rests else (),
            sources=tuple(source_of(pack, one) for one in rests.sources) if rests else (),
        ),
    )


def head_words(says: Sequence[str], number: int, is_all: bool) -> str:
    """What is said before the ways, and how many of several it takes."""
    head = " ".join(tell(one).text for one in says if one.endswith(":"))
    if number < 2 or head.endswith("one of:"):
        return head
    return f"{head.removesuffix(':')} {'all of this' if is_all else 'one of these'}:".lstrip()


def way_words(said: str) -> str:
    """One way as a line of a list."""
    text = tell(said).text.removeprefix("or ").removeprefix("and ")
    return text[:1].upper() + text[1:]


def which_are_so(
    condition: Condition | None, pattern_id: str, number: int, said: Said
) -> list[bool]:
    """By way, where there are several and it is known which parts of the condition they are."""
    parts = ways_of(condition) if condition and number > 1 else ()
    by_way = parts_by_way(pattern_id, number, len(parts))
    so = [part.evaluate(said.state) is YES for part in parts]
    return [any(so[place - 1] for place in places) for places in by_way]


def parts_by_way(pattern_id: str, number: int, of: int) -> list[list[int]]:
    """Which of the parts, counted from 1, each way stands for; none where they do not fit."""
    one_by_one = [[place + 1] for place in range(number)]
    by_way: list[list[int]] | str = worded()["ways"].get(pattern_id, one_by_one)
    fits = not isinstance(by_way, str) and len(by_way) == number
    if not fits or sorted(place for places in by_way for place in places) != [*range(1, of + 1)]:
        return [[] for _ in range(number)]
    return list(by_way)  # type: ignore[arg-type]


def ways_of(condition: Condition) -> tuple[Condition, ...]:
    """The parts of which one is enough: of the whole, or of the last thing that has to hold."""
    last = condition.conditions[-1] if isinstance(condition, AllOf) else condition
    return last.conditions if isinstance(last, AnyOf) else ()
