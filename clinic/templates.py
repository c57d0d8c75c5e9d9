"""Our templates, read without what only makes them legible: indents, and lines of nothing but tags.

A page keeps white space wherever it had some within a file: one line break instead of a line's
end, its indent and the empty lines that tags leave. A long page becomes a seventh shorter.
"""

import re

from django.template import Origin
from django.template.loaders import filesystem

INDENT = re.compile(r"\n\s+")
# Those that write nothing themselves; what another writes may end in the middle of a sentence.
SILENT = "if|elif|else|endif|for|empty|endfor|with|endwith|load"
TAG = rf"\{{% (?:{SILENT})\b(?:(?!%\}}).)*%\}}|\{{#(?:(?!#\}}).)*#\}}"
TAGS_ALONE = re.compile(rf"^((?:{TAG})+)\n", re.MULTILINE)
# A line that is there or not as a whole: its end goes with it.
LINE_IF = re.compile(
    r"^(\{% if (?:(?!\{% (?:if|elif|else|endif)\b).)*)(\{% endif %\})\n", re.MULTILINE
)


def without_indents(source: str) -> str:
    """The template without the line breaks around it, too: those are its place's own."""
    lines = TAGS_ALONE.sub(r"\1", INDENT.sub("\n", source))
    return LINE_IF.sub(r"\1\n\2", lines).removesuffix("\n")


class Loader(filesystem.Loader):
    """Of pages only: in plain text each line break means something."""

    def get_contents(self, origin: Origin) -> str:
        source = super().get_contents(origin)
        return without_indents(source) if origin.name.endswith(".html") else source
