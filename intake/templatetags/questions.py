"""`{% draw question %}`: components/question.html, kept once drawn."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
TEMPLATE = "components/question.html"
# About 3 kB each: every question in both languages as it is first seen, and the usual answers.
MOST_DRAWINGS = 512


@register.simple_tag
def draw(question: Any) -> SafeString:
    """The question's HTML. Only ticks are kept, and they say nothing about who made them.

    What somebody typed, and what was wrong with it, is drawn anew each time.
    """
    if getattr(question, "is_only_choices", False):
        return draw_choices(get_language(), question)
    return render_to_string(TEMPLATE, {"question": question})


@lru_cache(maxsize=MOST_DRAWINGS)
def draw_choices(language: str | None, question: Any) -> SafeString:
    """Looking one up takes a thirtieth of drawing its twenty radios."""
    return render_to_string(TEMPLATE, {"question": question})
