"""The page that asks what each chosen place is like, and its answers read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from intake.chart import chosen_places, feelings, get_chart
from intake.models import Response
from intake.queries.questions import Choice, Question
from intake.rules.answered import Answers
from intake.rules.items import Item, Option
from intake.rules.questions import Questionnaire


@dataclass(frozen=True)
class Place:
    """One chosen place with its two questions."""

    id: str
    name: str
    feel: Question
    strength: Question


@dataclass(frozen=True)
class Typed:
    """A form that was not taken: what was ticked, and what is wrong, by name of the control."""

    ticked: Mapping[str, Any]
    errors: Mapping[str, str]


def list_places(
    questionnaire: Questionnaire,
    saved: Answers,
    details: Mapping[str, Any],
    language: str,
    typed: Typed | None = None,
) -> tuple[Place, ...]:
    """The chosen places, with what was said of them or with what a refused form holds."""
    sheet = Sheet(questionnaire, language, details, typed)
    return tuple(
        sheet.place(f"p-{number}", option)
        for number, option in enumerate(chosen_places(questionnaire, saved), 1)
    )


@dataclass(frozen=True)
class Sheet:
    """Draws the questions about places in one language."""

    questionnaire: Questionnaire
    language: str
    details: Mapping[str, Any]
    typed: Typed | None

    def place(self, id: str, option: Option) -> Place:
        chart = get_chart()
        said = self.details.get(option.id, {})
        feel, strength = f"{option.id}.feel", f"{option.id}.strength"
        ticked = self.ticked(feel, said.get("feels", []))
        number = self.ticked(strength, said.get("strength"))
        item = self.questionnaire.item(chart.strength)
        return Place(
            id=id,
            name=option.text(self.language),
            feel=self.question(
                f"{id}-feel",
                feel,
                "multi",
                _("What does it feel like there?"),
                tuple(
                    Choice(f"{id}-feel-{n}", one.id, one.text(self.language), one.id in ticked)
                    for n, one in enumerate(feelings(self.questionnaire), 1)
                ),
            ),
            strength=self.question(
                f"{id}-strength",
                strength,
                "scale_0_10",
                _("How strong is it there?"),
                tuple(
                    Choice(f"{id}-strength-{n}", str(n), str(n), str(number) == str(n))
                    for n in range(11)
                ),
                item,
            ),
        )

    def ticked(self, name: str, saved: Any) -> Any:
        return self.typed.ticked.get(name) if self.typed else saved

    def question(
        self,
        id: str,
        name: str,
        kind: str,
        text: str,
        options: tuple[Choice, ...],
        scale: Item | None = None,
    ) -> Question:
        low, high = scale.anchors[self.language] if scale else (None, None)
        return Question(
            id=id,
            name=name,
            kind=kind,
            text=text,
            help=None,
            required=True,  # nothing on this page is, and the page says so once
            error=self.typed.errors.get(name) if self.typed else None,
            value=None,
            options=options,
            declines=False,
            is_declined=False,
            low_anchor=low,
            high_anchor=high,
            max_length=None,
            is_heading=False,
            widget=None,
        )


def place_rows(
    questionnaire: Questionnaire, saved: Answers, response: Response, language: str, url: str
) -> list[dict[str, Any]]:
    """A row for each chosen place to be read back, with the words as they stood on the page."""
    rows = []
    for number, option in enumerate(chosen_places(questionnaire, saved), 1):
        said = (response.places or {}).get(option.id)
        rows.append(
            {
                "question": said["place"] if said else option.text(language),
                "answers": said["answers"] if said else [],
                "is_declined": False,
                "is_missing": False,
                "is_place": True,
                "change_url": f"{url}?from=check#p-{number}",
            }
        )
    return rows
