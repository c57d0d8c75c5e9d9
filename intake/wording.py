"""Answers in the words that stood on the page. Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from intake.languages import languages, of_ten
from intake.rules.answered import Answers, Value
from intake.rules.questions import Item, Questionnaire


class Asked(Protocol):
    """What one page asked, which of it was declined, and what was told on an earlier date."""

    @property
    def asked(self) -> frozenset[str]: ...

    @property
    def declined(self) -> frozenset[str]: ...

    @property
    def as_on(self) -> Mapping[str, str]: ...


def missing_items(
    questionnaire: Questionnaire, answers: Answers, declined: Collection[str]
) -> tuple[Item, ...]:
    """Required questions that are shown and have neither an answer nor a refusal."""
    return missing_of(questionnaire.shown(answers), answers, declined)


def missing_of(
    shown: Iterable[Item], answers: Answers, declined: Collection[str]
) -> tuple[Item, ...]:
    """The same, where it is known already what is shown."""
    return tuple(
        item
        for item in shown
        if item.required and item.link_id not in answers.values and item.link_id not in declined
    )


def shown_texts(
    questionnaire: Questionnaire,
    asked: Iterable[Item],
    answers: Answers,
    page: Asked,
    *,
    language: str,
    at: datetime,
) -> dict[str, dict[str, Any]]:
    """The words of each question `asked` that was answered or declined, as they stood there."""
    shown = {}
    for item in asked:
        is_declined = item.link_id in page.declined
        if item.link_id in page.asked and (is_declined or item.link_id in answers.values):
            value = answers.values.get(item.link_id)
            shown[item.link_id] = {
                "question": item.text(language),
                "answers": answer_texts(questionnaire, item, value, language),
                "is_declined": is_declined,
                "language": language,
                "at": at.isoformat(),
            }
            if item.link_id in page.as_on:
                shown[item.link_id]["as_on"] = page.as_on[item.link_id]
    return shown


def answer_texts(
    questionnaire: Questionnaire, item: Item, value: Value | None, language: str
) -> list[str]:
    """The words of an answer: the options' texts, a date written out, "6 of 10", the text."""
    if value is None:
        return []
    if item.type in ("choice", "multi"):
        chosen = (value,) if isinstance(value, str) else value
        return option_texts(questionnaire, item, chosen, language)  # type: ignore[arg-type]
    if isinstance(value, date):
        return [written_date(value, language)]
    return [of_ten(value, language) if item.type == "scale_0_10" else str(value)]


def option_texts(
    questionnaire: Questionnaire, item: Item, chosen: Iterable[str], language: str
) -> list[str]:
    """The texts of the chosen options, in the order they are offered."""
    ids = set(chosen)
    options = questionnaire.possible_options(item)
    return [option.text(language) for option in options if option.id in ids]


def written_date(day: date, language: str) -> str:
    """A date nobody can read the wrong way round."""
    words = languages()[language]
    return words.date.format(day=day.day, month=words.months[day.month - 1], year=day.year)


def day_of(written: str | None, language: str) -> str:
    """An ISO date in words, nothing for none."""
    return written_date(date.fromisoformat(written), language) if written else ""


def texts_in_order(
    questionnaire: Questionnaire, shown: Mapping[str, Mapping[str, Any]], answers: Answers
) -> list[tuple[Item, Mapping[str, Any] | None]]:
    """Every shown question with its kept words, None where nothing was given."""
    return [(item, shown.get(item.link_id)) for item in questionnaire.shown(answers)]
