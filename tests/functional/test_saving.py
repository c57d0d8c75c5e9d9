"""No answer is ever lost, on a phone with a bad connection, with and without JavaScript."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.functional.looks import (
    assert_accessible,
    assert_finger_sized,
    assert_no_sideways_scroll,
)
from tests.functional.people import Desk, Patient, Person, follow
from tests.functional.site import CLONE, Site, environment, free_port

PROBLEM = "/intake/questions/problem/"
WORDS = 'textarea[name="problem.words"]'
WIRES: dict[Page, CDPSession] = {}
SAVED, LOST, ENDED = "Saved", "No connection", "Your form was closed"


def slow(page: Page) -> None:
    """A phone in a village: 1.6 Mbit/s, 150 ms, a quarter of this processor."""
    WIRES[page] = page.context.new_cdp_session(page)
    WIRES[page].send("Network.enable")
    WIRES[page].send("Emulation.setCPUThrottlingRate", {"rate": 4})
    connected(page)


def connected(page: Page, *, is_on: bool = True) -> None:
    """In and out of the tunnel."""
    speed = {"latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
    WIRES[page].send("Network.emulateNetworkConditions", {"offline": not is_on, **speed})


def look(page: Page) -> None:
    assert_accessible(page)
    assert_finger_sized(page)
    assert_no_sideways_scroll(page)


def says(page: Page, words: str) -> None:
    """The status at the foot of the page, and the same words for a screen reader."""
    expect(page.locator("#saving")).to_contain_text(words, timeout=30_000)
    expect(page.locator("#saving-said")).to_contain_text(words)


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def desk(signed_in) -> Desk:
    return Desk(signed_in("desk"))


@pytest.fixture
def link(desk, person) -> str:
    return desk.invite(person)


def at_the_problem(patient: Patient, link: str, person: Person) -> Page:
    """The first page answered, the second open."""
    patient.begin(link, person)
    patient.answer({})
    patient.go_on()
    assert PROBLEM in patient.page.url
    return patient.page


@pytest.fixture
def phone(window, link, person) -> Page:
    """A slow phone at the page where the patient tells in own words."""
    patient = Patient(window("phone"))
    slow(patient.page)
    return at_the_problem(patient, link, person)


def kept(page: Page, text: str) -> None:
    """Drawn anew, the page holds these words."""
    page.goto(PROBLEM)
    expect(page.locator(WORDS)).to_have_value(text)


def type_words(page: Page, text: str) -> None:
    page.locator(WORDS).focus()
    page.keyboard.type(text)


# With JavaScript ----------------------------------------------------------------------------------


def test_words_are_saved_while_they_are_typed(phone):
    type_words(phone, "It pinches")
    says(phone, SAVED)
    look(phone)
    type_words(phone, " on stairs")
    says(phone, SAVED)
    phone.wait_for_function("document.getElementById('saving').textContent === 'Saved'")
    kept(phone, "It pinches on stairs")


def test_words_typed_without_a_connection_wait_and_arrive(phone):
    connected(phone, is_on=False)
    type_words(phone, "Written in a tunnel")
    says(phone, LOST)
    look_offline(phone)
    phone.locator("main form .button").click()
    type_words(phone, "!")
    assert PROBLEM in phone.url
    with phone.expect_navigation(timeout=40_000):
        connected(phone)
    kept(phone, "Written in a tunnel!")


def look_offline(page: Page) -> None:
    """What is said stays beside what is typed: nothing is covered, nothing is wider."""
    assert_no_sideways_scroll(page)
    box = page.locator("#saving").bounding_box()
    assert box["y"] + box["height"] <= page.viewport_size["height"] + 1


def leaves(page: Page) -> list[str]:
    """Closes the tab as a person does; what the browser asked first."""
    asked: list[str] = []

    def note(dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", note)
    page.close(run_before_unload=True)
    deadline = time.monotonic() + 5
    while not page.is_closed() and time.monotonic() < deadline:
        page.context.pages[0].wait_for_timeout(50)
    return asked


def test_only_who_leaves_something_unsaved_is_warned(phone):
    second = phone.context.new_page()
    second.goto(PROBLEM)
    type_words(second, "Half a sen")
    assert leaves(second) == ["beforeunload"]
    third = phone.context.new_page()
    third.goto(PROBLEM)
    type_words(third, "Half a sentence")
    expect(third.locator("#saving")).to_have_text(SAVED)
    assert leaves(third) == []


def test_the_browser_keeps_nothing(phone):
    type_words(phone, "Secret")
    connected(phone, is_on=False)
    type_words(phone, " words")
    says(phone, LOST)
    stores = "[localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
    assert phone.evaluate(f"(async () => {stores})()") == [0, 0, 0]
    connected(phone)
    expect(phone.locator("#saving")).to_have_text(SAVED, timeout=30_000)


def test_two_devices_are_merged_and_two_answers_are_both_shown(phone, window):
    laptop = window("desktop", storage_state=phone.context.storage_state())
    laptop.goto(PROBLEM)
    type_words(phone, "My left hip")
    expect(phone.locator("#saving")).to_have_text(SAVED)
    laptop.locator('input[name="pain.area"][value="low_back"]').check()
    expect(laptop.locator("#saving")).to_have_text(SAVED)
    type_words(laptop, "My right hip")
    says(laptop, "You answered this elsewhere")
    laptop.locator("main form .button").click()
    expect(laptop.locator(".error-summary")).to_be_visible()
    expect(laptop.get_by_text("“My left hip”")).to_be_visible()
    expect(laptop.locator(WORDS)).to_have_value("My right hip")
    look(laptop)
    laptop.get_by_label("From there").check()
    with laptop.expect_navigation():
        laptop.locator("main form .button").click()
    kept(laptop, "My left hip")
    expect(laptop.locator('input[value="low_back"][name="pain.area"]')).to_be_checked()


def code_sent_to(desk: Desk, person: Person) -> str:
    """The code in the last mail, as the demo shows it to the desk."""
    follow(desk.find(person).get_by_role("link", name=person.name))
    return re.search(r"\d{6}", desk.page.locator(".sent .written").inner_text())[0]


def open_again(page: Page, link: str, person: Person, desk: Desk) -> None:
    """The link in this window, with birth date and code."""
    patient = Patient(page)
    patient.open(link)
    patient.give_birth_date(person.born)
    page.locator("#code").fill(code_sent_to(desk, person))
    patient.go_on()
    assert "/intake/questions/" in page.url


def test_a_session_that_ends_while_typing_costs_nothing(phone, link, person, desk):
    phone.context.clear_cookies(name="intake")
    type_words(phone, "Typed too late")
    says(phone, ENDED)
    assert_no_sideways_scroll(phone)
    open_again(phone.context.new_page(), link, person, desk)
    phone.bring_to_front()
    expect(phone.locator("#saving")).to_have_text(SAVED, timeout=40_000)
    kept(phone, "Typed too late")


def test_on_an_instrument_neither_the_end_of_the_session_nor_a_language_costs_a_word(
    phone, link, person, desk
):
    phone.goto("/intake/more/1-1/")
    words = phone.locator("[name=i3]")
    phone.context.clear_cookies(name="intake")
    words.fill("Walk the dog")
    says(phone, ENDED)
    open_again(phone.context.new_page(), link, person, desk)
    phone.bring_to_front()
    expect(phone.locator("#saving")).to_have_text(SAVED, timeout=40_000)
    words.fill("Walk both dogs")
    follow(phone.get_by_role("button", name="Español"))
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    expect(words).to_have_value("Walk both dogs")
    look(phone)


def test_back_and_forward_show_what_is_saved(phone):
    type_words(phone, "First words")
    phone.locator('input[name="pain.area"][value="knee"]').check()
    Patient(phone).answer({"problem.words": "First words", "pain.area": ["knee"]})
    Patient(phone).go_on()
    here = phone.url
    phone.go_back()
    expect(phone.locator(WORDS)).to_have_value("First words")
    phone.locator(WORDS).fill("Second words")
    expect(phone.locator("#saving")).to_have_text(SAVED)
    phone.go_forward()
    assert phone.url == here
    phone.go_back()
    expect(phone.locator(WORDS)).to_have_value("Second words")
    kept(phone, "Second words")


def test_back_after_an_error_asks_nothing_and_shows_what_is_saved(phone):
    phone.locator(WORDS).fill("First words")
    Patient(phone).go_on()
    expect(phone.locator(".error-summary")).to_be_visible()
    Patient(phone).answer({"problem.words": "First words", "pain.area": ["knee"]})
    Patient(phone).go_on()
    phone.go_back()
    expect(phone.locator(WORDS)).to_have_value("First words")
    expect(phone.locator(".error-summary")).to_have_count(0)


def test_places_and_instruments_are_saved_while_they_are_filled_in(phone):
    patient = Patient(phone)
    patient.walk({"pain.area": ["groin_front_hip", "knee"]}, until="/intake/places/")
    ache = phone.locator('[name="knee.feel"][value=ache]')
    ache.check()
    says(phone, SAVED)
    look(phone)
    phone.goto("/intake/places/")
    expect(ache).to_be_checked()
    patient.walk({}, until="/intake/more/1-1/")
    words = phone.locator("[name=i3]")
    connected(phone, is_on=False)
    words.fill("Walk the dog")
    says(phone, LOST)
    connected(phone)
    says(phone, SAVED)
    look(phone)
    phone.goto("/intake/")
    expect(words).to_have_value("Walk the dog")


def test_an_emergency_is_said_while_the_page_is_still_open(window, link, person):
    patient = Patient(window("phone"))
    patient.begin(link, person)
    patient.walk({"pain.area": ["low_back"]}, until="/intake/questions/safety-")
    page = patient.page
    while not page.locator('input[name="rf.now"]').count():
        patient.answer({})
        patient.go_on()
    page.locator('input[name="rf.now"][value="collapse"]').check()
    alert = page.get_by_role("alert").filter(has_text="Get help now")
    expect(alert).to_be_visible()
    look(page)
    alert.get_by_role("link", name="Read this and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Get help now")


# Another server -----------------------------------------------------------------------------------


class Web:
    """A web server of our own on the database of the site, to be killed and started again."""

    def __init__(self, site: Site) -> None:
        self.site, self.port = site, free_port()
        self.url = f"http://localhost:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "--bind", f"localhost:{self.port}"]
        command += ["--threads", "4", "--log-level", "warning", "clinic.wsgi"]
        with self.site.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=CLONE,
                env=environment(self.site.log.parent) | {"BASE_URL": self.url},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/alive/", timeout=1).close()  # noqa: S310
                return
            time.sleep(0.1)
        raise RuntimeError("The second web server did not start.")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)


@pytest.fixture
def web(site) -> Iterator[Web]:
    if str(site.log) == os.devnull:
        pytest.skip("a site that was started elsewhere cannot be started again")
    started = Web(site)
    started.start()
    yield started
    started.kill()


def test_a_server_that_is_killed_and_started_again_costs_nothing(web, browser, phone, person, desk):
    state = phone.context.storage_state()
    with browser.new_context(
        base_url=web.url, storage_state=state, viewport={"width": 360, "height": 740}
    ) as context:
        page = context.new_page()
        page.goto(PROBLEM)
        type_words(page, "Before")
        expect(page.locator("#saving")).to_have_text(SAVED)
        web.kill()
        type_words(page, " and after")
        says(page, LOST)
        web.start()
        expect(page.locator("#saving")).to_have_text(SAVED, timeout=40_000)
        kept(page, "Before and after")


# Without JavaScript -------------------------------------------------------------------------------


@pytest.fixture
def plain(window, link, person) -> Page:
    """The same phone, JavaScript off."""
    patient = Patient(window("phone", java_script_enabled=False))
    return at_the_problem(patient, link, person)


def look_plain(page: Page) -> None:
    """What can be seen where no script runs, not even that of the checker."""
    assert_finger_sized(page)
    assert_no_sideways_scroll(page)


def test_without_a_script_two_answers_are_both_shown(plain, window):
    state = plain.context.storage_state()
    other = window("phone", storage_state=state, java_script_enabled=False)
    other.goto(PROBLEM)
    answers = {"problem.words": "My left hip", "pain.area": ["knee"]}
    Patient(plain).answer(answers)
    Patient(plain).go_on()
    Patient(other).answer(answers | {"problem.words": "My right hip"})
    Patient(other).go_on()
    expect(other.get_by_text("“My left hip”")).to_be_visible()
    expect(other.locator(WORDS)).to_have_value("My right hip")
    look_plain(other)
    other.get_by_label("The one below").check()
    Patient(other).go_on()
    kept(other, "My right hip")


def test_without_a_script_an_ended_session_keeps_what_was_typed(plain, link, person, desk):
    Patient(plain).answer({"problem.words": "Typed too late", "pain.area": ["knee"]})
    plain.context.clear_cookies(name="intake")
    Patient(plain).go_on()
    expect(plain.get_by_role("heading", level=1)).to_have_text(ENDED)
    look_plain(plain)
    Patient(plain).go_on()  # too early: it is all still there
    expect(plain.get_by_role("heading", level=1)).to_have_text(ENDED)
    open_again(plain.context.new_page(), link, person, desk)
    Patient(plain).go_on()
    kept(plain, "Typed too late")


def test_the_page_that_keeps_what_was_typed_is_accessible(window, link, person):
    """Our script taken away, so that the page comes; the checker's own still runs."""
    patient = Patient(window("phone"))
    patient.page.route("**/intake*.js", lambda route: route.fulfill(body=""))
    page = at_the_problem(patient, link, person)
    type_words(page, "Typed too late")
    page.context.clear_cookies(name="intake")
    patient.go_on()
    expect(page.get_by_role("heading", level=1)).to_have_text(ENDED)
    look(page)


