"""The clinic's notice and the words of the signature, in each language. Pure."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "content" / "notice.yaml"


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


def words(part: str, *, language: str, places: dict[str, str]) -> Words:
    """`part` is "notice" or "statement"; `places` fills {CLINIC_NAME} and the like."""
    written = document()
    paragraphs = tuple(filled(text, places) for text in written[part][language])
    return Words(written["version"], written["is_draft"], language, paragraphs)


def filled(text: str, places: dict[str, str]) -> str:
    """The text with its places filled. An unknown place raises KeyError: none is shown raw."""
    return text.format_map(places)
