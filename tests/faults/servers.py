"""Servers that can be killed: a PostgreSQL that survives it, a web of its own processes."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from clinic.postgres import Server, running
from clinic.postgres.processes import Unavailable

CLONE = Path(__file__).resolve().parents[2]
HERE = "127.0.0.1"


@contextmanager
def place() -> Iterator[Path]:
    """A directory that the account of the database server can pass through."""
    made = Path(tempfile.mkdtemp(prefix="previsit-faults-", dir="/var/tmp"))
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def durable(base: Path) -> Any:
    """The server kept in `base`, with the durability of production."""
    return running("faults", base=base)


def manage(server: Server, *words: str) -> None:
    command = [sys.executable, "manage.py", *words]
    subprocess.run(command, env=server.environment, cwd=CLONE, check=True, capture_output=True)


def migrate(server: Server) -> None:
    manage(server, "migrate", "-v0")
    manage(server, "publish_pack")


def configure(base: Path, *lines: str) -> None:
    """Settings for the next start of the server in `base`."""
    [file] = base.glob("*/faults-*/data/postgresql.conf")
    with file.open("a") as config:
        config.write("\n".join(lines) + "\n")


def children_of(pid: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *children_of(child)]
    return found


def kill_at_once(pid: int) -> None:
    """The power goes: no process gets to say anything."""
    for each in (pid, *children_of(pid)):
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def until(condition: Callable[[], Any], seconds: float = 120) -> Any:
    """What `condition` gives once it is true."""
    deadline = time.monotonic() + seconds
    while not (given := condition()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
    return given


def free_port() -> int:
    with socket.socket() as free:
        free.bind((HERE, 0))
        return free.getsockname()[1]


@contextmanager
def revived(base: Path) -> Iterator[Server]:
    """The server in `base` after it was killed, once its last process is gone."""

    def enter() -> Server | None:
        with suppress(Unavailable):
            return stack.enter_context(durable(base))
        return None

    with ExitStack() as stack:
        yield until(enter)


@contextmanager
def web(server: Server, workers: int = 1, **environment: str) -> Iterator["Web"]:
    """gunicorn on a port of its own."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"{HERE}:{port}", "--log-level", "error"]
    command += ["--config", os.devnull, "--workers", str(workers), "clinic.wsgi"]
    process = subprocess.Popen(command, env={**server.environment, **environment}, cwd=CLONE)
    started = Web(process, port)
    try:
        until(started.is_up)
        yield started
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)


class Web:
    """A running web server and how to speak to it."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def is_up(self) -> bool:
        assert self.process.poll() is None, "the web did not start"
        with suppress(OSError):
            return self.visitor().get("/alive/").status == 200
        return False

    def visitor(self, **cookies: str) -> "Visitor":
        return Visitor(self.port, cookies)

    def kill(self) -> None:
        kill_at_once(self.process.pid)
        self.process.wait(60)


class Visitor:
    """One browser: keeps cookies, takes the token against forged posts from the page."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.port, self.cookies = port, cookies
        self.text = ""

    def get(self, path: str) -> http.client.HTTPResponse:
        return self.answer(self.ask("GET", path))

    def post(self, path: str, **form: str) -> http.client.HTTPResponse:
        return self.answer(self.send(path, **form))

    def send(self, path: str, **form: str) -> http.client.HTTPConnection:
        """Post a form of the page that was read last, and do not wait for the answer."""
        field = BeautifulSoup(self.text, "html.parser").find("input", {"name": TOKEN})
        body = urlencode({TOKEN: field["value"] if field else "", **form})
        return self.ask("POST", path, body)

    def ask(self, method: str, path: str, body: str | None = None) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(HERE, self.port, timeout=60)
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Host": "localhost", "Cookie": jar}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
        except OSError:
            connection.close()
            raise
        return connection

    def answer(self, connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
        with closing(connection):
            response = connection.getresponse()
            self.text = response.read().decode()
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: each.value for name, each in SimpleCookie(line).items()}
        return response


TOKEN = "csrfmiddlewaretoken"
