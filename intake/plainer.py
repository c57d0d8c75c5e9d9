"""The pack in plainer words for patients, where its own are hard to read. Pure.

The pack is a clinician's and stays what it is: rules and staff read it as it stands. A language's
plainer.yaml holds other words by the pack's own: in a version of the pack that says something
else, nothing is exchanged.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from intake.languages import languages
from intake.rules.items import Item, Texts
from intake.rules.pack import Pack
from intake.rules.placeholders import PLACEHOLDER
from intake.rules.questions import Questionnaire

# What has to be in both wordings, as often.
FACT = re.compile(rf"\d+|{PLACEHOLDER.pattern}")

Reword = Callable[[Texts], Texts]


def in_plain_words(pack: Pack) -> Pack:
    """The pack as patients read it; ids, rules and hashes stay what they are."""

    def plain(texts: Texts) -> Texts:
        return {code: words_in(code).get(text, text) for code, text in texts.items()}

    return reworded(pack, plain)


def words_in(code: str) -> Mapping[str, str]:
    """A language's plainer words by those of the pack."""
    words: Mapping[str, str] = languages()[code].plainer.get("texts", {})
    return words


def reworded(pack: Pack, say: Reword) -> Pack:
    """Every text of the pack that a patient reads, in other words."""
    return replace(
        pack,
        questionnaire=reworded_questions(pack.questionnaire, say),
        patterns=tuple(
            replace(one, patient_messages=say(one.patient_messages)) for one in pack.patterns
        ),
        exercises={
            id: replace(one, names=say(one.names), steps=reworded_steps(one.steps, say))
            for id, one in pack.exercises.items()
        },
        education={
            id: replace(one, titles=say(one.titles), texts=say(one.texts))
            for id, one in pack.education.items()
        },
        care=pack.care
        and replace(
            pack.care,
            words={key: say({"en": key, **texts}) for key, texts in pack.care.words.items()},
        ),
    )


def reworded_questions(questionnaire: Questionnaire, say: Reword) -> Questionnaire:
    return replace(
        questionnaire,
        sections=tuple(replace(one, texts=say(one.texts)) for one in questionnaire.sections),
        items=tuple(reworded_item(item, say) for item in questionnaire.items),
    )


def reworded_item(item: Item, say: Reword) -> Item:
    options = tuple(replace(one, texts=say(one.texts)) for one in item.options)
    return replace(item, texts=say(item.texts), helps=say(item.helps), options=options)


def reworded_steps(
    steps: Mapping[str, tuple[str, ...]], say: Reword
) -> Mapping[str, tuple[str, ...]]:
    return {code: tuple(say({code: one})[code] for one in said) for code, said in steps.items()}


# What is wrong ---------------------------------------------------------------------------------


def problems(pack: Pack) -> list[str]:
    """Whatever stands for no text of the pack, or for one with other numbers: the start stops."""
    return [f"plainer {code}: {each}" for code in languages() for each in wrong_in(code, pack)]


def wrong_in(code: str, pack: Pack) -> Iterator[str]:
    known = set()

    def note(texts: Texts) -> Texts:
        known.add(texts.get(code))
        return texts

    reworded(pack, note)
    for before, after in words_in(code).items():
        if before not in known:
            yield f"the pack does not say '{before}'"
        if sorted(FACT.findall(before)) != sorted(FACT.findall(after)):
            yield f"other numbers or places in '{after}'"
