"""Signing in, staying in, being out (D-06, D-07)."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session

from clinic.models import User
from intake.models import Note
from tests.clients import Browser, signed_in
from tests.factories.clinics import PASSWORD
from tests.integration.test_access import LOGIN, outcome
from tests.walking import read, text_of


def sign_in(browser, user, password=PASSWORD, **headers):
    form = {"login": user.email, "password": password}
    return browser.post("/account/login/", form, **headers)


def is_in(browser):
    return outcome(browser.get("/desk/")) != LOGIN


# Signing in ------------------------------------------------------------------------------------


def test_a_password_opens_the_first_page_of_the_role(desk, ash, admin):
    for user, first in ((desk, "/desk/"), (ash, "/today/"), (admin, "/settings/")):
        browser = Browser()
        assert sign_in(browser, user).headers["Location"] == "/home/"
        assert browser.get("/home/").headers["Location"] == first


def test_a_wrong_password_and_an_unknown_address_say_the_same(desk):
    pages = []
    for email in (desk.email, "nobody@staff.example"):
        page = Browser().post("/account/login/", {"login": email, "password": "wrong wrong wrong"})
        assert page.status_code == 200
        pages.append(text_of(page).replace(email, ""))
    assert pages[0] == pages[1]


def test_an_account_that_was_closed_does_not_sign_in(gone):
    browser = Browser()
    page = browser.get(sign_in(browser, gone).headers["Location"])
    assert "This account is closed." in text_of(page)
    assert not is_in(browser)


def test_the_session_key_is_new_after_signing_in(desk):
    browser = Browser()
    browser.cookies["staff"] = "a-key-that-somebody-else-chose"
    sign_in(browser, desk)
    assert browser.cookies["staff"].value != "a-key-that-somebody-else-chose"
    assert is_in(browser)


def test_nobody_makes_an_account_by_signing_up(client):
    form = {"email": "me@evil.example", "password1": PASSWORD, "password2": PASSWORD}
    for path in ("/account/signup/", "/accounts/signup/", "/account/3rdparty/"):
        assert client.post(path, form).status_code in (404, 302)
    assert not User.objects.filter(email="me@evil.example").exists()


def test_a_password_is_neither_in_the_session_nor_in_the_page(desk):
    browser = Browser()
    page = sign_in(browser, desk)
    kept = [session.get_decoded() for session in Session.objects.all()]
    assert kept
    assert PASSWORD not in str(kept) + page.content.decode()


# The limit on tries ----------------------------------------------------------------------------


def guess(user, times, **headers):
    return [sign_in(Browser(), user, "wrong wrong wrong", **headers) for _ in range(times)]


def test_after_five_wrong_passwords_the_right_one_has_to_wait(desk, clock):
    guess(desk, 5)
    browser = Browser()
    sign_in(browser, desk)
    assert not is_in(browser)
    clock.shift(timedelta(minutes=6))
    sign_in(browser, desk)
    assert is_in(browser)


def test_the_limit_is_kept_where_every_process_sees_it(desk):
    from django.core.cache import cache
    from django.db import connection

    guess(desk, 5)
    assert cache._table == "shared_cache"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shared_cache")
        assert cursor.fetchone()[0] > 0
        cursor.execute("DELETE FROM shared_cache")
    browser = Browser()
    sign_in(browser, desk)
    assert is_in(browser), "the control: without those rows there is no limit"


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP"])
def test_another_address_buys_no_more_tries(header, desk):
    for turn in range(5):
        sign_in(Browser(), desk, "wrong wrong wrong", headers={header: f"203.0.113.{turn}"})
    browser = Browser()
    sign_in(browser, desk, headers={header: "203.0.113.99"})
    assert not is_in(browser)


def test_ones_own_sign_in_does_not_clear_the_guesses_at_another(desk, ash):
    for _ in range(5):
        guess(desk, 1)
        sign_in(Browser(), ash)
    browser = Browser()
    sign_in(browser, desk)
    assert not is_in(browser)


# Staying in ------------------------------------------------------------------------------------


def test_fifteen_idle_minutes_sign_out(desk, clock):
    browser = signed_in(desk)
    assert is_in(browser)
    clock.shift(timedelta(minutes=15))
    assert is_in(browser)
    clock.shift(timedelta(minutes=15, seconds=1))
    assert not is_in(browser)
    assert not is_in(browser), "and stays out"


def test_work_keeps_the_session_alive_for_twelve_hours_and_no_longer(desk, clock):
    browser = signed_in(desk)
    assert is_in(browser)
    for _ in range(4 * 12):
        clock.shift(timedelta(minutes=15))
        assert is_in(browser)
    clock.shift(timedelta(seconds=1))
    assert not is_in(browser)


def test_what_was_typed_into_a_session_that_ended_is_given_back_and_not_saved(
    ash, clock, visit_with_ash
):
    browser = signed_in(ash)
    browser.get("/today/")
    clock.shift(timedelta(minutes=16))
    typed = {"plan": "Walk every second day <b>", "seen": "m plan=1 text=2", "action": "save"}
    page = browser.post(f"/visits/{visit_with_ash.pk}/note/", typed)
    assert page.status_code == 403
    texts = [box.get_text() for box in read(page).find_all("textarea")]
    assert texts == ["Walk every second day <b>"]
    assert not Note.objects.exists()
    assert not is_in(browser)


def test_nothing_of_the_pages_about_ones_own_account_is_given_back(ash, clock):
    browser = signed_in(ash)
    browser.get("/today/")
    clock.shift(timedelta(minutes=16))
    page = browser.post("/account/password/change/", {"oldpassword": PASSWORD + " and more"})
    assert outcome(page) == LOGIN
    assert PASSWORD not in page.content.decode()


def test_being_signed_out_says_so_and_comes_back_to_the_page(desk, clock):
    browser = signed_in(desk)
    browser.get("/desk/")
    clock.shift(timedelta(minutes=16))
    page = browser.get("/desk/?day=2026-05-12")
    assert page.headers["Location"] == "/account/login/?next=/desk/%3Fday%3D2026-05-12"
    assert "signed out after a pause" in text_of(browser.get(page.headers["Location"]))


def test_the_cookie_ends_with_the_browser(desk):
    browser = Browser()
    page = sign_in(browser, desk)
    assert page.cookies["staff"]["max-age"] == ""


def test_a_deactivated_account_is_out_at_its_next_request_on_every_device(desk):
    devices = [signed_in(desk), signed_in(desk)]
    assert all(is_in(device) for device in devices)
    User.objects.filter(pk=desk.pk).update(is_active=False)
    assert not any(is_in(device) for device in devices)


def test_signing_out_ends_the_session_for_good(desk):
    browser = signed_in(desk)
    key = browser.cookies["staff"].value
    browser.post("/account/logout/")
    again = Browser()
    again.cookies["staff"] = key
    assert not is_in(again)


def test_a_role_that_changes_counts_from_the_next_request(desk):
    browser = signed_in(desk)
    assert is_in(browser)
    User.objects.filter(pk=desk.pk).update(role="admin")
    assert browser.get("/desk/").status_code == 403


# The second factor -----------------------------------------------------------------------------


@pytest.fixture
def strict(settings):
    """Outside the demo everybody signs in with a second factor."""
    settings.MFA_IS_REQUIRED = True


PAGES = ("/desk/", "/home/", "/today/", "/settings/", "/visits/1/", "/desk/patients/1/")


def test_a_password_alone_reaches_only_the_page_that_sets_up_a_factor(strict, desk):
    browser = Browser()
    sign_in(browser, desk)
    for path in PAGES:
        assert browser.get(path).headers["Location"] == "/account/mfa/"
    assert browser.post("/desk/patients/", {}).headers["Location"] == "/account/mfa/"
    assert browser.get("/account/mfa/").status_code == 200


def test_with_a_second_factor_the_pages_open(strict, desk):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
    from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters

    secret = generate_totp_secret()
    TOTP.activate(desk, secret)
    browser = Browser()
    half = sign_in(browser, desk)
    assert half.headers["Location"].startswith("/account/mfa/authenticate/")
    assert not is_in(browser), "half a sign-in is none"
    right = f"{hotp_value(secret, next(iter(counters()))):06d}"
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    browser.post("/account/mfa/authenticate/", {"code": wrong})
    assert not is_in(browser)
    browser.post("/account/mfa/authenticate/", {"code": right})
    assert browser.get("/desk/").status_code == 200


def test_whoever_just_set_up_a_factor_signs_in_with_it_and_is_told(strict, desk):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    browser = Browser()
    sign_in(browser, desk)
    TOTP.activate(desk, generate_totp_secret())
    back = browser.get("/desk/")
    assert back.headers["Location"].startswith("/account/login/")
    assert not is_in(browser)
    assert "Your second step is set up" in browser.get(back.headers["Location"]).content.decode()


def test_the_demo_lets_its_visitors_in_by_password(desk):
    assert django_settings.MFA_IS_REQUIRED is False
    browser = Browser()
    sign_in(browser, desk)
    assert browser.get("/desk/").status_code == 200


def test_changing_the_factors_asks_for_the_password_again(desk):
    browser = signed_in(desk)
    page = browser.get("/account/mfa/totp/activate/")
    assert page.headers["Location"].startswith("/account/reauthenticate/")


def test_a_short_or_common_password_is_refused(desk):
    for password in ("short", "polniypizdec0211"):
        page = signed_in(desk).post(
            "/account/password/",
            {"oldpassword": PASSWORD, "password1": password, "password2": password},
        )
        assert page.status_code in (200, 302)
        assert User.objects.get(pk=desk.pk).check_password(PASSWORD), password
