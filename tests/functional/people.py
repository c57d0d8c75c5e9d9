"""The cast. Each person does through the pages what a person does; no test touches the database."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from playwright.sync_api import Locator, Page, expect

PASSWORD = "demo-demo-demo-demo"
NUMBERS = itertools.count(1)
# The demo's days are from half past eight to four; nobody else is booked in the night.
MINUTES = (*range(16 * 60, 24 * 60, 10), *range(0, 8 * 60 + 10, 10))
TODAY, TOMORROW = iter(MINUTES), iter(MINUTES)
ASH = "Ash Demo-Therapist"


def sign_in(page: Page, name: str) -> None:
    """With the e-mail and the password of a demo account."""
    page.goto("/account/login/")
    page.get_by_label("Email").fill(f"{name}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile("/(today|desk|settings)/$"))


def follow(link: Locator) -> None:
    """Where a link or a button leads. A click alone comes back while the old page still stands."""
    with link.page.expect_navigation():
        link.click()


def next_time(of: Iterator[int] = TODAY) -> str:
    """A time of that day that no other test books."""
    minutes = next(of)
    return f"{minutes // 60:02}:{minutes % 60:02}"


@dataclass
class Person:
    """Somebody invented for one test."""

    given: str = "Testa"
    family: str = field(default_factory=lambda: f"Probeling{next(NUMBERS)}")
    born: date = date(1984, 3, 27)
    language: str = "en"

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def email(self) -> str:
        return f"{self.family}@demo.example".lower()


class Desk:
    """The front desk at work on its one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def create(self, person: Person) -> None:
        """A new patient, on the page that is open."""
        page = self.page
        page.locator("summary", has_text="New patient").click()
        page.get_by_label("Given name").fill(person.given)
        page.get_by_label("Family name").fill(person.family)
        page.get_by_label("Birth date").fill(person.born.isoformat())
        page.get_by_label("Language of the form").select_option(person.language)
        page.get_by_label("E-mail").fill(person.email)
        page.get_by_role("button", name="Create the patient").click()
        expect(page.get_by_role("heading", name=person.name)).to_be_visible()

    def book(self, time: str, *, minutes: int = 10, therapist: str = ASH) -> None:
        """For the patient who is open, on the day that is shown."""
        page = self.page
        page.get_by_label("Therapist").select_option(label=therapist)
        page.get_by_label("Time").fill(time)
        page.get_by_label("Length").select_option(str(minutes))
        page.get_by_role("button", name="Book", exact=True).click()

    def send(self) -> str:
        """The intake to the patient who is open; the link of the mail, as the demo shows it."""
        follow(self.page.locator(".own-visits").get_by_role("button", name="Send").first)
        return self.link()

    def link(self) -> str:
        """The link in the last mail."""
        return str(self.page.locator(".sent a").get_attribute("href"))

    def row(self, person: Person) -> Locator:
        """The patient's line on the list that is open."""
        return self.page.locator("table.visits tr", has_text=person.name)

    def find(self, person: Person) -> Locator:
        """The patient's line on tomorrow's list, which may have further pages."""
        self.open_tomorrow()
        while not self.row(person).count():
            follow(self.page.get_by_role("link", name="Later that day"))
        return self.row(person)

    def open_tomorrow(self) -> None:
        """Which day that is, the page itself says."""
        self.page.goto("/desk/")
        follow(self.page.get_by_role("link", name="Day after"))

    def invite(self, person: Person, time: str | None = None) -> str:
        """From nothing to a link, for `time` of today or else for some time of tomorrow."""
        self.page.goto("/desk/") if time else self.open_tomorrow()
        self.create(person)
        self.book(time or next_time(TOMORROW))
        expect(self.page.get_by_role("status").filter(has_text="Booked:")).to_be_visible()
        return self.send()


class Patient:
    """Somebody with a link, who reads the page and answers what it asks."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, link: str) -> None:
        self.page.goto(link)

    def give_birth_date(self, born: date) -> None:
        for part, value in (("day", born.day), ("month", born.month), ("year", born.year)):
            self.page.locator(f"input[name={part}]").fill(str(value))
        self.go_on()

    def agree(self) -> None:
        self.page.locator("#role-self").check()
        self.page.locator("#agree").check()
        self.go_on()

    def begin(self, link: str, person: Person) -> None:
        """From the link to the first question."""
        self.open(link)
        self.give_birth_date(person.born)
        self.agree()

    def go_on(self) -> None:
        """The page's one button. With the script what is typed is saved before the page is left."""
        with self.page.expect_navigation():
            self.page.locator("main form .button").click()
        self.page.wait_for_load_state()

    def questions(self) -> list[str]:
        """What this page asks, by link id."""
        controls = self.page.locator('main form [name]:not([type=hidden], button, [name^="keep."])')
        names = controls.evaluate_all("found => found.map(each => each.name)")
        asked = [re.sub(r"\.(day|month|year|declined)$", "", name) for name in names]
        return list(dict.fromkeys(asked))

    def answer(self, answers: dict[str, Any]) -> None:
        """Every question of the page: as told, else with its "none" or its first answer."""
        for name in self.questions():
            self.answer_one(name, answers.get(name))

    def answer_one(self, name: str, given: Any) -> None:
        control = self.page.locator(f'main [name="{name}"]')
        if self.page.locator(f'main [name="{name}.day"]').count():
            for part in ("day", "month", "year") if given else ():
                value = str(getattr(given, part))
                self.page.locator(f'main [name="{name}.{part}"]').fill(value)
        elif control.first.get_attribute("type") not in ("radio", "checkbox"):
            control.fill(str(given or ""))
        else:
            self.choose(control, given)

    def choose(self, control: Locator, given: Any) -> None:
        values = control.evaluate_all("found => found.map(each => each.value)")
        is_one_of_many = control.first.get_attribute("type") == "radio"
        usual = values[0] if is_one_of_many else values[-1]
        wanted = given if isinstance(given, list) else [given or usual]
        for position, value in enumerate(values):
            control.nth(position).set_checked(value in wanted) if not is_one_of_many else None
            if is_one_of_many and value in wanted:
                control.nth(position).check()

    def walk(self, answers: dict[str, Any], *, until: str = "/intake/check/") -> list[str]:
        """Answer page after page until an address; gives the addresses passed."""
        passed = []
        while until not in self.page.url:
            passed.append(self.page.url)
            assert len(passed) < 60, passed
            if "/intake/important/" not in self.page.url:
                self.answer(answers)
            self.go_on()
        return passed

    def sign(self, person: Person) -> None:
        """From the check to the receipt."""
        self.page.goto("/intake/sign/")
        if self.page.url.endswith("/intake/fit/"):
            self.go_on()
        self.page.locator("#name").fill(person.name)
        self.go_on()


class Therapist:
    """A therapist on the way from the list to a signed note."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open_brief(self, person: Person) -> None:
        self.page.goto("/today/")
        self.page.locator("a.cover", has_text=person.name).first.click()
        expect(self.page.get_by_role("heading", level=1, name=person.name)).to_be_visible()

    def card(self, name: str) -> Locator:
        """The card with this heading."""
        heading = self.page.get_by_role("heading", level=3, name=name)
        return self.page.locator("article.card", has=heading).first
