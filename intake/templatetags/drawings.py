"""Our own drawings, inside the page: no second request.

`{% drawing "X-SLR" %}` is of an exercise, `{% draw_body %}` the body that a patient's ticks mark. A
therapist sees that body on page after page: there it comes from a file (static/img/body.svg).
"""

from functools import cache
from pathlib import Path

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()
FOLDER = Path(__file__).resolve().parent.parent / "content" / "drawings"


@cache
def drawings() -> dict[str, SafeString]:
    """Every drawing by its exercise; the steps beside it say the same in words."""
    return {
        file.stem: mark_safe(  # noqa: S308 - our own files
            file.read_text(encoding="utf-8").strip().replace("<svg ", '<svg aria-hidden="true" ', 1)
        )
        for file in FOLDER.glob("*.svg")
    }


@register.simple_tag
def drawing(exercise_id: str) -> SafeString:
    """Nothing for an exercise without one."""
    return drawings().get(exercise_id, SafeString(""))


@register.simple_tag
def draw_body() -> SafeString:
    """The same for everybody; what is ticked beside it marks it (static/css/figure.css)."""
    return body_in(get_language())


@cache
def body_in(language: str | None) -> SafeString:
    """Drawn in the language of the moment, which is this one."""
    return render_to_string("components/body_parts.html")
