"""A database of the benchmark's own, on the server that DATABASE_URL names."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

NAME = "previsit_bench"


def renamed(url: str) -> str:
    """The same server and role, another database."""
    parts = urlsplit(url)
    # urlunsplit drops an empty host in front of a path, which these addresses need.
    return urlunsplit(parts._replace(path=f"/{NAME}")).replace("postgres:/p", "postgres:///p")


@contextmanager
def own_database() -> Iterator[None]:
    """Point DATABASE_URL and OWNER_DATABASE_URL at an empty database; drop it in the end."""
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL"):
        if not os.environ.get(name):
            raise SystemExit(f"{name} is not set: run this by `make bench`.")
    owner = os.environ["OWNER_DATABASE_URL"]
    app = urlsplit(os.environ["DATABASE_URL"]).username
    database = sql.Identifier(NAME)
    with psycopg.connect(owner, autocommit=True) as connection:
        fsync, version = (
            connection.execute(f"SHOW {setting}").fetchone()[0]
            for setting in ("fsync", "server_version")
        )
        drop(connection)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(app))
        )
        print(f"bench: PostgreSQL {version}, fsync {fsync}, in a database of its own")
        for name in ("DATABASE_URL", "OWNER_DATABASE_URL"):
            os.environ[name] = renamed(os.environ[name])
        try:
            yield
        finally:
            drop(connection)


def drop(connection: psycopg.Connection) -> None:
    """The server may need a moment to see that everybody has left."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(NAME))
    for _ in range(50):
        try:
            connection.execute(statement)
        except psycopg.errors.ObjectInUse:
            time.sleep(0.1)
        else:
            return
    connection.execute(statement)
