"""A page as a PDF that can be read aloud. Pure; the library is asked for only when it is needed."""


class Unavailable(Exception):
    """The library, or what it needs of the system, is not installed: print the page instead."""


def as_pdf(html: str) -> bytes:
    """A tagged PDF. Nothing is fetched, from the network or from this machine."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError, URLFetcher
    except (ImportError, OSError) as error:  # OSError: a library of the system is missing
        raise Unavailable(str(error)) from error

    class Refusing(URLFetcher):
        """Whoever asks for an address gets no document at all."""

        def fetch(self, url: str, headers: object = None) -> object:
            raise FatalURLFetchingError(f"refused: {url}")

    document = HTML(string=html, url_fetcher=Refusing())
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return made
