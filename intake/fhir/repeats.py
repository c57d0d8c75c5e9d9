"""A group that repeats is laid out as often as it may be filled in; each time is a copy of it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from intake.instruments.items import Item

MOST_COPIES = 10
USUAL = 5  # where the file does not say how often


def wrong_group(items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    """What within a group that repeats cannot be laid out."""
    for item in (each for each in items if each.copy == 1):
        if item.kind == "group" and item.repeats:
            yield item.link_id, "repeats within a group that repeats, which is not supported"
        if "#" in item.link_id:
            yield item.link_id, "has '#' in its linkId, within a group that repeats"


def marked(items: Iterable[Item], family: str) -> list[Item]:
    """The first time, as it stands in the file."""
    return [replace(item, family=family) for item in items]


def copied(items: list[Item], copy: int, number: int) -> list[Item]:
    """One more time: its own link ids and numbers; conditions within it read this same time."""
    named = {item.link_id: f"{item.link_id}#{copy}" for item in items}
    return [
        replace(
            item,
            link_id=named[item.link_id],
            number=number + place,
            parents=tuple(named.get(parent, parent) for parent in item.parents),
            conditions=tuple(
                replace(one, question=named.get(one.question, one.question))
                for one in item.conditions
            ),
            initial=(),
            copy=copy,
        )
        for place, item in enumerate(items, 1)
    ]
