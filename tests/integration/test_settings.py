"""What does not start: a missing or published secret, a broken pack, a view without a guard."""

import runpy
import sys
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.http import HttpResponse
from django.urls import path

from clinic import settings as settings_module
from clinic.checks import every_view_declares_who_may
from clinic.settings import PUBLISHED
from intake.rules.pack import PackError

SECRETS = {
    "SECRET_KEY": "one-of-our-own",
    "FIELD_KEYS": "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "INDEX_KEY": "another-of-our-own",
    "DATABASE_URL": "postgres://app:secret@db/clinic",
    "BASE_URL": "https://intake.example.org",
    "DEPLOYMENT_PHONE": "020 7946 0777",
    "EMAIL_URL": "smtp://mail.example.org:25",
    "ALLOWED_HOSTS": "intake.example.org",
}


def start(monkeypatch, **changes):
    """The settings of a production with these secrets; None takes one away."""
    monkeypatch.setenv("PREVISIT_MODE", "production")
    monkeypatch.delenv("OWNER_DATABASE_URL", raising=False)
    for name, value in {**SECRETS, **changes}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return SimpleNamespace(**runpy.run_path(settings_module.__file__))


def test_production_starts_with_secrets_of_its_own(monkeypatch):
    settings = start(monkeypatch)
    assert settings.IS_PRODUCTION
    assert settings.MFA_IS_REQUIRED
    assert settings.DEBUG is False
    assert settings.DATABASES.keys() == {"default"}, "the web never holds the owner's password"


@pytest.mark.parametrize("name", PUBLISHED)
def test_production_refuses_to_start_without(name, monkeypatch):
    with pytest.raises(ImproperlyConfigured, match=f"{name} is not set"):
        start(monkeypatch, **{name: None})


@pytest.mark.parametrize("name", PUBLISHED)
def test_production_refuses_the_published(name, monkeypatch):
    with pytest.raises(ImproperlyConfigured, match=f"{name} is the published demo value"):
        start(monkeypatch, **{name: PUBLISHED[name]})


def test_production_refuses_plain_http(monkeypatch):
    with pytest.raises(ImproperlyConfigured, match="https://"):
        start(monkeypatch, BASE_URL="http://intake.example.org")


@pytest.mark.parametrize("keys", ["k1:short", "k1:", ":MDEy", "nonsense", ",", "k1:%%%"])
def test_production_refuses_a_key_that_is_none(keys, monkeypatch):
    with pytest.raises(Exception, match=r"[Kk]ey|FIELD_KEYS"):
        start(monkeypatch, FIELD_KEYS=keys)


def test_production_needs_a_mail_server(monkeypatch):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        start(monkeypatch, EMAIL_URL=None)


def test_an_unknown_mode_is_refused(monkeypatch):
    monkeypatch.setenv("PREVISIT_MODE", "staging")
    with pytest.raises(ImproperlyConfigured, match="staging"):
        runpy.run_path(settings_module.__file__)


def test_the_mode_that_is_taken_without_a_word_is_production(monkeypatch):
    monkeypatch.delenv("PREVISIT_MODE")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="is not set"):
        runpy.run_path(settings_module.__file__)


def test_cookies_of_production_belong_to_one_host_and_to_https(monkeypatch):
    settings = start(monkeypatch)
    for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LINK_COOKIE_NAME"):
        assert getattr(settings, name).startswith("__Host-")
    assert settings.SESSION_COOKIE_SECURE is settings.CSRF_COOKIE_SECURE is True
    assert settings.LANGUAGE_COOKIE_SECURE is True
    assert settings.SECURE_SSL_REDIRECT is True
    assert settings.SECURE_HSTS_SECONDS >= 31_536_000
    assert settings.SECURE_HSTS_INCLUDE_SUBDOMAINS is True


def test_production_has_no_weak_password_hash_and_no_cache_of_pages(monkeypatch):
    settings = start(monkeypatch)
    assert not [name for name in settings.PASSWORD_HASHERS if "MD5" in name]
    assert not [name for name in settings.MIDDLEWARE if "cache" in name.lower()]
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


# Checks ----------------------------------------------------------------------------------------


def unguarded(request):
    return HttpResponse()


urlpatterns = [path("open/", unguarded, name="open")]


@pytest.mark.urls(__name__)
def test_a_view_without_a_guard_stops_the_start():
    [error] = every_view_declares_who_may(None)
    assert "/open/ declares no guard" in error.msg
    with pytest.raises(SystemCheckError, match="declares no guard"):
        call_command("check")


def test_a_broken_pack_stops_the_start_and_says_every_problem(monkeypatch):
    def broken():
        raise PackError(["pain.area: no such item", "S-NONE: no such source"])

    monkeypatch.setattr("intake.checks.load_pack", broken)
    with pytest.raises(SystemCheckError) as stopped:
        call_command("check")
    for problem in ("pain.area: no such item", "S-NONE: no such source"):
        assert problem in str(stopped.value)


def test_the_server_itself_runs_the_checks(monkeypatch):
    """gunicorn imports the application and calls no command."""
    monkeypatch.setattr("clinic.checks.get_resolver", lambda: (_ for _ in ()).throw(LookupError))
    monkeypatch.delitem(sys.modules, "clinic.wsgi", raising=False)
    with pytest.raises(LookupError):
        __import__("clinic.wsgi")


def test_the_shipped_product_passes_its_checks(capsys):
    call_command("check")
    assert "no issues" in capsys.readouterr().out
