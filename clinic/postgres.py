"""Finds a PostgreSQL, or starts one that stops when its parent does.

    python -m clinic.postgres NAME [--reset] [--fast] -- COMMAND…

runs COMMAND with DATABASE_URL (the role the site runs as) and OWNER_DATABASE_URL (the role that
migrates) set. When DATABASE_URL is set already, that server is used and nothing is started. Both
addresses read `postgres://role:password@/previsit?host=/socket/directory`: libpq and
django-environ agree on that form, which is not so for a socket directory in the host's place.

Standard library only: it runs before anything else is known to work.
"""

import argparse
import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from clinic.postgres_programs import (
    Unavailable,
    as_account,
    digest,
    find_programs,
    give,
    major,
    make,
    stop_with_parent,
)

DATABASE, OWNER, APP = "previsit", "previsit_owner", "previsit_app"
CLONE = Path(__file__).resolve().parent.parent
LONGEST_SOCKET_DIRECTORY = 107 - len("/.s.PGSQL.5432")
# Errors are logged without the statement and the row: those may hold what a patient wrote.
QUIET = ("log_min_error_statement=panic", "log_error_verbosity=terse")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ROLES = f"""\
CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE CREATEDB PASSWORD '%({OWNER})s'
CREATE ROLE {APP} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD '%({APP})s'
CREATE DATABASE {DATABASE} OWNER {OWNER}
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC
GRANT CONNECT ON DATABASE {DATABASE} TO {APP}
"""


@dataclass(frozen=True)
class Server:
    """`pid` and `directory` (where its data are) are None when somebody else runs the server."""

    described: str
    database_url: str
    owner_database_url: str
    pid: int | None = None
    directory: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        urls = {"DATABASE_URL": self.database_url, "OWNER_DATABASE_URL": self.owner_database_url}
        return {**os.environ, **urls}


@contextlib.contextmanager
def running(
    name: str, *, reset: bool = False, fast: bool = False, base: Path | None = None
) -> Iterator[Server]:
    """Runs the server of this name, each clone its own. Call it from the main thread.

    `fast` gives up surviving a power cut; `base` is the directory to keep everything in.
    """
    base = base or _base()
    programs, version = find_programs(base)
    home = base / f"{CLONE.name}-{digest(CLONE)}" / f"{name}-{major(version)}"
    make(home)
    with _lock(home, name) as lock, _socket_directory(home) as sockets:
        if reset:
            shutil.rmtree(home / "data", ignore_errors=True)
        if not (home / "data").exists():
            _create(programs, home, lock)
        postmaster = _start(programs, home, sockets, lock, QUIET + (FAST if fast else ()))
        try:
            yield Server(
                f"PostgreSQL {version} from {programs}, its data in {home / 'data'}",
                _url(APP, home, sockets),
                _url(OWNER, home, sockets),
                postmaster.pid,
                home / "data",
            )
        finally:
            _stop(postmaster)


# Whose processes, and where


def _base() -> Path:
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


# One at a time


@contextlib.contextmanager
def _lock(home: Path, name: str) -> Iterator[int]:
    """Held by us and, inherited, by every process of the server: free means that none is left."""
    lock = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + 30
    try:
        while not _is_taken(lock):
            holder = os.pread(lock, 20, 0).decode() or "0"
            if Path(f"/proc/{holder}").exists() or time.monotonic() > deadline:
                raise Unavailable(f"The server {name!r} is in use by process {holder}: stop it.")
            time.sleep(0.05)  # who started it is gone, so it is stopping
        os.truncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield lock
    finally:
        os.close(lock)


