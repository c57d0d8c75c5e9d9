"""Noon today, and it stays noon: no test runs into midnight."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

import pytest
import time_machine


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The clock stands still; `clock.shift(timedelta)` moves it. The database's clock goes on."""
    noon = datetime.combine(datetime.now(UTC).date(), time(12), tzinfo=UTC)
    with time_machine.travel(noon, tick=False) as traveller:
        yield traveller
