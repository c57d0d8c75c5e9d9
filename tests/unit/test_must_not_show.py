"""Claims of the pack's must-not-show list stand nowhere: no template, catalogue, content, script.

The list says each claim in its own words, so three things are looked for: the claim word for word,
sentences that hold every word of it in whatever order, and the turns of phrase by which the claims
go around. Those that are never to be said are known by such a phrase in both languages. A claim
that is denied is not made; what denies one is listed below.
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
    "intake/**/*.py",
    "clinic/**/*.py",
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
# Fewer words of their own than this, and a claim is known word for word and by turns of phrase.
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
    r"press(?:ing)? inside the hip bones?",
    r"(?:apriete|presione|apretar|presionar)[^.]{0,30}dentro de los huesos de la cadera",
    r"(?:psoas|hip flexors?)[^.]{0,30} limits? hip (?:flexion|rotation)",
    r"psoas[^.]{0,40} limita la (?:flexión|rotación)",
    r"stretch\w*[^.]{0,30} (?:helps?|eases?|relieves?)[^.]{0,30}nerve pain",
    r"estir\w*[^.]{0,40} (?:ayuda|alivia|mejora)[^.]{0,30}dolor (?:nervioso|del nervio|referido)",
    r"(?:rarely|seldom|hardly ever) (?:talked about|researched)",
    r"(?:apenas|rara vez|poco) se (?:habla|investiga)",
    r"cannot be (?:seen or felt|felt or seen)|no se puede (?:ver|palpar) ni (?:sentir|palpar|ver)",
    r"along the flanks|a lo largo de los (?:flancos|costados)",
    r"longest (?:of (?:the )?(?:four )?)?hip flexors?",
    r"más largo de los (?:cuatro )?flexores|flexor (?:de la cadera )?más largo",
    r"top of the (?:pelvis|thigh)[^.]{0,40} knee joint|de la pelvis a la rodilla",
    r"outside of the lower thigh|parte baja del muslo, (?:atrás|detrás|por fuera)",
    r"two-headed muscle|músculo de dos cabezas",
    r"leg (?:curls?|extensions?)[^.]{0,40} (?:trains?|strengthens?) (?:it|the (?:ilio)?psoas)",
    r"(?:curl|extensiones) de piernas[^.]{0,40} (?:entrenan?|fortalecen?)",
    r"principal (?:músculo )?de la extensión de (?:la )?cadera",
    r"one of (?:the )?four thigh muscles|on top of the psoas",
    r"uno de los cuatro músculos del muslo|encima del psoas",
    r"weak\w*[^.]{0,40} ankle pain|debilidad[^.]{0,50} tobillo",
    r"extends the hip (?:in|when|while) (?:walking|running)",
    r"extiende la cadera al (?:caminar|andar|correr)",
    r"(?:extends|straightens) the knee\b|\bextiende la rodilla",
    r"(?:extend and flex|flex and extend) the knee",
    r"(?:extender y (?:doblar|flexionar)|(?:doblar|flexionar) y extender) la rodilla",
    r"concrete world|mundo (?:de )?(?:concreto|hormigón)",
    r"(?:reach|to) the inner thigh bone|cara interna del (?:fémur|hueso del muslo)",
    r"spreads? under the foot|se (?:extiende|propaga) (?:por )?(?:debajo del|bajo el) pie",
    r"commonly called hip bursitis|se (?:suele llamar|llama) bursitis de (?:la )?cadera",
    r"puñaladas? (?:de|en la) cadera|pruebas? de imaginación|inyección seca",
    r"herida del iliopsoas|duodécimo pecho|cuenca ilíaca",
    r"(?:15|quince) (?:pasadas|fricciones) (?:lentas|cortas)",
)
SAID = re.compile("|".join(PHRASES), re.IGNORECASE)
# What must never be said, as it would stand in a Spanish catalogue.
IN_SPANISH = {
    "C0-19": "Llame a la clínica para tratar la causa raíz y no solo los síntomas",
    "C1-08": "Para encontrarlo, presione por dentro de los huesos de la cadera",
    "C1-11": "La tensión del psoas es la causa principal del dolor lumbar crónico",
    "C1-15": "Un psoas tenso limita la flexión y la rotación de la cadera",
    "C1-23": "Estirar ayuda contra el dolor nervioso que baja por el muslo",
    "C2-01": "Es el músculo más potente del cuerpo",
    "C2-02": "Va de la pelvis al pie",
    "C2-03": "Apenas se habla de él ni se investiga",
    "C2-04": "No se puede ver ni sentir",
    "C2-05": "Dos músculos grandes a lo largo de los costados",
    "C2-07": "Es el más largo de los cuatro flexores de la cadera",
    "C2-08": "Va de lo alto de la pelvis a la rodilla",
    "C2-09": "Está en la parte baja del muslo, detrás y por fuera",
    "C2-11": "Forma la fascia lata",
    "C2-12": "La fascia lata cubre el muslo por delante y por el lado",
    "C2-13": "Es un músculo de dos cabezas que une cadera y rodilla",
    "C2-15": "El curl y las extensiones de piernas lo entrenan",
    "C2-16": "Es el principal músculo de la extensión de la cadera",
    "C2-18": "Parte de un exoesqueleto abdominal que frena las costillas",
    "C2-20": "Es uno de los cuatro músculos del muslo",
    "C2-22": "Un psoas débil comprime el nervio ciático",
    "C2-23": "La debilidad causa dolor de espalda, de ingle y de tobillo",
    "C2-26": "Extiende la cadera al caminar y al correr",
    "C2-27": "Es un músculo pequeño",
    "C2-28": "Extiende la rodilla",
    "C2-29": "Ayuda a otros a extender y doblar la rodilla",
    "C2-32": "El ejercicio fortalece a la gente en el mundo de hormigón",
    "C3-07": "Es el ligamento principal de la cadera",
    "C3-12": "Los tres llegan a la cara interna del fémur",
    "C3-16": "El dolor empieza delante de la cadera y se extiende bajo el pie",
    "C3-33": "Hay varias bolsas dentro de la articulación de la cadera",
    "C3-35": "La bursitis del iliopsoas se suele llamar bursitis de cadera",
    "C3-39": "Las puñaladas de cadera son frecuentes",
    "C3-45": "Se hacen pruebas de imaginación",
    "C3-53": "Masaje con los dedos: 15 pasadas lentas en cada punto",
    "C3-54": "Hay puntos sensibles cerca del ombligo",
    "C3-69": "Una inyección seca en la herida del iliopsoas",
    "C4-03": "Une la columna lumbar con la pelvis",
    "C4-23": "El reinicio neural relaja el psoas al momento",
    "C4-24": "Muchas personas mejoran mucho en la primera sesión",
    "C4-28": "Reserve un reinicio neural si los síntomas encajan",
}
# Whoever denies a claim has to name it: the file, and how the text begins that does.
DENIALS = {("intake/content/sources.yaml", "Look-up for peer-reviewed trials")}


@cache
def listed() -> dict[str, dict[str, str]]:
    """The list as the pack has it, by the id of the claim."""
    rows = yaml.safe_load((CLONE / LIST).read_text(encoding="utf-8"))["must_not_show"]
    return {one["claim"]: one for one in rows}


@cache
def claims() -> dict[str, frozenset[str]]:
    """Each claim by its id: the words that make it."""
    return {id: words_of(one["fact"]) for id, one in listed().items()}


@cache
def verbatim() -> dict[str, str]:
    """Each claim by its id, word for word."""
    return {id: plain(one["fact"]) for id, one in listed().items()}


def never() -> list[str]:
    """Those that are not to be said in any form."""
    return [id for id, one in listed().items() if one["priority"] == "never"]


def plain(text: str) -> str:
    """In one line, in small letters, without the stop at its end."""
    return " ".join(text.lower().split()).rstrip(".")


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
    line = plain(text)
    yield from ((id, said) for id, said in verbatim().items() if said in line)
    for match in SAID.finditer(line):
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
    assert set(never()) == set(IN_SPANISH)
    assert len(IN_SPANISH) == 41
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


@pytest.mark.parametrize("id", claims())
def test_a_claim_quoted_word_for_word_is_found(id):
    planted = f"<p>Welcome to the clinic.</p>\n<p>{listed()[id]['fact']}.</p>"
    assert id in {found for found, _ in found_in(planted)}


@pytest.mark.parametrize("id", [id for id, words in claims().items() if len(words) >= FEWEST])
def test_a_claim_in_another_order_is_found(id):
    words = " ".join(reversed(re.sub("[;.]", ",", listed()[id]["fact"]).split()))
    assert id in {found for found, _ in found_in(f"<p>{words}.</p>")}


@pytest.mark.parametrize("id", never())
def test_what_is_never_to_be_said_is_known_by_a_phrase_in_both_languages(id):
    for said in (listed()[id]["fact"], f'msgstr "{IN_SPANISH[id]}."'):
        assert "phrase" in {found for found, _ in found_in(said)}, said


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
