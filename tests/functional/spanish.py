"""Finds English left on a Spanish page: our own phrases, and words that Spanish does not have."""

import re
from functools import cache
from pathlib import Path

import yaml
from playwright.sync_api import Page

CLONE = Path(__file__).resolve().parents[2]
# Names stand as they are: of the clinic, its people, a telephone service.
NAMES = ("Demo Movement Clinic", "Demo-Therapist", "Previsit", "JavaScript", "Probeling", "Testa")
ENGLISH = re.compile(
    r"\b(?:the|you|your|and|with|for|are|is|please|what|when|where|which|who|how|this|that|it"
    r"|or|of|to|in|on|at|by|we|have|has|do|does|not|none|any|continue|back|change|answer|answers"
    r"|send|sign|print|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february"
    r"|march|april|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
# Texts of elements that are shown and not marked as another language.
TEXTS = """
() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.replace(/\\s+/g, " ").trim();
    const around = walk.currentNode.parentElement.closest("[lang]");
    if (text && (around === null || around.lang === "es")) found.push(text);
  }
  return [document.title, ...found];
}
"""


@cache
def english_texts() -> frozenset[str]:
    """Of the questionnaire and of the catalogue, where the Spanish is another."""
    items = yaml.safe_load((CLONE / "intake/content/items.yaml").read_text(encoding="utf-8"))
    pairs = {(one.get("en"), one.get("es")) for one in walk(items)}
    catalogue = (CLONE / "locale/es/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    pairs |= set(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', catalogue, re.MULTILINE))
    return frozenset(english for english, spanish in pairs if english and english != spanish)


def walk(value):
    """Every mapping in a document."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list):
            yield from walk(child)


def english_in(texts: list[str]) -> list[str]:
    """The texts that are English, or hold a word of it."""
    found = []
    for text in texts:
        plain = text
        for name in NAMES:
            plain = plain.replace(name, "")
        if text in english_texts() or ENGLISH.search(plain):
            found.append(text)
    return found


def assert_spanish(page: Page) -> None:
    assert english_in(page.evaluate(TEXTS)) == [], page.url


def test_the_finder_of_english_finds_it():
    assert english_in(["Continue", "Ya casi está", "viernes, 20 November"]) == [
        "Continue",
        "viernes, 20 November",
    ]
