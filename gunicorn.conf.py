"""The web server, which stands behind a proxy that buffers (deploy/nginx.conf)."""

import ctypes
import gc
import os

from intake.languages import in_every_language
from intake.rules.compiled import compile_pack
from intake.rules.pack import load_pack

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# As many as the connections that each process may hold: a thread never waits for one.
threads = int(os.environ.get("DATABASE_POOL", "8"))
timeout = 30
graceful_timeout = 20
keepalive = 5
worker_tmp_dir = "/dev/shm"  # noqa: S108 - heartbeats in memory, never on a slow disk
# The name of its connections: work that can wait makes room while they are used (clinic/turns.py).
os.environ.setdefault("PGAPPNAME", "previsit-web")
# A request line may hold the token of a patient's link, so it is not written anywhere.
accesslog = None

# The first process loads everything, once; a worker shares with it what neither writes to.
preload_app = True
# The pack before Django, which then lies where reading the pack has left room.
compile_pack(in_every_language(load_pack()))
gc.collect()

ARENAS = -8  # M_ARENA_MAX of glibc's malloc.h


def when_ready(server):
    """Before the first worker: what is loaded lives as long as it does, so its collector need not
    look through it, which would write to what is shared.

    glibc would give each thread a heap of its own, which cost 20 to 40 MiB when it was
    measured; what loading has left unused goes back to the system.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 5, 5)
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.mallopt(ARENAS, 2)
        libc.malloc_trim(0)
