"""The brief as a PDF: one sheet, whatever stands on it."""

import re
import zlib
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from tests.clients import signed_in
from tests.factories.heavy import HEAVY
from tests.factories.intakes import answer, begin, calm_answers, submit, submitted
from tests.factories.visits import make_patient, make_visit, today_at

# What is asked because of those; one question is not answered.
ALSO = {
    "about.sex": "female",
    "pain.avg": 9,
    "rf.lump": "stays",
    "rf.clot": ["whole_leg"],
    "hx.hip_op_when": "y1plus",
}


@pytest.fixture
def visit(desk, ash, clock):
    """Of somebody who was well enough last week, and ticks nearly everything today."""
    patient = make_patient(desk)
    clock.shift(timedelta(days=-7))
    submitted(desk, make_visit(desk, ash, patient, today_at(10)))
    clock.shift(timedelta(days=7))
    now = make_visit(desk, ash, patient, today_at(10))
    whole = calm_answers() | HEAVY | ALSO
    whole.pop("rf.female", None)
    response = begin(desk, now)
    answer(response, whole, declined={"rf.female"})
    submit(response)
    return now


@pytest.fixture
def drawn(ash, visit, monkeypatch):
    """What is drawn, as a page."""
    pages = []
    monkeypatch.setattr("intake.views.briefs.one_sheet", lambda draw: pages.append(draw("8")))
    signed_in(ash).get(f"/visits/{visit.pk}/sheet/")
    return BeautifulSoup(pages[0], "html.parser")


def told_under(page, title):
    """The text of what stands below a heading."""
    heading = next(one for one in page.find_all("h2") if one.get_text().startswith(title))
    parts = []
    for part in heading.find_next_siblings():
        if part.name == "h2":
            break
        parts.append(part.get_text(" "))
    return " ".join(" ".join(parts).split())


def test_the_flags_stand_first_then_what_to_ask_and_what_changed(drawn):
    titles = [one.get_text() for one in drawn.find_all("h2")]
    wanted = ("What the answers point", "Cannot be told", "Since the last", "In the patient", "Key")
    places = [next(n for n, one in enumerate(titles) if one.startswith(w)) for w in wanted]
    assert places == sorted(places)
    assert titles.index("Medicines") < titles.index("History")


def test_it_asks_the_questions_that_would_tell_most(drawn, ash, visit):
    page = BeautifulSoup(signed_in(ash).get(f"/visits/{visit.pk}/").content, "html.parser")
    asks = [one.get_text() for one in page.select(".ask-first li b")]
    assert asks
    for ask in asks:
        assert ask in told_under(drawn, "Cannot be told")


def test_what_changed_is_told_in_a_few_and_the_rest_is_said_to_be_on_the_screen(drawn):
    said = told_under(drawn, "Since the last")
    assert "New:" in said
    assert "→" in said
    assert re.search(r"\(\d+ changed: the rest on the screen\)", said)


@pytest.mark.filterwarnings("default")
def test_the_fullest_brief_is_one_tagged_sheet(ash, visit):
    made = signed_in(ash).get(f"/visits/{visit.pk}/sheet/").content
    packed = re.findall(rb"stream\n(.*?)\nendstream", made, re.DOTALL)
    whole = made + b"".join(unpacked(each) for each in packed)
    assert len(re.findall(rb"/Type\s*/Page\b", whole)) == 1
    assert b"/Marked true" in whole


def unpacked(stream):
    """A stream that is compressed; a font may be none."""
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
