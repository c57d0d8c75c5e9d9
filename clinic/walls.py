"""The second wall: which clinic the database lets this transaction see (decision D-01)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

from clinic.statements import write

Given = ParamSpec("Given")
Made = TypeVar("Made")


def enter_clinic(clinic_id: int | None) -> None:
    """Show this transaction the rows of one clinic, or of none. Ends with the transaction."""
    if not connection.in_atomic_block:
        # Outside a transaction the setting would be gone at once, and the page silently empty.
        raise RuntimeError("A clinic is entered inside a transaction.")
    value = "" if clinic_id is None else str(clinic_id)
    write("SELECT set_config('previsit.clinic', %s, true)", [value])


@contextmanager
def inside_clinic(clinic_id: int | None) -> Iterator[None]:
    """A transaction that sees one clinic, or none."""
    with transaction.atomic():
        enter_clinic(clinic_id)
        yield


def in_transaction(command: Callable[Given, Made]) -> Callable[Given, Made]:
    """Run a command in its caller's transaction, or in one of its own.

    A command refuses before it writes anything, so there is nothing that a savepoint would have to
    take back: it would only cost two statements.
    """

    @wraps(command)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        if connection.in_atomic_block:
            return command(*args, **kwargs)
        with transaction.atomic():
            return command(*args, **kwargs)

    return run
