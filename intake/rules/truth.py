"""Three values: an unanswered question is unknown, never no."""

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("A truth has three values; compare it with YES, NO or UNKNOWN.")


YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


def known(value: bool) -> Truth:
    return YES if value else NO


def negation(truth: Truth) -> Truth:
    return {YES: NO, NO: YES, UNKNOWN: UNKNOWN}[truth]


def every(truths: Iterable[Truth]) -> Truth:
    """No if any part is no, otherwise unknown if any is unknown; an empty list is yes."""
    parts = list(truths)
    if NO in parts:
        return NO
    return UNKNOWN if UNKNOWN in parts else YES


def some(truths: Iterable[Truth]) -> Truth:
    """Yes if any part is yes, otherwise unknown if any is unknown; an empty list is no."""
    parts = list(truths)
    if YES in parts:
        return YES
    return UNKNOWN if UNKNOWN in parts else NO


def at_least(number: int, truths: Iterable[Truth]) -> Truth:
    """Yes when enough parts are yes, no when even all unknown parts would not be enough."""
    parts = list(truths)
    if parts.count(YES) >= number:
        return YES
    return NO if parts.count(YES) + parts.count(UNKNOWN) < number else UNKNOWN
