"""Long work that can wait makes room for the people at the web: one at a time, with pauses."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.db import connection

# What the connections of the web server call themselves (gunicorn.conf.py).
WEB = "previsit-web"
TURN = 0x5452_4E53  # the number of a lock, any that nothing else uses
IS_IN_USE = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = %s
        AND (state <> 'idle' OR state_change > clock_timestamp() - interval '1 second')
    )
"""
Piece = TypeVar("Piece")


def take_turn() -> bool:
    """Whether somebody uses the web, or did within the last second.

    Then this transaction works alone: whoever else takes a turn waits until it is over.
    """
    with connection.cursor() as cursor:
        cursor.execute(IS_IN_USE, [WEB])
        is_in_use: bool = cursor.fetchone()[0]
        if is_in_use:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
    return is_in_use


def with_pauses(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Each; after it a pause as long as it took."""
    for piece in pieces:
        begun = time.monotonic()
        yield piece
        time.sleep(time.monotonic() - begun)