def test_finishing_later_sends_a_link_and_this_phone_stays_open(plain, desk, person, window):
    plain.locator(WORDS).fill("Half")
    with plain.expect_navigation():
        plain.get_by_role("button", name="Finish later").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("You can finish later")
    look_plain(plain)
    kept(plain, "Half")
    follow(desk.find(person).get_by_role("link", name=person.name))
    other = window("phone", storage_state=plain.context.storage_state())
    other.goto("/intake/later/")
    look(other)
    other.context.clear_cookies()
    open_again(other, desk.link(), person, desk)
    kept(other, "Half")


def test_who_finds_a_dead_link_asks_and_the_desk_sends_in_one_step(window, link, desk, person):
    desk.send()
    page = window("phone")
    page.goto(link)
    look(page)
    page.get_by_role("button", name="Ask for a new link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    look(page)
    desk.page.goto("/desk/")
    line = desk.page.locator(".asked li", has_text=person.name)
    expect(line).to_be_visible()
    assert_accessible(desk.page)
    line.get_by_role("button", name="Send a new link").click()
    page.goto(desk.link())
    expect(page.get_by_role("heading", level=1)).to_have_text("Before your visit")
    expect(desk.page.locator(".asked li", has_text=person.name)).to_have_count(0)


# By keyboard alone --------------------------------------------------------------------------------

FOCUSED = """
() => {
  const one = document.activeElement;
  const group = one.name ? [...document.getElementsByName(one.name)] : [];
  return {
    type: one.type || one.tagName, name: one.name || "", value: one.value || "",
    isLast: group.indexOf(one) === group.length - 1,
    isTicked: group.some(each => each.checked),
    isMain: one.matches("main form .button, main > p > .button"),
    isSeen: one === document.body || one.matches(":focus-visible"),
  };
}
"""


def by_keyboard(page: Page, person: Person) -> None:
    """Tab through the page and answer what has the focus, until its button: then Enter."""
    for _ in range(120):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        assert now["isSeen"], now
        if now["isMain"]:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
        answer_focused(page, now, person)
    raise AssertionError(f"{page.url}: no button within reach of the keyboard")


def answer_focused(page: Page, now: dict, person: Person) -> None:
    """A date as born, a name as called; the first radio, the last tick, a few words."""
    part = now["name"].rpartition(".")[2]
    if part in ("day", "month", "year") and not now["value"]:
        page.keyboard.type(str(getattr(person.born, part)))
    elif now["name"] == "name":
        page.keyboard.type(person.name)
    elif now["type"] == "radio" and not now["isTicked"]:
        page.keyboard.press("Space")
    elif now["type"] == "checkbox" and now["isLast"] and not now["isTicked"]:
        if not now["name"].endswith(".declined"):
            page.keyboard.press("Space")
    elif now["type"] == "textarea" and not now["value"]:
        page.keyboard.type("My hip")


@pytest.mark.parametrize("has_script", [True, False])
def test_the_whole_intake_by_keyboard_alone(window, link, person, has_script):
    page = window("phone", java_script_enabled=has_script)
    page.goto(link)
    for _ in range(60):
        if "/intake/receipt/" in page.url:
            break
        by_keyboard(page, person)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are sent")
