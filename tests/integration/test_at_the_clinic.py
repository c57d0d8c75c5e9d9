"""An intake on a tablet of the clinic, or typed by the desk for a patient on the phone."""

import re
from datetime import timedelta

import pytest
from django.conf import settings

from clinic.access import Role
from clinic.models import AuditEvent
from intake.models import Invitation, KioskCode, LinkSession, Response
from tests.clients import Browser, signed_in, with_link
from tests.factories.clinics import make_staff
from tests.factories.intakes import answer, begin, calm_answers
from tests.factories.visits import invite, make_visit, open_link
from tests.walking import post, sign, text_of, url_of, walk

BORN = {"day": "27", "month": "3", "year": "1980"}


def code_for(desk, visit):
    """What the desk reads on its page after handing over a tablet."""
    page = text_of(post(signed_in(desk), f"/desk/visits/{visit.pk}/tablet/"))
    return re.search(r"type (\w{4}-\w{4})\.", page)[1]


def tablet_of(desk, visit):
    browser = Browser()
    opened = post(browser, "/kiosk/", {"code": code_for(desk, visit), **BORN})
    assert url_of(opened).startswith("/intake/"), text_of(opened)
    return browser


def key_on(browser):
    return browser.cookies[settings.LINK_COOKIE_NAME].value


# The tablet -----------------------------------------------------------------------------------


def test_a_code_and_the_birth_date_open_one_intake_to_its_end(desk, ash, visit_with_ash):
    tablet = tablet_of(desk, visit_with_ash)
    assert "This tablet locks after 2 minutes" in text_of(tablet.get("/intake/notice/"))
    walk(tablet, calm_answers())
    locked = sign(tablet)
    assert "Please give the tablet back to the desk." in text_of(locked)
    assert key_on(tablet) == ""
    response = Response.objects.get(appointment=visit_with_ash)
    assert (response.way, response.typed_by) == ("kiosk", None)
    brief = text_of(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))
    assert "on a tablet at the clinic" in brief


def test_after_sending_the_tablet_shows_nothing_more(desk, visit_with_ash):
    tablet = tablet_of(desk, visit_with_ash)
    key = key_on(tablet)
    walk(tablet, calm_answers())
    assert "canary" not in text_of(sign(tablet))
    for path in ("/intake/receipt/", "/intake/check/", "/intake/questions/problem/"):
        tablet.cookies[settings.LINK_COOKIE_NAME] = key  # as if the browser had not forgotten
        assert url_of(tablet.get(path, follow=True)) == "/kiosk/over/"


def test_a_code_opens_once(desk, visit_with_ash):
    code = code_for(desk, visit_with_ash)
    assert Browser().post("/kiosk/", {"code": code, **BORN}).status_code == 302
    again = Browser().post("/kiosk/", {"code": code, **BORN})
    assert again.status_code == 422
    assert "This code does not work" in text_of(again)


def test_a_newer_code_kills_the_older(desk, visit_with_ash):
    older = code_for(desk, visit_with_ash)
    newer = code_for(desk, visit_with_ash)
    assert Browser().post("/kiosk/", {"code": older, **BORN}).status_code == 422
    assert Browser().post("/kiosk/", {"code": newer.lower(), **BORN}).status_code == 302


def test_a_code_lives_ten_minutes(desk, visit_with_ash, clock):
    code = code_for(desk, visit_with_ash)
    clock.shift(timedelta(minutes=10, seconds=1))
    assert Browser().post("/kiosk/", {"code": code, **BORN}).status_code == 422


def test_a_wrong_birth_date_is_counted_and_the_fifth_ends_the_code(desk, visit_with_ash):
    code = code_for(desk, visit_with_ash)
    for _ in range(5):
        wrong = Browser().post("/kiosk/", {"code": code, **BORN, "year": "1981"})
        assert wrong.status_code == 422
    assert Browser().post("/kiosk/", {"code": code, **BORN}).status_code == 422
    assert not LinkSession.objects.exists()
    assert AuditEvent.objects.filter(action="birth date wrong").count() == 5


