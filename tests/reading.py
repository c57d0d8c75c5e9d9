"""The reading grade of every text a patient reads: `python -m tests.reading` prints them all.

English by Flesch and Kincaid (a school grade), Spanish by Szigriszt and Pazos on the INFLESZ scale
(100 is easiest; 55 and more is normal, 65 and more easy). A formula sees only long words and long
sentences. It does not see whether a text is clear: only patients can say that.

A formula says nothing about a label of a word or two. What is shorter than SHORT words is therefore
graded together with its likes, as one text.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from intake.chart import get_chart
from intake.languages import languages
from intake.plainer import in_plain_words, words_in
from intake.rules.pack import load_pack
from tests.pseudo import parts_of

CLONE = Path(__file__).resolve().parents[1]
HIGHEST = 6.0
SHORT = 8
# A name, an address or a number is not read as a word.
PLACE = re.compile(r"%\(\w+\)s|\{\w+\}|https?://\S+")
SENTENCE = re.compile(r"[.!?:;]+(?:\s|$)|\n\n")
WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
SPANISH_VOWELS = re.compile(r"[aeiouáéíóúü]+")
# Two of these stand in two syllables: a strong vowel beside a strong or an accented one.
HIATUS = re.compile(r"[aeoáéó](?=[aeoáéóíú])|[íú](?=[aeo])")


@dataclass(frozen=True)
class Text:
    """`of` is "ours" or "pack": what is hard there is said otherwise in plainer.yaml."""

    of: str
    id: str
    text: str

    @property
    def words(self) -> list[str]:
        return WORD.findall(PLACE.sub("X", self.text))


def syllables(word: str) -> int:
    """Of an English word, as near as counting groups of vowels comes."""
    plain = word.lower().replace("’", "").replace("'", "")
    plain = re.sub(r"(?:[^laeiouy]es|[^aeiouytd]ed|[^l]e)$", lambda end: end[0][0], plain)
    return max(1, len(ENGLISH_VOWELS.findall(plain)))


def spanish_syllables(word: str) -> int:
    plain = re.sub(r"(?<=[gq])u(?=[eéií])", "", word.lower())
    return max(1, len(SPANISH_VOWELS.findall(plain)) + len(HIATUS.findall(plain)))


def sentences(text: str) -> int:
    return max(1, len([each for each in SENTENCE.split(text.strip()) if WORD.search(each)]))


def grade(text: str) -> float:
    """The school grade of an English text."""
    words = WORD.findall(PLACE.sub("X", text))
    spoken = sum(map(syllables, words))
    return 0.39 * len(words) / sentences(text) + 11.8 * spoken / len(words) - 15.59


def ease(text: str) -> float:
    """The perspicuity of a Spanish text, 100 the easiest."""
    words = WORD.findall(PLACE.sub("X", text))
    spoken = sum(map(spanish_syllables, words))
    return 206.835 - 62.3 * spoken / len(words) - len(words) / sentences(text)


# The texts -------------------------------------------------------------------------------------


def texts(language: str) -> list[Text]:
    """Everything a patient reads in this language, names and numbers apart."""
    found = [*of_the_pack(language), *of_the_voices(language), *of_the_notice(language)]
    found += [*of_the_second_look(language), *of_the_chart(language), *of_our_instruments(language)]
    found += [*of_the_exercises(language), *of_the_programmes(language)]
    found += of_the_catalogue(language)
    plainer = set(words_in(language).values())
    return [
        replace(each, of="ours") if each.text in plainer else each for each in found if each.words
    ]


def of_the_pack(language: str) -> Iterator[Text]:
    """As patients read it: some of its texts are ours, in plainer words."""
    pack = in_plain_words(load_pack())
    for section in pack.questionnaire.sections:
        yield Text("pack", f"section {section.id}", section.text(language))
    for item in pack.questionnaire.items:
        yield Text("pack", item.link_id, item.text(language))
        yield Text("pack", f"{item.link_id} help", item.help(language) or "")
        for end in item.anchors.get(language, ()):
            yield Text("pack", f"{item.link_id} scale", end)
        for option in item.options:
            yield Text("pack", f"{item.link_id} {option.id}", option.text(language))
    for one in pack.contradictions:
        yield Text("ours", f"contradiction {one.id}", one.text(language))
    for pattern in pack.patterns:
        yield Text("pack", f"message {pattern.id}", pattern.patient_message(language))


def of_the_exercises(language: str) -> Iterator[Text]:
    """The pack's words; the app never shows the exercise for the therapist's hands."""
    pack = in_plain_words(load_pack())
    for exercise in (one for one in pack.exercises.values() if one.is_for_patients):
        yield Text("pack", exercise.id, exercise.name(language))
        for number, step in enumerate(exercise.steps[language], 1):
            yield Text("pack", f"{exercise.id} step {number}", step)
        for phrase in exercise.phrases:
            yield Text("pack", f"{exercise.id} phrase", pack.care.phrase(phrase, language))
    for education in pack.education.values():
        yield Text("pack", f"{education.id} title", education.titles[language])
        yield Text("pack", education.id, education.texts[language])


def of_the_programmes(language: str) -> Iterator[Text]:
    """What we wrote beside the exercises."""
    care = load_pack().care
    for name, words in care.pain.lights.items():
        yield Text("ours", f"light {name}", words[language])
    for number, line in enumerate(care.stop[language], 1):
        yield Text("ours", f"stop {number}", line)
    for id, words in care.doses.items():
        yield Text("ours", f"dose {id}", words[language])
    for key in care.numbers:
        yield Text("ours", f"number {key}", care.number(key, 2, language))


def of_the_chart(language: str) -> Iterator[Text]:
    for region in get_chart().regions:
        yield Text("ours", f"region {region.id}", region.text(language))


def of_our_instruments(language: str) -> Iterator[Text]:
    """What we wrote ourselves; the words of other instruments are not ours to judge."""
    for file in (CLONE / "intake/content/instruments").glob("*.json"):
        left = [json.loads(file.read_text(encoding="utf-8"))]
        while left:
            one = left.pop()
            left += one.get("item", [])
            for key in ("title", "text"):
                name = f"{file.stem} {one.get('linkId', key)}"
                yield Text("ours", name, worded(one, key, language))


def worded(one: dict, key: str, language: str) -> str:
    """A text of a FHIR element in one language."""
    if language == "en":
        return one.get(key, "")
    for found in one.get(f"_{key}", {}).get("extension", []):
        said = {part["url"]: part for part in found.get("extension", [])}
        if said.get("lang", {}).get("valueCode") == language:
            return said["content"]["valueString"]
    return ""


def of_the_voices(language: str) -> Iterator[Text]:
    said = languages()[language].voices
    for id, frame in said["frames"].items():
        yield Text("ours", f"frame {id}", frame)
    for link_id, given in said["items"].items():
        for key in ("text", "help"):
            if key in given:
                yield Text("ours", f"carer {link_id} {key}", filled(given[key], said))
        for option, text in given.get("options", {}).items():
            yield Text("ours", f"carer {link_id} {option}", filled(text, said))


def of_the_second_look(language: str) -> Iterator[Text]:
    """What a carer is asked about two answers, and our own scale as it is asked of them."""
    said = languages()[language].voices
    for id, text in said["contradictions"].items():
        yield Text("ours", f"carer contradiction {id}", filled(text, said))
    for link_id, given in said["activities"].items():
        for part, text in given.items():
            yield Text("ours", f"carer {link_id} {part}", filled(text, said))


def filled(text: str, said: dict) -> str:
    return text.format_map(said["people"]["parent"])


def of_the_notice(language: str) -> Iterator[Text]:
    written = yaml.safe_load((CLONE / "intake/content/notice.yaml").read_text(encoding="utf-8"))
    for part in ("notice", "statement"):
        for number, paragraph in enumerate(written[part][language], 1):
            yield Text("ours", f"{part} {number}", paragraph)


def of_the_catalogue(language: str) -> Iterator[Text]:
    """The words around the questions; the English ones are the keys of the Spanish."""
    written = (CLONE / "locale/es/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    for number, entry in enumerate(written.strip().split("\n\n")[1:], 1):
        parts = parts_of(entry)
        keys = ("msgid", "msgid_plural") if language == "en" else ("msgstr", "msgstr[0]")
        if "msgctxt" not in parts:  # patterns of dates
            for key in keys:
                yield Text("ours", f"page text {number}", parts.get(key, ""))


# The grades ------------------------------------------------------------------------------------


def graded(language: str) -> list[tuple[float, Text]]:
    """Each text with its grade or ease; the short ones together, by whose they are."""
    measure = grade if language == "en" else ease
    found = texts(language)
    whole = [each for each in found if len(each.words) >= SHORT]
    for of in ("ours", "pack"):
        short = [each.text for each in found if each.of == of and len(each.words) < SHORT]
        joined = ". ".join(text.rstrip(".:?") for text in dict.fromkeys(short)) + "."
        whole.append(Text(of, f"{len(short)} labels of fewer than {SHORT} words", joined))
    return sorted(((measure(each.text), each) for each in whole), key=lambda one: one[0])


def too_hard(of: str) -> list[tuple[float, Text]]:
    """English texts above the highest grade."""
    return [(found, each) for found, each in graded("en") if each.of == of and found > HIGHEST]


def main() -> int:
    for language, name in (("en", "grade"), ("es", "INFLESZ")):
        print(f"\n{language}: {name}")
        for found, each in graded(language):
            shown = " ".join(each.text.split())
            print(f"{found:6.1f}  {each.of:4}  {each.id:34}  {shown[:90]}")
    ours, pack = too_hard("ours"), too_hard("pack")
    print(f"\nAbove grade {HIGHEST:.0f}: {len(ours)} of our own, {len(pack)} of the pack.")
    return 1 if ours or pack else 0


if __name__ == "__main__":
    sys.exit(main())
