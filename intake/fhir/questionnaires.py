"""A FHIR R4 Questionnaire as a form, or every reason why it cannot be one.

https://hl7.org/fhir/R4/questionnaire.html
"""

from dataclasses import dataclass
from typing import Any

from intake.fhir.limits import (
    DEEPEST,
    MOST_ITEMS,
    Findings,
    NotJSON,
    Problem,
    Raw,
    entries,
    is_id,
    is_malformed,
    parse,
    shortened,
)
from intake.fhir.questionnaire_items import ItemReader
from intake.fhir.repeats import copied, marked, wrong_group
from intake.fhir.values import LANGUAGE, primary, read_text
from intake.instruments.items import Form, Item, Text

READ = {
    "resourceType", "id", "meta", "language", "contained", "url", "identifier", "version", "name",
    "title", "_title", "status", "date", "publisher", "description", "copyright", "subjectType",
    "item", "extension", "text", "code", "purpose", "contact", "useContext",
    "jurisdiction", "approvalDate", "lastReviewDate", "effectivePeriod", "experimental",
    "derivedFrom",
}  # fmt: skip
CHANGING = {"modifierExtension", "implicitRules"}
SCHEMES = ("http://", "https://", "urn:")


@dataclass(frozen=True)
class Read:
    """`form` is None when there are problems; `ignored` is what of the file is not read."""

    form: Form | None
    problems: tuple[Problem, ...]
    ignored: tuple[Problem, ...]


def read_questionnaire(text: str) -> Read:
    """Never raises: whatever is wrong is a problem with its item and its reason."""
    found = Findings()
    try:
        resource = parse(text)
    except NotJSON as error:
        return Read(None, (Problem("", str(error)),), ())
    if resource.get("resourceType") != "Questionnaire":
        return Read(None, (Problem("", "the file is not a FHIR Questionnaire"),), ())
    form = read_resource(resource, found)
    problems = tuple(found.problems)
    return Read(None if problems else form, problems, tuple(found.ignored))


def read_resource(resource: Raw, found: Findings) -> Form:
    """The form as far as it can be read; it counts only if nothing was refused."""
    own = language_of(resource, found)
    check_head(resource, found)
    walk = Walk(resource, own, found)
    walk.level(entries(resource, "item"), ())
    if not any(item.is_question for item in walk.items):
        found.refuse("", "the file asks no question")
    title = read_text(resource, "title", own)
    if title is None:
        found.refuse("", "the questionnaire has no title")
    return Form(
        key=key_of(resource, found),
        title=title or Text({own: ""}, own),
        version=line(resource, "version", found) or "without a version",
        language=own,
        publisher=line(resource, "publisher", found),
        rights=read_rights(resource, own),
        items=tuple(walk.items),
    )


def language_of(resource: Raw, found: Findings) -> str:
    """The language of the file, English where it says nothing."""
    language = resource.get("language")
    if isinstance(language, str) and LANGUAGE.fullmatch(language):
        return primary(language)
    found.ignore("", "the file does not name its language: it is taken for English")
    return "en"


def check_head(resource: Raw, found: Findings) -> None:
    """What stands above the items."""
    for key in is_malformed(resource, ("item", "contained", "extension", "identifier")):
        found.refuse("", f"'{key}' is not a list of objects")
    for key in sorted(CHANGING & set(resource)):
        found.refuse("", f"'{key}' changes what the file means and is not understood")
    if resource.get("status") not in ("active", "draft"):
        found.refuse("", "its status is neither active nor draft")
    subjects = resource.get("subjectType", ["Patient"])
    if not isinstance(subjects, list) or "Patient" not in subjects:
        found.refuse("", "it is not about a patient")
    tell_ignored(resource, found)


def tell_ignored(resource: Raw, found: Findings) -> None:
    """What of the head is not read."""
    for key in sorted(set(resource) - READ - CHANGING):
        found.ignore("", f"'{shortened(key)}' is not read")
    for each in entries(resource, "extension"):
        found.ignore("", f"extension {shortened(each.get('url'))} is not read")
    if "text" in resource:
        found.ignore("", "the formatted text of the file is not shown")


def key_of(resource: Raw, found: Findings) -> str:
    """What its versions have in common: the canonical address, else the identifier."""
    url = resource.get("url")
    if url is None:
        value: Any = next((one.get("value") for one in entries(resource, "identifier")), None)
        url = value if value is not None else resource.get("id", resource.get("name"))
    elif not (is_id(url) and str(url).lower().startswith(SCHEMES)):
        found.refuse("", "its 'url' is not an http, https or urn address")
    if not is_id(url):
        found.refuse("", "it has neither url nor identifier, id or name")
        return ""
    return str(url)


def line(resource: Raw, key: str, found: Findings) -> str:
    """One optional line of plain text."""
    value = resource.get(key)
    if value is not None and not is_id(value):
        found.refuse("", f"'{key}' is not one line of plain text")
    return value if is_id(value) else ""  # type: ignore[return-value]


def read_rights(resource: Raw, own: str) -> str:
    text = read_text(resource, "copyright", own)
    return text.words[own] if text else ""


class Walk:
    """Goes through the items once, in their order, no deeper and no longer than the limits."""

    def __init__(self, resource: Raw, own: str, found: Findings) -> None:
        self.reader = ItemReader(resource, own, found)
        self.found = found
        self.items: list[Item] = []
        self.seen = 0

    def level(self, raws: list[Raw], parents: tuple[str, ...]) -> None:
        if len(parents) >= DEEPEST and raws:
            self.found.refuse(parents[-1], f"has items nested more than {DEEPEST} levels deep")
            return
        for raw in raws:
            self.seen += 1
            if self.seen > MOST_ITEMS:
                self.found.refuse("", f"the file has more than {MOST_ITEMS} items")
                return
            item = self.reader.read(raw, self.seen, parents, self.items)
            if item is None:
                continue
            self.items.append(item)
            children = [each for each in entries(raw, "item") if not self.reader.is_part(raw, each)]
            first = len(self.items) - 1
            self.level(children, (*parents, item.link_id))
            if item.kind == "group" and item.repeats:
                self.repeat(self.items[first:], item)

    def repeat(self, once: list[Item], group: Item) -> None:
        """Lay out a group as often as it may be filled in."""
        wrong = list(wrong_group(once[1:]))
        for link_id, reason in wrong:
            self.found.refuse(link_id, reason)
        if wrong:
            return
        if self.seen + len(once) * (group.times - 1) > MOST_ITEMS:
            reason = f"repeats: with every time of it the file has more than {MOST_ITEMS} items"
            self.found.refuse(group.link_id, reason)
            return
        once = marked(once, group.link_id)
        self.items[-len(once) :] = once
        for copy in range(2, group.times + 1):
            self.items += copied(once, copy, self.seen)
            self.seen += len(once)
