"""A whole site for the browser: a database of its own, the web, the worker, filled by the demo.

It is started by the command that people use, `manage.py demo`, as the role that row security
holds for. Only the database is made here, by the role that owns it.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.databases import PROCESS

CLONE = Path(__file__).resolve().parents[2]
DATABASE = f"previsit_functional{PROCESS}"
PATIENCE = 180


@dataclass(frozen=True)
class Site:
    """Where it answers, and the file with everything that the web and the worker said."""

    url: str
    log: Path


@contextlib.contextmanager
def running_site(directory: Path) -> Iterator[Site]:
    """The site, until the tests are over. `directory` takes the log and the collected styles."""
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL"):
        if name not in os.environ:
            raise RuntimeError(f"{name} is not set: run the tests with `make test`.")
    with fresh_database(), serving(directory) as site:
        yield site


@contextlib.contextmanager
def fresh_database() -> Iterator[None]:
    """An empty database, dropped afterwards."""
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        owner.execute(f"CREATE DATABASE {DATABASE}")
        yield
        owner.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


@contextlib.contextmanager
def serving(directory: Path) -> Iterator[Site]:
    """`manage.py demo` in a process group of its own."""
    port = free_port()
    site = Site(f"http://localhost:{port}", directory / "site.log")
    with site.log.open("wb") as log:
        demo = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            cwd=CLONE,
            env=environment(directory),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_running(demo, site.log)
        yield site
    finally:
        stop(demo)


def environment(directory: Path) -> dict[str, str]:
    """Of this process, but for the mode, the database and where the styles are collected."""
    own = {
        name: address_of_database(os.environ[name])
        for name in ("DATABASE_URL", "OWNER_DATABASE_URL")
    }
    return os.environ | own | {"PREVISIT_MODE": "demo", "STATIC_ROOT": str(directory / "static")}


def address_of_database(url: str) -> str:
    """The same server and role, our database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}"))


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def wait_until_running(demo: subprocess.Popen[bytes], log: Path) -> None:
    """Until it says so; what it said before it ended is the error."""
    deadline = time.monotonic() + PATIENCE
    while not re.search(r"^Previsit is running", said := log.read_text(), re.MULTILINE):
        if demo.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The site did not start:\n{said}")
        time.sleep(0.1)


def stop(demo: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C does; whatever is left after that is killed."""
    demo.send_signal(signal.SIGTERM)
    try:
        demo.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(demo.pid, signal.SIGKILL)
        demo.wait(timeout=10)
