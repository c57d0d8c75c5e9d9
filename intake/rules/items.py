"""The questions as values: sections, items and their options."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from intake.rules.conditions import Condition
from intake.rules.problems import refuse_if

Texts = Mapping[str, str]
TYPES = ("choice", "multi", "scale_0_10", "date", "decimal", "text")
WITH_OPTIONS = ("choice", "multi")
NUMBERS = ("scale_0_10", "decimal")
DECLINE = "no_say"


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    texts: Texts
    exclusive: bool = False
    unsure: bool = False

    def text(self, language: str) -> str:
        return self.texts[language]


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    texts: Texts

    def text(self, language: str) -> str:
        return self.texts[language]


@dataclass(frozen=True)
class Item:
    """One question. `options_from` names the item whose chosen options are offered."""

    link_id: str
    section: str
    order: int
    type: str
    required: bool
    texts: Texts
    helps: Texts
    anchors: Mapping[str, tuple[str, str]]
    options: tuple[Option, ...] = ()
    safety: bool = False
    sensitive: bool = False
    ask_if: Condition | None = None
    options_from: str | None = None
    max_length: int | None = None
    widget: str | None = None

    def __post_init__(self) -> None:
        ids = [option.id for option in self.options]
        has_options = bool(ids or self.options_from)
        refuse_if(
            None if self.type in TYPES else f"unknown type '{self.type}'",
            *(f"option '{id}' is there twice" for id in sorted(ids) if ids.count(id) > 1),
            "has both options and options_from" if ids and self.options_from else None,
            "has no options" if self.type in WITH_OPTIONS and not has_options else None,
            "has options but takes none" if self.type not in WITH_OPTIONS and has_options else None,
        )

    def text(self, language: str) -> str:
        return self.texts[language]

    def help(self, language: str) -> str | None:
        return self.helps.get(language)

    @cached_property
    def exclusive(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options if option.exclusive)

    @cached_property
    def unsure(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options if option.unsure)

    @cached_property
    def option_ids(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options)
