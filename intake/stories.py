"""What the patient told, in the few words a therapist reads first. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from intake import labels
from intake.briefs import Fact, Place, Row, Section, Story
from intake.chart import chosen_places, detail_texts, get_chart
from intake.rules.answered import Answers
from intake.rules.pages import pages
from intake.rules.questions import Item, Questionnaire
from intake.wording import answer_texts

SILENT = "Not answered"
SIGNS = "rf."


def tell(
    questionnaire: Questionnaire,
    answers: Answers,
    shown: Mapping[str, Mapping[str, Any]],
    declined: frozenset[str],
    details: Mapping[str, Mapping[str, Any]] | None = None,
) -> Story:
    """The story of the answers in force; what was not answered says so.

    `details` is what was said of each place, as a response keeps it.
    """
    reader = Reader(questionnaire, answers, declined)
    words, goal = shown.get("problem.words", {}), shown.get("goal.main", {})
    return Story(
        completed_by_label=labels.COMPLETED_BY.get(
            str(answers.values.get("about.completed_by")), ""
        ),
        complaint=first(words.get("answers")),
        complaint_language=words.get("language"),
        goal=first(goal.get("answers")),
        goal_language=goal.get("language"),
        sex_label=reader.words("about.sex"),
        areas=reader.options("pain.area"),
        main_area=main_area(reader),
        side=first(reader.options("pain.side")),
        areas_label=labels.MORE.join(
            filter(None, (reader.words("pain.area"), reader.words("pain.side")))
        ),
        places=places_of(reader, details or {}),
        facts=reader.facts(labels.FACTS),
        history=reader.facts(labels.HISTORY),
        signs=reader.signs(),
        medicines=tuple(reader.texts("hx.meds")) or reader.silence("hx.meds"),
        answers=sections_of(questionnaire, answers, shown, declined, details or {}),
    )


def first(values: Any) -> Any:
    """The first of some values, None without any."""
    return values[0] if values else None


def main_area(reader: "Reader") -> str | None:
    """The worst place: named, or the only one there is."""
    areas = reader.options("pain.area")
    named: str | None = first(reader.options("pain.main_area"))
    return areas[0] if len(areas) == 1 else named


def places_of(reader: "Reader", details: Mapping[str, Mapping[str, Any]]) -> tuple[Place, ...]:
    """Each chosen place in the staff's language."""
    questionnaire, worst = reader.questionnaire, main_area(reader)
    found = []
    for option in chosen_places(questionnaire, reader.answers):
        said = details.get(option.id, {})
        words = detail_texts(questionnaire, said.get("feels", ()), said.get("strength"), "en")
        found.append(Place(option.text("en"), ", ".join(words), option.id == worst))
    return tuple(found)


class Reader:
    """Reads coded answers in the staff's language."""

    def __init__(
        self, questionnaire: Questionnaire, answers: Answers, declined: frozenset[str]
    ) -> None:
        self.questionnaire, self.answers, self.declined = questionnaire, answers, declined
        self.asked = {item.link_id: item for item in questionnaire.shown(answers)}

    def options(self, link_id: str) -> tuple[str, ...]:
        """Option ids, none for an unanswered question."""
        value = self.answers.values.get(link_id, ())
        return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]

    def texts(self, link_id: str) -> list[str]:
        """The English words of an answer."""
        item = self.questionnaire.by_id.get(link_id)
        value = self.answers.values.get(link_id)
        return answer_texts(self.questionnaire, item, value, "en") if item else []

    def words(self, link_id: str) -> str:
        """The English words in one string."""
        return labels.MORE.join(self.texts(link_id))

    def silence(self, link_id: str) -> tuple[str, ...]:
        """What stands where an answer is missing; nothing where it was not asked."""
        if link_id in self.declined:
            return ("Preferred not to say",)
        return (SILENT,) if link_id in self.asked else ()

    def facts(self, wanted: tuple[tuple[str, str], ...]) -> tuple[Fact, ...]:
        """Labelled answers, and in one line what is open; what does not apply is left out."""
        values = [(label, self.words(id) or first(self.silence(id))) for label, id in wanted]
        told = [Fact(label, value) for label, value in values if value and value != SILENT]
        still_open = ", ".join(label for label, value in values if value == SILENT)
        return (*told, *([Fact(SILENT, still_open)] if still_open else []))

    def signs(self) -> tuple[Fact, ...]:
        """Each question about a warning sign; a "none of these" names what it denies."""
        asked = (item for item in self.asked.values() if item.link_id.startswith(SIGNS))
        return tuple(Fact(item.text("en"), self.sign(item)) for item in asked)

    def sign(self, item: Item) -> str:
        """The answer to one of them."""
        chosen = set(self.options(item.link_id))
        said = self.words(item.link_id) or first(self.silence(item.link_id)) or SILENT
        if not any(option.id in chosen and option.exclusive for option in item.options):
            return str(said)
        denied = [option.text("en") for option in item.options if not option.exclusive]
        return f"{said} ({'; '.join(denied)})"


def sections_of(
    questionnaire: Questionnaire,
    answers: Answers,
    shown: Mapping[str, Mapping[str, Any]],
    declined: frozenset[str],
    details: Mapping[str, Mapping[str, Any]],
) -> tuple[Section, ...]:
    """Every shown question with the answer as it stood on the page."""
    rows: dict[str, list[Row]] = {}
    for page in pages(questionnaire, answers):
        found = rows.setdefault(page.section, [])
        for item in page.items:
            found.append(row_of(item, shown.get(item.link_id), declined))
            if item.link_id == get_chart().item:
                found += detail_rows(questionnaire, answers, details)
    return tuple(
        Section(questionnaire.section(section).text("en"), tuple(found))
        for section, found in rows.items()
    )


def detail_rows(
    questionnaire: Questionnaire, answers: Answers, details: Mapping[str, Mapping[str, Any]]
) -> list[Row]:
    """What was said of each chosen place, as it stood on the page."""
    return [
        Row(
            anchor=labels.anchor_of(f"place.{option.id}"),
            question=said["place"],
            answers=tuple(said["answers"]),
            is_declined=False,
            language=said["language"],
        )
        for option in chosen_places(questionnaire, answers)
        if (said := details.get(option.id))
    ]


def row_of(item: Item, words: Mapping[str, Any] | None, declined: frozenset[str]) -> Row:
    """One question; in English when the patient has not reached it."""
    return Row(
        anchor=labels.anchor_of(item.link_id),
        question=words["question"] if words else item.text("en"),
        answers=tuple(words["answers"]) if words else (),
        is_declined=item.link_id in declined,
        language=words["language"] if words else "en",
        as_on=date.fromisoformat(words["as_on"]) if words and "as_on" in words else None,
    )
