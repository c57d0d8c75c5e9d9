"""Claims of the pack's must-not-show list stand nowhere: no template, catalogue, content, script.

The list says each claim in its own words, so two things are looked for: sentences that hold every
word of a claim, in whatever order, and the turns of phrase by which the claims go around, in
both languages. A claim that is denied is not made; what denies one is listed below.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

CLONE = Path(__file__).parents[2]
LIST = "intake/content/seed-claims.yaml"
SCANNED = (
    "templates/**/*.html",
    "templates/**/*.txt",
    "locale/**/*.po",
    "intake/content/**/*.yaml",
    "intake/content/**/*.json",
    "intake/content/**/*.svg",
    "intake/content/**/*.po",
    "static/**/*.css",
    "static/**/*.js",
    "static/**/*.svg",
    "intake/labels.py",
    "intake/demo/*.py",
    "clinic/demo.py",
)
# No reader sees it: made-up cases for the tests, in the answers' own codes.
NOT_SHOWN = {LIST, "intake/content/vignettes.yaml"}
SENTENCE = re.compile(r"[.!?;](?:\s|$)|\n\s*\n|<[^<>]*>")
WORD = re.compile(r"[^\W\d_]{3,}")
EMPTY = frozenset(
    (
        *("the", "and", "its", "that", "this", "with", "from", "for", "are", "was", "can", "has"),
        *("have", "may", "not", "all", "one", "two", "who", "how", "into", "also", "than", "them"),
        *("they", "then", "very", "more", "most", "muscle", "iliopsoas", "psoas", "hip"),
    )
)
# Fewer words of their own than this, and a claim is only known by a turn of phrase.
FEWEST = 4
# How the claims are said, in English and in Spanish.
PHRASES = (
    r"neural reset",
    r"reinicio neural",
    r"root cause",
    r"causa de fondo|causa raíz",
    r"(?:strongest|most powerful|most important) muscles? (?:in|of) the (?:human )?body",
    r"músculos? más (?:fuertes?|potentes?|importantes?) del cuerpo",
    r"from the pelvis to the foot|de la pelvis al pie",
    r"fascia lata",
    r"(?:iliopsoas|psoas)[^.]{0,40}(?:extends|straightens) the (?:knee|hip)",
    r"psoas[^.]{0,40}(?:extiende|estira) la (?:rodilla|cadera)",
    r"(?:presses|pressing) on the sciatic|comprime el (?:nervio )?ciático",
    r"main muscle (?:of|for) hip extension",
    r"small muscle|músculo pequeño",
    r"main ligament of the hip|ligamento principal de la cadera",
    r"bursae? (?:lie |lies )?inside the hip joint|bolsas dentro de la articulación",
    r"links the lumbar spine to the pelvis|une la columna lumbar (?:con|a) la pelvis",
    r"exoskeleton|exoesqueleto",
    r"imagination tests?|dry injection|hip stabbing|twelfth chest|iliac socket|iliopsoas wound",
    r"15 slow short strokes|fifteen slow|near the navel|cerca del ombligo",
    r"stretch(?:es|ing)? (?:realigns?|restores? (?:natural )?alignment|improves posture)",
    r"(?:realinea|corrige) la (?:pelvis|postura)",
    r"lasting relief|transformative|proven ways?|alivio duradero",
    r"leading cause of (?:long-lasting |chronic )?(?:low )?back pain",
    r"causa principal del dolor (?:lumbar|de espalda)",
    r"compensat(?:e|ion)[^.]{0,40}back pain",
    r"first session|primera sesión",
    r"ergonomic chairs? (?:cut|reduce)|jospt study",
    r"book (?:a|your|an) (?:session|treatment) (?:today|now)",
)
SAID = re.compile("|".join(PHRASES), re.IGNORECASE)
# Whoever denies a claim has to name it: the file, and how the text begins that does.
DENIALS = {("intake/content/sources.yaml", "Look-up for peer-reviewed trials")}


@cache
def claims() -> dict[str, frozenset[str]]:
    """Each claim by its id: the words that make it."""
    listed = yaml.safe_load((CLONE / LIST).read_text(encoding="utf-8"))["must_not_show"]
    return {one["claim"]: words_of(one["fact"]) for one in listed}


def words_of(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in WORD.findall(text.lower())) - EMPTY


def stem(word: str) -> str:
    """Without the endings that come and go."""
    return re.sub(r"(?:ing|es|ed|s|ly)$", "", word) if len(word) > 4 else word


def found_in(text: str) -> Iterator[tuple[str, str]]:
    """Claims by their id or phrase, with the sentence that makes them."""
    sentences = [" ".join(one.split()) for one in SENTENCE.split(text) if one]
    for sentence in sentences:
        words = words_of(sentence)
        for id, wanted in claims().items():
            if len(wanted) >= FEWEST and wanted <= words:
                yield id, sentence
    for match in SAID.finditer(" ".join(text.split())):
        yield "phrase", match[0]


def texts_of(path: Path) -> Iterator[str]:
    """What a file says: the texts of a document, without its keys and structure; else all of it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in (".yaml", ".json"):
        yield from texts_in(yaml.safe_load(text))
    elif path.suffix == ".py":
        nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
        yield from (node.value for node in nodes if isinstance(node.value, str))
    else:
        yield text


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in texts_in(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in texts_in(each))


def files() -> list[Path]:
    found = {path for pattern in SCANNED for path in CLONE.glob(pattern)}
    return sorted(path for path in found if str(path.relative_to(CLONE)) not in NOT_SHOWN)


def test_the_list_is_whole():
    assert len(claims()) == 101
    assert sum(len(words) >= FEWEST for words in claims().values()) > 70


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(CLONE)))
def test_no_claim_of_the_list_stands_in(path):
    name = str(path.relative_to(CLONE))
    made = [
        one
        for text in texts_of(path)
        for one in found_in(text)
        if not any(name == file and text.startswith(said) for file, said in DENIALS)
    ]
    assert made == []


# The controls: what is planted is found --------------------------------------------------------


@pytest.mark.parametrize("id", [id for id, words in claims().items() if len(words) >= FEWEST])
def test_a_planted_claim_is_found(id):
    listed = yaml.safe_load((CLONE / LIST).read_text(encoding="utf-8"))["must_not_show"]
    fact = next(one["fact"] for one in listed if one["claim"] == id)
    planted = f"<p>Welcome to the clinic.</p>\n<p>{fact.replace(';', ',').replace('.', ',')}.</p>"
    assert id in {found for found, _ in found_in(planted)}


@pytest.mark.parametrize(
    "text",
    [
        'msgstr "El psoas es el músculo más potente del cuerpo."',
        "Stretching restores natural alignment.",
        "It forms the fascia lata",
        "We treat the root\n    cause of your pain.",
        "The iliopsoas is a muscle that extends the knee.",
    ],
)
def test_a_planted_phrase_is_found(text):
    assert list(found_in(text))


def test_harmless_words_are_let_pass():
    assert not list(found_in("A curved low back is common in people with and without pain."))
    assert not list(found_in("Stiff hip flexors limit how far the leg goes back."))
