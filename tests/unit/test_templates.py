"""Our templates without their indents."""

import pytest
from django.template import Context, Engine
from django.template.loader import get_template

from clinic.templates import without_indents


def drawn(source: str, **values: object) -> str:
    """What a template writes, read as ours are."""
    return Engine().from_string(without_indents(source)).render(Context(values))


def test_indents_and_lines_of_tags_are_left_out() -> None:
    source = """{# contract: names #}
    <ul>
      {% for name in names %}
        {% if name %}{# somebody #}
          <li>{{ name }}</li>
        {% endif %}
      {% endfor %}
    </ul>
    """
    assert drawn(source, names=["Ash", "", "Elm"]) == "<ul>\n<li>Ash</li>\n<li>Elm</li>\n</ul>"


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("<b>For</b>\n  {% if one %}\n    <i>this</i>\n  {% endif %}\n  end", "<i>this</i>\nend"),
        ("<b>For</b>\n  {% if none %}\n    <i>this</i>\n  {% endif %}\n  end", "<b>For</b>\nend"),
        ("<b>For</b>\n  {{ one }}\n  end", "<b>For</b>\n1\nend"),
        ("<b>For</b> {% if one %}<i>this</i>{% endif %} <b>end</b>", "</b> <i>this</i> <b>end"),
        ("<b>\n {% if one %}<i>this</i>{% endif %}\n <u>", "<b>\n<i>this</i>\n<u>"),
        ("<b>\n {% if none %}<i>this</i>{% endif %}\n <u>", "<b>\n<u>"),
        ("{% if one %}1{% endif %}{% if none %}0{% endif %}\nend", "1\nend"),
        ("{% if none %}0{% else %}1{% endif %}\nend", "1\nend"),
        ("{% for _ in many %}\n<i>this</i>\n{% endfor %}\n", "<i>this</i>\n<i>this</i>"),
    ],
)
def test_words_that_stood_apart_stand_apart(source: str, written: str) -> None:
    assert written in drawn(source, one=1, many="ab")


def test_what_is_written_into_a_page_keeps_its_lines() -> None:
    text = "S: as told.\n\n   O: seen.\n"
    assert drawn("<p>\n  {{ text }}\n</p>\n", text=text) == f"<p>\n{text}\n</p>"


def test_our_pages_are_read_without_indents_and_what_is_no_page_as_it_is() -> None:
    assert "\n  " not in get_template("base_staff.html").template.source
    assert get_template("account/messages/logged_in.txt").template.source.endswith("#}\n")


def test_a_librarys_pages_are_read_as_they_are() -> None:
    assert "\n  " in get_template("mfa/index.html").template.source
