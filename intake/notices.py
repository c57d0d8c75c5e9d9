"""The clinic's notice and the words of the signature, in each language. Pure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from intake.languages import languages

FILE = Path(__file__).parent / "content" / "notice.yaml"
PARTS = ("notice", "statement")
PLACES = ("CLINIC_NAME", "CLINIC_PHONE", "EMERGENCY_NUMBER", "URGENT_LINE")
PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Words:
    """Paragraphs as one reader sees them."""

    version: str
    is_draft: bool
    language: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """What is kept of them."""
        return "\n\n".join(self.paragraphs)

    @property
    def text_hash(self) -> str:
        """SHA-256 of the text, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@cache
def document() -> dict[str, Any]:
    """The file."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def words(part: str, *, language: str, places: Mapping[str, str]) -> Words:
    """The default. `part` is one of PARTS; `places` fills {CLINIC_NAME} and the like."""
    written = document()
    paragraphs = tuple(filled(text, places) for text in default_paragraphs(part, language))
    return Words(written["version"], written["is_draft"], language, paragraphs)


def own_words(text: str, *, version: str, language: str, places: Mapping[str, str]) -> Words:
    """The clinic's own text: an empty line ends a paragraph."""
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text.replace("\r", "")))
    paragraphs = tuple(filled(part, places) for part in parts if part)
    return Words(version, is_draft=False, language=language, paragraphs=paragraphs)


def default_text(part: str, language: str) -> str:
    """The default with its places, as an admin would begin to change it."""
    return "\n\n".join(default_paragraphs(part, language))


def default_paragraphs(part: str, language: str) -> list[str]:
    """From our own file, or from the folder of a further language."""
    found: list[str] = document()[part].get(language) or languages()[language].notice[part]
    return found


def filled(text: str, places: Mapping[str, str]) -> str:
    """The text with its places filled. An unknown place raises KeyError: none is shown raw."""
    return PLACE.sub(lambda found: places[found.group(1)], text)


def wrong_places(text: str) -> list[str]:
    """What stands in braces and is no place, or a brace that closes or opens nothing."""
    unknown = [found.group() for found in PLACE.finditer(text) if found.group(1) not in PLACES]
    rest = PLACE.sub("", text)
    return unknown + [brace for brace in "{}" if brace in rest]
