"""The web server, which stands behind a proxy that buffers (deploy/nginx.conf)."""

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
# A request line may hold the token of a patient's link, so it is not written anywhere.
accesslog = None


def post_worker_init(worker):
    """The pack and the code live as long as the worker: the collector need not look through them.

    It looks at young objects less often, too: a page makes thousands, and nearly all go by count.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
