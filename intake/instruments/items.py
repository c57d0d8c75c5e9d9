"""An instrument as values: its items, flat and in the order of its file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

QUESTIONS = ("boolean", "integer", "decimal", "date", "string", "text", "choice")
KINDS = ("group", "display", *QUESTIONS)
NUMBERS = ("integer", "decimal")
SCALE = (0, 10)


@dataclass(frozen=True, slots=True)
class Other:
    """What was written in where no option fitted."""

    text: str


# A choice is the key of its option.
Value = str | bool | int | Decimal | date | Other
Answers = Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Text:
    """Words in the file's language and in those it was translated to."""

    words: Mapping[str, str]
    own: str

    def language(self, wanted: str) -> str:
        """The wanted language, else that of the file."""
        return wanted if wanted in self.words else self.own

    def text(self, wanted: str) -> str:
        return self.words[self.language(wanted)]


@dataclass(frozen=True, slots=True)
class Option:
    """`value` is what conditions compare with; `ordinal` what it counts in a score."""

    key: str
    text: Text
    value: str | int | date
    ordinal: Decimal | None = None
    is_exclusive: bool = False
    is_initial: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One enableWhen. For `exists` the value says whether an answer has to be there."""

    question: str
    operator: str
    value: str | bool | int | Decimal | date


@dataclass(frozen=True)
class Item:
    """A group, a text or a question. `parents` are the items above it, the outermost first.

    `times`: how many answers one that repeats takes. `family`: the group that repeats and holds it,
    or is it; `copy`: which time of that group.
    """

    link_id: str
    number: int
    kind: str
    text: Text | None
    parents: tuple[str, ...] = ()
    prefix: str = ""
    help: Text | None = None
    conditions: tuple[Condition, ...] = ()
    needs_all: bool = True
    required: bool = False
    repeats: bool = False
    options: tuple[Option, ...] = ()
    is_open: bool = False
    initial: tuple[Value, ...] = ()
    least: int | Decimal | date | None = None
    most: int | Decimal | date | None = None
    max_length: int | None = None
    times: int = 1
    family: str = ""
    copy: int = 1
    lower: Text | None = None
    upper: Text | None = None

    @property
    def is_question(self) -> bool:
        return self.kind in QUESTIONS

    @property
    def control(self) -> str:
        """The name of its input: a number, so that no file chooses the names of our inputs."""
        return f"i{self.number}"

    @property
    def is_scale(self) -> bool:
        """A whole number from 0 to 10 of which both ends are named is drawn as a row of numbers."""
        named = self.lower is not None and self.upper is not None
        is_whole = self.kind == "integer" and not self.repeats
        return is_whole and (self.least, self.most) == SCALE and named

    @property
    def has_rows(self) -> bool:
        """Several answers are typed, a row each."""
        return self.repeats and self.kind != "choice"

    @cached_property
    def by_key(self) -> Mapping[str, Option]:
        return {option.key: option for option in self.options}


@dataclass(frozen=True, slots=True)
class Page:
    """The items of one page: a group of the first level, or what stands between two such groups."""

    number: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Form:
    """A questionnaire as its file has it. `key` is the same for every version of it."""

    key: str
    title: Text
    version: str
    language: str
    publisher: str
    rights: str
    items: tuple[Item, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        return {item.link_id: item for item in self.items}

    @property
    def questions(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.is_question)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        return tuple(Page(n, items) for n, items in enumerate(self.runs(), 1))

    @cached_property
    def within(self) -> Mapping[str, tuple[str, ...]]:
        """The questions within each further time of a group that repeats."""
        return {
            item.link_id: tuple(
                one.link_id for one in self.questions if item.link_id in one.parents
            )
            for item in self.items
            if item.copy > 1 and item.link_id == f"{item.family}#{item.copy}"
        }

    def runs(self) -> Iterator[tuple[Item, ...]]:
        """The items of each page."""
        run: list[Item] = []
        group = None
        for item in self.items:
            top = self.by_id[item.parents[0]] if item.parents else item
            key = (top.family or top.link_id) if top.kind == "group" else None
            if run and key != group:
                yield tuple(run)
                run = []
            run.append(item)
            group = key
        if run:
            yield tuple(run)