def test_two_idle_minutes_lock_the_tablet(desk, visit_with_ash, clock):
    tablet = tablet_of(desk, visit_with_ash)
    post(tablet, "/intake/notice/", {"agree": "on", "role": "self"})
    clock.shift(timedelta(minutes=1, seconds=50))
    assert tablet.post("/intake/awake/").status_code == 204
    clock.shift(timedelta(minutes=1, seconds=50))
    assert tablet.get("/intake/questions/about/").status_code == 200
    clock.shift(timedelta(minutes=2, seconds=1))
    locked = tablet.get("/intake/questions/about/", follow=True)
    assert url_of(locked) == "/kiosk/over/"
    assert "What you answered is saved" in text_of(locked)


def test_a_tablet_ends_after_an_hour_however_busy(desk, visit_with_ash, clock):
    tablet = tablet_of(desk, visit_with_ash)
    for _ in range(40):
        clock.shift(timedelta(seconds=100))
        last = tablet.get("/intake/notice/")
    assert last.status_code == 302


def test_the_patient_can_lock_it(desk, visit_with_ash):
    tablet = tablet_of(desk, visit_with_ash)
    key = key_on(tablet)
    assert tablet.post("/kiosk/over/").status_code == 200
    tablet.cookies[settings.LINK_COOKIE_NAME] = key
    assert url_of(tablet.get("/intake/notice/", follow=True)) == "/kiosk/over/"


def test_opening_a_tablet_leaves_the_session_of_the_staff(desk, visit_with_ash):
    code = code_for(desk, visit_with_ash)
    browser = signed_in(desk)
    assert browser.get("/desk/").status_code == 200
    browser.post("/kiosk/", {"code": code, **BORN})
    assert browser.get("/desk/").headers["Location"].startswith("/account/login/")
    assert browser.get("/intake/notice/").status_code == 200


def test_a_tablet_goes_on_where_the_patient_stopped_at_home(desk, visit_with_ash):
    invite(desk, visit_with_ash)
    at_home = with_link(open_link(visit_with_ash))
    walk(at_home, calm_answers(), to="/intake/questions/problem/")
    tablet = tablet_of(desk, visit_with_ash)
    assert url_of(tablet.get("/intake/", follow=True)) == "/intake/questions/problem/"
    assert at_home.get("/intake/questions/problem/").status_code == 200, "the link stays"


def test_a_page_without_scripts_leaves_by_itself(desk, visit_with_ash):
    page = tablet_of(desk, visit_with_ash).get("/intake/notice/").content.decode()
    assert '<noscript><meta http-equiv="refresh" content="120; url=/kiosk/over/">' in page
    invite(desk, visit_with_ash)
    link = with_link(open_link(visit_with_ash))
    assert 'http-equiv="refresh"' not in link.get("/intake/notice/").content.decode()


def test_nothing_of_the_code_is_kept(desk, visit_with_ash):
    code = code_for(desk, visit_with_ash).replace("-", "")
    kept = KioskCode.objects.get()
    assert code.encode() not in bytes(kept.code_hash)
    assert AuditEvent.objects.filter(action="handed over").exists()


def test_what_was_sent_is_handed_over_no_more(desk, visit_with_ash):
    tablet = tablet_of(desk, visit_with_ash)
    walk(tablet, calm_answers())
    sign(tablet)
    for way in ("tablet", "phone"):
        refused = post(signed_in(desk), f"/desk/visits/{visit_with_ash.pk}/{way}/")
        assert "has submitted already" in text_of(refused)


# The telephone --------------------------------------------------------------------------------


def on_the_phone(desk, visit):
    browser = signed_in(desk)
    opened = post(browser, f"/desk/visits/{visit.pk}/phone/")
    assert url_of(opened) == "/intake/notice/"
    return browser


