"""The file that declares the scores of an instrument: YAML or JSON, checked against its form.

```yaml
version: "1"                     # of these rules
source: Where the rules come from
scores:
- id: total
  name: Total
  method: sum                    # or mean
  items: [sleep, walk]           # linkIds
  range: [0, 8]
  better: lower                  # or higher
  missing: {allowed: 1}          # default 0; a mean is that of the answered items, in a sum
                                 # each missing item takes the mean of the answered
  values: {walk: {"true": 1, "false": 0}}   # instead of the ordinal values of the options
  cutoffs: [{from: 4, label: Some trouble, source: Where this comes from}]
  change: {points: 2, source: Where this comes from}
  change_each: {points: 3, source: Where this comes from}   # of one item alone
  compare_when_same: [sleep]     # answers that have to be the same both times
  source: Where this score comes from
```
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from intake.instruments.items import NUMBERS, Form, Item
from intake.instruments.scoring import Band, Change, Rule, Rules

LARGEST_FILE = 64 * 1024
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TOP = {"version", "source", "scores"}
KEYS = {
    "id", "name", "method", "items", "range", "better", "missing", "values", "cutoffs", "change",
    "change_each", "compare_when_same", "source",
}  # fmt: skip
SCORED = (*NUMBERS, "boolean", "choice")
LONGEST = 400
MOST = 20


class Refused(ValueError):
    """A file that cannot be used; `problems` are sentences."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def read_rules(text: str, form: Form) -> Rules:
    """Raises Refused with everything that is wrong."""
    raw = parsed(text)
    unknown = sorted(set(raw) - TOP, key=str)
    problems = [f"scoring: unknown key '{key}'" for key in unknown]
    listed = raw.get("scores")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST:
        raise Refused([*problems, f"scoring: 'scores' has to list 1 to {MOST} scores"])
    reader = Reader("scoring", raw, problems)
    version, source = reader.text("version"), reader.text("source")
    scores = tuple(read_rule(one, form, n, problems) for n, one in enumerate(listed, 1))
    ids = [one.id for one in scores]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    problems += [f"score '{id}': is there twice" for id in twice]
    if problems:
        raise Refused(problems)
    return Rules(version, source, scores)


def parsed(text: str) -> Mapping[Any, Any]:
    """One plain mapping; anchors are refused, because a few lines of them can grow endless."""
    if len(text.encode()) > LARGEST_FILE:
        raise Refused([f"scoring: the file is larger than {LARGEST_FILE // 1024} KB"])
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=LOADER)):
            raise Refused(["scoring: anchors and aliases of YAML are not read"])
        raw = yaml.load(text, Loader=LOADER)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(["scoring: the file is neither YAML nor JSON"]) from None
    if not isinstance(raw, dict):
        raise Refused(["scoring: the file is not a mapping"])
    return raw


class Reader:
    """Typed values out of one mapping; every problem is kept as a sentence."""

    def __init__(self, subject: str, raw: Any, problems: list[str]) -> None:
        self.subject, self.problems = subject, problems
        if not isinstance(raw, dict):
            self.add("is not a mapping")
        self.raw: Mapping[Any, Any] = raw if isinstance(raw, dict) else {}

    def add(self, reason: str) -> None:
        self.problems.append(f"{self.subject}: {reason}")

    def text(self, key: str) -> str:
        value = self.raw.get(key)
        text = value.strip() if isinstance(value, str) else ""
        if text.isprintable() and 0 < len(text) <= LONGEST:
            return text
        self.add(f"'{key}' has to be text of 1 to {LONGEST} characters")
        return ""

    def number(self, key: str) -> Decimal:
        return self.as_number(self.raw.get(key), f"'{key}'")

    def as_number(self, value: Any, what: str) -> Decimal:
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                number = Decimal(str(value))
            except InvalidOperation:  # pragma: no cover - str of a float is always a number
                number = Decimal("NaN")
            if number.is_finite() and abs(number) <= 10**6:
                return number
        self.add(f"{what} has to be a number of ordinary size")
        return Decimal(0)

    def one_of(self, key: str, *allowed: str) -> str:
        value = self.raw.get(key)
        if value in allowed:
            return str(value)
        self.add(f"'{key}' has to be {' or '.join(allowed)}")
        return allowed[0]

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.raw.get(key, [])
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        self.add(f"'{key}' has to be a list of linkIds")
        return ()

    def entries(self, key: str) -> list[Any]:
        value = self.raw.get(key, [])
        if isinstance(value, list) and len(value) <= MOST:
            return value
        self.add(f"'{key}' has to be a list of at most {MOST}")
        return []


def read_rule(raw: Any, form: Form, number: int, problems: list[str]) -> Rule:
    """One score; what is wrong goes to `problems`."""
    id = raw.get("id") if isinstance(raw, dict) else None
    reader = Reader(f"score '{id or number}'", raw, problems)
    for key in sorted(set(reader.raw) - KEYS, key=str):
        reader.add(f"unknown key '{key}'")
    limits = reader.raw.get("range")
    if not isinstance(limits, list) or len(limits) != 2:
        reader.add("'range' has to be [lowest, highest]")
        limits = [0, 0]
    least, most = (reader.as_number(each, "'range'") for each in limits)
    rule = Rule(
        id=reader.text("id"),
        name=reader.text("name"),
        method=reader.one_of("method", "sum", "mean"),
        items=reader.texts("items"),
        least=least,
        most=most,
        better=reader.one_of("better", "higher", "lower"),
        may_miss=may_miss(reader),
        source=reader.text("source"),
        values=values_of(reader),
        bands=bands_of(reader),
        change=change_of(reader, "change"),
        each=change_of(reader, "change_each"),
        same=reader.texts("compare_when_same"),
    )
    for reason in wrong_with(rule, form):
        reader.add(reason)
    return rule


