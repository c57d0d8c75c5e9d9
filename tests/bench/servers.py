"""The two web servers, started alike, and what their workers used."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]
WORKERS = 2
PRODUCT, FLOOR = "clinic.wsgi", "tests.bench.floor.wsgi"


@dataclass(frozen=True)
class Running:
    """A web server: where it listens, and its first process."""

    port: int
    pid: int

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def cpu_seconds(self) -> float:
        """On the processor until now, all workers and their threads together."""
        return sum(
            int((task / "schedstat").read_text().split()[0]) / 1e9
            for pid in self.workers
            for task in Path(f"/proc/{pid}/task").iterdir()
        )

    def memory(self) -> list[float]:
        """Resident MiB of each worker."""
        found = []
        for pid in self.workers:
            status = Path(f"/proc/{pid}/status").read_text()
            line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
            found.append(int(line.split()[1]) / 1024)
        return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(application: str, log: Path) -> Iterator[Running]:
    """gunicorn with the product's own configuration file."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), application]
    environment = os.environ | {"BASE_URL": f"http://localhost:{port}"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    with log.open("wb") as written:
        child = subprocess.Popen(
            command, cwd=CLONE, env=environment, stdout=written, stderr=written
        )
    try:
        wait_for(port, child, log)
        yield Running(port, child.pid)
    finally:
        child.terminate()
        child.wait(timeout=20)


def wait_for(port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    """Until it answers."""
    for _ in range(300):
        if child.poll() is not None:
            break
        try:
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}/alive/", headers={"Host": "localhost"}
            )
            urllib.request.urlopen(asked, timeout=2).close()  # noqa: S310
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"The web server did not start:\n{log.read_text()[-3000:]}")
