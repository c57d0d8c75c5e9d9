"""exercises.yaml, and programmes.yaml beside it."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from intake.rules.exercises import (
    AS_OTHER,
    BOUNDS,
    Care,
    Caution,
    Education,
    Exercise,
    PainRule,
    Span,
)
from intake.rules.loading.checks import References, unknown, wrong_in
from intake.rules.loading.fields import Fields
from intake.rules.loading.patterns import optional_condition_in
from intake.rules.loading.questions import Languages, named
from intake.rules.problems import Invalid, Problems

# The same number under another name.
ALIASES = {"times_per_week": "days_per_week", "per_week": "days_per_week"}
# What `doses` in programmes.yaml says in words, or the steps already do.
IN_WORDS = frozenset(
    (
        *("load_by_week", "between", "then", "goal", "every_min", "each_side", "strokes"),
        *("weekly_increase_pct", "avoid_two_week_increase_pct"),
    )
)
SPAN = re.compile(r"(\d+)-(\d+)", re.ASCII)


def read_exercises(
    listed: list[Any], languages: Languages, problems: Problems
) -> Mapping[str, Exercise]:
    found = {}
    for number, raw in enumerate(listed, 1):
        with problems.within(f"exercise {named(raw, 'id', number)}"):
            exercise = read_exercise(raw, languages)
            found[exercise.id] = exercise
    return MappingProxyType(found)


def read_exercise(raw: object, languages: Languages) -> Exercise:
    fields = Fields(raw)
    values: dict[str, Any] = {
        "id": fields.text("id"),
        "names": fields.translated("name_{}", languages),
        "steps": lists_in(fields, "steps_{}", languages),
        "patterns": fields.texts("for"),
        "dose": read_dose(fields),
        "dose_basis": fields.text("dose_basis"),
        "dose_note": fields.optional_text("dose_note"),
        "progression": fields.text("progression"),
        "stop_if": fields.texts("stop_if"),
        "contraindications": fields.texts("contraindications"),
        "audience": fields.text("audience"),
        "evidence": fields.text("evidence"),
        "sources": fields.texts("sources"),
        "verified": fields.text("verified"),
        "note": fields.optional_text("note"),
    }
    fields.finish()
    return Exercise(**values)


def lists_in(fields: Fields, pattern: str, languages: Languages) -> Mapping[str, tuple[str, ...]]:
    """A list of sentences in each language, as many in each."""
    found = {language: fields.texts(pattern.format(language)) for language in languages}
    for language, texts in found.items():
        if not texts:
            fields.reasons.append(f"has no text '{pattern.format(language)}'")
    if len({len(texts) for texts in found.values() if texts}) > 1:
        fields.reasons.append(f"'{pattern.format('…')}' is not as long in each language")
    return MappingProxyType(found)


def read_dose(fields: Fields) -> Mapping[str, Span]:
    dose = {}
    for key, value in fields.mapping("dose").items():
        name = ALIASES.get(key, key)
        if name in BOUNDS:
            dose[name] = read_span(fields, key, value)
        elif name not in IN_WORDS:
            fields.reasons.append(f"unknown dose '{key}'")
    return MappingProxyType(dose)


def read_span(fields: Fields, key: str, value: object) -> Span:
    if type(value) is int:
        return Span(value, value)
    if isinstance(value, str) and (match := SPAN.fullmatch(value)):
        return Span(int(match[1]), int(match[2]))
    fields.reasons.append(f"dose '{key}' is neither a number nor a span")
    return Span(*BOUNDS[ALIASES.get(key, key)])


def read_education(
    listed: list[Any], languages: Languages, problems: Problems
) -> Mapping[str, Education]:
    found = {}
    for number, raw in enumerate(listed, 1):
        with problems.within(f"exercise {named(raw, 'id', number)}"):
            fields = Fields(raw)
            values: dict[str, Any] = {
                "id": fields.text("id"),
                "titles": fields.translated("title_{}", languages),
                "texts": fields.translated("text_{}", languages),
                "patterns": fields.texts("for"),
                "sources": fields.texts("sources"),
                "verified": fields.text("verified"),
            }
            fields.finish()
            found[values["id"]] = Education(**values)
    return MappingProxyType(found)


def read_care(stored: Mapping[str, Any], languages: Languages, problems: Problems) -> Care | None:
    """programmes.yaml; None where there is none, and where it is wrong, with its problems told."""
    if "programmes" not in stored:
        return None
    found: list[Care] = []
    with problems.within("programmes"):
        fields = Fields(stored["programmes"])
        pain = Fields(fields.mapping("pain"))
        lights = Fields(pain.mapping("lights"))
        values: dict[str, Any] = {
            "version": Fields(fields.mapping("meta")).text("version"),
            "stop": lists_in(Fields(fields.mapping("stop")), "{}", languages),
            "words": dict(words_in(fields.entries("words"), languages)),
            "cautions": dict(cautions_in(fields.entries("cautions"))),
            "numbers": dict(numbers_in(Fields(fields.mapping("numbers")), languages)),
            "doses": dict(doses_in(fields.optional_entries("doses"), languages)),
        }
        fields.finish()
        rule = PainRule(
            fine_to=pain.whole("fine_to"),
            stop_above=pain.whole("stop_above"),
            lights={
                name: Fields(lights.mapping(name)).translated("{}", languages)
                for name in lights.raw
            },
        )
        pain.finish()
        found.append(Care(pain=rule, **values))
    return found[0] if found else None


def words_in(listed: list[Any], languages: Languages) -> Iterator[tuple[str, Mapping[str, str]]]:
    for raw in listed:
        texts = whole(Fields(raw), languages)
        yield texts["en"], texts


def doses_in(listed: list[Any], languages: Languages) -> Iterator[tuple[str, Mapping[str, str]]]:
    for raw in listed:
        fields = Fields(raw)
        yield fields.text("id"), whole(fields, languages)


def numbers_in(
    fields: Fields, languages: Languages
) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
    """Two forms of every part of a dose."""
    for key in BOUNDS:
        forms = Fields(fields.mapping(key))
        found = lists_in(forms, "{}", languages)
        if any(len(texts) != 2 for texts in found.values()):
            forms.reasons.append("needs two forms in each language")
        if fields.reasons or forms.reasons:
            raise Invalid(*fields.reasons, *(f"'{key}' {reason}" for reason in forms.reasons))
        yield key, found


def whole(fields: Fields, languages: Languages) -> Mapping[str, str]:
    """A text in every language, or a refusal that names the English one."""
    texts = fields.translated("{}", languages)
    if fields.reasons:
        raise Invalid(*(f"'{texts.get('en', '?')}' {reason}" for reason in fields.reasons))
    return texts


def cautions_in(listed: list[Any]) -> Iterator[tuple[str, Caution]]:
    for raw in listed:
        fields = Fields(raw)
        caution = Caution(
            say=fields.text("say"),
            condition=optional_condition_in(fields, "if"),
            patterns=fields.texts("patterns"),
        )
        fields.finish()
        yield caution.say, caution


# What one document says about another ----------------------------------------------------------


def check_library(
    exercises: Mapping[str, Exercise],
    education: Mapping[str, Education],
    references: References,
    problems: Problems,
) -> None:
    everything: list[Exercise | Education] = [*exercises.values(), *education.values()]
    for one in everything:
        problems.add_all(f"exercise {one.id}", references.unknown("pattern", one.patterns))
        problems.add_all(f"exercise {one.id}", references.unknown("source", one.sources))
    for id, exercise in exercises.items():
        others = [say.removeprefix("as ") for say in as_others(exercise)]
        problems.add_all(f"exercise {id}", references.unknown("exercise", others))


def as_others(exercise: Exercise) -> list[str]:
    return [say for say in exercise.contraindications if say.startswith(AS_OTHER)]


def check_care(
    care: Care, exercises: Mapping[str, Exercise], references: References, problems: Problems
) -> None:
    """Every phrase has its words, every contraindication its caution, and nothing is left over."""
    phrases = {phrase for one in exercises.values() for phrase in one.phrases}
    against = {
        say
        for one in exercises.values()
        for say in one.contraindications
        if not say.startswith(AS_OTHER)
    }
    told = "programmes"
    problems.add_all(told, (f"'{one}' has no words" for one in sorted(phrases - set(care.words))))
    problems.add_all(told, unknown("phrase", sorted(care.words), phrases))
    problems.add_all(told, unknown("contraindication", sorted(care.cautions), against))
    problems.add_all(
        told, (f"'{one}' has no caution" for one in sorted(against - set(care.cautions)))
    )
    problems.add_all(told, references.unknown("exercise", care.doses))
    for caution in care.cautions.values():
        subject = f"programmes: '{caution.say}'"
        problems.add_all(subject, references.unknown("pattern", caution.patterns))
        if caution.condition is not None:
            problems.add_all(subject, wrong_in(caution.condition, references.questionnaire))
