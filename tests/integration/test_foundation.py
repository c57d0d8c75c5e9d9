"""The tests themselves stand on the walls they test."""

import pytest
from django.db import connection

from clinic.models import Patient
from tests.clients import signed_in
from tests.factories.clinics import within
from tests.factories.visits import make_patient


def test_tests_run_as_the_role_of_the_product(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
            " WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False, False)


def test_a_therapist_sees_the_day(ash, patient_of_ash):
    answer = signed_in(ash).get("/today/")
    assert answer.status_code == 200
    assert "Otter Testwood" in answer.content.decode()


def test_what_is_committed_is_there_for_others(committed, clinic, desk):
    made = make_patient(desk)
    with within(clinic):
        assert list(Patient.objects.all()) == [made]


def test_nothing_is_left_by_a_test_that_commits(clinic):
    assert not Patient.objects.exists()


@pytest.mark.parametrize("run", [1, 2])
def test_nothing_is_left_by_a_plain_test(desk, run):
    make_patient(desk)
    assert Patient.objects.count() == 1
