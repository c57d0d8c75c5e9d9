"""Where a claim comes from, and the examination tests that can settle a finding."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """`verified` is seen or memory; `seen_part` says how much of the text was read."""

    id: str
    kind: str
    cite: str
    verified: str
    url: str | None = None
    seen_part: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ExamTest:
    id: str
    name: str
    how: str
    accuracy: str
    sources: tuple[str, ...]
    verified: str
    cautions: str | None = None
