"""An examination test of the pack, kept once drawn; nothing of a visit is kept.

`{% draw_how test %}` is how to do it, on a card; `{% draw_planned test %}` the same in the plan;
`{% draw_outcomes test side %}` the fields of what it showed, `side` chosen beforehand.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from intake.briefs import Source, Test

register = template.Library()
MOST_DRAWINGS = 512  # a pack has some 70 tests


@register.simple_tag
def draw_how(test: Test) -> SafeString:
    return how(test.name, test.how, test.accuracy, test.figure, test.sources)


@register.simple_tag
def draw_planned(test: Test) -> SafeString:
    return drawn("test_planned.html", test.name, test.how, test.accuracy, test.cautions)


@register.simple_tag
def draw_outcomes(test: Test, side: str) -> SafeString:
    return outcomes(test.id, test.name, side)


@lru_cache(maxsize=MOST_DRAWINGS)
def how(name: str, how: str, accuracy: str, figure: str, sources: tuple[Source, ...]) -> Any:
    """The words of the pack, and under a figure the sources it is from."""
    test = {"name": name, "how": how, "accuracy": accuracy, "figure": figure, "sources": sources}
    return render_to_string("components/staff/test_how.html", {"test": test})


@lru_cache(maxsize=MOST_DRAWINGS)
def drawn(file: str, name: str, how: str, accuracy: str, cautions: str | None) -> Any:
    """The words of the pack."""
    test = {"name": name, "how": how, "accuracy": accuracy, "cautions": cautions}
    return render_to_string(f"components/staff/{file}", {"test": test})


@lru_cache(maxsize=MOST_DRAWINGS)
def outcomes(id: str, name: str, side: str) -> Any:
    """A side, and three buttons."""
    shown = {"test": {"id": id, "name": name}, "side": side}
    return render_to_string("components/staff/test_outcomes.html", shown)
