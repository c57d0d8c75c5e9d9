"""Writes years in bulk: walls, triggers, indexes and keys are off meanwhile and on again after."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import psycopg

from tests.bench.copies import COPIES, statement
from tests.bench.years import BULK, VISITS, Part

QUICKLY = "-c synchronous_commit=off -c maintenance_work_mem=512MB -c work_mem=128MB"
TABLES = tuple(copied[0] for copied in COPIES)
# What to drop, and what puts it back as the migrations made it.
FOREIGN = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
            pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = 'f'
        AND (conrelid = ANY(%(tables)s::regclass[]) OR confrelid = ANY(%(tables)s::regclass[]))
"""
UNIQUE = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
            pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype IN ('p', 'u', 'x') AND conrelid = ANY(%(tables)s::regclass[])
    ORDER BY contype
"""
INDEXES = """
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indrelid = ANY(%(tables)s::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
WALLS = """
    SELECT format('ALTER TABLE %%s NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER', name),
        format('ALTER TABLE %%s FORCE ROW LEVEL SECURITY, ENABLE TRIGGER USER', name)
    FROM (SELECT oid::regclass AS name FROM pg_class WHERE relforcerowsecurity) AS walled
"""
BARE = """
    SELECT format('ALTER TABLE %%s DISABLE TRIGGER USER', oid::regclass),
        format('ALTER TABLE %%s ENABLE TRIGGER USER', oid::regclass)
    FROM pg_class WHERE oid = ANY(%(tables)s::regclass[]) AND NOT relforcerowsecurity
"""


def write_years(parts: Iterable[Part], say: Callable[[str], None]) -> None:
    """The rows of every part; `say` is told how far it is."""
    parts = list(parts)
    with loosened(say):
        with connected() as owner:
            owner.execute(BULK)
            for part in parts:
                owner.execute(VISITS, part.named())
            owner.execute("ANALYZE bulk")
        at_once([partial(copy, table, parts, say) for table in biggest_first()], 2)
        with connected() as owner:
            owner.execute("DROP TABLE bulk")
            for table in ("clinic_patient", "clinic_appointment"):
                owner.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id))"  # noqa: S608
                    f" FROM {table}"
                )
    with connected() as owner:
        owner.execute("VACUUM ANALYZE")
    say("vacuumed")


def biggest_first() -> list[str]:
    """So that two work until the end."""
    first = ("clinic_auditevent", "intake_response", "intake_flag", "intake_verdict")
    return [*first, *(table for table in TABLES if table not in first)]


def copy(table: str, parts: list[Part], say: Callable[[str], None]) -> None:
    """The rows of one table."""
    began, written = time.monotonic(), 0
    copied = next(one[1:] for one in COPIES if one[0] == table)
    with connected() as owner:
        columns = owner.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped ORDER BY attnum",
            [table],
        )
        names = [name for (name,) in columns]
        for part in parts:
            written += owner.execute(statement(table, names, copied), part.named()).rowcount
    say(f"{table}: {written:,} rows in {time.monotonic() - began:.0f} s")


@contextmanager
def loosened(say: Callable[[str], None]) -> Iterator[None]:
    """The tables without what makes writing many rows slow; afterwards as they were."""
    with connected() as owner:
        found = [
            owner.execute(asked, {"tables": list(TABLES)}).fetchall()
            for asked in (FOREIGN, WALLS, BARE, INDEXES, UNIQUE)
        ]
        for drop, _ in (each for pairs in found for each in pairs):
            owner.execute(drop)
    yield
    foreign, walls, bare, indexes, unique = ([back for _, back in pairs] for pairs in found)
    for title, statements in (
        ("unique keys", unique),
        ("indexes", indexes),
        ("foreign keys", foreign),
        ("walls", walls + bare),
    ):
        began = time.monotonic()
        # Two foreign keys at once would wait for each other's tables.
        at_once([partial(run, back) for back in statements], 1 if title == "foreign keys" else 2)
        say(f"{len(statements)} {title} in {time.monotonic() - began:.0f} s")


def run(statement: str) -> None:
    with connected() as owner:
        owner.execute(statement)


def at_once(works: list[Callable[[], None]], threads: int) -> None:
    """So many at a time, in this order; what fails is raised."""
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()


def connected() -> psycopg.Connection:
    return psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True, options=QUICKLY)
