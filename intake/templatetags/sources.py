"""`{% draw_sources line %}`: what a line rests on, kept once drawn."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from intake.briefs import Line, Source

register = template.Library()
TEMPLATE = "components/staff/line_sources.html"
MOST_DRAWINGS = 1024  # a pack has some 700 lines, each about 400 bytes


@register.simple_tag
def draw_sources(line: Any) -> SafeString:
    """The words of the pack only: nothing that a patient answered is kept."""
    draw = drawn if isinstance(line, Line) else drawn.__wrapped__
    return draw(line.text, line.basis_label, line.figure, line.sources)


@lru_cache(maxsize=MOST_DRAWINGS)
def drawn(text: str, basis_label: str, figure: str, sources: tuple[Source, ...]) -> SafeString:
    """The same lines stand on brief after brief."""
    line = {"text": text, "basis_label": basis_label, "figure": figure, "sources": sources}
    return render_to_string(TEMPLATE, {"line": line})
