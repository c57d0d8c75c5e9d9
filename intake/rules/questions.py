"""The questionnaire: which questions are asked, in which order, with which options."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from intake.rules.answered import Answers, Value
from intake.rules.items import DECLINE, Item, Option, Section
from intake.rules.state import AnswerState

__all__ = ["Item", "Option", "Questionnaire", "Section", "offers_decline"]

QUESTION_BY_QUESTION = "safety"


@dataclass(frozen=True)
class Questionnaire:
    version: str
    content_hash: str
    languages: tuple[str, ...]
    sections: tuple[Section, ...]
    items: tuple[Item, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        return {item.link_id: item for item in self.items}

    @cached_property
    def positions(self) -> Mapping[str, int]:
        return {item.link_id: position for position, item in enumerate(self.items)}

    def item(self, link_id: str) -> Item:
        """KeyError for an item that does not exist."""
        return self.by_id[link_id]

    def section(self, id: str) -> Section:
        """KeyError for a section that does not exist."""
        return {section.id: section for section in self.sections}[id]

    def in_order(self, link_ids: frozenset[str]) -> tuple[str, ...]:
        """Item ids in the order of the questionnaire, the order of every `missing` list."""
        return tuple(sorted(link_ids, key=self.positions.__getitem__))

    @cached_property
    def page_keys(self) -> Mapping[str, str]:
        """The page that asks each item: its section, of the safety section its leading question."""
        return {
            item.link_id: f"{item.section}-{self.lead_of(item).order}"
            if item.section == QUESTION_BY_QUESTION
            else item.section
            for item in self.items
        }

    def lead_of(self, item: Item) -> Item:
        """The question that a follow-up follows; a question that follows none leads itself.

        A follow-up reads, in its ask_if, an earlier item of its own section.
        """
        read = item.ask_if.items() if item.ask_if else frozenset()
        earlier = [
            self.item(link_id)
            for link_id in self.in_order(read)
            if self.item(link_id).section == item.section
        ]
        return self.lead_of(earlier[-1]) if earlier else item

    @cached_property
    def option_ids(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of all that could ever be offered, by item, in order."""
        return {
            item.link_id: tuple(option.id for option in self.possible_options(item))
            for item in self.items
        }

    def possible_options(self, item: Item) -> tuple[Option, ...]:
        """All that could ever be offered, whatever was answered."""
        return self.item(item.options_from).options if item.options_from else item.options

    def options_for(self, item: Item, answers: Answers) -> tuple[Option, ...]:
        """What is offered now: with options_from, the options chosen there, 'none' left out."""
        if item.options_from is None:
            return item.options
        chosen = AnswerState(self.by_id, answers).counted(item.options_from)
        return tuple(
            option for option in self.item(item.options_from).options if option.id in chosen
        )

    def in_force(self, answers: Answers) -> Answers:
        """The answers to shown items only: the rest is kept aside, not passed to the rules.

        What `unfold` gives, without looking at what has no answer.
        """
        counted: dict[str, Value] = {}
        so_far = replace(answers, values=counted)
        state, given = AnswerState(self.by_id, so_far), answers.values
        for link_id, item in self.by_id.items():
            if link_id not in given or (item.ask_if is not None and not state.is_shown(link_id)):
                continue
            value = given[link_id]
            if item.options_from is not None:
                offered = self.still_offered(item, value, so_far)
                if offered is None:
                    continue
                value = offered
            counted[link_id] = value
        return so_far

    def shown(self, answers: Answers) -> tuple[Item, ...]:
        """The items whose ask_if is yes; an answer kept aside shows nothing."""
        return self.unfold(answers)[0]

    def unfold(self, answers: Answers) -> tuple[tuple[Item, ...], Answers]:
        """What is shown and what is in force.

        A choice that is offered no longer, a worst place that was unticked among the places, is
        kept aside as well.
        One pass is enough because ask_if and options_from read only earlier items.
        """
        counted: dict[str, Value] = {}
        so_far = replace(answers, values=counted)
        state, shown = AnswerState(self.by_id, so_far), []
        for item in self.items:
            if item.ask_if is None or state.is_shown(item.link_id):
                shown.append(item)
                value = self.still_offered(item, answers.values.get(item.link_id), so_far)
                if value is not None:
                    counted[item.link_id] = value
        return tuple(shown), so_far

    def still_offered(self, item: Item, value: Value | None, answers: Answers) -> Value | None:
        """What is left of a choice from the options that another item's answer offers."""
        if item.options_from is None or value is None:
            return value
        offered = {option.id for option in self.options_for(item, answers)}
        if isinstance(value, tuple):
            return tuple(option for option in value if option in offered) or None
        return value if value in offered else None


def offers_decline(item: Item) -> bool:
    """Whether the page adds "I would rather not say".

    An item whose own options say so (about.sex, no_say) needs none; "I am not sure" is
    another answer and does not replace it.
    """
    return (item.safety or item.sensitive) and DECLINE not in item.option_ids
