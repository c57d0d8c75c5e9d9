"""The page that asks what each chosen place is like, and its answers read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from intake.chart import asked_of, chosen_places, detail_texts, feelings, get_chart
from intake.merging import Kept
from intake.models import Response
from intake.queries.questions import Choice, Other, Question, Refused, others, seen_of
from intake.rules.answered import Answers
from intake.rules.items import Item, Option
from intake.rules.pages import page_of
from intake.rules.questions import Questionnaire


@dataclass(frozen=True)
class Place:
    """One chosen place with its two questions."""

    id: str
    name: str
    feel: Question
    strength: Question


@dataclass(frozen=True)
class PlacesView:
    """The page. `seen` and `unsaved` as for `PageView`."""

    places: tuple[Place, ...]
    back_url: str
    seen: str
    unsaved: tuple[str, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(each for place in self.places for each in (place.feel, place.strength))


def get_places(
    questionnaire: Questionnaire,
    saved: Answers,
    response: Response,
    language: str,
    refused: Refused | None = None,
) -> PlacesView:
    """The chosen places, with what was said of them or with what a refused form holds."""
    kept, chosen = response.kept_places, chosen_places(questionnaire, saved)
    words = {key: worded(questionnaire, said, language) for key, said in kept.answers.items()}
    sheet = Sheet(questionnaire, language, kept, refused, others(kept, refused, words))
    chart_page = page_of(questionnaire, get_chart().item)
    return PlacesView(
        places=tuple(sheet.place(f"p-{number}", each) for number, each in enumerate(chosen, 1)),
        back_url=reverse("page", args=[chart_page]),
        seen=str(seen_of(kept, [name for each in chosen for name in asked_of(each)], refused)),
        unsaved=refused.unsaved() if refused else (),
    )


def worded(questionnaire: Questionnaire, said: Any, language: str) -> list[str]:
    """One answer about a place, in words."""
    is_strength = isinstance(said, int)
    feels, strength = ((), said) if is_strength else (said, None)
    return detail_texts(questionnaire, feels, strength, language)


@dataclass(frozen=True)
class Sheet:
    """Draws the questions about places in one language."""

    questionnaire: Questionnaire
    language: str
    kept: Kept
    refused: Refused | None
    others: Mapping[str, Other]

    def place(self, id: str, option: Option) -> Place:
        feel, strength = asked_of(option)
        ticked, number = self.ticked(feel) or (), self.ticked(strength)
        item = self.questionnaire.item(get_chart().strength)
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

    def ticked(self, name: str) -> Any:
        typed = self.refused.typed if self.refused else {}
        return typed.get(name, self.kept.answers.get(name))

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
            error=self.refused.errors.get(name) if self.refused else None,
            value=None,
            options=options,
            declines=False,
            is_declined=False,
            low_anchor=low,
            high_anchor=high,
            max_length=None,
            is_heading=False,
            widget=None,
            elsewhere=self.others.get(name),
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
