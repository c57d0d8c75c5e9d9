"""A web server of our own on the database of the tests, whose worker can be killed."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

from tests.databases import WORKING
from tests.functional.site import CLONE, free_port

SECRET = "a" * 32  # Django takes the same value as cookie and as field


class Web:
    """gunicorn: its first process keeps the port and starts a new worker for one that died."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self.process = port, process

    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill_workers(self) -> None:
        """At once, in the middle of whatever they do."""
        for pid in self.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def save(self, key: str, words: str) -> bool:
        """One save as the script sends it; whether it was acknowledged."""
        body = urlencode(
            {"csrfmiddlewaretoken": SECRET, "only": "problem.words", "problem.words": words}
        )
        headers = {
            "Host": "localhost",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"intake={key}; csrf={SECRET}",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", "/intake/save/problem/", body, headers)
            with connection.getresponse() as answer:
                return answer.status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@contextlib.contextmanager
def serving(application: str, log: Path) -> Iterator[Web]:
    """The application on a free port until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--preload"]
    command += ["--workers", "1", "--threads", "4", "--log-level", "critical", application]
    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{WORKING}"))
    environment = os.environ | {"DATABASE_URL": url.replace("postgres:/p", "postgres:///p")}
    with log.open("wb") as written:
        process = subprocess.Popen(
            command, cwd=CLONE, env=environment, stdout=written, stderr=written
        )
    try:
        wait_for(port, process, log)
        yield Web(port, process)
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            contextlib.closing(connection),
        ):
            connection.request("GET", "/alive/", headers={"Host": "localhost"})
            with connection.getresponse() as answer:
                if answer.status == 200:
                    return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"The web server did not start:\n{log.read_text()[-2000:]}")
