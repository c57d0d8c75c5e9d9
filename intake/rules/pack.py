"""The clinical pack: read from files or from a stored copy, checked whole, then frozen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from intake.rules.contradictions import Contradiction
from intake.rules.derived import ATHLETE_ANY
from intake.rules.exercises import Care, Education, Exercise
from intake.rules.loading.canonical import canonical, content_hash
from intake.rules.loading.checks import (
    References,
    check_patterns,
    check_questionnaire,
    repeated,
)
from intake.rules.loading.contradictions import check_contradictions, read_contradictions
from intake.rules.loading.exercises import (
    check_care,
    check_library,
    read_care,
    read_education,
    read_exercises,
)
from intake.rules.loading.fields import Fields
from intake.rules.loading.library import frozen, read_sources, read_tests
from intake.rules.loading.patterns import read_patterns
from intake.rules.loading.questions import read_questionnaire
from intake.rules.patterns import TIERS, URGENCY_RANK, Pattern
from intake.rules.placeholders import PLACEHOLDER, PLACEHOLDERS
from intake.rules.problems import PackError, Problems
from intake.rules.questions import Questionnaire
from intake.rules.sources import ExamTest, Source

__all__ = ["CONTENT", "Pack", "PackError", "build_pack", "build_questionnaire", "load_pack"]

CONTENT = Path(__file__).resolve().parent.parent / "content"
PACKED = ("items", "patterns", "exercises", "sources")  # what a pack is made of
LATER = ("contradictions", "programmes")  # a pack published before there were any has none
FILES = (*PACKED, "vignettes", "seed-claims", *LATER)
GRAMMAR = 2
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Documents = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Pack:
    """Everything the rules know. `documents` is a JSON copy that builds the same pack again."""

    version: str
    content_hash: str
    questionnaire: Questionnaire
    patterns: tuple[Pattern, ...]
    tests: Mapping[str, ExamTest]
    sources: Mapping[str, Source]
    exercises: Mapping[str, Exercise]
    education: Mapping[str, Education]
    tiers: Mapping[str, Mapping[str, Any]]
    urgencies: Mapping[str, Mapping[str, Any]]
    documents: Mapping[str, Any]
    contradictions: tuple[Contradiction, ...] = ()
    care: Care | None = None

    @cached_property
    def by_id(self) -> Mapping[str, Pattern]:
        return {pattern.id: pattern for pattern in self.patterns}

    def pattern(self, id: str) -> Pattern:
        """KeyError for a pattern that does not exist."""
        return self.by_id[id]


def read_documents(directory: Path = CONTENT) -> dict[str, dict[str, Any]]:
    """The files by name, without their suffix."""
    documents, problems = {}, []
    for name in FILES:
        try:
            documents[name] = as_stored(directory / f"{name}.yaml")
        except (OSError, ValueError, TypeError, yaml.YAMLError) as error:
            problems.append(f"{name}.yaml cannot be read: {' '.join(str(error).split())}")
    if problems:
        raise PackError(problems)
    return documents


def read_draft(path: Path) -> dict[str, dict[str, Any]]:
    """A directory of pack files, or one of them; what it leaves out is as shipped."""
    files = [path] if path.is_file() else sorted(path.glob("*.yaml"))
    drafted = {file.stem: file for file in files if file.stem in FILES}
    if not drafted:
        raise PackError([f"{path} holds no file of a pack"])
    try:
        return read_documents() | {name: as_stored(file) for name, file in drafted.items()}
    except (OSError, ValueError, TypeError, yaml.YAMLError) as error:
        raise PackError([f"{path} cannot be read: {' '.join(str(error).split())}"]) from error


def draft_of_patterns(text: str) -> Pack:
    """A pack of which somebody brought the patterns. PackError, also for a text that swells."""
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, LOADER)):
            raise PackError(["patterns: YAML aliases are not read"])
        return build_pack({**load_pack().documents, "patterns": stored_text(text)})
    except (ValueError, TypeError, RecursionError, yaml.YAMLError) as error:
        raise PackError([f"patterns: {' '.join(str(error).split())}"]) from error


def as_stored(file: Path) -> Any:
    """A YAML file as JSON would hold it: its keys are texts, and nothing but JSON is in it."""
    return stored_text(file.read_text(encoding="utf-8"))


def stored_text(text: str) -> Any:
    document = yaml.load(text, LOADER)  # noqa: S506 - a safe one
    return json.loads(json.dumps(document, allow_nan=False))


@lru_cache(maxsize=1)
def load_pack() -> Pack:
    """The shipped pack; a first call takes about 0.2 s, importing takes none of it."""
    return build_pack(read_documents())


def build_questionnaire(document: Mapping[str, Any]) -> Questionnaire:
    """The questionnaire of an items document alone, for a response pinned to its version."""
    problems = Problems()
    questionnaire = read_questionnaire(document, problems)
    check_questionnaire(questionnaire, problems)
    refuse(problems)
    return questionnaire


def build_pack(documents: Documents) -> Pack:
    """PackError lists all that is wrong; nothing is built from a pack with a problem.

    An item or pattern that is wrong in itself is told so; what it names is checked once it is not.
    """
    problems = Problems()
    missing = [name for name in PACKED if not isinstance(documents.get(name), Mapping)]
    problems.add_all("pack", (f"has no document '{name}'" for name in missing))
    refuse(problems)
    names = (*PACKED, *(name for name in LATER if name in documents))
    stored = json.loads(canonical({name: documents[name] for name in names}))
    pack = read_pack(stored, problems)
    check_pack(pack, stored, problems)
    refuse(problems)
    return pack


def refuse(problems: Problems) -> None:
    if problems.found:
        raise PackError(problems.found)


def read_pack(stored: dict[str, Any], problems: Problems) -> Pack:
    questionnaire = read_questionnaire(stored["items"], problems)
    languages = questionnaire.languages
    fields = Fields(stored["patterns"])
    meta = Fields(fields.mapping("meta"))
    library, sources = Fields(stored["exercises"]), Fields(stored["sources"])
    contradictions = Fields(stored.get("contradictions", {"contradictions": []}))
    pack = Pack(
        version=meta.text("version"),
        content_hash=content_hash(stored),
        questionnaire=questionnaire,
        patterns=read_patterns(fields.entries("patterns"), languages, problems),
        tests=MappingProxyType(read_tests(fields.entries("tests"), problems)),
        sources=MappingProxyType(read_sources(sources.entries("sources"), problems)),
        exercises=read_exercises(library.entries("exercises"), languages, problems),
        education=read_education(library.entries("education"), languages, problems),
        tiers=frozen(meta.mapping("tiers")),
        urgencies=frozen(meta.mapping("urgency")),
        documents=stored,
        contradictions=read_contradictions(
            contradictions.entries("contradictions"), languages, problems
        ),
        care=read_care(stored, languages, problems),
    )
    documents = {"patterns": fields, "exercises": library, "sources": sources}
    for name, document in (documents | {"contradictions": contradictions}).items():
        problems.add_all(name, document.reasons)
    problems.add_all("patterns: meta", meta.reasons)
    return pack


def check_pack(pack: Pack, stored: Documents, problems: Problems) -> None:
    """Known ids come from the documents, so that one bad entry is reported once."""
    known = {
        "pattern": ids_in(stored["patterns"], "patterns"),
        "test": ids_in(stored["patterns"], "tests"),
        "source": ids_in(stored["sources"], "sources"),
        "exercise": ids_in(stored["exercises"], "exercises")
        + ids_in(stored["exercises"], "education"),
    }
    for kind, ids in known.items():
        problems.add_all("pack", (f"{kind} '{id}' is there twice" for id in repeated(ids)))
    check_questionnaire(pack.questionnaire, problems)
    references = References(pack.questionnaire, **known)
    check_patterns(pack.patterns, references, problems)
    check_contradictions(pack.contradictions, references, problems)
    for test in pack.tests.values():
        problems.add_all(f"test {test.id}", references.unknown("source", test.sources))
    check_library(pack.exercises, pack.education, references, problems)
    if pack.care is not None:
        check_care(pack.care, pack.exercises, references, problems)
    check_meta(pack, stored["patterns"].get("meta"), problems)


def ids_in(document: Mapping[str, Any], key: str) -> list[str]:
    listed = document.get(key)
    entries = listed if isinstance(listed, list) else []
    return [
        entry["id"]
        for entry in entries
        if isinstance(entry, Mapping) and isinstance(entry.get("id"), str)
    ]


def check_meta(pack: Pack, meta: object, problems: Problems) -> None:
    """The few things that code and pack must agree about."""
    stated = meta if isinstance(meta, Mapping) else {}
    grammar = stated.get("condition_grammar")
    if not isinstance(grammar, Mapping) or grammar.get("version") != GRAMMAR:
        problems.add("patterns", f"the condition grammar is not version {GRAMMAR}")
    if set(stated.get("athlete_any") or ()) != ATHLETE_ANY:
        problems.add("patterns", "athlete_any is not what the rules compute")
    for tier in TIERS:
        for language in pack.questionnaire.languages:
            if not isinstance(pack.tiers.get(tier, {}).get(language), str):
                problems.add("patterns", f"tier '{tier}' has no text '{language}'")
    ranks = {name: urgency.get("rank") for name, urgency in pack.urgencies.items()}
    if ranks != URGENCY_RANK:
        problems.add("patterns", "the ranks of the urgencies are not what the rules use")
    check_placeholders(pack, stated, problems)


def check_placeholders(pack: Pack, stated: Mapping[str, Any], problems: Problems) -> None:
    allowed = set(stated.get("placeholders") or ())
    if allowed != set(PLACEHOLDERS):
        problems.add("patterns", "the placeholders are not those that are filled in")
    for pattern in pack.patterns:
        for language, message in pattern.patient_messages.items():
            unknown = sorted(set(PLACEHOLDER.findall(message)) - allowed)
            problems.add_all(
                f"pattern {pattern.id}: patient_msg_{language}",
                (f"unknown placeholder {placeholder}" for placeholder in unknown),
            )
