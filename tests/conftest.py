"""The people of the tests and the database they live in.

A plain test asks for somebody (`desk`, `ash`, …), runs in one transaction as the app's own role
inside that clinic, and is rolled back. A test that has to commit asks for `committed` first.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from hypothesis import HealthCheck, settings

from clinic.access import Role
from clinic.models import Appointment, Clinic, Patient, User
from clinic.walls import enter_clinic
from tests import databases
from tests.clients import Browser
from tests.factories.clinics import make_clinic, make_staff, within
from tests.factories.visits import make_patient, make_visit

# The same examples each time, others for who takes a long look (EXAMPLES=5000). How fast the
# machine is has no part in what is tested.
settings.register_profile(
    "previsit",
    deadline=None,
    derandomize="EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("previsit")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """The tables are the owner's; the tests run as the role that runs the product."""
    # scrypt is slow on purpose.
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock():
        databases.prepare()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        databases.drop(databases.WORKING)
        databases.drop(databases.TEMPLATE)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For races, crashes and other processes: nothing is rolled back, all is emptied afterwards."""
    with django_db_blocker.unblock():
        yield
        databases.empty()


@pytest.fixture
def transactional_db(committed: None) -> None:
    """pytest-django's own would empty the tables as the app's role, which may not."""


@pytest.fixture
def kept(request: pytest.FixtureRequest) -> None:
    """The database, in a transaction unless the test commits."""
    wanted = "committed" if "committed" in request.fixturenames else "db"
    request.getfixturevalue(wanted)


@pytest.fixture
def client(kept: None) -> Browser:
    """Somebody who is not signed in."""
    return Browser()


# The cast -----------------------------------------------------------------------------------


@pytest.fixture
def clinic(kept: None) -> Clinic:
    """The clinic of the tests; a plain test is inside it."""
    made = make_clinic()
    if connection.in_atomic_block:
        enter_clinic(made.pk)
    return made


@pytest.fixture
def desk(clinic: Clinic) -> User:
    """The front desk."""
    return make_staff(clinic, Role.DESK, "Demi Desk")


@pytest.fixture
def ash(clinic: Clinic) -> User:
    """A therapist."""
    return make_staff(clinic, Role.THERAPIST, "Ash Therapist")


@pytest.fixture
def birch(clinic: Clinic) -> User:
    """Another therapist of the same clinic."""
    return make_staff(clinic, Role.THERAPIST, "Birch Therapist")


@pytest.fixture
def admin(clinic: Clinic) -> User:
    """The one who keeps the settings."""
    return make_staff(clinic, Role.ADMIN, "Ada Admin")


@pytest.fixture
def gone(clinic: Clinic) -> User:
    """A therapist who has left."""
    return make_staff(clinic, Role.THERAPIST, "Gone Therapist", is_active=False)


@pytest.fixture
def patient_of_ash(desk: User, ash: User) -> Patient:
    """A patient whose visit with Ash is today."""
    return make_visit(desk, ash, make_patient(desk, given_name="Otter")).patient


@pytest.fixture
def visit_with_ash(patient_of_ash: Patient, clinic: Clinic) -> Appointment:
    """The visit of `patient_of_ash`."""
    with within(clinic):
        return Appointment.objects.select_related("patient", "clinic", "therapist").get(
            patient=patient_of_ash
        )


@pytest.fixture
def other_clinic(clinic: Clinic) -> Clinic:
    """A clinic that nobody of the first should ever hear of."""
    return make_clinic("Elsewhere Clinic", phone="020 7946 0999")


@pytest.fixture
def other_desk(other_clinic: Clinic) -> User:
    """Its front desk."""
    return make_staff(other_clinic, Role.DESK, "Elsa Elsewhere")


@pytest.fixture
def sorrel(other_clinic: Clinic) -> User:
    """A therapist of the other clinic."""
    return make_staff(other_clinic, Role.THERAPIST, "Sorrel Elsewhere")


@pytest.fixture
def visit_elsewhere(other_desk: User, sorrel: User) -> Appointment:
    """A visit at the other clinic."""
    return make_visit(other_desk, sorrel, make_patient(other_desk, given_name="Faraway"))
