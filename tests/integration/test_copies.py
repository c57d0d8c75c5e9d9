"""The receipt to take away: on paper what was sent, word for word."""

import re
import sys
import zlib

import pytest

from clinic.models import AuditEvent
from intake.paper import Unavailable, as_pdf
from tests.clients import with_link
from tests.factories.intakes import calm_answers
from tests.factories.visits import invite, open_link
from tests.walking import post, sign, text_of, walk

SENT = {"problem__words": "It clicks <b>when</b> I climb"}


@pytest.fixture
def otter(desk, visit_with_ash):
    invite(desk, visit_with_ash)
    browser = with_link(open_link(visit_with_ash))
    walk(browser, calm_answers(**SENT))
    sign(browser)
    return browser


@pytest.fixture
def drawn(monkeypatch):
    """The page that is drawn, and no drawing."""
    pages = []
    monkeypatch.setattr("intake.views.sending.as_pdf", lambda html: pages.append(html) or b"%PDF")
    return pages


def unpacked(pdf):
    """The parts of a PDF, those that are compressed too."""
    packed = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return pdf + b"".join(zlib.decompress(each) for each in packed)


@pytest.mark.filterwarnings("default")
def test_the_receipt_can_be_taken_away_as_a_tagged_pdf(otter):
    copy = otter.get("/intake/receipt/copy/")
    assert copy.headers["Content-Type"] == "application/pdf"
    assert copy.content.startswith(b"%PDF-")
    inside = unpacked(copy.content)
    assert b"/StructTreeRoot" in inside
    assert b"/Lang (en)" in inside
    assert b"/Marked true" in inside
    assert AuditEvent.objects.filter(action="copied").exists()


def test_the_copy_holds_every_answer_word_for_word(otter, drawn):
    otter.get("/intake/receipt/copy/")
    (html,) = drawn
    assert "It clicks &lt;b&gt;when&lt;/b&gt; I climb" in html
    receipt = text_of(otter.get("/intake/receipt/"))
    for words in ("What makes it worse?", "Otter Testwood", "Your answers go to"):
        assert words in html
    assert "What makes it worse?" in receipt


def test_its_name_and_title_say_nothing_of_health(otter, drawn):
    copy = otter.get("/intake/receipt/copy/")
    title = drawn[0].split("<title>")[1].split("</title>")[0]
    reference = text_of(otter.get("/intake/receipt/")).split("Your reference ")[1][:8]
    assert title == f"Your copy {reference}"
    assert copy.headers["Content-Disposition"] == f'attachment; filename="{reference}.pdf"'


def test_it_speaks_the_language_of_the_page(otter, drawn):
    otter.post("/language/", {"language": "es", "next": "/intake/receipt/"})
    otter.get("/intake/receipt/copy/")
    assert '<html lang="es">' in drawn[0]
    assert "Su copia" in drawn[0]


def test_before_sending_there_is_no_copy(desk, visit_with_ash):
    invite(desk, visit_with_ash)
    browser = with_link(open_link(visit_with_ash))
    post(browser, "/intake/notice/", {"agree": "on", "role": "self"})
    assert browser.get("/intake/receipt/copy/").headers["Location"] == "/intake/"


def refuse(html):
    raise Unavailable("cannot load library 'libpango-1.0-0'")


@pytest.mark.parametrize("missing", ["the library", "a library of the system"])
def test_without_the_library_the_page_says_to_print(otter, monkeypatch, missing):
    if missing == "the library":
        monkeypatch.setitem(sys.modules, "weasyprint", None)
    else:
        monkeypatch.setattr("intake.views.sending.as_pdf", refuse)
    page = otter.get("/intake/receipt/copy/")
    assert page.status_code == 200
    assert "Print this page" in text_of(page)
    assert "Save a copy" not in text_of(page)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    "address", ["http://localhost/x.png", "file:///etc/passwd", "//example.org/x.png"]
)
def test_nothing_is_fetched_for_it(address):
    from weasyprint.urls import FatalURLFetchingError

    whole = f'<html lang="en"><title>x</title><base href="http://x/"><img alt="" src="{address}">'
    with pytest.raises(FatalURLFetchingError):
        as_pdf(whole)
