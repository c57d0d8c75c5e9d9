"""The pages of instruments, drawn with the same questions as our own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from intake.instruments.items import Answers, Form, Item, Option, Other, Text, Value
from intake.models import Response
from intake.queries.instruments import Sheet, SheetPage, label_of, language_of, list_sheets
from intake.queries.questions import Choice, Question, Refused, Row, date_parts, others, seen_of
from intake.queries.questions import Other as Elsewhere

KINDS = {"string": "text", "integer": "number", "boolean": "choice"}
WIDGETS = {"date": "any_day", "text": "lines"}
FEW = 2


@dataclass(frozen=True)
class Words:
    """A heading or a paragraph between the questions, or "more": a button for one more time of a
    group. `lang` as for a question.
    """

    kind: str
    text: str
    lang: str | None
    name: str = ""
    target: str = ""


@dataclass(frozen=True)
class SheetView:
    """One page of an instrument. `parts` are headings, paragraphs and questions in order.

    `seen` and `unsaved` as for `PageView`.
    """

    key: str
    title: str
    title_lang: str | None
    is_for_another: bool
    back_url: str
    parts: tuple[Words | Question, ...]
    seen: str
    unsaved: tuple[str, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(part for part in self.parts if isinstance(part, Question))

    @property
    def has_rows(self) -> bool:
        """Whether something can be added: then there is more than one button."""
        is_more = any(part.kind == "more" for part in self.parts)
        return is_more or any(question.rows for question in self.questions)


def html_id(item: Item) -> str:
    return f"i-{item.number}"


def other_lang(text: Text | None, language: str) -> str | None:
    """The language of a text where it is not that of the page."""
    used = language_of(text, language)
    return None if used == language else used


def more_url(key: str) -> str:
    return reverse("more", args=[key])


def first_url(response: Response) -> str | None:
    """The first page of the instruments, None without any."""
    return next((more_url(page.key) for page in all_pages(list_sheets(response))), None)


def first_open_url(response: Response) -> str | None:
    """The page of the first required question that is open."""
    opened = ((sheet, item) for sheet in list_sheets(response) for item in sheet.missing())
    return next((more_url(sheet.key_of(item)) for sheet, item in opened), None)


def next_page_url(response: Response) -> str | None:
    """The first page that was not left yet, or has a required question open."""
    for sheet in list_sheets(response):
        opened = {sheet.key_of(item) for item in sheet.missing()}
        for page in sheet.pages:
            if page.key in opened or not sheet.was_left(page):
                return more_url(page.key)
    return None


def all_pages(sheets: tuple[Sheet, ...]) -> tuple[SheetPage, ...]:
    """Every page that is shown, in order."""
    return tuple(page for sheet in sheets for page in sheet.pages)


def get_sheet_view(
    sheet: Sheet, page: SheetPage, back_url: str, language: str, refused: Refused | None
) -> SheetView:
    """The page as it stands, or with what a refused form holds."""
    kept, links = sheet.kept, {item.control: item.link_id for item in page.questions}
    words = {name: sheet.row.shown.get(key, {}).get("answers", ()) for name, key in links.items()}
    draw = Draw(sheet.standing, language, refused, others(kept, refused, words))
    first = page.items[0]
    heads = first.kind == "group" and first.text is not None
    title = first.text if heads and first.text else sheet.form.title
    rest = page.items[1:] if heads else page.items
    return SheetView(
        key=page.key,
        title=title.text(language),
        title_lang=other_lang(title, language),
        is_for_another=sheet.voice != "self",
        back_url=back_url,
        parts=tuple(with_more(sheet.form, page.items, draw, rest)),
        seen=str(seen_of(kept, links, refused)),
        unsaved=refused.unsaved() if refused else (),
    )


def with_more(
    form: Form, shown: tuple[Item, ...], draw: "Draw", items: tuple[Item, ...]
) -> Iterator[Words | Question]:
    """The parts of a page; behind the last time of a group that repeats the way to one more."""
    times = {item.family: item.copy for item in shown if item.kind == "group" and item.family}
    for position, item in enumerate(items, 1):
        if item.is_question or item.text:
            yield draw.part(item)
        is_last = position == len(items) or items[position].family != item.family
        if is_last and item.family and times[item.family] < form.by_id[item.family].times:
            yield more_of(form, item.family, times[item.family] + 1, draw.language)


def more_of(form: Form, family: str, copy: int, language: str) -> Words:
    """A button for one more time of a group, and where the page is to be read on then."""
    first = form.by_id[form.within[f"{family}#{copy}"][0]]
    label = label_of(form.by_id[family], language)
    return Words("more", label, None, form.by_id[family].control, html_id(first))


@dataclass(frozen=True)
class Draw:
    """Draws items in one language, from a refused form or from what stands."""

    standing: Answers
    language: str
    refused: Refused | None
    others: Mapping[str, Elsewhere]

    def part(self, item: Item) -> Words | Question:
        if item.is_question:
            return self.question(item)
        kind = "heading" if item.kind == "group" else "paragraph"
        return Words(kind, label_of(item, self.language), other_lang(item.text, self.language))

    def question(self, item: Item) -> Question:
        given = self.standing.get(item.link_id, ())
        rows = self.rows(item, given) if item.has_rows else ()
        value = None if item.has_rows else self.typed(item, given)
        return Question(
            id=html_id(item),
            name=item.control,
            kind=kind_of(item),
            text=label_of(item, self.language),
            help=self.help(item),
            required=item.required,
            error=self.refused.errors.get(item.control) if self.refused else None,
            value=value,
            options=self.options(item, value),
            declines=False,
            is_declined=False,
            low_anchor=item.lower.text(self.language) if item.is_scale and item.lower else None,
            high_anchor=item.upper.text(self.language) if item.is_scale and item.upper else None,
            max_length=item.max_length,
            is_heading=False,
            widget=WIDGETS.get(item.kind),
            lang=other_lang(item.text, self.language),
            other=self.other(item, given),
            elsewhere=self.others.get(item.control),
            rows=rows,
            more=f"{html_id(item)}-{len(rows) + 1}" if len(rows) < item.times else None,
        )

    def rows(self, item: Item, given: tuple[Value, ...]) -> tuple[Row, ...]:
        """What was typed or saved, and at least a few."""
        typed = self.refused.typed.get(item.control) if self.refused else None
        values = [str(value) for value in given] if typed is None else typed
        values = [*values, *([""] * (FEW - len(values)))][: item.times]
        return tuple(
            Row(f"{html_id(item)}-{n}", n, date_parts(value) if item.kind == "date" else value)
            for n, value in enumerate(values, 1)
        )

    def help(self, item: Item) -> str | None:
        return item.help.text(self.language) if item.help else None

    def typed(self, item: Item, given: tuple[Value, ...]) -> Any:
        """As the controls hold it."""
        if self.refused and item.control in self.refused.typed:
            typed = self.refused.typed[item.control]
            return date_parts(typed) if item.kind == "date" else typed
        values = [typed_value(value) for value in given if not isinstance(value, Other)]
        if item.kind == "date":
            return date_parts(values[0] if values else None)
        if item.kind == "choice" and item.repeats:
            return values
        return "\n".join(values) if values else None

    def other(self, item: Item, given: tuple[Value, ...]) -> str | None:
        if not item.is_open:
            return None
        if self.refused and item.control in self.refused.typed:
            return str(self.refused.typed.get(f"{item.control}.other") or "")
        return next((value.text for value in given if isinstance(value, Other)), "")

    def options(self, item: Item, value: Any) -> tuple[Choice, ...]:
        chosen = value if isinstance(value, list) else [value]
        if item.is_scale:
            return tuple(
                Choice(f"{html_id(item)}-{n}", str(n), str(n), str(n) in chosen) for n in range(11)
            )
        if item.kind == "boolean":
            words = (("true", _("Yes")), ("false", _("No")))
            return tuple(
                Choice(f"{html_id(item)}-{n}", key, word, key in chosen)
                for n, (key, word) in enumerate(words, 1)
            )
        draw: Callable[[int, Option], Choice] = lambda n, option: Choice(  # noqa: E731
            f"{html_id(item)}-{n}",
            option.key,
            option.text.text(self.language),
            option.key in chosen,
            option.is_exclusive,
            other_lang(option.text, self.language),
        )
        return tuple(draw(n, option) for n, option in enumerate(item.options, 1))


def kind_of(item: Item) -> str:
    """The kind that the templates know."""
    if item.is_scale:
        return "scale_0_10"
    if item.repeats:
        return "multi" if item.kind == "choice" else "rows"
    return KINDS.get(item.kind, item.kind)


def typed_value(value: Value) -> str:
    """One value as somebody would type it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def rows_of(sheet: Sheet, language: str, *, may_change: bool) -> list[dict[str, Any]]:
    """Every shown question with the words of its answer, for checking and keeping."""
    rows = []
    for page in sheet.pages:
        for item in (item for item in page.items if item.is_question):
            kept = sheet.row.shown.get(item.link_id)
            url = f"{more_url(page.key)}?from=check#{html_id(item)}"
            rows.append(
                {
                    "question": kept["question"] if kept else label_of(item, language),
                    "lang": kept["language"] if kept else language_of(item.text, language),
                    "answers": kept["answers"] if kept else [],
                    "answer_lang": kept["answer_language"] if kept else language,
                    "is_missing": item.required and not (kept and kept["answers"]),
                    "change_url": url if may_change else None,
                }
            )
    return rows


def list_sections(response: Response, language: str, *, may_change: bool) -> list[dict[str, Any]]:
    """The instruments of an intake as sections of the check or of the receipt."""
    return [
        {
            "name": sheet.form.title.text(language),
            "lang": other_lang(sheet.form.title, language),
            "rows": rows,
        }
        for sheet in list_sheets(response)
        if (rows := rows_of(sheet, language, may_change=may_change))
    ]


def list_missing(response: Response, language: str) -> list[dict[str, str]]:
    """Required questions that are open, each with the way to it."""
    return [
        {
            "text": label_of(item, language),
            "url": f"{more_url(sheet.key_of(item))}?from=check#{html_id(item)}",
        }
        for sheet in list_sheets(response)
        for item in sheet.missing()
    ]
