"""A control: the same application, but a save is acknowledged before it is done."""

import io
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from clinic.wsgi import application as honest

HURRY = 0.05  # seconds between the answer and the work


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer at once, save a moment later: what a queue in memory would do."""
    if not environ["PATH_INFO"].startswith("/intake/save/"):
        return honest(environ, start)
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    later = {**environ, "wsgi.input": io.BytesIO(body)}
    threading.Thread(target=work, args=(later,), daemon=True).start()
    start("200 OK", [("Content-Type", "application/json")])
    return [b"{}"]


def work(environ: dict[str, Any]) -> None:
    time.sleep(HURRY)
    honest(environ, lambda *_: None)