def test_the_desk_types_for_a_patient_on_the_phone(desk, ash, visit_with_ash):
    browser = on_the_phone(desk, visit_with_ash)
    assert "By phone: read each question out" in text_of(browser.get("/intake/notice/"))
    assert "The person on the phone agrees" in text_of(browser.get("/intake/notice/"))
    walk(browser, calm_answers())
    assert "agreed by phone" in text_of(browser.get("/intake/sign/"))
    back = sign(browser, "Otter Testwood")
    assert url_of(back) == "/desk/"
    response = Response.objects.get(appointment=visit_with_ash)
    assert (response.way, response.typed_by) == ("phone", desk)
    assert response.signer == "Otter Testwood – read out and agreed by phone"
    brief = text_of(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))
    assert "by phone, typed by Demi Desk" in brief
    assert "read out and agreed by phone" in brief


def test_what_is_typed_on_the_phone_is_in_the_trail_under_the_name_of_the_typist(
    desk, visit_with_ash
):
    browser = on_the_phone(desk, visit_with_ash)
    walk(browser, calm_answers(), to="/intake/questions/problem/")
    trail = AuditEvent.objects.filter(actor_kind="staff", actor_id=str(desk.pk))
    assert {"types by phone", "began", "saved"} <= set(trail.values_list("action", flat=True))


def test_the_desk_sees_none_of_it_after_sending(desk, visit_with_ash):
    browser = on_the_phone(desk, visit_with_ash)
    key = key_on(browser)
    walk(browser, calm_answers(problem__words="canarywords"))
    sign(browser)
    browser.cookies[settings.LINK_COOKIE_NAME] = key
    for path in ("/intake/receipt/", "/intake/check/", "/intake/questions/problem/"):
        response = browser.get(path)
        assert response.status_code == 404
        assert "canary" not in response.content.decode()


def test_the_desk_never_opens_what_the_patient_began(desk, visit_with_ash):
    answer(begin(desk, visit_with_ash), {"problem.words": "canarywords"})
    browser = signed_in(desk)
    offers = text_of(browser.get(f"/desk/patients/{visit_with_ash.patient_id}/"))
    assert "Hand over a tablet" in offers
    assert "Fill in by phone" not in offers
    refused = post(browser, f"/desk/visits/{visit_with_ash.pk}/phone/")
    assert "the desk may not see those answers" in text_of(refused)
    assert browser.get("/intake/questions/problem/").status_code == 404


def test_a_call_goes_on_for_who_took_it_and_for_nobody_else(desk, clinic, visit_with_ash):
    on_the_phone(desk, visit_with_ash).post("/intake/notice/", {"agree": "on", "role": "self"})
    page = f"/desk/patients/{visit_with_ash.patient_id}/"
    assert "Fill in by phone" in text_of(signed_in(desk).get(page))
    again = post(signed_in(desk), f"/desk/visits/{visit_with_ash.pk}/phone/")
    assert url_of(again) == "/intake/questions/about/"
    other = signed_in(make_staff(clinic, Role.DESK, "Dana Desk"))
    assert "Fill in by phone" not in text_of(other.get(page))
    refused = post(other, f"/desk/visits/{visit_with_ash.pk}/phone/")
    assert "the desk may not see those answers" in text_of(refused)


@pytest.mark.parametrize("who", ["nobody", "another"])
def test_the_cookie_of_a_call_opens_nothing_without_its_typist(desk, birch, visit_with_ash, who):
    key = key_on(on_the_phone(desk, visit_with_ash))
    browser = signed_in(birch) if who == "another" else Browser()
    browser.cookies[settings.LINK_COOKIE_NAME] = key
    assert browser.get("/intake/notice/").status_code == 404


def test_no_mail_is_needed_for_either(desk, ash):
    visit = make_visit(desk, ash)
    tablet_of(desk, visit)
    assert Invitation.objects.filter(appointment=visit).count() == 1
