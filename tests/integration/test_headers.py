"""What stands around every page: headers, cookies, no cache, no other origin (D-14, D-16)."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings as django_settings

from intake.commands import invitations
from tests.clients import Browser, signed_in, with_link
from tests.factories.clinics import PASSWORD
from tests.factories.visits import invite, make_visit, open_link
from tests.integration.test_access import DEAD, LOGIN, outcome
from tests.walking import post, read


def explode(*_, **__):
    raise ValueError("canary")


@pytest.fixture
def answers(desk, ash, visit_with_ash, monkeypatch):
    """One of every kind of answer, by its name."""
    token = invite(desk, visit_with_ash)
    anon = Browser(raise_request_exception=False)
    front = signed_in(desk, raise_request_exception=False)
    strict = Browser(enforce_csrf_checks=True)
    patient = with_link(open_link(visit_with_ash))
    found = {
        200: anon.get("/"),
        "link": anon.get(f"/i/{token}/"),
        "patient": patient.get("/intake/notice/"),
        "desk": front.get("/desk/"),
        302: anon.get("/desk/"),
        "bad host": anon.get("/", headers={"host": "evil.example"}),
        400: anon.post("/account/login/", {"login": "x" * 1_200_000}),
        403: front.get("/settings/"),
        "forged": strict.post("/language/", {"language": "es"}),
        404: anon.get("/none/"),
        "dead link": anon.get("/i/none/"),
        405: anon.post("/"),
        422: patient.post("/intake/notice/", {}),
    }
    monkeypatch.setattr("intake.views.desk.show_desk", explode)
    found[500] = front.get("/desk/")
    return found


def test_each_answer_has_the_status_it_stands_for(answers):
    named = {"link": 200, "patient": 200, "desk": 200, "bad host": 400, "forged": 403}
    named["dead link"] = 404
    got = {name: answer.status_code for name, answer in answers.items()}
    assert got == {name: named.get(name, name) for name in answers}


def test_every_kind_of_answer_carries_the_headers(answers):
    wanted = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    missing = {
        (name, header): answer.headers.get(header)
        for name, answer in answers.items()
        for header, value in wanted.items()
        if answer.headers.get(header) != value
    }
    assert missing == {}


def test_every_kind_of_answer_carries_the_policy(answers):
    for name, answer in answers.items():
        policy = dict(
            part.strip().split(" ", 1)
            for part in answer.headers["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == "'none'", name
        assert policy["frame-ancestors"] == "'none'", name
        assert policy["base-uri"] == "'none'", name
        assert policy["script-src"] == policy["style-src"] == "'self'", name
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_no_answer_tells_what_went_wrong_inside(answers):
    for name in (400, 403, 404, 500, "bad host"):
        said = answers[name].content.decode()
        for inside in ("Traceback", "ValueError", "canary", "django", "/work", "psycopg"):
            assert inside not in said, (name, inside)


def test_no_page_asks_another_origin_for_anything(answers):
    for name, answer in answers.items():
        page = read(answer)
        for element in page.select("[src], link[href], form[action]"):
            address = element.get("src") or element.get("href") or element.get("action") or ""
            assert not re.match(r"(https?:)?//", address), (name, address)
        written = (
            "[style], style, [onclick], [onload], script:not([src], [type='application/json'])"
        )
        assert not page.select(written), name


def test_https_answers_say_to_stay_on_https(settings, client):
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_SSL_REDIRECT = True
    plain = client.get("/")
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://testserver/")
    said = client.get("/", secure=True).headers["Strict-Transport-Security"]
    assert "max-age=63072000" in said
    assert "includeSubDomains" in said


# Cookies ---------------------------------------------------------------------------------------


@pytest.fixture
def secure(settings):
    """Cookies as behind https."""
    settings.SECURE_COOKIES = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.LANGUAGE_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-staff", "__Host-csrf"
    settings.LINK_COOKIE_NAME = "__Host-intake"


def test_every_cookie_is_of_this_host_and_out_of_reach_for_scripts(secure, desk, visit_with_ash):
    token = invite(desk, visit_with_ash)
    browser = Browser()
    browser.get(f"/i/{token}/", secure=True)
    browser.post(f"/i/{token}/", {"day": "27", "month": "3", "year": "1980"}, secure=True)
    browser.post("/language/", {"language": "es", "next": "/"}, secure=True)
    browser.get("/account/login/", secure=True)
    browser.post("/account/login/", {"login": desk.email, "password": PASSWORD}, secure=True)
    names = {"__Host-staff", "__Host-csrf", "__Host-intake", django_settings.LANGUAGE_COOKIE_NAME}
    assert set(browser.cookies) - {"messages"} == names
    for name in names:
        cookie = browser.cookies[name]
        assert cookie["secure"], name
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert (cookie["domain"], cookie["path"]) == ("", "/"), name


def test_a_public_page_starts_no_session(client):
    for path in ("/", "/privacy/", "/accessibility/", "/alive/"):
        page = client.get(path)
        assert django_settings.SESSION_COOKIE_NAME not in page.cookies
        assert django_settings.LINK_COOKIE_NAME not in page.cookies


def test_the_cookie_of_a_public_page_opens_nothing(client, visit_with_ash):
    for path in ("/", "/account/login/", "/i/none/"):
        client.get(path)
    for path in ("/desk/", "/today/", f"/visits/{visit_with_ash.pk}/", "/settings/", "/home/"):
        assert outcome(client.get(path)) == LOGIN
    assert outcome(client.get("/intake/")) == DEAD


def test_the_staffs_cookie_is_no_patients_cookie(desk, visit_with_ash):
    staff = signed_in(desk)
    session_key = staff.cookies["staff"].value
    assert outcome(with_link(session_key).get("/intake/")) == DEAD
    patient = Browser()
    patient.cookies["staff"] = open_link_of(desk, visit_with_ash)
    assert outcome(patient.get("/desk/")) == LOGIN


def open_link_of(desk, visit):
    invite(desk, visit)
    return open_link(visit)


def test_the_key_of_a_patients_browser_is_new_each_time(desk, visit_with_ash):
    token = invite(desk, visit_with_ash)
    chosen = Browser()
    chosen.cookies["intake"] = "chosen-by-somebody-else"
    post(chosen, f"/i/{token}/", {"day": "27", "month": "3", "year": "1980"})
    assert chosen.cookies["intake"].value != "chosen-by-somebody-else"
    assert len(chosen.cookies["intake"].value) >= 43


def test_no_page_prints_a_session_key(desk, visit_with_ash, ash):
    staff = signed_in(ash)
    key = staff.cookies["staff"].value
    patient_key = open_link_of(desk, visit_with_ash)
    patient = with_link(patient_key)
    for page in (
        staff.get("/today/"),
        staff.get(f"/visits/{visit_with_ash.pk}/"),
        staff.get("/account/sessions/"),
    ):
        assert key not in page.content.decode()
    assert patient_key not in patient.get("/intake/notice/").content.decode()


# Where one is sent -----------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "\t//evil.example",
    "\r\nSet-Cookie: x=1",
    "http://localhost@evil.example/",
    "evil.example",
    "home",
    "nowhere",
    "",
    "x" * 5000,
    "\x00",
]


def is_ours(address: str, page: str) -> bool:
    """Whether a browser that is on `page` stays with us when it is sent to `address`."""
    there = urlsplit(urljoin(f"http://testserver{page}", address.replace("\\", "/").strip()))
    return (there.scheme, there.netloc) == ("http", "testserver")


@pytest.mark.parametrize("address", ELSEWHERE)
def test_the_language_switch_leads_nowhere_else(address, client):
    page = client.post("/language/", {"language": "es", "next": address})
    assert page.status_code == 302
    assert is_ours(page.headers["Location"], "/language/")


@pytest.mark.parametrize("address", ELSEWHERE)
def test_signing_in_leads_nowhere_else(address, desk):
    browser = Browser()
    form = {"login": desk.email, "password": PASSWORD, "next": address}
    page = browser.post("/account/login/", form)
    assert page.status_code == 302
    assert is_ours(page.headers["Location"], "/account/login/")


def test_a_language_that_is_not_ours_is_not_kept(client):
    page = client.post("/language/", {"language": "../../etc", "next": "/"})
    assert django_settings.LANGUAGE_COOKIE_NAME not in page.cookies


def test_the_link_of_a_mail_is_not_made_from_the_host_header(desk, ash):
    visit = make_visit(desk, ash)
    token = invite(desk, visit)
    assert invitations.find_live_link(token=token, at=visit.created_at) is not None
    page = Browser().get(f"/i/{token}/", headers={"host": "evil.example"})
    assert page.status_code == 400
