"""P20 and P21: how much a worker holds, how long `check` takes from nothing."""

import os
import statistics
import subprocess
import sys
import time

from tests.bench.client import send_all
from tests.bench.scenarios import Scenario
from tests.bench.servers import CLONE, Running


def check_seconds(times: int) -> list[float]:
    """Seconds of `manage.py check`, a new process each time, without a database."""
    environment = os.environ | {"PREVISIT_MODE": "standalone"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    found = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "manage.py", "check"],
            cwd=CLONE,
            env=environment,
            check=True,
            capture_output=True,
        )
        found.append(time.perf_counter() - start)
    return found


def memory_after(
    server: Running, scenarios: tuple[Scenario, ...], count: int
) -> tuple[float, float]:
    """MiB of the largest worker in the end, and what it gained over the second half.

    Every page but the submission, which cannot be sent twice.
    """
    asks = [one.product for one in scenarios if one.name != "submit"]
    requests = [asks[number % len(asks)](number // len(asks)) for number in range(count)]
    send_all(server.port, requests[: count // 2], 8)
    half = server.memory()
    send_all(server.port, requests[count // 2 :], 8)
    end = server.memory()
    return max(end), max(after - before for before, after in zip(half, end, strict=True))


def median(values: list[float]) -> float:
    """The middle one."""
    return statistics.median(values)
