"""A small client over keep-alive connections: one thread a connection, no request unanswered."""

import http.client
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

CSRF = "b" * 32


@dataclass(frozen=True)
class Request:
    """One request, and the answer without which the measurement is worth nothing."""

    path: str
    cookies: dict[str, str]
    status: int = 200
    form: dict[str, object] | None = None
    leads_to: str = ""

    @property
    def method(self) -> str:
        return "GET" if self.form is None else "POST"

    @property
    def body(self) -> bytes | None:
        if self.form is None:
            return None
        return urlencode({**self.form, "csrfmiddlewaretoken": CSRF}, doseq=True).encode()

    @property
    def headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Host": "localhost", "Cookie": f"{cookies}; csrf={CSRF}"}
        if self.form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return headers


class WrongAnswer(Exception):
    """The server did something else than what is measured."""


@dataclass
class Sent:
    """What a run of requests took: seconds each, and as a whole."""

    seconds: list[float] = field(default_factory=list)
    whole: float = 0.0


Prepared = tuple[Request, str, bytes | None, dict[str, str]]


def prepare(request: Request) -> Prepared:
    """The request with everything that can be made before the clock runs."""
    return request, request.method, request.body, request.headers


def send(connection: http.client.HTTPConnection, prepared: Prepared) -> float:
    """The seconds from sending to the last byte of the right answer."""
    request, method, body, headers = prepared
    start = time.perf_counter()
    connection.request(method, request.path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    took = time.perf_counter() - start
    where = answer.getheader("Location", "")
    if answer.status != request.status or not where.startswith(request.leads_to):
        raise WrongAnswer(
            f"{method} {request.path}: {answer.status} {where} {text[:300]!r}, "
            f"not {request.status} {request.leads_to}"
        )
    return took


def send_all(port: int, requests: Sequence[Request], connections: int) -> Sent:
    """Send the requests over so many connections at once; raises what the first thread raised."""
    prepared = iter([prepare(request) for request in requests])
    sent, lock, problems = Sent(), threading.Lock(), []

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            for each in turns(prepared, lock):
                sent.seconds.append(send(connection, each))
        except (WrongAnswer, OSError, http.client.HTTPException) as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent.whole = time.perf_counter() - start
    if problems:
        raise problems[0]
    return sent


def turns(prepared: Iterator[Prepared], lock: threading.Lock) -> Iterator[Prepared]:
    """The next request for whoever asks first."""
    while True:
        with lock:
            each = next(prepared, None)
        if each is None:
            return
        yield each
