"""An instrument out of its two files: the questionnaire and, beside it, how it is scored."""

import hashlib
from dataclasses import dataclass

from intake.fhir.limits import Problem
from intake.fhir.questionnaires import read_questionnaire
from intake.instruments.reading import Refused, read_rules
from intake.instruments.scoring import Instrument


@dataclass(frozen=True)
class Reading:
    """`instrument` is None when there are problems; `ignored` is what is not read."""

    instrument: Instrument | None
    problems: tuple[Problem, ...]
    ignored: tuple[Problem, ...]


def read_instrument(questionnaire: str, scoring: str) -> Reading:
    """Never raises. Without scoring the answers are shown and nothing is worked out."""
    read = read_questionnaire(questionnaire)
    if read.form is None:
        return Reading(None, read.problems, read.ignored)
    try:
        rules = read_rules(scoring, read.form) if scoring.strip() else None
    except Refused as refusal:
        problems = tuple(Problem("", reason) for reason in refusal.problems)
        return Reading(None, problems, read.ignored)
    return Reading(Instrument(read.form, rules, hash_of(questionnaire, scoring)), (), read.ignored)


def hash_of(questionnaire: str, scoring: str) -> str:
    """Of both files, letter for letter."""
    hashes = (hashlib.sha256(text.encode()).hexdigest() for text in (questionnaire, scoring))
    return hashlib.sha256(" ".join(hashes).encode()).hexdigest()
