"""`make pages`: what a patient's phone has to do, page by page.

A Chromium at 1.6 Mbit/s, 150 ms and a quarter of this processor, on the demo's own servers. Prints
for each page: kilobytes of a first visit, largest paint, interactive, layout shift. The bytes are
counted as the proxy sends them, compressed; the times are without it, so a little too long.
Ends with the number of questions on the vignettes' paths. Fails when a goal is missed.
"""

import gzip
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, Response, sync_playwright

from intake.demo.stories import tell_stories
from intake.rules.answers import read_answers
from intake.rules.compiled import compile_pack
from intake.rules.pack import load_pack
from tests.functional.conftest import FLAGS, program
from tests.functional.people import Desk, Patient, Person, sign_in
from tests.functional.site import running_site

PROXY_LEVEL = 9  # gzip_comp_level in deploy/nginx.conf
KB = 1000
SPEED = {"latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
GOALS = {"kilobytes": 30.0, "paint": 1500.0, "interactive": 1300.0, "shift": 0.02}
QUESTIONS = 36
ROUNDS = 3
WATCH = """
window.found = {paint: 0, shift: 0};
new PerformanceObserver(list => {
  for (const one of list.getEntries()) found.paint = one.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) found.shift += one.value;
}).observe({type: "layout-shift", buffered: true});
"""
READ = """() => {
  const [page] = performance.getEntriesByType("navigation");
  return {...found, interactive: page.domContentLoadedEventEnd};
}"""


@dataclass(frozen=True)
class Measured:
    """One page. Milliseconds from the click; `shift` as the browser scores it."""

    name: str
    kilobytes: float
    paint: float
    interactive: float
    shift: float

    def misses(self) -> list[str]:
        """The goals it does not reach."""
        return [goal for goal, most in GOALS.items() if getattr(self, goal) > most]


class Scales:
    """Adds up what a page fetches, as the proxy would send it."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        page.on("response", self.weigh)

    def weigh(self, response: Response) -> None:
        if response.status != 200:
            return
        body = response.body()
        kept = response.headers.get("content-encoding")
        sent = response.request.sizes()["responseBodySize"]
        self.bytes += sent if kept else len(gzip.compress(body, PROXY_LEVEL))


def phone_of(page: Page) -> CDPSession:
    """Slow wire, slow processor."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", {"offline": False, **SPEED})
    wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    return wire


def measure(browser: Browser, state: Any, base: str, address: str) -> Measured:
    """A first visit, three times in a browser that has nothing yet; the medians."""
    found: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, storage_state=state, base_url=base
        )
        page = context.new_page()
        page.add_init_script(WATCH)
        phone_of(page)
        scales = Scales(page)
        page.goto(address, wait_until="networkidle")
        page.wait_for_timeout(300)
        found.append(page.evaluate(READ) | {"kilobytes": scales.bytes / KB})
        context.close()
    middle = {key: statistics.median(one[key] for one in found) for key in found[0]}
    return Measured(name_of(address), **middle)


def name_of(address: str) -> str:
    """The address without what only this patient has."""
    return "link" if "/i/" in address else address.partition("/intake/")[2].rstrip("/") or "intake"


def walk(browser: Browser, base: str) -> list[Measured]:
    """Every page of one patient, measured before it is filled in."""
    desk = browser.new_page(base_url=base)
    sign_in(desk, "desk")
    person = Person()
    link = Desk(desk).invite(person, "18:00")
    context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=base)
    patient = Patient(context.new_page())
    measured = [measure(browser, None, base, link)]
    patient.open(link)
    patient.give_birth_date(person.born)
    passed = set()
    while "/intake/receipt/" not in patient.page.url:
        address = patient.page.url.partition("#")[0]
        if address not in passed:
            measured.append(measure(browser, context.storage_state(), base, address))
            passed.add(address)
        step(patient, person)
    measured.append(measure(browser, context.storage_state(), base, patient.page.url))
    return measured


def step(patient: Patient, person: Person) -> None:
    """Do what the page asks."""
    page = patient.page
    if "/intake/notice/" in page.url:
        patient.agree()
    elif "/intake/check/" in page.url:
        patient.sign(person)
    else:
        patient.answer({"pain.area": ["low_back", "knee"]})
        patient.go_on()


def question_counts() -> list[int]:
    """How many questions each vignette's patient is asked."""
    pack, today = load_pack(), datetime.now(UTC).date()
    counts = []
    for story in tell_stories(pack, compile_pack(pack), today):
        answers = read_answers(pack.questionnaire, story.answers, on=today)
        counts.append(len(pack.questionnaire.shown(answers)))
    return counts


def report(measured: list[Measured], counts: list[int]) -> bool:
    """Print all of it; whether every goal is reached."""
    print(f"{'page':<28}{'kB':>7}{'paint ms':>10}{'inter. ms':>11}{'shift':>8}")
    for one in measured:
        missed = f"  misses {', '.join(one.misses())}" if one.misses() else ""
        print(
            f"{one.name:<28}{one.kilobytes:>7.1f}{one.paint:>10.0f}"
            f"{one.interactive:>11.0f}{one.shift:>8.3f}{missed}"
        )
    print(f"{'goals':<28}" + "  ".join(f"{goal} {most:g}" for goal, most in GOALS.items()))
    middle = statistics.median(counts)
    print(
        f"questions on the {len(counts)} vignettes: {middle:g} in the middle, "
        f"{max(counts)} at most; goal {QUESTIONS}"
    )
    return middle <= QUESTIONS and not any(one.misses() for one in measured)


def main() -> None:
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with (
        tempfile.TemporaryDirectory(prefix="previsit-pages-") as directory,
        running_site(Path(directory)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program(), args=[*FLAGS, *as_root])
        is_good = report(walk(browser, site.url), question_counts())
        browser.close()
    sys.exit(not is_good)


if __name__ == "__main__":
    main()
