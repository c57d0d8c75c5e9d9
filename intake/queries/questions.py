"""Questions as values that the templates draw, and what a page with them is drawn from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from intake.chart import get_chart, in_regions
from intake.merging import Kept, Seen
from intake.rules.answered import Answers
from intake.rules.answers import plain
from intake.rules.questions import Item, Questionnaire, offers_decline

CHOSEN = ("choice", "multi", "scale_0_10")


@dataclass(frozen=True)
class Choice:
    """One radio or checkbox."""

    id: str
    value: str
    text: str
    is_checked: bool
    is_exclusive: bool = False
    lang: str | None = None


@dataclass(frozen=True)
class Group:
    """Options that stand together. Without a name they stand alone, after the others."""

    name: str
    options: tuple[Choice, ...]


@dataclass(frozen=True)
class Other:
    """The answer that was saved elsewhere while another one was given here; `words` may be none."""

    words: tuple[str, ...]
    is_declined: bool
    stamp: str


@dataclass(frozen=True)
class Row:
    """One of several answers as it is typed: text, or the parts of a date."""

    id: str
    number: int
    value: Any


@dataclass(frozen=True)
class Question:
    """One question as its template draws it.

    `value` is what is typed in, kept after an error; what is chosen is said by the options.
    `lang` is set where the words are not in the language of the page. `other` holds what is
    written where no option fits, None where the options are all there is. `elsewhere` is another
    answer that was saved since the page was drawn. `rows` are several typed answers; `more` is the
    id of the row that "Add another" adds, None when there are enough.
    """

    id: str
    name: str
    kind: str
    text: str
    help: str | None
    required: bool
    error: str | None
    value: Any
    options: tuple[Choice, ...]
    declines: bool
    is_declined: bool
    low_anchor: str | None
    high_anchor: str | None
    max_length: int | None
    is_heading: bool
    widget: str | None
    groups: tuple[Group, ...] = ()
    lang: str | None = None
    other: str | None = None
    elsewhere: Other | None = None
    rows: tuple[Row, ...] = ()
    more: str | None = None

    @property
    def is_only_choices(self) -> bool:
        """Whether nothing in it was typed, and nothing is wrong with it."""
        return self.value is None and self.error is None


@dataclass(frozen=True)
class Refused:
    """A form that was not taken whole: its errors and everything that was typed, by link id.

    `differing` was answered differently elsewhere; `stamps` are those the page was drawn with.
    """

    errors: Mapping[str, str]
    typed: Mapping[str, Any]
    declined: frozenset[str]
    differing: frozenset[str] = frozenset()
    stamps: Mapping[str, str] = field(default_factory=dict)

    def unsaved(self) -> tuple[str, ...]:
        """Questions whose typed answer was not taken."""
        return tuple(
            key
            for key in self.errors
            if not all(is_blank(self.typed.get(name)) for name in (key, f"{key}.other"))
        )

    def with_row(self, name: str) -> "Refused":
        """One more row, and no word of what is still empty: nobody said that they were done."""
        rows = self.typed.get(name) or []
        blank = ["", "", ""] if rows and isinstance(rows[0], list) else ""
        typed = {**self.typed, name: [*rows, blank]}
        return replace(self.only_typed(), typed=typed)

    def only_typed(self) -> "Refused":
        """No word of what is still empty."""
        return replace(self, errors={key: self.errors[key] for key in self.unsaved()})


def is_blank(typed: Any) -> bool:
    """Nothing in it, or in any row or part of it."""
    return all(map(is_blank, typed)) if isinstance(typed, list) else typed in (None, "")


def seen_of(kept: Kept, names: Collection[str], refused: Refused | None) -> Seen:
    """The stamps of a page. A question with two answers keeps its old one until it is settled."""
    seen = kept.seen(names)
    if refused is None:
        return seen
    old = {key: refused.stamps[key] for key in refused.differing if key in refused.stamps}
    return Seen(seen.of, {**seen.stamps, **old})


def others(
    kept: Kept, refused: Refused | None, words: Mapping[str, Sequence[str]]
) -> dict[str, Other]:
    """What was saved elsewhere, in `words`, where it was answered differently here."""
    return {
        name: Other(tuple(words.get(name, ())), name in kept.declined, kept.stamp(name))
        for name in (refused.differing if refused else ())
    }


@dataclass(frozen=True)
class Draw:
    """Draws questions in one language, from a refused form, the saved answers or what is known."""

    questionnaire: Questionnaire
    saved: Answers
    declined: frozenset[str]
    language: str
    refused: Refused | None
    known: Mapping[str, Any]
    others: Mapping[str, Other]

    def question(self, item: Item, *, is_heading: bool) -> Question:
        low, high = item.anchors.get(self.language, (None, None))
        value = self.value(item)
        html_id = html_id_of(item)
        options = self.options(item, html_id, value)
        return Question(
            id=html_id,
            name=item.link_id,
            kind=item.type,
            text=item.text(self.language),
            help=item.help(self.language),
            required=item.required,
            error=self.refused.errors.get(item.link_id) if self.refused else None,
            value=None if item.type in CHOSEN else value,
            options=options,
            declines=offers_decline(item),
            is_declined=self.is_declined(item),
            low_anchor=low,
            high_anchor=high,
            max_length=item.max_length,
            is_heading=is_heading,
            widget=item.widget,
            groups=self.groups(item, options),
            elsewhere=self.others.get(item.link_id),
        )

    def groups(self, item: Item, options: tuple[Choice, ...]) -> tuple[Group, ...]:
        chart = get_chart()
        if item.link_id != chart.item:
            return ()
        return tuple(Group(*group) for group in in_regions(chart, options, self.language))

    def options(self, item: Item, html_id: str, value: Any) -> tuple[Choice, ...]:
        if item.type == "scale_0_10":
            return tuple(
                Choice(f"{html_id}-{n}", str(n), str(n), value == str(n)) for n in range(11)
            )
        chosen = value if isinstance(value, list) else [value]
        return tuple(
            Choice(
                f"{html_id}-{number}",
                option.id,
                option.text(self.language),
                option.id in chosen,
                option.exclusive,
            )
            for number, option in enumerate(self.questionnaire.options_for(item, self.saved), 1)
        )

    def value(self, item: Item) -> Any:
        """As the controls hold it: strings, a list of strings, or day, month and year."""
        if self.refused and item.link_id in self.refused.typed:
            typed = self.refused.typed[item.link_id]
        else:
            saved = self.saved.values.get(item.link_id)
            typed = self.known.get(item.link_id) if saved is None else plain(saved)
        if item.type == "date":
            return date_parts(typed)
        if isinstance(typed, list) or typed is None:
            return typed
        return str(typed)

    def is_declined(self, item: Item) -> bool:
        if self.refused and item.link_id in self.refused.typed:
            return item.link_id in self.refused.declined
        return item.link_id in self.declined


def html_id_of(item: Item) -> str:
    """Numbers only: a link to it stays in the browser's history, where no health word belongs."""
    return f"q-{item.order}"


def date_parts(value: str | list[str] | None) -> Mapping[str, str]:
    """An ISO date, or three typed texts, by input."""
    if value and isinstance(value, str):
        year, month, day = value.split("-")
        value = [day.lstrip("0"), month.lstrip("0"), year]
    day, month, year = value or ["", "", ""]
    return {"day": day, "month": month, "year": year}


def first_control(question: Question) -> str:
    """The id that a link to this question jumps to."""
    if question.elsewhere:
        return f"{question.id}-there"
    if question.rows:
        first = question.rows[0].id
        return f"{first}-day" if question.widget == "any_day" else first
    if question.kind == "date":
        return f"{question.id}-day"
    return question.options[0].id if question.options else question.id
