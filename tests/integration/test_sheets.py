"""The brief to take away: one sheet of paper, tagged, whatever it holds."""

import re
import zlib

import pytest

from clinic.models import AuditEvent
from intake.models import Flag
from intake.paper import SIZES, Unavailable, one_sheet
from tests.clients import signed_in
from tests.factories.intakes import answer, begin, submitted, urgent_answers
from tests.functional.test_brief import HEAVY

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def room(ash):
    """Ash's browser."""
    return signed_in(ash)


def unpacked(pdf):
    """The parts of a PDF, those that are compressed too."""
    packed = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return pdf + b"".join(zlib.decompress(each) for each in packed)


def pages(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", unpacked(pdf)))


@pytest.mark.parametrize("answers", [{}, {**HEAVY, "pain.avg": 9}], ids=["urgent", "heaviest"])
def test_the_brief_is_one_tagged_sheet(answers, room, desk, visit_with_ash):
    answer(begin(desk, visit_with_ash), urgent_answers() | answers)
    made = room.get(f"/visits/{visit_with_ash.pk}/sheet/")
    assert made.headers["Content-Type"] == "application/pdf"
    assert pages(made.content) == 1
    assert b"/StructTreeRoot" in unpacked(made.content)
    assert AuditEvent.objects.filter(action="copied", subject_type="brief").exists()


def test_it_holds_every_flag_and_its_name_tells_nothing(room, desk, visit_with_ash, monkeypatch):
    drawn = []
    monkeypatch.setattr("intake.views.briefs.one_sheet", lambda draw: drawn.append(draw("8")))
    submitted(desk, visit_with_ash, urgent_answers())
    made = room.get(f"/visits/{visit_with_ash.pk}/sheet/")
    reference = visit_with_ash.patient.reference
    assert made.headers["Content-Disposition"] == f'attachment; filename="{reference}.pdf"'
    assert f"<title>Brief {reference}</title>" in drawn[0]
    open_flags = Flag.objects.filter(changed_at=None, is_suppressed=False)
    assert open_flags
    for flag in open_flags:
        assert flag.evidence["name"].replace("'", "&#x27;") in drawn[0]


def test_without_the_library_the_brief_says_to_print(room, visit_with_ash, monkeypatch):
    def refuse(draw):
        raise Unavailable("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr("intake.views.briefs.one_sheet", refuse)
    page = room.get(f"/visits/{visit_with_ash.pk}/sheet/")
    assert page.status_code == 200
    assert "Print this page instead" in page.content.decode()


@pytest.mark.parametrize(("words", "tried", "expected"), [(10, 1, 1), (9_000, len(SIZES), 2)])
def test_type_shrinks_only_as_far_as_it_must_and_nothing_is_cut_off(words, tried, expected):
    asked = []

    def draw(size):
        asked.append(size)
        return (
            f'<html lang="en"><head><title>T</title><style>body {{ font-size: {size}pt }}</style>'
            f"</head><body><p>{'word ' * words}</p></body></html>"
        )

    assert pages(one_sheet(draw)) >= expected
    assert asked == list(SIZES[:tried])
