"""Everything that has to be there before the first request."""

import os
import subprocess
import sys
from pathlib import Path

import django
import psycopg

from tests.bench.servers import CLONE


def ready_product(static: Path) -> None:
    """Tables, pack and stylesheets; then Django in this process."""
    os.environ["PREVISIT_MODE"] = "demo"
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
    os.environ["STATIC_ROOT"] = str(static)
    for command in (["migrate"], ["publish_pack"], ["collectstatic", "--noinput"]):
        run(["manage.py", *command, "--verbosity", "0"])
    django.setup()


def ready_floor() -> str:
    """The floor's tables; the key of its session."""
    return run(["-m", "tests.bench.floor.setup"]).strip()


def run(words: list[str]) -> str:
    """A command of this interpreter; its output."""
    told = subprocess.run(
        [sys.executable, *words], cwd=CLONE, env=os.environ, capture_output=True, text=True
    )
    if told.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{told.stderr[-3000:]}")
    return told.stdout


def settle() -> None:
    """Statistics as a running database has them: the planner shall not guess."""
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
