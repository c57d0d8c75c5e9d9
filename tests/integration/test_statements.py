"""How many statements a page takes: the same for one row as for many (figures P6 to P10)."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.models import User
from tests.clients import Browser, signed_in, with_link
from tests.factories.clinics import inside
from tests.factories.intakes import answer, begin, calm_answers, submitted, urgent_answers
from tests.factories.visits import make_patient, make_visit, open_link, today_at

pytestmark = pytest.mark.usefixtures("committed")
BRACKETS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def statements(browser, method, url, data=None):
    """What one request asks of the database, transaction brackets apart."""
    with CaptureQueriesContext(connection) as captured:
        response = getattr(browser, method)(url, data or {})
    assert response.status_code in (200, 302), response.status_code
    asked = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in asked if not sql.startswith(BRACKETS)]


def fill_day(desk, ash, number):
    for turn in range(number):
        visit = make_visit(
            desk, ash, make_patient(desk), today_at(6) + timedelta(minutes=20 * turn), minutes=20
        )
        if turn % 2:
            begin(desk, visit)


def test_the_list_takes_the_same_for_1_and_for_25_rows(desk, ash):
    fill_day(desk, ash, 1)
    browser = signed_in(ash)
    browser.get("/today/")
    one = statements(browser, "get", "/today/")
    make_visit(desk, ash, make_patient(desk), today_at(23))
    fill_day_later(desk, ash, 24)
    many = statements(browser, "get", "/today/")
    assert len(one) == len(many)
    assert len(many) <= 6, many


def fill_day_later(desk, ash, number):
    for turn in range(number):
        at = today_at(7) + timedelta(minutes=20 * turn)
        submitted_or_not(desk, make_visit(desk, ash, make_patient(desk), at, minutes=20), turn)


def submitted_or_not(desk, visit, turn):
    if turn % 8 == 0:
        submitted(desk, visit)


def test_the_desks_day_takes_the_same_for_1_and_for_25_rows(desk, ash):
    fill_day(desk, ash, 1)
    browser = signed_in(desk)
    browser.get("/desk/")
    one = statements(browser, "get", "/desk/")
    for turn in range(24):
        make_visit(
            desk, ash, make_patient(desk), today_at(7) + timedelta(minutes=20 * turn), minutes=20
        )
    many = statements(browser, "get", "/desk/")
    assert len(one) == len(many)
    assert len(many) <= 7, many


def test_the_brief_takes_the_same_whatever_the_flags(desk, ash):
    calm = make_visit(desk, ash)
    loud = make_visit(desk, ash)
    submitted(desk, calm)
    submitted(desk, loud, urgent_answers())
    browser = signed_in(ash)
    counts = []
    for visit in (calm, loud):
        for _ in range(2):
            said = statements(browser, "get", f"/visits/{visit.pk}/")
        counts.append(len(said))
    assert counts[0] == counts[1]
    assert counts[1] <= 8, said


def test_the_brief_takes_one_more_for_a_signed_note(desk, ash):
    visit = make_visit(desk, ash)
    submitted(desk, visit)
    browser = signed_in(ash)
    browser.post(f"/visits/{visit.pk}/note/", {"text": "S", "action": "sign"})
    browser.get(f"/visits/{visit.pk}/")
    assert len(statements(browser, "get", f"/visits/{visit.pk}/")) <= 9


@pytest.fixture
def draft(desk, ash):
    visit = make_visit(desk, ash)
    response = answer(begin(desk, visit), calm_answers())
    return SimpleNamespace(response=response, browser=with_link(open_link(visit)))


def test_sending_takes_at_most_ten(draft):
    form = {"name": "Otter", "key": str(uuid.uuid4())}
    said = statements(draft.browser, "post", "/intake/sign/", form)
    assert len(said) <= 10, "\n".join(said)


def test_a_step_takes_at_most_eleven(draft):
    url = "/intake/questions/impact/"
    form = {"impact.activity": "3", "impact.worry": "4", "goal.main": "Dance"}
    draft.browser.post(url, form)
    said = statements(draft.browser, "post", url, form)
    assert len(said) <= 11, "\n".join(said)


def test_showing_a_page_of_questions_takes_at_most_four(draft):
    draft.browser.get("/intake/questions/about/")
    said = statements(draft.browser, "get", "/intake/questions/about/")
    assert len(said) <= 4, said


def test_a_search_takes_the_same_for_one_hit_and_for_twelve(desk):
    make_patient(desk, family_name="Rare")
    for _ in range(12):
        make_patient(desk, family_name="Common")
    browser = signed_in(desk)
    browser.get("/desk/")
    counts = {
        len(statements(browser, "post", "/desk/search/", {"q": text}))
        for text in ("rare", "common")
    }
    assert len(counts) == 1


def test_a_landing_page_asks_nothing_of_the_database(desk):
    for path in ("/", "/privacy/", "/accessibility/", "/alive/"):
        assert statements(Browser(), "get", path) == []


def test_an_account_comes_with_its_clinic(desk):
    with inside(None):
        user = User.objects.get(pk=desk.pk)
    browser = signed_in(user)
    browser.get("/desk/")
    asked = statements(browser, "get", "/desk/")
    assert sum('FROM "clinic_clinic"' in sql for sql in asked) == 0


@pytest.fixture
def urgent_visit(desk, ash):
    """A visit with an urgent call that nobody has taken."""
    visit = make_visit(desk, ash)
    submitted(desk, visit, urgent_answers())
    return visit


def test_the_bar_costs_at_most_one_statement_on_every_staff_page(urgent_visit, desk, ash):
    """On the brief none; on the sign-in library's own pages one more, to enter the clinic."""
    most = {"/today/": 6, "/desk/": 8, f"/visits/{urgent_visit.pk}/": 8, "/calls/": 6}
    browser = signed_in(ash)
    for url, number in most.items():
        browser.get(url)
        said = statements(browser, "get", url)
        assert b"urgent call to take by" in browser.get(url).content
        assert len(said) <= number, "\n".join(said)
        assert sum("take_by" in sql for sql in said) == 1
    desks = statements(signed_in(desk), "get", "/desk/")
    assert not any("take_by" in sql for sql in desks)


def test_the_list_of_calls_takes_the_same_for_one_and_for_many(urgent_visit, desk, ash):
    browser = signed_in(ash)
    browser.get("/calls/")
    one = statements(browser, "get", "/calls/")
    for _ in range(3):
        submitted(desk, make_visit(desk, ash), urgent_answers())
    assert len(statements(browser, "get", "/calls/")) == len(one)