def may_miss(reader: Reader) -> int:
    """How many items may be missing; none where nothing is said."""
    raw = reader.raw.get("missing", {"allowed": 0})
    allowed = raw.get("allowed") if isinstance(raw, dict) and set(raw) == {"allowed"} else None
    if type(allowed) is int and allowed >= 0:
        return allowed
    reader.add("'missing' has to be {allowed: a whole number}")
    return 0


def values_of(reader: Reader) -> dict[str, dict[str, Decimal]]:
    raw = reader.raw.get("values", {})
    if not isinstance(raw, dict) or not all(isinstance(each, dict) for each in raw.values()):
        reader.add("'values' has to be linkId: {option: number}")
        return {}
    return {
        str(link_id): {
            # YAML reads a bare true as a truth value; JSON and a form know the word.
            str(key).lower() if isinstance(key, bool) else str(key): reader.as_number(
                value, f"'values' of '{link_id}'"
            )
            for key, value in each.items()
        }
        for link_id, each in raw.items()
    }


def bands_of(reader: Reader) -> tuple[Band, ...]:
    bands = []
    for raw in reader.entries("cutoffs"):
        inner = Reader(f"{reader.subject}, cut-off", raw, reader.problems)
        bands.append(Band(inner.number("from"), inner.text("label"), inner.text("source")))
    starts = [band.starts for band in bands]
    if starts != sorted(set(starts)):
        reader.add("'cutoffs' have to rise, each once")
    return tuple(bands)


def change_of(reader: Reader, key: str) -> Change | None:
    if reader.raw.get(key) is None:
        return None
    inner = Reader(f"{reader.subject}, {key}", reader.raw[key], reader.problems)
    change = Change(inner.number("points"), inner.text("source"))
    if change.points <= 0:
        inner.add("'points' has to be more than 0")
    return change


def wrong_with(rule: Rule, form: Form) -> Iterator[str]:
    """What does not fit the questionnaire."""
    checks = {
        "'items' names no item": not rule.items,
        "'items' names an item twice": len(set(rule.items)) != len(rule.items),
        "'missing' allows every item to be missing": rule.may_miss >= max(len(rule.items), 1),
        "'range' has to rise": rule.least >= rule.most,
    }
    yield from (reason for reason, is_wrong in checks.items() if is_wrong)
    for link_id in (*rule.items, *rule.values, *rule.same):
        if link_id not in form.by_id:
            yield f"there is no item '{link_id}'"
    for link_id in rule.values:
        if link_id not in rule.items:
            yield f"'values' names '{link_id}', which is not in 'items'"
    for link_id in rule.items:
        if link_id in form.by_id:
            yield from wrong_item(form.by_id[link_id], rule)
    yield from wrong_range(rule, form)


def wrong_item(item: Item, rule: Rule) -> Iterator[str]:
    """Every answer that can be chosen has to count something."""
    declared = rule.values.get(item.link_id)
    checks = {
        "takes several answers and cannot be scored": item.repeats,
        "stands in a group that repeats and cannot be scored": bool(item.family),
        f"is of type {item.kind} and cannot be scored": item.kind not in SCORED,
        "is a number: it takes no 'values'": item.kind in NUMBERS and declared is not None,
        "needs 'values' that say what true and false count": item.kind == "boolean"
        and set(declared or ()) != {"true", "false"},
        "has 'values' that do not name exactly its options": item.kind == "choice"
        and declared is not None
        and set(declared) != set(item.by_key),
        "has an option without an ordinal value": item.kind == "choice"
        and declared is None
        and any(option.ordinal is None for option in item.options),
    }
    for reason in (reason for reason, is_wrong in checks.items() if is_wrong):
        yield f"item '{item.link_id}' {reason}"


def wrong_range(rule: Rule, form: Form) -> Iterator[str]:
    """Where lowest and highest follow from the items, they have to be what is declared."""
    ends = [ends_of(form.by_id[link_id], rule) for link_id in rule.items if link_id in form.by_id]
    if not ends or any(low is None or high is None for low, high in ends):
        return
    low = sum(each for each, _ in ends)  # type: ignore[misc]
    high = sum(each for _, each in ends)  # type: ignore[misc]
    share = len(ends) if rule.method == "mean" else 1
    if rule.least * share > low or rule.most * share < high:
        yield "'range' does not hold every score that the items can give"


def ends_of(item: Item, rule: Rule) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most that one item can count."""
    counts = list(rule.values.get(item.link_id, {}).values())
    counts += [] if counts else [o.ordinal for o in item.options if o.ordinal is not None]
    if counts:
        return min(counts), max(counts)
    least = None if item.least is None else Decimal(str(item.least))
    most = None if item.most is None else Decimal(str(item.most))
    return (least, most) if item.kind in NUMBERS else (None, None)
