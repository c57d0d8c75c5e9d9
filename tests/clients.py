"""Browsers without a window: Django's client, one clinic at a time."""

from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from clinic.models import User
from tests.factories.clinics import nowhere


class Browser(Client):
    """Requests begin inside no clinic, as they do outside the tests.

    A plain test is one transaction, and the clinic that it entered would be open to every view.
    """

    def request(self, **request: Any) -> Any:
        if not connection.in_atomic_block:
            return super().request(**request)
        with nowhere():
            return super().request(**request)


def signed_in(user: User, **options: Any) -> Browser:
    """The browser of a member of the staff."""
    browser = Browser(**options)
    browser.force_login(user)
    return browser


def with_link(key: str, **options: Any) -> Browser:
    """The browser of a patient whose birth date was right; `key` is from `open_link`."""
    browser = Browser(**options)
    browser.cookies[settings.LINK_COOKIE_NAME] = key
    return browser
