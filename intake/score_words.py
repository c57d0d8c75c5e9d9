"""What is said of a score: its rule, its arithmetic, its change and its sources. Pure."""

from collections.abc import Mapping
from typing import Any

from intake.briefs import Source
from intake.citations import source_of
from intake.instruments.scoring import Change, Comparison, Instrument, Rule, Score
from intake.rules.pack import Pack

BETTER = {"higher": "higher is better", "lower": "lower is better"}
VERDICT = {
    "better": "better by at least the {points} points that matter",
    "worse": "worse by at least the {points} points that matter",
    "small": "less than the {points} points that matter",
    "same": "no change",
    "": "how much matters is not declared",
}


def entry_of(pack: Pack, id: str) -> Mapping[str, Any] | None:
    """An instrument of the pack."""
    listed = pack.documents["items"].get("instruments", ())
    return next((entry for entry in listed if entry["id"] == id), None)


def version_words(instrument: Instrument) -> str:
    """Which questionnaire, which scoring, and the hash of both files."""
    scoring = f", scoring {instrument.rules.version}" if instrument.rules else ""
    return f"{instrument.form.version}{scoring}, fingerprint {instrument.content_hash[:12]}"


def change_words(change: Change | None, compared: Comparison | None) -> str:
    """The difference with its sign, and what it means by the declared points."""
    if compared is None:
        return ""
    points = change.points if change else ""
    return f"{compared.difference:+} ({VERDICT[compared.verdict].format(points=points)})"


def method_words(rule: Rule) -> str:
    """The rule in one sentence, its missing rule in another."""
    what = "Sum of the items." if rule.method == "sum" else "Mean of the answered items."
    if not rule.may_miss:
        return f"{what} With an item missing there is no score."
    fill = " each takes the mean of the answered;" if rule.method == "sum" else ""
    allowed = f"Up to {rule.may_miss} of {len(rule.items)} may be missing"
    return f"{what} {allowed};{fill} with more there is no score."


def sum_words(worked: Score) -> str:
    """The arithmetic, to be followed with a pencil."""
    known = [str(part.counts) for part in worked.parts if part.counts is not None]
    if worked.value is None or not known:
        return ""
    added = f"{' + '.join(known)} = {worked.added}"
    if worked.rule.method == "mean":
        return f"{added}; {worked.added} / {worked.answered} = {worked.value}"
    if worked.missing:
        return f"{added}; {worked.added} / {worked.answered} × {len(worked.parts)} = {worked.value}"
    return added


def missing_words(worked: Score) -> str:
    count = len(worked.missing)
    return f"{count} of {len(worked.parts)} items missing" if count else ""


def matters_words(pack: Pack, change: Change | None) -> str:
    """How many points matter, in the words of who says so."""
    if change is None:
        return ""
    entry = entry_of(pack, change.source)
    said = f"{entry['name']}: {entry['change']}" if entry else change.source
    return f"{change.points} points ({said})"


def source_words(pack: Pack, source: str) -> str:
    """An instrument of the pack by its name; anything else as it was declared."""
    entry = entry_of(pack, source)
    return f"{entry['name']}, in words of our own" if entry else source


def sources_of(pack: Pack, rule: Rule) -> tuple[Source, ...]:
    """What the pack cites for one of its instruments."""
    entry = entry_of(pack, rule.source)
    return tuple(source_of(pack, id) for id in entry["sources"]) if entry else ()
