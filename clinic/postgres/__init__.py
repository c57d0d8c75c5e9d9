"""Finds a PostgreSQL, or starts one that stops when its parent does.

    python -m clinic.postgres NAME [--reset] [--fast] -- COMMAND…

runs COMMAND with DATABASE_URL (the role the site runs as) and OWNER_DATABASE_URL (the role that
migrates) set. When DATABASE_URL is set already, that server is used and nothing is started. Both
addresses read `postgres://role:password@/previsit?host=/socket/directory`: libpq and
django-environ agree on that form, which is not so for a socket directory in the host's place.

Standard library only: it runs before anything else is known to work.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from clinic.postgres import cluster, places
from clinic.postgres.programs import find_programs, major

CLONE = Path(__file__).resolve().parents[2]


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
    base = base or places.base()
    programs, version = find_programs(base)
    home = base / f"{CLONE.name}-{places.digest(CLONE)}" / f"{name}-{major(version)}"
    places.make(home)
    with places.lock(home, name) as lock, places.socket_directory(home) as sockets:
        if reset:
            cluster.discard(home)
        if not (home / "data").exists():
            cluster.create(programs, home, lock)
        postmaster = cluster.start(programs, home, sockets, lock, fast=fast)
        try:
            yield Server(
                f"PostgreSQL {version} from {programs}, its data in {home / 'data'}",
                _url(cluster.APP, home, sockets),
                _url(cluster.OWNER, home, sockets),
                postmaster.pid,
                home / "data",
            )
        finally:
            cluster.stop(postmaster)


def _url(role: str, home: Path, sockets: Path) -> str:
    password = json.loads((home / "passwords.json").read_text())[role]
    return f"postgres://{role}:{password}@/{cluster.DATABASE}?host={quote(str(sockets))}"
