"""A page as it stood in the window that sends it, which may be older than what is saved."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from intake.merging import Kept, Seen

THERE, HERE = "there", "here:"


@dataclass(frozen=True)
class Drawn:
    """The questions that were on it, by name; those of them to be taken; what it was drawn from.

    After two different answers the person chose: `there` leaves the saved one and asks nothing,
    `here:STAMP` replaces the one with that stamp.
    """

    on_page: frozenset[str]
    names: frozenset[str]
    seen: Seen

    @classmethod
    def read(
        cls, sent: Mapping[str, str], here: Collection[str], only: Collection[str] | None = None
    ) -> "Drawn":
        """From a POST; without stamps the page is taken as it would be drawn now, with `here`."""
        seen = Seen.read(sent.get("seen", ""))
        on_page = frozenset(seen.stamps or here)
        chosen = {name: sent.get(f"keep.{name}", "") for name in on_page}
        newer = {
            name: said.removeprefix(HERE) for name, said in chosen.items() if said.startswith(HERE)
        }
        names = frozenset(
            name for name in on_page if chosen[name] != THERE and (only is None or name in only)
        )
        return cls(on_page, names, Seen(seen.of, {**seen.stamps, **newer}))

    def moved_on(self, kept: Kept) -> frozenset[str]:
        """Questions that were answered elsewhere after this page was drawn."""
        stamps = self.seen.stamps
        return frozenset(
            name for name in self.names if stamps.get(name, kept.stamp(name)) != kept.stamp(name)
        )
