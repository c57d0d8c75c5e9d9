"""Where a server keeps its things, and that only one uses them at a time."""

import contextlib
import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from clinic.postgres.processes import Unavailable, account

LONGEST_SOCKET_DIRECTORY = 107 - len("/.s.PGSQL.5432")


def base() -> Path:
    if chosen := os.environ.get("PREVISIT_STATE_DIR"):
        return Path(chosen).absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/previsit")
    state = Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser() / "previsit"
    spare = Path(f"/var/tmp/previsit-{os.geteuid()}")  # noqa: S108 (its owner is looked at)
    for place in (state, spare):
        with contextlib.suppress(OSError):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            if place.stat().st_uid == os.geteuid() and os.access(place, os.W_OK):
                return place
    raise Unavailable(f"{state} cannot be written: set PREVISIT_STATE_DIR to a directory of yours.")


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
    if who := account():
        os.chown(path, *who)
    path.chmod(0o700 if path.is_dir() else 0o600)
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:8]


@contextlib.contextmanager
def lock(home: Path, name: str) -> Iterator[int]:
    """Held by us and, inherited, by every process of the server: free means that none is left."""
    held = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + 30
    try:
        while not _is_taken(held):
            holder = os.pread(held, 20, 0).decode() or "0"
            if Path(f"/proc/{holder}").exists() or time.monotonic() > deadline:
                raise Unavailable(f"The server {name!r} is in use by process {holder}: stop it.")
            time.sleep(0.05)  # who started it is gone, so it is stopping
        os.truncate(held, 0)
        os.pwrite(held, str(os.getpid()).encode(), 0)
        yield held
    finally:
        os.close(held)


def _is_taken(lock: int) -> bool:
    """Takes it if it is free."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def socket_directory(home: Path) -> Iterator[Path]:
    sockets = home / "socket"
    with contextlib.ExitStack() as until_stopped:
        if len(os.fsencode(sockets)) > LONGEST_SOCKET_DIRECTORY:
            short = tempfile.TemporaryDirectory(prefix="previsit-", dir="/tmp")
            sockets = Path(until_stopped.enter_context(short))
        sockets.mkdir(exist_ok=True)
        yield give(sockets)
