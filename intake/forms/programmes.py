"""What a therapist chooses of a programme, and what a patient ticks of a day."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intake import labels
from intake.commands.programmes import Wish
from intake.handouts import Chosen, Handout, progression_words
from intake.queries.programmes import Choosing, Given
from intake.rules.choosing import Against, Suggestion
from intake.rules.exercises import BOUNDS, Exercise

DOSE_LABELS = {
    "sets": "Sets",
    "reps": "Repeats",
    "hold_s": "Hold (s)",
    "rest_s": "Rest (s)",
    "minutes": "Minutes",
    "per_day": "Times a day",
    "days_per_week": "Days a week",
    "weeks": "Weeks",
}
MOST_EXERCISES = 8
UNREAD = "That could not be read. Look again and send it once more."


def dose_keys(exercise: Exercise) -> tuple[str, ...]:
    """What of a dose can be set: what the pack sets, and how often."""
    wanted = {*exercise.dose, "per_day", "days_per_week"} if exercise.dose else set[str]()
    return tuple(key for key in BOUNDS if key in wanted)


def begun_with(choosing: Choosing, given: Given) -> dict[str, Any]:
    """What a new version starts from: the one before it. What was asked then is asked anew."""
    handout, pack = given.handout, choosing.published.told
    titles = {one.title for one in handout.reading}
    begun: dict[str, Any] = {
        "chosen": list(handout.ids),
        "reading": [
            one.id for one in pack.education.values() if one.titles[handout.language] in titles
        ],
    }
    for block in handout.blocks:
        kept = given.chosen[block.id]
        for key in BOUNDS:
            begun[f"{block.id}.{key}"] = kept["dose"].get(key)
        begun[f"{block.id}.progression"] = block.progression
        begun[f"{block.id}.reason"] = kept["reason"]
    return begun


class GiveForm(forms.Form):
    """Which exercises, how much of each, what to read, and the reasons that are asked for."""

    key = forms.UUIDField(
        initial=uuid.uuid4, error_messages={"required": UNREAD, "invalid": UNREAD}
    )
    safe_because = forms.CharField(required=False, max_length=500)
    is_seen = forms.BooleanField(required=False)

    def __init__(
        self, choosing: Choosing, language: str, data: Any = None, before: Given | None = None
    ) -> None:
        super().__init__(data, initial=begun_with(choosing, before) if before else None)
        self.choosing, self.language = choosing, language
        pack = choosing.published.told
        given = [one.exercise for one in choosing.choice.suggestions]
        self.fields["chosen"] = forms.MultipleChoiceField(
            choices=[(one.id, one.id) for one in given], required=False
        )
        self.fields["reading"] = forms.MultipleChoiceField(
            choices=[(one.id, one.id) for one in choosing.choice.reading], required=False
        )
        for one in given:
            for key in dose_keys(one):
                low, high = BOUNDS[key]
                wrong = f"{DOSE_LABELS[key]}: a number from {low} to {high}"
                self.fields[f"{one.id}.{key}"] = forms.IntegerField(
                    min_value=low,
                    max_value=high,
                    required=False,
                    initial=one.start().get(key),
                    error_messages={"min_value": wrong, "max_value": wrong, "invalid": wrong},
                )
            ahead = progression_words(pack, pack.care, one, language) if pack.care else ""
            self.fields[f"{one.id}.progression"] = forms.CharField(
                required=False, max_length=300, initial=ahead
            )
            self.fields[f"{one.id}.asked"] = forms.BooleanField(required=False)
            self.fields[f"{one.id}.reason"] = forms.CharField(required=False, max_length=500)

    def clean_chosen(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["chosen"]
        if len(chosen) > MOST_EXERCISES:
            raise forms.ValidationError(f"Choose at most {MOST_EXERCISES} exercises")
        return chosen

    def wish(self) -> Wish:
        """What was chosen, in the order of the page."""
        given = self.cleaned_data
        return Wish(
            chosen=[
                self.chosen(one.exercise)
                for one in self.choosing.choice.suggestions
                if one.exercise.id in given["chosen"]
            ],
            reading=given["reading"],
            is_seen=given["is_seen"],
            safe_because=given["safe_because"],
        )

    def chosen(self, exercise: Exercise) -> Chosen:
        given, id = self.cleaned_data, exercise.id
        dose = {key: given[f"{id}.{key}"] for key in dose_keys(exercise)}
        return Chosen(
            id=id,
            dose={key: number for key, number in dose.items() if number is not None},
            progression=given[f"{id}.progression"],
            reason=given[f"{id}.reason"],
            is_asked=given[f"{id}.asked"],
        )

    def rows(self) -> Iterator["OptionRow"]:
        """The page's lines, with what was typed."""
        ticked = self["chosen"].value() or ()
        for one in self.choosing.choice.suggestions:
            yield OptionRow(
                suggestion=one,
                names=self.names(one.because),
                against=[self.quoted(each) for each in one.against],
                ask=[self.quoted(each) for each in one.ask],
                is_chosen=one.exercise.id in ticked,
                doses=[self.box(one.exercise, key) for key in dose_keys(one.exercise)],
                progression=self[f"{one.exercise.id}.progression"],
                reason=self[f"{one.exercise.id}.reason"],
                asked=self[f"{one.exercise.id}.asked"],
            )

    def box(self, exercise: Exercise, key: str) -> dict[str, Any]:
        """One small field of a dose."""
        field = self[f"{exercise.id}.{key}"]
        low, high = BOUNDS[key]
        return {"label": DOSE_LABELS[key], "field": field, "low": low, "high": high}

    def names(self, patterns: tuple[str, ...]) -> list[str]:
        pack = self.choosing.published.pack
        return [pack.pattern(id).name("en") for id in patterns]

    def quoted(self, one: Against) -> dict[str, Any]:
        """A contraindication with the answers as they were shown, and the names of patterns."""
        questionnaire = self.choosing.published.pack.questionnaire
        shown = self.choosing.shown
        return {
            "say": one.say,
            "patterns": self.names(one.patterns),
            "quotes": [
                {"question": shown[id]["question"], "answer": ", ".join(shown[id]["answers"])}
                for id in one.items
                if shown.get(id, {}).get("answers")
            ],
            "open": [questionnaire.item(id).text("en") for id in one.items if id not in shown],
        }


@dataclass(frozen=True)
class OptionRow:
    """One exercise on the therapist's page."""

    suggestion: Suggestion
    names: list[str]
    against: list[dict[str, Any]]
    ask: list[dict[str, Any]]
    is_chosen: bool
    doses: list[dict[str, Any]]
    progression: Any
    reason: Any
    asked: Any

    @property
    def dose_label(self) -> str:
        """What the dose rests on."""
        return labels.DOSE[self.suggestion.exercise.dose_basis]


class DayForm(forms.Form):
    """A day as a patient ticks it; nothing of it has to be filled in."""

    def __init__(self, handout: Handout, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        wrong = {"invalid": _("Choose a number from 0 to 10")}
        self.fields["done"] = forms.MultipleChoiceField(
            choices=[(block.id, block.name) for block in handout.blocks], required=False
        )
        for name in ("during", "following"):
            self.fields[name] = forms.RegexField(
                r"^(10|[0-9])$", required=False, error_messages=wrong
            )

    def given(self) -> Mapping[str, Any]:
        """What the command takes."""
        pains = {name: self.cleaned_data[name] for name in ("during", "following")}
        return {
            "done": self.cleaned_data["done"],
            **{name: int(pain) if pain else None for name, pain in pains.items()},
        }


class SeenForm(forms.Form):
    """Until when what was saved stood on the page."""

    until = forms.DateTimeField()
