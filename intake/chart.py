"""The body chart: regions of places, and what is asked of each chosen place. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from intake.languages import languages, of_ten
from intake.rules.answered import Answers
from intake.rules.items import Option
from intake.rules.questions import Questionnaire

FILE = Path(__file__).parent / "content" / "chart.yaml"


@dataclass(frozen=True)
class Region:
    """A part of the body and the places in it, as option ids."""

    id: str
    texts: Mapping[str, str]
    areas: tuple[str, ...]

    def text(self, language: str) -> str:
        """From the chart, from the folder of a further language, or in English."""
        folder = languages().get(language)
        named = folder.regions.get(self.id) if folder else None
        return self.texts.get(language) or named or self.texts["en"]


@dataclass(frozen=True)
class Chart:
    """`item` asks for the places, `strength` names both ends of 0-10; `feels` are of `feel`."""

    item: str
    regions: tuple[Region, ...]
    feel: str
    feels: tuple[str, ...]
    strength: str


@dataclass(frozen=True)
class Detail:
    """What was said of one chosen place: ids of feelings, and 0 to 10."""

    place: Option
    feels: tuple[str, ...]
    strength: int | None


@cache
def get_chart() -> Chart:
    """The shipped chart."""
    return read_chart(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def read_chart(document: Mapping[str, Any]) -> Chart:
    """KeyError or TypeError for a document of another shape."""
    regions = tuple(
        Region(
            raw["id"],
            {key: text for key, text in raw.items() if key not in ("id", "areas")},
            tuple(raw["areas"]),
        )
        for raw in document["regions"]
    )
    feel = document["feel"]
    return Chart(
        item=document["item"],
        regions=regions,
        feel=feel["item"],
        feels=tuple(feel["options"]),
        strength=document["strength"]["item"],
    )


def wrong_in(chart: Chart, questionnaire: Questionnaire) -> Iterator[str]:
    """What chart and questionnaire do not agree about, one sentence each."""
    for link_id in (chart.item, chart.feel, chart.strength):
        if link_id not in questionnaire.by_id:
            yield f"chart: unknown item '{link_id}'"
            return
    for region in chart.regions:
        missing = sorted(set(questionnaire.languages) - set(region.texts))
        yield from (f"chart: region '{region.id}' has no text '{each}'" for each in missing)
    for code, language in languages().items():
        if code not in questionnaire.languages:
            gaps = [region.id for region in chart.regions if not language.regions.get(region.id)]
            yield from (f"language {code}: region '{id}' has no text" for id in gaps)
    areas = Counter(area for region in chart.regions for area in region.areas)
    item = questionnaire.item(chart.item)
    wanted = item.option_ids - item.exclusive
    yield from (f"chart: unknown place '{area}'" for area in sorted(set(areas) - wanted))
    yield from (f"chart: '{area}' is in no region" for area in sorted(wanted - set(areas)))
    yield from (f"chart: '{area}' is there twice" for area, times in areas.items() if times > 1)
    known = questionnaire.item(chart.feel).option_ids
    yield from (f"chart: unknown feeling '{id}'" for id in chart.feels if id not in known)


def in_regions(
    chart: Chart, options: Iterable[Any], language: str
) -> list[tuple[str, tuple[Any, ...]]]:
    """(name, options) of each region, and last without a name what belongs to none.

    `options` are whatever has a `value` that is an option id.
    """
    left = {option.value: option for option in options}
    found = []
    for region in chart.regions:
        inside = tuple(left.pop(area) for area in region.areas if area in left)
        if inside:
            found.append((region.text(language), inside))
    return [*found, ("", tuple(left.values()))] if left else found


def every_place(questionnaire: Questionnaire) -> tuple[Option, ...]:
    """All that can be chosen, "no pain" left out, in the order they are offered."""
    item = questionnaire.by_id.get(get_chart().item)
    return tuple(option for option in item.options if not option.exclusive) if item else ()


def chosen_places(questionnaire: Questionnaire, answers: Answers) -> tuple[Option, ...]:
    """Those that are chosen."""
    chosen = answers.values.get(get_chart().item, ())
    if not isinstance(chosen, tuple):
        return ()
    return tuple(option for option in every_place(questionnaire) if option.id in chosen)


def asked_of(place: Option) -> tuple[str, str]:
    """The names of both questions about a place: what it feels like, and how strong."""
    return f"{place.id}.feel", f"{place.id}.strength"


def by_question(places: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of places, as a response keeps it, by the names of the questions."""
    said = {}
    for place, kept in places.items():
        if kept["feels"]:
            said[f"{place}.feel"] = kept["feels"]
        if kept["strength"] is not None:
            said[f"{place}.strength"] = kept["strength"]
    return said


def feelings(questionnaire: Questionnaire) -> tuple[Option, ...]:
    """What a place can be said to feel like."""
    chart = get_chart()
    options = {option.id: option for option in questionnaire.item(chart.feel).options}
    return tuple(options[id] for id in chart.feels if id in options)


def detail_texts(
    questionnaire: Questionnaire, feels: Iterable[str], strength: int | None, language: str
) -> list[str]:
    """What was said of one place, in words."""
    chosen = set(feels)
    said = [option.text(language) for option in feelings(questionnaire) if option.id in chosen]
    if strength is None:
        return said
    return [*said, of_ten(strength, language)]
