"""A language that nobody speaks: every text of a patient in ⟦brackets⟧, as one folder.

It is made of the English texts, so it is whole exactly when they are; what stands on a page
without brackets did not come from the folder.
"""

import ast
import subprocess
from pathlib import Path
from typing import Any

import yaml

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
    (catalogue / "django.po").write_text(translated_catalogue(), encoding="utf-8")
    command = ["msgfmt", "-o", str(catalogue / "django.mo"), str(catalogue / "django.po")]
    subprocess.run(command, check=True)


def files() -> dict[str, Any]:
    pack, english = load_pack(), languages()["en"]
    notice = yaml.safe_load((CLONE / "intake/content/notice.yaml").read_text(encoding="utf-8"))
    return {
        "language.yaml": {
            "name": "⟦Odd⟧",
            "name_en": "Odd",
            "months": [odd(month) for month in english.months],
            "date": "⟦{day}⟧ {month} {year}",
        },
        "items.yaml": {
            "sections": {one.id: odd(one.text("en")) for one in pack.questionnaire.sections},
            "items": {item.link_id: item_of(item) for item in pack.questionnaire.items},
        },
        "messages.yaml": {one.id: odd(one.patient_message("en")) for one in pack.patterns},
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


def translated_catalogue() -> str:
    """The Spanish catalogue with odd words in it."""
    written = (CLONE / "locale/es/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    head, *entries = written.strip().split("\n\n")
    return "\n\n".join([head.replace("Language: es", f"Language: {CODE}"), *map(entry, entries)])


def entry(written: str) -> str:
    """One entry: its keys as they are, its words the English ones made odd."""
    lines = [line for line in written.splitlines() if not line.startswith("#")]
    parts: dict[str, list[str]] = {}
    for line in lines:
        if not line.startswith('"'):
            key, _, line = line.partition(" ")
            parts[key] = []
        parts[key].append(line)
    has_places = any("%(" in line for line in lines)
    kept = ["#, python-format"] if has_places else []
    for key, values in parts.items():
        kept += [f"{key} {values[0]}", *values[1:]] if key.startswith("msg") else []
        if key.startswith("msgstr"):
            del kept[-len(values) :]
            source = "msgid_plural" if key == "msgstr[1]" else "msgid"
            english = "".join(ast.literal_eval(each) for each in parts[source])
            # The pattern of a date is no word.
            text = english if "msgctxt" in parts else odd(english)
            kept.append(f"{key} {quoted(text)}")
    return "\n".join(kept)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
