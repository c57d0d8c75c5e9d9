"""A language that nobody speaks: every text of a patient in ⟦brackets⟧, as one folder.

It is made of the English texts, so it is whole exactly when they are; what stands on a page
without brackets did not come from the folder.
"""

import ast
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from intake.chart import get_chart
from intake.languages import languages
from intake.rules.pack import load_pack

CLONE = Path(__file__).resolve().parents[1]
# Django knows the months of this one, and the pack has none of it.
CODE = "eo"


def odd(text: str) -> str:
    return f"⟦{text}⟧"


def make_folder(folder: Path) -> None:
    """What docs/languages.md asks for."""
    folder.mkdir()
    for name, content in files().items():
        written = yaml.safe_dump(content, allow_unicode=True)
        (folder / name).write_text(written, encoding="utf-8")
    catalogue = folder / "locale" / CODE / "LC_MESSAGES"
    catalogue.mkdir(parents=True)
    (catalogue / "django.mo").write_bytes(compiled(odd_entries()))


def files() -> dict[str, Any]:
    pack, english = load_pack(), languages()["en"]
    notice = yaml.safe_load((CLONE / "intake/content/notice.yaml").read_text(encoding="utf-8"))
    return {
        "language.yaml": {
            "name": "⟦Odd⟧",
            "name_en": "Odd",
            "months": [odd(month) for month in english.months],
            "date": "⟦{day}⟧ {month} {year}",
            "of_ten": odd("of 10"),
        },
        "chart.yaml": {region.id: odd(region.text("en")) for region in get_chart().regions},
        "items.yaml": {
            "sections": {one.id: odd(one.text("en")) for one in pack.questionnaire.sections},
            "items": {item.link_id: item_of(item) for item in pack.questionnaire.items},
        },
        "messages.yaml": {one.id: odd(one.patient_message("en")) for one in pack.patterns},
        "contradictions.yaml": {one.id: odd(one.text("en")) for one in pack.contradictions},
        "notice.yaml": {
            part: [odd(text) for text in notice[part]["en"]] for part in ("notice", "statement")
        },
        "voices.yaml": all_odd(english.voices),
    }


def item_of(item: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"text": odd(item.text("en"))}
    if item.helps:
        given["help"] = odd(item.help("en"))
    if item.anchors:
        given["anchors"] = [odd(end) for end in item.anchors["en"]]
    if item.options:
        given["options"] = {one.id: odd(one.text("en")) for one in item.options}
    return given


def all_odd(value: Any) -> Any:
    """Every text of a document."""
    if isinstance(value, str):
        return odd(value)
    return {key: all_odd(each) for key, each in value.items()}


def odd_entries() -> Iterator[tuple[str, str]]:
    """The words around the questions, by the keys of the Spanish catalogue."""
    written = (CLONE / "locale/es/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    head = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=n != 1;\n"
    yield "", head
    for entry in written.strip().split("\n\n")[1:]:
        parts = parts_of(entry)
        one, many = parts["msgid"], parts.get("msgid_plural")
        if "msgctxt" in parts:  # the pattern of a date is no word
            yield f"{parts['msgctxt']}\x04{one}", one
        elif many:
            yield f"{one}\0{many}", f"{odd(one)}\0{odd(many)}"
        else:
            yield one, odd(one)


def parts_of(entry: str) -> dict[str, str]:
    """An entry of a .po file: its keywords and what stands behind them."""
    parts: dict[str, str] = {}
    key = ""
    for line in (each for each in entry.splitlines() if not each.startswith("#")):
        literal = line
        if not line.startswith('"'):
            key, _, literal = line.partition(" ")
        parts[key] = parts.get(key, "") + ast.literal_eval(literal)
    return parts


def compiled(entries: Iterable[tuple[str, str]]) -> bytes:
    """A .mo file, as the manual of gettext lays it out: two tables, then the strings, sorted."""
    pairs = sorted((key.encode(), words.encode()) for key, words in entries)
    count, header = len(pairs), 28
    at = header + 16 * count
    tables: list[bytes] = []
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), at))
            at += len(pair[column]) + 1
    strings = b"".join(pair[column] + b"\0" for column in (0, 1) for pair in pairs)
    head = struct.pack("<7I", 0x950412DE, 0, count, header, header + 8 * count, 0, 0)
    return head + b"".join(tables) + strings
