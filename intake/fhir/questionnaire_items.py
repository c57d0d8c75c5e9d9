"""One item of a FHIR R4 Questionnaire. What cannot be rendered is refused with its reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from intake.fhir.conditions import read_conditions
from intake.fhir.item_checks import wrong_with
from intake.fhir.limits import (
    MOST_OPTIONS,
    MOST_TIMES,
    Findings,
    Raw,
    entries,
    is_id,
    is_malformed,
    is_text,
    shortened,
)
from intake.fhir.repeats import MOST_COPIES, USUAL
from intake.fhir.values import (
    BASE,
    EXCLUSIVE,
    TRANSLATION,
    WEIGHTS,
    extension,
    read_concepts,
    read_option,
    read_text,
    simple,
    value_of,
)
from intake.instruments.items import Item, Option, Other, Text, Value

KINDS = {
    "group": "group",
    "display": "display",
    "boolean": "boolean",
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "string": "string",
    "text": "text",
    "choice": "choice",
    "open-choice": "choice",
}
TYPES = {"boolean": "Boolean", "integer": "Integer", "decimal": "Decimal", "date": "Date"}
LIMITS = {"integer": ("Integer",), "decimal": ("Decimal", "Integer"), "date": ("Date",)}
CONTROL = BASE + "questionnaire-itemControl"
HIDDEN, UNIT = BASE + "questionnaire-hidden", BASE + "questionnaire-unit"
LEAST, MOST = BASE + "minValue", BASE + "maxValue"
TIMES = BASE + "questionnaire-maxOccurs"
UNDERSTOOD = {CONTROL, HIDDEN, UNIT, LEAST, MOST, TIMES, EXCLUSIVE, TRANSLATION, *WEIGHTS}
# A form that leaves these out asks or scores something else than its author meant.
MEANT = ("enableWhenExpression", "calculatedExpression", "answerExpression", "candidateExpression")
READ = {
    "linkId", "definition", "code", "prefix", "text", "_text", "type", "enableWhen",
    "enableBehavior", "required", "repeats", "readOnly", "maxLength", "answerValueSet",
    "answerOption", "initial", "item", "extension", "id", "modifierExtension",
}  # fmt: skip
LISTS = ("item", "enableWhen", "answerOption", "initial", "extension")
ENDS = ("lower", "upper")


class ItemReader:
    """Reads items one after the other; each may refer to those before it."""

    def __init__(self, resource: Raw, own: str, found: Findings) -> None:
        self.resource, self.own, self.found = resource, own, found
        self.ids: set[str] = set()

    def read(
        self, raw: Raw, number: int, parents: tuple[str, ...], earlier: list[Item]
    ) -> Item | None:
        """The item, None when it was refused."""
        link_id, kind = raw.get("linkId"), raw.get("type")
        if not is_id(link_id):
            self.found.refuse("", f"item {number} has no linkId of plain text")
            return None
        if link_id in self.ids:
            self.found.refuse(str(link_id), "is there twice")
            return None
        self.ids.add(str(link_id))
        if not isinstance(kind, str) or kind not in KINDS:
            reason = f"is of type '{shortened(kind)}', which is not supported"
            self.found.refuse(str(link_id), reason)
            return None
        before = len(self.found.problems)
        self.check(raw, str(link_id))
        item = Item(
            link_id=str(link_id),
            number=number,
            kind=KINDS[kind],
            text=self.words(raw, str(link_id), KINDS[kind]),
            parents=parents,
            prefix=raw["prefix"].strip() if is_id(raw.get("prefix")) else "",
            conditions=read_conditions(raw, {one.link_id: one for one in earlier}, self.found),
            needs_all=raw.get("enableBehavior", "all") == "all",
            required=raw.get("required") is True,
            repeats=raw.get("repeats") is True,
            is_open=kind == "open-choice",
        )
        item = self.with_answers(self.with_parts(item, raw), raw)
        self.check_whole(item, raw)
        return item if len(self.found.problems) == before else None

    def check(self, raw: Raw, link_id: str) -> None:
        """Keys and extensions that change the meaning refuse, the others are named."""
        for key in is_malformed(raw, LISTS):
            self.found.refuse(link_id, f"'{key}' is not a list of objects")
        refusals = {
            "has a modifierExtension, which is not understood": "modifierExtension" in raw,
            "is read-only: nobody could answer it": raw.get("readOnly") is True,
            "is hidden: what fills it in is not supported": extension(raw, HIDDEN) is True,
            "names a unit, which cannot be shown": extension(raw, UNIT) is not None,
        }
        for reason in (reason for reason, is_so in refusals.items() if is_so):
            self.found.refuse(link_id, reason)
        for key in sorted(set(raw) - READ):
            self.found.ignore(link_id, f"'{shortened(key)}' is not read")
        for each in entries(raw, "extension"):
            url = each.get("url") if isinstance(each.get("url"), str) else ""
            if str(url).endswith(MEANT):
                self.found.refuse(link_id, f"needs {shortened(url)}, which is not supported")
            elif url not in UNDERSTOOD:
                self.found.ignore(link_id, f"extension {shortened(url)} is not read")

    def words(self, raw: Raw, link_id: str, kind: str) -> Text | None:
        text = read_text(raw, "text", self.own)
        if text is None and (kind != "group" or "text" in raw):
            self.found.refuse(link_id, "has no text, or a text that is too long or no plain text")
        return text

    def is_part(self, parent: Raw, child: Raw) -> bool:
        """A text within a question that belongs to it: its help, or what an end of it means."""
        return (
            parent.get("type") not in ("group", "display")
            and child.get("type") == "display"
            and not child.get("enableWhen")
        )

    def with_parts(self, item: Item, raw: Raw) -> Item:
        """Help and ends out of the texts within a question."""
        parts = [each for each in entries(raw, "item") if self.is_part(raw, each)]
        helps: list[Text] = []
        for part in parts:
            text, control = self.part(part, item.link_id), control_of(part)
            if text is None:
                continue
            if control == "lower":
                item = replace(item, lower=text)
            elif control == "upper":
                item = replace(item, upper=text)
            else:
                helps.append(text)
        return replace(item, help=joined(helps))

    def part(self, raw: Raw, link_id: str) -> Text | None:
        """The words of a text within a question."""
        own_id = raw.get("linkId")
        if is_id(own_id) and own_id not in self.ids:
            self.ids.add(str(own_id))
        else:
            self.found.refuse(str(own_id), "has no linkId of its own")
        if entries(raw, "item"):
            self.found.refuse(str(own_id), "is a text and has items within it")
        text = read_text(raw, "text", self.own)
        if text is None:
            self.found.refuse(link_id, "holds a text that is too long or no plain text")
        return text

    def with_answers(self, item: Item, raw: Raw) -> Item:
        """Options, limits and what is filled in from the start."""
        item = replace(item, options=self.options(item, raw))
        least, most = (self.limit(item, raw, url) for url in (LEAST, MOST))
        longest = raw.get("maxLength")
        if longest is not None and (type(longest) is not int or longest < 1):
            self.found.refuse(item.link_id, "'maxLength' is not a whole number above 0")
            longest = None
        times = self.times(item, raw)
        item = replace(item, least=least, most=most, max_length=longest, times=times)
        return replace(item, initial=self.initial(item, raw))

    def options(self, item: Item, raw: Raw) -> tuple[Option, ...]:
        listed = entries(raw, "answerOption")
        if isinstance(raw.get("answerValueSet"), str):
            listed = read_concepts(
                self.resource, raw["answerValueSet"], self.own, self.found, item.link_id
            )
        if len(listed) > MOST_OPTIONS:
            self.found.refuse(item.link_id, f"has more than {MOST_OPTIONS} options")
            return ()
        options = []
        for number, each in enumerate(listed, 1):
            option = read_option(each, self.own)
            if option is None:
                reason = "is no coding with code and display, no text, whole number or date"
                self.found.refuse(item.link_id, f"option {number} {reason}")
            else:
                options.append(option)
        return tuple(options)

    def times(self, item: Item, raw: Raw) -> int:
        """How many answers it takes."""
        if not item.repeats:
            return 1
        times = extension(raw, TIMES)
        usual, most = (USUAL, MOST_COPIES) if item.kind == "group" else (MOST_TIMES, MOST_TIMES)
        if times is None:
            return usual
        if type(times) is not int or not 0 < times <= most:
            reason = f"'questionnaire-maxOccurs' is no whole number from 1 to {most}"
            self.found.refuse(item.link_id, reason)
            return 1
        return times

    def limit(self, item: Item, raw: Raw, url: str) -> int | Decimal | date | None:
        """minValue or maxValue, of the type of the question."""
        for each in entries(raw, "extension"):
            if each.get("url") == url:
                kind, value = value_of(each)
                found = simple(kind, value) if kind in LIMITS.get(item.kind, ()) else None
                if found is None:
                    self.found.refuse(item.link_id, f"'{url[len(BASE) :]}' does not fit its type")
                return found  # type: ignore[return-value]
        return None

    def initial(self, item: Item, raw: Raw) -> tuple[Value, ...]:
        given = [self.initial_value(item, each) for each in entries(raw, "initial")]
        given += [option.key for option in item.options if option.is_initial]
        if any(value is None for value in given):
            self.found.refuse(item.link_id, "'initial' does not fit its type or its options")
        if len(given) > 1 and not item.repeats:
            self.found.refuse(item.link_id, "has more than one initial answer but takes one")
        return tuple(value for value in given if value is not None)

    def initial_value(self, item: Item, raw: Raw) -> Value | None:
        kind, value = value_of(raw)
        if item.kind != "choice":
            wanted = TYPES.get(item.kind, "String")
            return simple(wanted, value) if kind == wanted else None
        if kind == "Coding":
            value = value.get("code") if isinstance(value, dict) else None
            return value if isinstance(value, str) and value in item.by_key else None
        found = simple(kind, value)
        if found is not None and str(found) in item.by_key:
            return str(found)
        return Other(found) if item.is_open and isinstance(found, str) else None

    def check_whole(self, item: Item, raw: Raw) -> None:
        for reason in wrong_with(item, raw):
            self.found.refuse(item.link_id, reason)


def control_of(raw: Raw) -> str:
    """The code of an itemControl, empty without one."""
    concept = extension(raw, CONTROL)
    codings = entries(concept, "coding") if isinstance(concept, dict) else []
    codes = [each.get("code") for each in codings]
    return next((str(code) for code in codes if is_text(code)), "")


def joined(texts: list[Text]) -> Text | None:
    """Several helps as one; only in the languages that all of them have."""
    if not texts:
        return None
    languages = set.intersection(*(set(text.words) for text in texts))
    words = {one: " ".join(text.words[one] for text in texts) for one in languages}
    return Text(words, texts[0].own)
