"""Going through the patient's pages by what stands on them, the way a browser does."""

from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup

from tests.clients import Browser


def read(response: Any) -> BeautifulSoup:
    """The page of an answer."""
    return BeautifulSoup(response.content.decode(), "html.parser")


def text_of(response: Any) -> str:
    """Its words, one space between each two."""
    return " ".join(read(response).get_text(" ").split())


def asked(page: BeautifulSoup) -> list[str]:
    """The link ids of the questions on a page, in order."""
    form = page.find(id="answers")
    names = [each["name"] for each in form.select("input[name], textarea[name]")]
    ours = ("csrfmiddlewaretoken", "seen")
    plain = (name.removesuffix(".day") for name in names if name not in ours)
    extra = (".month", ".year", ".declined")
    return list(dict.fromkeys(name for name in plain if not name.endswith(extra)))


def typed(name: str, value: Any) -> dict[str, Any]:
    """One coded answer as the controls of its page send it."""
    if name == "about.dob":
        year, month, day = value.split("-")
        return {f"{name}.day": day, f"{name}.month": month, f"{name}.year": year}
    return {name: value}


def filled(page: BeautifulSoup, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent for a page: its stamps, an answer to each of its questions that has one."""
    seen = page.find("input", {"name": "seen"})
    sent: dict[str, Any] = {"seen": seen["value"]} if seen else {}
    for name in asked(page):
        if name in answers:
            sent |= typed(name, answers[name])
    return sent


def go_on(browser: Browser) -> Any:
    """The page where this patient goes on, redirects followed."""
    return browser.get("/intake/", follow=True)


def url_of(response: Any) -> str:
    """Where a followed answer came from."""
    return response.request["PATH_INFO"]


def post(browser: Browser, url: str, data: Mapping[str, Any] | None = None) -> Any:
    """Send a form and follow where it leads."""
    return browser.post(url, data or {}, follow=True)


def walk(browser: Browser, answers: Mapping[str, Any], *, to: str = "/intake/check/") -> list[str]:
    """Answer page after page until `to`; the addresses passed, warnings confirmed on the way."""
    response, passed = go_on(browser), []
    while url_of(response) != to:
        url = url_of(response)
        assert len(passed) < 80, passed[-5:]
        passed.append(url)
        if url == "/intake/notice/":
            response = post(browser, url, {"agree": "on", "role": "self"})
        elif url == "/intake/important/":
            response = post(browser, url)
        else:
            response = post(browser, url, filled(read(response), answers))
            assert response.status_code == 200, (url, text_of(response))
    return passed


def sign(browser: Browser, name: str = "Otter Testwood") -> Any:
    """Sign what was checked and follow to the receipt; what does not fit together stays so."""
    if browser.get("/intake/sign/").headers.get("Location") == "/intake/fit/":
        post(browser, "/intake/fit/")
    key = read(browser.get("/intake/sign/")).find("input", {"name": "key"})["value"]
    return post(browser, "/intake/sign/", {"name": name, "key": key})
