"""The second wall: which clinic the database lets this transaction see (decision D-01)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


def enter_clinic(clinic_id: int | None) -> None:
    """Show this transaction the rows of one clinic, or of none. Ends with the transaction."""
    if not connection.in_atomic_block:
        # Outside a transaction the setting would be gone at once, and the page silently empty.
        raise RuntimeError("A clinic is entered inside a transaction.")
    with connection.cursor() as cursor:
        value = "" if clinic_id is None else str(clinic_id)
        cursor.execute("SELECT set_config('previsit.clinic', %s, true)", [value])


@contextmanager
def inside_clinic(clinic_id: int | None) -> Iterator[None]:
    """A transaction that sees one clinic, or none."""
    with transaction.atomic():
        enter_clinic(clinic_id)
        yield
