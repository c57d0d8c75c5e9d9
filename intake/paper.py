"""A page as a PDF that can be read aloud. Pure; the library is asked for only when it is needed."""

from collections.abc import Callable
from typing import Any

TAGGED = "pdf/ua-1"
# In points: the largest at which all of it stands on one sheet is taken.
SIZES = ("9.6", "8.4", "7.4", "6.6", "5.8")


class Unavailable(Exception):
    """The library, or what it needs of the system, is not installed: print the page instead."""


def as_pdf(html: str) -> bytes:
    """A tagged PDF of as many sheets as it takes."""
    made: bytes = drawn(html).write_pdf(pdf_variant=TAGGED)
    return made


def one_sheet(draw: Callable[[str], str]) -> bytes:
    """A tagged PDF of what `draw` gives for a size of type, as large as one sheet allows.

    More than the smallest type can hold takes a second sheet: nothing is cut off.
    """
    for size in SIZES:
        document = drawn(draw(size))
        if len(document.pages) == 1:
            break
    made: bytes = document.write_pdf(pdf_variant=TAGGED)
    return made


def drawn(html: str) -> Any:
    """The sheets. Nothing is fetched, from the network or from this machine."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError, URLFetcher
    except (ImportError, OSError) as error:  # OSError: a library of the system is missing
        raise Unavailable(str(error)) from error

    class Refusing(URLFetcher):
        """Whoever asks for an address gets no document at all."""

        def fetch(self, url: str, headers: object = None) -> object:
            raise FatalURLFetchingError(f"refused: {url}")

    return HTML(string=html, url_fetcher=Refusing()).render(pdf_variant=TAGGED)
