"""A browser and a site. Every window is watched: see `watch.py` for what no page may ever do."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.functional.people import sign_in
from tests.functional.site import Site, running_site
from tests.functional.watch import Watch

HERE = Path(__file__).parent
SIZES = {
    "phone": {"width": 360, "height": 740},
    "desktop": {"width": 1280, "height": 800},
}
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Window = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These tests may reach this machine, nothing else."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]))


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all of them, or the demo at PREVISIT_SITE; each test brings its own patients."""
    if given := os.environ.get("PREVISIT_SITE"):
        yield Site(given.rstrip("/"), Path(os.devnull))
        return
    with running_site(tmp_path_factory.mktemp("site")) as started:
        yield started


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium. It is gone before other tests: beside its loop Django refuses the database."""
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    # A time is typed as the browser's own language writes it.
    language = {"LANGUAGE": "en_US", "LANG": "en_US.UTF-8"}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program(), args=[*FLAGS, *as_root], env=os.environ | language
        )
        yield chromium
        chromium.close()


def program() -> str:
    """Where Chromium is."""
    names = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
    for name in (os.environ.get("PREVISIT_CHROMIUM", ""), *names):
        if name and (found := shutil.which(name)):
            return found
    raise RuntimeError("The browser tests need Chromium: set PREVISIT_CHROMIUM.")


@pytest.fixture
def window(browser: Browser, site: Site) -> Iterator[Window]:
    """Opens a window of its own cookies; at the end says what its pages did wrong."""
    watches: list[Watch] = []

    def open_window(size: str = "desktop", **options: Any) -> Page:
        settings = {"viewport": SIZES[size], "locale": "en-GB", "base_url": site.url, **options}
        context = browser.new_context(**settings)
        context.set_default_timeout(15_000)
        page = context.new_page()
        watches.append(Watch(page, site.url))
        return page

    yield open_window
    wrong = [line for watch in watches for line in watch.close()]
    assert wrong == []


@pytest.fixture(scope="package")
def keys() -> dict[str, Any]:
    """The cookies of whoever signed in before: signing in is tested by itself."""
    return {}


@pytest.fixture
def signed_in(window: Window, keys: dict[str, Any]) -> Window:
    """Opens a window in which one of the demo's accounts is signed in."""

    def open_signed_in(name: str, size: str = "desktop", **options: Any) -> Page:
        if name in keys:
            page = window(size, storage_state=keys[name], **options)
            page.goto("/home/")
            return page
        page = window(size, **options)
        sign_in(page, name)
        keys[name] = page.context.storage_state()
        return page

    return open_signed_in
