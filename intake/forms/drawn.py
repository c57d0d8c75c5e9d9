"""A page as it stood in the window that sends it, which may be older than what is saved."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from intake.merging import Seen
from intake.queries.pages import Draft
from intake.rules.pages import page_of
from intake.rules.questions import Item

THERE, HERE = "there", "here:"


@dataclass(frozen=True)
class Drawn:
    """The questions that were on it, and what it was drawn from.

    After two different answers the person chose: `there` leaves the saved one and asks nothing,
    `here:STAMP` replaces the one with that stamp.
    """

    items: tuple[Item, ...]
    seen: Seen

    @classmethod
    def read(
        cls, sent: Mapping[str, str], draft: Draft, key: str, only: Collection[str] | None = None
    ) -> "Drawn":
        """From a POST; without stamps the page is taken as it would be drawn now."""
        seen, page = Seen.read(sent.get("seen", "")), draft.page(key)
        names = set(seen.stamps) or {item.link_id for item in (page.items if page else ())}
        chosen = {name: sent.get(f"keep.{name}", "") for name in names}
        newer = {
            name: said.removeprefix(HERE) for name, said in chosen.items() if said.startswith(HERE)
        }
        items = tuple(
            item
            for item in draft.questionnaire.items
            if item.link_id in names
            and page_of(draft.questionnaire, item.link_id) == key
            and chosen[item.link_id] != THERE
            and (only is None or item.link_id in only)
        )
        return cls(items, Seen(seen.of, {**seen.stamps, **newer}))

    def moved_on(self, draft: Draft) -> frozenset[str]:
        """Questions that were answered elsewhere after this page was drawn."""
        kept, stamps = draft.response.kept, self.seen.stamps
        return frozenset(
            item.link_id
            for item in self.items
            if stamps.get(item.link_id, kept.stamp(item.link_id)) != kept.stamp(item.link_id)
        )
