"""A database of the benchmark's own, on the server that DATABASE_URL names."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

NAME = "previsit_bench"
VARIABLES = ("DATABASE_URL", "OWNER_DATABASE_URL")


def renamed(url: str, name: str) -> str:
    """The same server and role, another database."""
    parts = urlsplit(url)
    # urlunsplit drops an empty host in front of a path, which these addresses need.
    return urlunsplit(parts._replace(path=f"/{name}")).replace("postgres:/p", "postgres:///p")


@contextmanager
def own_database(name: str = NAME, *, keep: bool = False) -> Iterator[dict[str, str]]:
    """Point DATABASE_URL and OWNER_DATABASE_URL at an empty database; drop it in the end.

    To `keep` it is to leave it there, and to take it as it was left on the same day.
    """
    for variable in VARIABLES:
        if not os.environ.get(variable):
            raise SystemExit(f"{variable} is not set: run this by `make bench`.")
    owner = os.environ["OWNER_DATABASE_URL"]
    app = urlsplit(os.environ["DATABASE_URL"]).username
    database = sql.Identifier(name)
    with psycopg.connect(owner, autocommit=True) as connection:
        fsync, version = (
            connection.execute(f"SHOW {setting}").fetchone()[0]
            for setting in ("fsync", "server_version")
        )
        if not (keep and is_of_today(connection, name)):
            drop(connection, name)
            connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(app))
            )
        print(f"bench: PostgreSQL {version}, fsync {fsync}, in a database of its own", flush=True)
        urls = {variable: renamed(os.environ[variable], name) for variable in VARIABLES}
        os.environ.update(urls)
        try:
            yield urls
        finally:
            if not keep:
                drop(connection, name)


def is_of_today(connection: psycopg.Connection, name: str) -> bool:
    """Whether a run of this day has filled such a database and said so on it."""
    said = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    return bool(said and said[0] and f"{datetime.now(UTC):%Y-%m-%d}" in said[0])


def drop(connection: psycopg.Connection, name: str) -> None:
    """The server may need a moment to see that everybody has left."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    for _ in range(50):
        try:
            connection.execute(statement)
        except psycopg.errors.ObjectInUse:
            time.sleep(0.1)
        else:
            return
    connection.execute(statement)
