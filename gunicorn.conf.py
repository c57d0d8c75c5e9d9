"""The web server, which stands behind a proxy that buffers (deploy/nginx.conf)."""

import ctypes
import gc
import os

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


ARENAS = -8  # M_ARENA_MAX of glibc's malloc.h


def post_fork(server, worker):
    """Read the pack and compile its rules before the first request, by one thread and not by eight.

    Before Django is loaded, too: that then lies where reading the pack has left room.
    """
    from intake.languages import in_every_language
    from intake.rules.compiled import compile_pack
    from intake.rules.pack import load_pack

    compile_pack(in_every_language(load_pack()))
    gc.collect()


def post_worker_init(worker):
    """The pack and the code live as long as the worker: the collector need not look through them.

    glibc would give each thread a heap of its own, which cost 20 to 40 MiB when it was
    measured; what reading the pack has left unused goes back to the system.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.mallopt(ARENAS, 2)
        libc.malloc_trim(0)