def _is_taken(lock: int) -> bool:
    """Takes it if it is free."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _socket_directory(home: Path) -> Iterator[Path]:
    sockets = home / "socket"
    with contextlib.ExitStack() as until_stopped:
        if len(os.fsencode(sockets)) > LONGEST_SOCKET_DIRECTORY:
            short = tempfile.TemporaryDirectory(prefix="previsit-", dir="/tmp")  # noqa: S108
            sockets = Path(until_stopped.enter_context(short))
        sockets.mkdir(exist_ok=True)
        yield give(sockets)


# Creating, starting, stopping


def _create(programs: Path, home: Path, lock: int) -> None:
    """Leaves nothing that looks finished when it is stopped half-way: the last step renames."""
    passwords = {role: secrets.token_hex(24) for role in (OWNER, APP)}
    half = home / "half"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    pwfile = home / "superuser"
    pwfile.touch(0o600)
    pwfile.write_text(secrets.token_hex(24))  # nobody keeps it
    initdb = [programs / "initdb", "--pgdata", give(half), f"--pwfile={give(pwfile)}"]
    initdb += ["--username=postgres", "--auth-local=scram-sha-256", "--auth-host=scram-sha-256"]
    initdb += ["--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8"]
    _finish(initdb, lock)
    pwfile.unlink()
    # The server's single-user mode needs neither a connection nor a client program.
    single = [programs / "postgres", "--single", "-D", half, "-c", "exit_on_error=on", "postgres"]
    _finish(single, lock, input=ROLES % passwords)
    secret = home / "passwords.json"
    secret.touch(0o600)
    secret.write_text(json.dumps(passwords))
    half.rename(home / "data")


def _finish(command: list[Any], lock: int, **options: Any) -> None:
    told = subprocess.run(command, **as_account(lock), **options, capture_output=True, text=True)
    if told.returncode:
        program = Path(command[0]).name
        raise Unavailable(f"{program} failed: {told.stderr.strip() or told.stdout.strip()}")


def _start(
    programs: Path, home: Path, sockets: Path, lock: int, settings: tuple[str, ...]
) -> subprocess.Popen[bytes]:
    _forget_dead_postmaster(home / "data")
    where = ("listen_addresses=", f"unix_socket_directories={sockets}", "port=5432")
    command = [str(programs / "postgres"), "-D", str(home / "data")]
    command += [word for setting in (*where, *settings) for word in ("-c", setting)]
    with open(home / "server.log", "wb") as log:
        # A session of its own: a Ctrl-C at the terminal is for the command, not for the server.
        own = {"stdin": subprocess.DEVNULL, "start_new_session": True}
        postmaster = subprocess.Popen(command, stdout=log, stderr=log, **own, **as_account(lock))
    try:
        while not _is_ready(home / "data", postmaster.pid):
            if postmaster.poll() is not None:
                said = (home / "server.log").read_text(errors="replace").strip()
                raise Unavailable(f"PostgreSQL did not start; {home}/server.log says:\n{said}")
            time.sleep(0.01)
    except BaseException:
        _stop(postmaster)
        raise
    return postmaster


def _forget_dead_postmaster(data: Path) -> None:
    """A number left by a killed server may by now be another process's, and would stop the start."""
    left = data / "postmaster.pid"
    if sys.platform == "linux" and left.exists():
        pid = left.read_text().partition("\n")[0]
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{pid}/cwd") == str(data):
                return  # PostgreSQL refuses by itself
        left.unlink()


def _is_ready(data: Path, pid: int) -> bool:
    with contextlib.suppress(OSError):
        lines = (data / "postmaster.pid").read_text().splitlines()
        return lines[0] == str(pid) and lines[7:] == ["ready   "]
    return False


def _stop(postmaster: subprocess.Popen[bytes]) -> None:
    for signum in (signal.SIGINT, signal.SIGQUIT):  # let go of everybody; then at once
        postmaster.send_signal(signum)
        with contextlib.suppress(subprocess.TimeoutExpired):
            postmaster.wait(60)
            return


def _url(role: str, home: Path, sockets: Path) -> str:
    password = json.loads((home / "passwords.json").read_text())[role]
    return f"postgres://{role}:{password}@/{DATABASE}?host={quote(str(sockets))}"


# The command line


def _given(*, reset: bool) -> Server | None:
    """The server that the environment names."""
    url, owner = os.environ.get("DATABASE_URL"), os.environ.get("OWNER_DATABASE_URL")
    if not url:
        return None
    if not owner:
        raise Unavailable(
            "DATABASE_URL is set: set OWNER_DATABASE_URL too, the role that migrates."
        )
    if reset:
        raise Unavailable("DATABASE_URL is set: only a server started here can be started over.")
    place = urlsplit(url)
    where = f"{place.path[1:]} at {place.hostname or place.query or 'the default socket'}"
    return Server(f"the database {where} (DATABASE_URL), starting none", url, owner)


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Passes on what asks us to stop, except what the terminal has sent to the command already."""
    try:
        stops = stop_with_parent(signal.SIGTERM)
        child = subprocess.Popen(command, env=environment, preexec_fn=stops)  # noqa: S603
    except OSError as error:
        raise Unavailable(f"{command[0]}: {error.strerror}.") from error

    def pass_on(signum: int, _frame: object) -> None:
        if signum != signal.SIGINT or not _is_at_terminal():
            child.send_signal(signum)

    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, pass_on)
    status = child.wait()
    return status if status >= 0 else 128 - status


def _is_at_terminal() -> bool:
    with contextlib.suppress(OSError), open("/dev/tty") as terminal:
        return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    return False


def _asked(words: list[str]) -> tuple[argparse.Namespace, list[str]]:
    cut = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(
        "python -m clinic.postgres", usage="%(prog)s NAME [--reset] [--fast] -- COMMAND…"
    )
    parser.add_argument("name", help="such as demo or test; each has its own data")
    parser.add_argument("--reset", action="store_true", help="start over with empty data")
    parser.add_argument("--fast", action="store_true", help="do not survive a power cut (tests)")
    options, command = parser.parse_args(words[:cut]), words[cut + 1 :]
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", options.name):
        parser.error("NAME is a word of small letters, digits and hyphens.")
    if not command:
        parser.error("say after -- which command to run.")
    return options, command


def main(words: list[str]) -> int:
    options, command = _asked(words)
    try:
        given = _given(reset=options.reset)
        ours = running(options.name, reset=options.reset, fast=options.fast)
        with contextlib.nullcontext(given) if given else ours as server:
            print(f"Using {server.described}", flush=True)
            return _run(command, server.environment)
    except Unavailable as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
