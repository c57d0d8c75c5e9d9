"""Statements that are put into words once a process, and planned once a connection.

    @Statement
    def sessions_of() -> QuerySet[LinkSession]:
        return LinkSession.objects.filter(invitation=Given("invitation"))

    sessions_of(invitation=invitation.pk)

Wording a statement takes Django longer than PostgreSQL takes to run it, and planning one takes
PostgreSQL longer than running it. Kept is what is the same for everybody: the words, and which
value goes where. Never a value.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache
from threading import Lock
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import Expression, Model, QuerySet
from django.db.transaction import TransactionManagementError
from psycopg import ClientCursor

Row = TypeVar("Row")
WORDING = Lock()  # at a start eight threads would each word the same
Values = Sequence[Any] | Mapping[str, Any]


class Given(Expression):
    """The place of a value that each run of a statement brings along. None has no place."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


@dataclass(frozen=True)
class Worded:
    """A query set with its words and its places; no words where it can have no rows."""

    made: Any
    compiler: Any
    words: str
    places: tuple[Any, ...]
    converters: Any

    @classmethod
    def of(cls, made: Any) -> "Worded":
        compiler = made.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            words, places = compiler.as_sql()
        except EmptyResultSet:
            return cls(made, compiler, "", (), {})
        columns = [column[0] for column in compiler.select[: compiler.col_count]]
        return cls(made, compiler, words, tuple(places), compiler.get_converters(columns))

    def run(self, given: dict[str, Any]) -> Any:
        """Rows as the query set would give them."""
        connection = connections[DEFAULT_DB_ALIAS]
        if self.made.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("A row is locked inside a transaction.")
        values = [given[each.name] if isinstance(each, Given) else each for each in self.places]
        with prepared(self.words, values) as cursor:
            chunks = [cursor.fetchall()]
        compiler, query = copy(self.compiler), copy(self.made.query)
        compiler.connection = connection
        compiler.execute_sql = lambda *args, **kwargs: chunks
        compiler.get_converters = lambda columns: self.converters
        query.get_compiler = lambda using: compiler
        ready = SimpleNamespace(query=query, db=DEFAULT_DB_ALIAS, _known_related_objects={})
        return self.made._iterable_class(ready)


@dataclass(frozen=True)
class Run:
    """What a cursor ran, put together only where somebody asks, as a list of statements does."""

    connection: Any
    words: str
    values: Values

    @property
    def query(self) -> bytes:
        return ClientCursor(self.connection).mogrify(self.words, self.values).encode()


class PreparedCursor(ServerBindingCursor):
    """Says what it ran: psycopg does not, where the server knew the words already."""

    def execute(self, words: str, values: Values) -> Any:
        found = super().execute(words, values)  # type: ignore[misc]
        self._query = Run(self.connection, words, values)  # type: ignore[attr-defined]
        return found


@contextmanager
def prepared(words: str, values: Values) -> Iterator[Any]:
    """A cursor that has run them. Values go beside the words: the server knows these again."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        plain = PreparedCursor(connection.connection)  # type: ignore[call-arg]
    with connection._prepare_cursor(plain) as cursor:
        cursor.execute(words, values)
        yield cursor


class Statement(Generic[Row]):
    """`make` gives a query set with a `Given` wherever a value goes.

    What changes the words themselves, such as a role, are the arguments of `make`.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Row]]) -> None:
        self.worded = cache(lambda *shape: Worded.of(make(*shape)))

    def __call__(self, *shape: Hashable, **given: Any) -> list[Row]:
        """All of them, fetched."""
        with WORDING:
            worded = self.worded(*shape)
        return list(worded.run(given)) if worded.words else []

    def first(self, *shape: Hashable, **given: Any) -> Row | None:
        """The first row, None if there is none."""
        return next(iter(self(*shape, **given)), None)


def write(words: str, values: Values) -> int:
    """How many rows that wrote."""
    with prepared(words, values) as cursor:
        count: int = cursor.rowcount
    return count


@cache
def words_of_update(model: type[Model], names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """The statement that writes these fields of one row, and the fields."""
    fields = tuple(model._meta.get_field(name) for name in names)
    places = ", ".join(f'"{field.column}" = %s' for field in fields)  # type: ignore[union-attr]
    key = model._meta.pk.column
    return f'UPDATE "{model._meta.db_table}" SET {places} WHERE "{key}" = %s', fields  # noqa: S608


def update(row: Model, *names: str) -> None:
    """What `row.save(update_fields=names)` does, in ready words."""
    connection = connections[DEFAULT_DB_ALIAS]
    words, fields = words_of_update(type(row), names)
    values = [
        field.get_db_prep_save(field.pre_save(row, False), connection=connection)
        for field in fields
    ]
    if write(words, [*values, row.pk]) != 1:
        raise DatabaseError(f"There is no such {type(row).__name__} to write.")
