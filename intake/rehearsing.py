"""What a draft pack would change about what was said. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from intake.rules.answered import Answers
from intake.rules.answers import recall_answers
from intake.rules.findings import Finding, Findings
from intake.rules.patterns import URGENCY_RANK
from intake.rules.questions import Questionnaire

URGENT = URGENCY_RANK["same_day"]
Counts = Mapping[str, Mapping[str, int]]
Changed = tuple[int, str, str]


class Stretch(NamedTuple):
    """Intakes with `first` <= id < `end`, of all that are random; without an end to the last."""

    first: UUID
    end: UUID | None

    def cut(self, number: int) -> "list[Stretch]":
        """As many of the same length, which hold about as many intakes each."""
        first, end = self.first.int, self.end.int if self.end else 1 << 128
        cuts = [UUID(int=first + (end - first) * turn // number) for turn in range(number)]
        return [Stretch(*each) for each in zip(cuts, [*cuts[1:], self.end], strict=False)]


ALL = Stretch(UUID(int=0), None)


class Said(NamedTuple):
    """A flag that stood when the intake was sent. `verdict` is the latest, or ""."""

    pattern: str
    is_red: bool
    urgency: int
    verdict: str


@dataclass
class Tally:
    """Counts while intakes are replayed.

    same, gained, lost; of the lost `lost_confirmed` and so on; less_urgent, more_urgent; `missed`
    by all flags, of which the draft says `missed_found`. `vanished`: a red flag that the draft does
    not even hold back, one that was urgent and is no longer, or no red flag any more.
    """

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    changed: list[Changed] = field(default_factory=list)
    read: int = 0

    @property
    def vanished(self) -> int:
        """Red flags of which nothing would be left."""
        return sum(number for (_, what), number in self.counts.items() if what == "vanished")

    def add(
        self, visit: int, said: Sequence[Said], missed: Iterable[str], findings: Findings
    ) -> None:
        """One intake: what it said, what no flag said, and what the draft finds in it."""
        self.read += 1
        now = {finding.pattern: finding for finding in findings.shown}
        for flag in said:
            if flag.pattern in now:
                self.keep(flag, now.pop(flag.pattern))
            else:
                self.lose(visit, flag, findings)
        for pattern in now:
            self.counts[pattern, "gained"] += 1
            self.changed.append((visit, pattern, "gained"))
        for pattern in missed:
            self.counts[pattern, "missed"] += 1
            self.counts[pattern, "missed_found"] += pattern in now

    def keep(self, flag: Said, finding: Finding) -> None:
        self.counts[flag.pattern, "same"] += 1
        urgency = URGENCY_RANK[finding.urgency]
        if urgency != flag.urgency:
            what = "less_urgent" if urgency < flag.urgency else "more_urgent"
            self.counts[flag.pattern, what] += 1
        if flag.is_red and (finding.group != "redflag" or urgency < URGENT <= flag.urgency):
            self.counts[flag.pattern, "vanished"] += 1

    def lose(self, visit: int, flag: Said, findings: Findings) -> None:
        self.counts[flag.pattern, "lost"] += 1
        self.counts[flag.pattern, f"lost_{flag.verdict or 'undecided'}"] += 1
        if flag.is_red and not is_held_back(flag, findings):
            self.counts[flag.pattern, "vanished"] += 1
        self.changed.append((visit, flag.pattern, "lost"))

    def as_json(self) -> dict[str, dict[str, int]]:
        """By pattern; what did not happen is left out."""
        found: dict[str, dict[str, int]] = {}
        for (pattern, what), number in self.counts.items():
            if number:
                found.setdefault(pattern, {})[what] = number
        return found


def is_held_back(flag: Said, findings: Findings) -> bool:
    """Whether a more serious one says it; of an urgent one only what is urgent is."""
    is_as_urgent = flag.urgency < URGENT or URGENCY_RANK[findings.urgency] >= URGENT
    return flag.pattern in findings.suppressed and is_as_urgent


def summed(parts: Iterable[Counts]) -> Counts:
    """The counts of several parts as one."""
    total: dict[str, Counter[str]] = {}
    for counts in parts:
        for pattern, found in counts.items():
            total.setdefault(pattern, Counter()).update(found)
    return total


def reader(
    own: Questionnaire, draft: Questionnaire
) -> Callable[[Mapping[str, Any], date], Answers]:
    """Reads stored answers with their own questionnaire, for the rules of the draft.

    What the draft does not ask, or asks with other options, is unanswered to it.
    """
    if own.content_hash == draft.content_hash:
        return lambda raw, on: own.in_force(recall_answers(own, raw, on=on))

    def read(raw: Mapping[str, Any], on: date) -> Answers:
        answers = own.in_force(recall_answers(own, raw, on=on))
        return draft.in_force(replace(answers, values=understood(own, draft, answers)))

    return read


def understood(own: Questionnaire, draft: Questionnaire, answers: Answers) -> dict[str, Any]:
    """The answers that mean something to the draft: of the same type, with options it has."""
    values: dict[str, Any] = {}
    for link_id, value in answers.values.items():
        item = draft.by_id.get(link_id)
        if item is None or item.type != own.item(link_id).type:
            continue
        if item.type in ("choice", "multi"):
            known = {option.id for option in draft.possible_options(item)}
            value = only_known(value, known)
        if value is not None:
            values[link_id] = value
    return values


def only_known(value: Any, known: set[str]) -> Any:
    if isinstance(value, tuple):
        return tuple(option for option in value if option in known) or None
    return value if value in known else None
