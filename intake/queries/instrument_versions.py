"""Imported instruments for the admin's pages."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from clinic.models import User
from intake.fhir.instruments import Reading, read_instrument
from intake.instruments.items import Condition, Form, Item
from intake.instruments.scoring import Instrument, Rule
from intake.models import InstrumentVersion
from intake.queries.instruments import get_instrument, label_of

TYPES = {
    "group": "Heading",
    "display": "Text",
    "boolean": "Yes or no",
    "integer": "Whole number",
    "decimal": "Number",
    "date": "Date",
    "string": "One line",
    "text": "Text",
    "choice": "Choice",
}


@dataclass(frozen=True)
class VersionLine:
    """One imported version in the list."""

    title: str
    version: str
    hash: str
    created_at: datetime
    is_own: bool
    is_asked: bool
    url: str


@dataclass(frozen=True)
class ItemLine:
    """One item as the admin checks it."""

    link_id: str
    text: str
    type: str
    notes: tuple[str, ...]
    options: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What a form would ask and how it would be scored."""

    title: str
    version: str
    publisher: str
    rights: str
    language: str
    languages: str
    hash: str
    pages: int
    items: tuple[ItemLine, ...]
    scores: tuple[Rule, ...]
    scoring_version: str
    scoring_source: str


def list_versions(user: User) -> tuple[VersionLine, ...]:
    """The clinic's instruments, what is asked first, then the newest."""
    rows = InstrumentVersion.objects.visible_to(user).order_by("-asked_since", "-created_at")
    lines = [
        VersionLine(
            row.title,
            row.version,
            row.content_hash[:12],
            row.created_at,
            row.is_own,
            row.is_asked,
            reverse("instrument", args=[row.pk]),
        )
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda line: not line.is_asked))


def read_files(questionnaire: str, scoring: str) -> tuple[Reading, Preview | None]:
    """What is wrong with two files, and their preview if nothing is."""
    reading = read_instrument(questionnaire, scoring)
    return reading, preview_of(reading.instrument) if reading.instrument else None


def get_preview(version: InstrumentVersion) -> Preview:
    """An imported version."""
    return preview_of(get_instrument(version.pk))


def preview_of(instrument: Instrument) -> Preview:
    form, rules = instrument.form, instrument.rules
    return Preview(
        title=form.title.words[form.language],
        version=form.version,
        publisher=form.publisher,
        rights=form.rights,
        language=form.language,
        languages=", ".join(languages_of(form)),
        hash=instrument.content_hash[:12],
        pages=len(form.pages),
        items=tuple(line_of(form, item) for item in form.items if item.copy == 1),
        scores=instrument.scores,
        scoring_version=rules.version if rules else "",
        scoring_source=rules.source if rules else "",
    )


def languages_of(form: Form) -> list[str]:
    """The file's language, and those that every text is translated to."""
    texts = [item.text for item in form.items if item.text]
    texts += [option.text for item in form.items for option in item.options]
    whole = set.intersection(*(set(text.words) for text in (form.title, *texts)))
    return [form.language, *sorted(whole - {form.language})]


def line_of(form: Form, item: Item) -> ItemLine:
    options = [
        f"{option.text.text(form.language)} ({option.key}"
        + (f", counts {option.ordinal})" if option.ordinal is not None else ")")
        for option in item.options
    ]
    if item.is_open:
        options.append("or words of one's own")
    return ItemLine(
        link_id=item.link_id,
        text=label_of(item, form.language),
        type=TYPES[item.kind],
        notes=tuple(notes_of(item)),
        options=tuple(options),
    )


def notes_of(item: Item) -> list[str]:
    """What else holds for it, in few words."""
    notes = ["required"] if item.required else []
    if item.kind == "group" and item.repeats:
        notes.append(f"up to {item.times} times, conditions read the same time, not scored")
    elif item.repeats:
        notes.append(f"up to {item.times} answers, which cannot be scored")
    notes += [f"from {item.least}"] if item.least is not None else []
    notes += [f"to {item.most}"] if item.most is not None else []
    notes += [f"at most {item.max_length} letters"] if item.max_length else []
    if item.conditions:
        joint = " and " if item.needs_all else " or "
        notes.append("only if " + joint.join(map(words_of_condition, item.conditions)))
    return notes


def words_of_condition(condition: Condition) -> str:
    if condition.operator == "exists":
        return f"{condition.question} is {'' if condition.value else 'not '}answered"
    return f"{condition.question} {condition.operator} {condition.value}"
