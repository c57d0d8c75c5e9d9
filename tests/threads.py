"""Doing the same thing many times at once, each with a connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections


def at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """What `work` gave or raised, `number` times. Nobody begins before everybody is connected."""
    start = threading.Barrier(number, timeout=30)

    def run(turn: int) -> Any:
        try:
            connections["default"].ensure_connection()
            start.wait()
            return work(turn)
        except Exception as error:  # noqa: BLE001 - what went wrong is the outcome
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))
