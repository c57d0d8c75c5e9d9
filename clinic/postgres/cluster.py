"""Creates, starts and stops one server."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from clinic.postgres.places import give
from clinic.postgres.processes import Unavailable, as_account

DATABASE, OWNER, APP = "previsit", "previsit_owner", "previsit_app"
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


def discard(home: Path) -> None:
    """Never half: `create` clears away what a stop in the middle of this leaves."""
    if (home / "data").exists():
        shutil.rmtree(home / "half", ignore_errors=True)
        (home / "data").rename(home / "half")


def create(programs: Path, home: Path, lock: int) -> None:
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


def start(
    programs: Path, home: Path, sockets: Path, lock: int, *, fast: bool
) -> subprocess.Popen[bytes]:
    _forget_dead_postmaster(home / "data")
    where = ("listen_addresses=", f"unix_socket_directories={sockets}", "port=5432")
    settings = (*where, *QUIET, *(FAST if fast else ()))
    command = [str(programs / "postgres"), "-D", str(home / "data")]
    command += [word for setting in settings for word in ("-c", setting)]
    with open(home / "server.log", "wb") as log:
        # A session of its own: a Ctrl-C at the terminal is for the command, not for the server.
        postmaster = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **as_account(lock),
        )
    try:
        while not _is_ready(home / "data", postmaster.pid):
            if postmaster.poll() is not None:
                said = (home / "server.log").read_text(errors="replace").strip()
                raise Unavailable(f"PostgreSQL did not start; {home}/server.log says:\n{said}")
            time.sleep(0.01)
    except BaseException:
        stop(postmaster)
        raise
    return postmaster


def _forget_dead_postmaster(data: Path) -> None:
    """The number left by a killed server may be another process's by now; that stops a start."""
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
        return lines[:1] == [str(pid)] and lines[7:] == ["ready   "]
    return False


def stop(postmaster: subprocess.Popen[bytes]) -> None:
    for signum in (signal.SIGINT, signal.SIGQUIT):  # let go of everybody; then at once
        postmaster.send_signal(signum)
        with contextlib.suppress(subprocess.TimeoutExpired):
            postmaster.wait(60)
            return
