"""The databases of the tests: one migrated template, copies of it to work in and to break."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import psycopg
import time_machine
from django.core.management import call_command
from django.db import connections
from environ import Env
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege, ObjectInUse
from psycopg.sql import SQL, Identifier

# Tests run in several processes at once, each on databases of its own.
PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "")
TEMPLATE, WORKING = f"previsit_template{PROCESS}", f"previsit_working{PROCESS}"
# What is published stays from test to test; no test that commits publishes anything.
KEPT = ("django_migrations", "django_content_type", "intake_questionnaireversion")
KEPT += ("intake_packversion",)


def as_owner(name: str) -> psycopg.Connection[Any]:
    """A connection of the role that owns the tables; each statement commits."""
    return psycopg.connect(os.environ["OWNER_DATABASE_URL"], dbname=name, autocommit=True)


def url_of(role_url: str, name: str) -> str:
    """The address of the database `name` for a process of its own, such as a web server."""
    return make_conninfo(os.environ[role_url], dbname=name)


def drop(name: str) -> None:
    """The owner may not end the app's sessions, so a session that is just ending is waited for."""
    command = SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name))
    deadline = time.monotonic() + 10
    while True:
        try:
            with as_owner("previsit") as owner:
                owner.execute(command)
            return
        except (InsufficientPrivilege, ObjectInUse):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def copy(name: str, template: str = "template1") -> None:
    """A fresh database; nobody may be connected to the template."""
    drop(name)
    with as_owner("previsit") as owner:
        command = SQL("CREATE DATABASE {} TEMPLATE {}")
        owner.execute(command.format(Identifier(name), Identifier(template)))


def use(name: str) -> None:
    """Point Django at a database; connections that were open are closed."""
    connections.close_all()
    for alias in ("default", "owner"):
        # One dictionary serves every thread of the process.
        connections.databases[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def at(url: str) -> Iterator[None]:
    """Another server, named by the address of the app's role."""
    kept = dict(connections.databases["default"])
    connections.close_all()
    connections.databases["default"].update(Env.db_url_config(url), ENGINE=kept["ENGINE"])
    connections["default"].settings_dict.update(connections.databases["default"])
    try:
        yield
    finally:
        connections.close_all()
        connections.databases["default"].update(kept)
        connections["default"].settings_dict.update(kept)


def prepare() -> None:
    """Migrate and publish once; the tables belong to the owner, the tests run as the app's role."""
    copy(TEMPLATE)
    use(TEMPLATE)
    call_command("migrate", verbosity=0)
    with time_machine.travel(datetime.now(UTC) - timedelta(days=1)):
        # In the past: the tests' clock stands at noon, which may be still to come.
        call_command("publish_pack", stdout=StringIO())
    connections.close_all()
    copy(WORKING, TEMPLATE)
    use(WORKING)


@contextmanager
def scratch(name: str, *statements: str) -> Iterator[None]:
    """A copy of its own, changed by the owner's `statements`: for controls that break a wall."""
    copy(name, TEMPLATE)
    with as_owner(name) as owner:
        for statement in statements:
            owner.execute(statement)
    use(name)
    try:
        yield
    finally:
        use(WORKING)
        drop(name)


def empty() -> None:
    """Take away what a test committed. The app's role may not do this, and should not."""
    connections.close_all()
    with as_owner(WORKING) as owner:
        rows = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [Identifier(name) for (name,) in rows if name not in KEPT]
        owner.execute(SQL("TRUNCATE {}").format(SQL(", ").join(names)))
