"""What a page weighs on the wire, its HTML compressed as the proxy does, its files as kept."""

import gzip
import http.client
import re
from dataclasses import dataclass

from tests.bench.client import Request

PROXY_LEVEL = 9  # gzip_comp_level in deploy/nginx.conf
FILES = re.compile(r'(?:href|src)="(/static/[^"#]+)')
KB = 1000


@dataclass(frozen=True)
class Weight:
    """Bytes on the wire."""

    html: int
    plain: int
    files: dict[str, int]

    @property
    def first(self) -> float:
        """Kilobytes of the first visit."""
        return (self.html + sum(self.files.values())) / KB

    @property
    def later(self) -> float:
        """Kilobytes when the files are in the browser's cache."""
        return self.html / KB

    @property
    def script(self) -> float:
        """Kilobytes of JavaScript."""
        return sum(size for name, size in self.files.items() if name.endswith(".js")) / KB


def weigh(port: int, request: Request) -> Weight:
    """A page and the files it names."""
    html = fetch(port, request.path, request.headers)
    files = {
        path: len(fetch(port, path, {"Host": "localhost", "Accept-Encoding": "gzip, br"}))
        for path in sorted(set(FILES.findall(html.decode())))
    }
    return Weight(len(gzip.compress(html, PROXY_LEVEL)), len(html), files)


def fetch(port: int, path: str, headers: dict[str, str]) -> bytes:
    """The body as it is sent."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return body
