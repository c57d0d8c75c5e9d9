"""Writes docs/patterns.md from the spec cases; `--check` fails when it is stale."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from intake.rules.answers import as_json
from intake.rules.findings import Finding
from intake.rules.pack import load_pack
from intake.rules.patterns import Line, Pattern
from tests.spec.cases import Case, Chapter, NearMiss, chapters
from tests.spec.words import words

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "patterns.md"
GROUPS = {"iliopsoas": "Iliopsoas", "lookalike": "Look-alikes", "redflag": "Red flags"}
URGENCY = {
    "emergency": "emergency",
    "same_day": "same day",
    "before_appointment": "before the appointment",
    "routine": "routine",
}
HEAD = """\
# The patterns

<!-- Written by `make docs` from intake/content/ and tests/spec/. Change those, not this. -->

What the rules look for, and for each pattern three made-up patients: one who has it, one who
comes close, and one whose answers cannot tell. Who comes close is one line of evidence or one
answer away. Every chapter is run as a test.

This is decision support for a therapist, not a diagnosis. The pack is a draft that no licensed
clinician has signed off; a match is not a probability, and no match is not an all-clear.

An unanswered question is unknown, never no. Line and question names are those of the pack.
"""


def render() -> str:
    return "\n".join(lines()).rstrip() + "\n"


def lines() -> Iterator[str]:
    pack = load_pack()
    yield HEAD
    yield f"Pack {pack.version}, content {pack.content_hash[:12]}."
    for group, title in GROUPS.items():
        yield from ("", f"## {title}", "")
        of_group = [
            chapter for chapter in chapters() if pack.pattern(chapter.pattern).group == group
        ]
        for chapter in of_group:
            yield f"- [{pack.pattern(chapter.pattern).name('en')}](#{anchor(chapter.pattern)})"
        for chapter in of_group:
            yield from told(pack.pattern(chapter.pattern), chapter)


def anchor(pattern: str) -> str:
    return pattern.replace(".", "")


def told(pattern: Pattern, chapter: Chapter) -> Iterator[str]:
    yield from ("", f"### {pattern.id}", "", f"**{pattern.name('en')}**, {standing(pattern)}.", "")
    yield from opening(pattern)
    yield from evidence(pattern)
    for to, condition in pattern.escalations:
        yield f"- Becomes {URGENCY[to]} if {words(condition)}."
    if pattern.suppressed_by:
        yield f"- Hidden by {listed(sorted(pattern.suppressed_by))}."
    if pattern.overlaps_with:
        yield f"- Shown on one card with {listed(pattern.overlaps_with)}."
    yield f"- Tests that would settle it: {listed(pattern.tests) or 'none'}."
    yield ""
    yield from case_lines("Has it", pattern, chapter.positive)
    yield from near_lines(pattern, chapter.near_miss)
    yield from case_lines("Cannot tell", pattern, chapter.cannot_tell)


def standing(pattern: Pattern) -> str:
    marks = pattern.thresholds
    if marks is None:
        return f"a rule, {URGENCY[pattern.urgency]}"
    return (
        f"scored, {URGENCY[pattern.urgency]}: worth checking from {marks.possible}, "
        f"some match from {marks.some}, good match from {marks.strong} points"
    )


def opening(pattern: Pattern) -> Iterator[str]:
    yield from (f"- {said}" for said in pattern.trigger_says)
    yield f"- {'Open' if pattern.thresholds else 'Fires'} when {words(pattern.condition)}."


def evidence(pattern: Pattern) -> Iterator[str]:
    yield from (
        "",
        "| line | points | says | when | basis | sources |",
        "|---|---|---|---|---|---|",
    )
    for line in pattern.lines:
        yield f"| {' | '.join(cells(pattern, line))} |"
    yield ""


def cells(pattern: Pattern, line: Line) -> tuple[str, ...]:
    against = line in pattern.contradicts
    points = f"{line.points:+d}" if line.points is not None else "against" if against else "for"
    name = line.id.removeprefix(f"{pattern.id}.")
    return name, points, line.say, words(line.condition), line.basis, ", ".join(line.sources)


def case_lines(title: str, pattern: Pattern, case: Case) -> Iterator[str]:
    yield f"- **{title}.** {case.about} ({case.id})."
    yield f"  - Answers: {'; '.join(answers_read(pattern, case)) or 'to none of its questions'}."
    yield f"  - {outcome(pattern, case)}"


def near_lines(pattern: Pattern, near: NearMiss) -> Iterator[str]:
    """Who comes close, and how close that is."""
    title, answers, _ = case_lines("Comes close", pattern, near.case)
    yield title.replace(f"({near.case.id})", f"(like {near.like.id}, but for {listed(near.but)})")
    yield answers
    yield f"  - No{how_close(pattern, near)}."


def how_close(pattern: Pattern, near: NearMiss) -> str:
    if pattern.thresholds is None:
        return ""
    is_open, score = near.score_of(pattern)
    return f"; score {score} of {pattern.thresholds.possible}{'' if is_open else ', but not open'}"


def answers_read(pattern: Pattern, case: Case) -> Iterator[str]:
    conditions = [pattern.condition, *(condition for _, condition in pattern.escalations)]
    conditions += [line.condition for line in pattern.lines]
    read = set().union(*(condition.items() for condition in conditions))
    if "about.dob" in read and case.answers.age is not None:
        yield f"age {case.answers.age}"
    given = as_json(case.answers)
    for item in load_pack().questionnaire.items:
        if item.link_id in read and item.link_id in given:
            value = given[item.link_id]
            yield f"`{item.link_id}` {', '.join(value) if isinstance(value, list) else value}"


def outcome(pattern: Pattern, case: Case) -> str:
    finding, verdict = case.shown(pattern.id), case.cannot_tell(pattern.id)
    if finding is not None:
        return found(pattern, finding)
    if verdict is not None:
        return f"Cannot tell; missing {listed(verdict.missing)}."
    if pattern.id in case.findings.suppressed:
        return "Yes, but hidden by a pattern that is yes too."
    return "No."


def found(pattern: Pattern, finding: Finding) -> str:
    said = ["Yes", f"{URGENCY[finding.urgency]}"]
    if finding.tier is not None:
        tier = load_pack().tiers[finding.tier]["en"].lower()
        firm = "firm" if finding.firm else f"between {finding.low} and {finding.high}"
        said.append(f"{tier}, score {finding.score}, {firm}")
    sides = (
        ("for", finding.for_lines),
        ("against", finding.against_lines),
        ("missing", finding.missing),
    )
    for side, ids in sides:
        if ids:
            said.append(f"{side} {listed(id.removeprefix(f'{pattern.id}.') for id in ids)}")
    said += [f"could become {URGENCY[rise.to]}" for rise in finding.could_rise]
    return f"{'; '.join(said)}."


def listed(ids: Iterable[str]) -> str:
    return ", ".join(ids)


def main(arguments: list[str]) -> int:
    written = MANUAL.read_text(encoding="utf-8") if MANUAL.exists() else ""
    if arguments == ["--check"]:
        stale = written != render()
        print(
            "docs/patterns.md is stale: run `make docs`." if stale else "docs/patterns.md is fresh."
        )
        return int(stale)
    MANUAL.parent.mkdir(exist_ok=True)
    MANUAL.write_text(render(), encoding="utf-8")
    print(f"Wrote docs/patterns.md, {len(chapters())} chapters.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
