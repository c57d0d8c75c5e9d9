"""The decorators of views, without a database: what they declare and refuse."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver

from clinic.access import Permission
from clinic.checks import every_view_declares_who_may, routes
from clinic.guards import allowed, public, staff
from intake.guards import patient


@public("GET")
def for_anybody(request):
    """Says yes."""
    return HttpResponse("yes")


@staff(Permission.READ_BRIEF, "GET", "POST")
def for_therapists(request):
    """Says yes."""
    return HttpResponse("yes")


@patient("POST")
def for_patients(request):
    """Says yes."""
    return HttpResponse("yes")


def ask(view, method):
    return view(RequestFactory().generic(method, "/"))


def test_a_guard_says_for_whom_and_by_which_methods():
    assert (for_anybody.guard.audience, for_anybody.guard.methods) == ("public", {"GET", "HEAD"})
    assert for_therapists.guard.permission is Permission.READ_BRIEF
    assert for_therapists.guard.methods == {"GET", "HEAD", "POST"}
    assert (for_patients.guard.audience, for_patients.guard.methods) == ("patient", {"POST"})


def test_who_may_get_may_head_and_nobody_else():
    assert allowed("POST") == {"POST"}
    assert allowed("GET") == {"GET", "HEAD"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_any_other_method_is_405_and_says_which_are_not(method):
    refused = ask(for_anybody, method)
    assert refused.status_code == 405
    assert refused.headers["Allow"] == "GET, HEAD"


def test_a_patients_view_refuses_the_method_before_it_looks_for_anybody():
    assert ask(for_patients, "GET").status_code == 405


def test_public_and_patients_views_need_no_sign_in_and_the_staffs_do():
    assert for_anybody.login_required is False
    assert for_patients.login_required is False
    assert getattr(for_therapists, "login_required", True) is True


def test_a_guard_keeps_the_name_of_its_view():
    assert for_therapists.__name__ == "for_therapists"


def test_every_view_of_the_product_declares_who_may():
    assert every_view_declares_who_may(None) == []
    assert sum(1 for _ in routes(get_resolver())) > 30
