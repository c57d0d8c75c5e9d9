"""JSON that a stranger may have written: nothing is built from it before it is known to be small.

Only text is ever taken from such a file. It is shown as text: no markup in it runs, no address in
it becomes a link.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

LARGEST_FILE = 256 * 1024
DEEPEST = 6
MOST_ITEMS = 200
MOST_TIMES = 20
MOST_OPTIONS = 100
LONGEST_TEXT = 2000
LONGEST_ID = 200
MOST_REPORTED = 50
CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file is refused, or what of it is not read. `item` is a linkId, empty for the file."""

    item: str
    reason: str


class NotJSON(ValueError):
    """The file is not one JSON object of ordinary size."""


@dataclass
class Findings:
    """What was found while reading: `problems` refuse the file, `ignored` is only told."""

    problems: list[Problem] = field(default_factory=list)
    ignored: list[Problem] = field(default_factory=list)

    def refuse(self, item: str, reason: str) -> None:
        self.keep(self.problems, item, reason)

    def ignore(self, item: str, reason: str) -> None:
        self.keep(self.ignored, item, reason)

    def keep(self, kept: list[Problem], item: str, reason: str) -> None:
        found = Problem(shortened(item), reason)
        if found not in kept and len(kept) < MOST_REPORTED:
            kept.append(found)


def parse(text: str) -> Raw:
    """One JSON object; numbers with a point stay exact."""
    if len(text.encode(errors="replace")) > LARGEST_FILE:
        raise NotJSON(f"the file is larger than {LARGEST_FILE // 1024} KB")
    try:
        document = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=Decimal,
            parse_constant=refuse_constant,
            object_pairs_hook=each_once,
        )
    except RecursionError:
        raise NotJSON("the file is nested too deeply") from None
    except NotJSON:
        raise
    except ValueError:
        raise NotJSON("the file is not JSON") from None
    if not isinstance(document, dict):
        raise NotJSON("the file is not a JSON object")
    return document


def refuse_constant(name: str) -> Any:
    raise NotJSON(f"{name} is not JSON")


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that is there twice would be read differently by different programs."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJSON("a key is there twice in one object")
    return found


def entries(raw: Raw, key: str) -> list[Raw]:
    """A list of objects; anything else is empty."""
    value = raw.get(key, [])
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def is_malformed(raw: Raw, keys: Iterable[str]) -> list[str]:
    """Those of the keys that are there and are no lists of objects."""
    return [
        key
        for key in keys
        if key in raw
        and not (isinstance(raw[key], list) and all(isinstance(each, dict) for each in raw[key]))
    ]


def is_text(value: object, longest: int = LONGEST_TEXT) -> bool:
    return (
        isinstance(value, str)
        and bool(value.strip())
        and len(value) <= longest
        and not CONTROL.search(value.replace("\r\n", "\n"))
    )


def is_id(value: object) -> bool:
    return is_text(value, LONGEST_ID) and str(value).isprintable()


def shortened(value: object) -> str:
    text = value if isinstance(value, str) else ""
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= 60 else text[:60] + "…"
