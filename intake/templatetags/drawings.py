"""`{% drawing "X-SLR" %}`: our own drawing of an exercise, inside the page: no second request."""

from functools import cache
from pathlib import Path

from django import template
from django.utils.safestring import SafeString, mark_safe

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
