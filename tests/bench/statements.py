"""Counts SQL statements: reads requests from standard input, sends each to the application here."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Sequence

from tests.bench.client import CSRF, Request
from tests.bench.servers import CLONE

PRODUCT, FLOOR = "clinic.settings", "tests.bench.floor.settings"
NOT_COUNTED = ("BEGIN", "COMMIT")


def list_statements(settings: str, requests: Sequence[Request]) -> list[list[str]]:
    """The statements of each request, without BEGIN and COMMIT but with savepoints."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.statements"],
        cwd=CLONE,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": settings},
        input=json.dumps([dataclasses.asdict(request) for request in requests]),
        capture_output=True,
        text=True,
    )
    if told.returncode:
        raise SystemExit(f"Statements were not counted:\n{told.stderr[-3000:]}")
    found: list[list[str]] = json.loads(told.stdout)
    return found


def main() -> None:
    import django

    django.setup()
    requests = [Request(**each) for each in json.load(sys.stdin)]
    json.dump([sent(request) for request in requests], sys.stdout)


def sent(request: Request) -> list[str]:
    """One request through the whole application, its statements in order."""
    from django.db import connection
    from django.test import Client

    connection.force_debug_cursor = True
    client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    for name, value in {**request.cookies, "csrf": CSRF}.items():
        client.cookies[name] = value
    if request.form is None:
        answer = client.get(request.path)
    else:
        answer = client.post(request.path, {**request.form, "csrfmiddlewaretoken": CSRF})
    if answer.status_code != request.status:
        raise SystemExit(f"{request.path}: {answer.status_code}, not {request.status}")
    logged = [query["sql"] for query in connection.queries_log]
    return [statement for statement in logged if statement not in NOT_COUNTED]


if __name__ == "__main__":
    main()
