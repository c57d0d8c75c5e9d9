"""As whom PostgreSQL's programs run, and that none outlives its parent."""

import contextlib
import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Callable
from typing import Any


class Unavailable(Exception):
    """There is no server to use; the message says why and what to do about it."""


def account() -> tuple[int, int] | None:
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
    who = account()
    whose = {"user": who[0], "group": who[1], "extra_groups": []} if who else {}
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
