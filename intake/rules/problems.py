"""What is wrong with a pack, gathered so that one reading reports everything."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class Invalid(ValueError):
    """A value refuses to be built; `reasons` are sentences without their subject."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class PackError(ValueError):
    """A pack that may not be used; `problems` are all of them, one plain sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def refuse_if(*reasons: str | None) -> None:
    found = [reason for reason in reasons if reason]
    if found:
        raise Invalid(*found)


class Problems:
    """Collects sentences; `within` turns a refusal inside its block into sentences."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, subject: str, reason: str) -> None:
        sentence = f"{subject}: {reason}"
        if sentence not in self.found:
            self.found.append(sentence)

    def add_all(self, subject: str, reasons: Iterable[str]) -> None:
        for reason in reasons:
            self.add(subject, reason)

    @contextmanager
    def within(self, subject: str) -> Iterator[None]:
        try:
            yield
        except Invalid as refusal:
            self.add_all(subject, refusal.reasons)
