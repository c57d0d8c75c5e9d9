"""A migrated durable database, copied for each fault that breaks one."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings

from clinic.access import Role
from clinic.postgres import Server, running
from tests import databases
from tests.factories.clinics import make_clinic, make_staff
from tests.faults import servers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These speak to servers of their own on this machine."""
    for item in items:
        if "/faults/" in str(item.path):
            item.add_marker(pytest.mark.allow_hosts([servers.HERE]))


@pytest.fixture(scope="session")
def original() -> Iterator[Path]:
    """Migrated and published by a server in a hurry, and stopped."""
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with servers.place() as base:
        with running("faults", base=base, fast=True) as started:
            servers.migrate(started)
        yield base


@pytest.fixture(scope="session")
def copy(original: Path) -> Iterator[Callable[[str], Path]]:
    """A copy of it under a name; whose files they are is kept."""
    made = []

    def copied(name: str) -> Path:
        target = original.with_name(f"{original.name}-{name}")
        subprocess.run(["cp", "-a", original, target], check=True)
        made.append(target)
        return target

    yield copied
    for target in made:
        shutil.rmtree(target, ignore_errors=True)


@pytest.fixture(scope="session")
def server(copy: Callable[[str], Path]) -> Iterator[Server]:
    """The durable server of the faults that leave it alive."""
    with servers.durable(copy("alive")) as started:
        yield started


@pytest.fixture(scope="session")
def site(server: Server) -> Iterator[servers.Web]:
    """A web of three processes that nobody kills."""
    with servers.web(server, workers=3) as started:
        yield started


@pytest.fixture
def durable(server: Server, django_db_blocker: Any) -> Iterator[Server]:
    """The durable server, with this process as one of its clients."""
    with django_db_blocker.unblock(), databases.at(server.database_url):
        yield server


@pytest.fixture
def house(durable: Server) -> SimpleNamespace:
    """A clinic on it."""
    clinic = make_clinic()
    return SimpleNamespace(
        clinic=clinic,
        desk=make_staff(clinic, Role.DESK, f"Desk {clinic.pk}"),
        ash=make_staff(clinic, Role.THERAPIST, f"Ash {clinic.pk}"),
    )
