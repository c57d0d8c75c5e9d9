"""A birth date other than the one on file is asked about once, kindly, and marked on the brief."""

import pytest

from intake.models import Response
from tests.clients import signed_in, with_link
from tests.factories.intakes import begin
from tests.factories.visits import open_link
from tests.walking import post, read, text_of, typed, url_of

ABOUT = "/intake/questions/about/"
ODD = "This is not the date of birth we have. Please check it."
BORN, OTHER = "1980-03-27", "1989-03-27"
SAYS = "The date of birth that was given is not the one on file"


@pytest.fixture
def otter(desk, visit_with_ash):
    assert visit_with_ash.patient.birth_date.isoformat() == BORN
    begin(desk, visit_with_ash)
    return with_link(open_link(visit_with_ash))


@pytest.fixture
def brief(ash, visit_with_ash):
    return lambda: text_of(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))


def tell(browser, born, url=ABOUT):
    form = {"about.completed_by": "self", "about.sex": "female", **typed("about.dob", born)}
    return post(browser, url, form)


def asked_of(visit):
    kept = Response.objects.get(appointment=visit).contradictions or {}
    return kept.get("birth_date")


def test_the_date_on_file_is_not_asked_about(otter, visit_with_ash, brief):
    assert url_of(tell(otter, BORN)) == "/intake/questions/problem/"
    assert asked_of(visit_with_ash) is None
    assert SAYS not in brief()


def test_another_date_is_asked_about_once_and_may_be_left(otter, visit_with_ash, brief):
    again = tell(otter, OTHER)
    assert again.redirect_chain[-1][0] == f"{ABOUT}#odd-date"
    assert ODD in read(again).find(id="odd-date").get_text()
    assert read(again).select_one('[name="about.dob.year"]')["value"] == "1989"
    assert BORN[:4] not in again.content.decode()
    assert url_of(tell(otter, OTHER)) == "/intake/questions/problem/"
    kept = asked_of(visit_with_ash)
    assert kept["question"].startswith(ODD)
    assert kept["coded"] == {"about.dob": OTHER}
    said = brief()
    assert f"{SAYS} What is your date of birth? 27 March 1989" in said
    assert "left as it is" in said


def test_a_date_that_is_mended_is_told_as_changed(otter, brief):
    tell(otter, OTHER)
    assert url_of(tell(otter, BORN)) == "/intake/questions/problem/"
    assert ODD not in text_of(otter.get(ABOUT))
    assert "from 27 March 1989 to 27 March 1980 . They fit now." in brief()


def test_one_changed_from_the_check_is_asked_about_there(otter):
    tell(otter, BORN)
    again = tell(otter, OTHER, f"{ABOUT}?from=check")
    assert (url_of(again), again.request["QUERY_STRING"]) == (ABOUT, "from=check")
    assert ODD in text_of(again)


def test_who_answers_is_not_asked_twice(desk, visit_with_ash):
    """It was said with the notice: it stands there, to be left or changed."""
    begin(desk, visit_with_ash)
    page = read(with_link(open_link(visit_with_ash)).get(ABOUT))
    assert page.select_one('[name="about.completed_by"][checked]')["value"] == "self"
