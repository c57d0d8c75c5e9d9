"""What a phone has to fetch. The web server in front compresses; here the bytes are counted so."""

import gzip
from pathlib import Path

from playwright.sync_api import Page, Response

from tests.functional.people import Desk, Patient, Person

# The goal is 30 kB. Counted with the headers.
FIRST_VISIT = 14_000
CLONE = Path(__file__).resolve().parents[2]


class Scales:
    """Weighs everything that a page fetches, as it goes over the wire."""

    def __init__(self, page: Page) -> None:
        self.parts: dict[str, int] = {}
        page.on("response", self.weigh)

    def weigh(self, response: Response) -> None:
        if response.status >= 300 and response.status != 422:
            return
        sent = response.request.sizes()
        size = sent["responseBodySize"] + sent["responseHeadersSize"]
        if "text/html" in response.headers.get("content-type", ""):
            size = len(gzip.compress(response.body(), 6)) + sent["responseHeadersSize"]
        self.parts[response.url.rpartition("/static/")[2]] = size


def test_the_proxy_compresses_pages():
    configured = (CLONE / "deploy/nginx.conf").read_text()
    assert "gzip on;" in configured


def test_each_step_is_light_on_a_first_visit(window, signed_in, capsys):
    """Every question page, fetched by a browser that has nothing yet."""
    person = Person()
    patient = Patient(window("phone"))
    patient.begin(Desk(signed_in("desk")).invite(person), person)
    passed = patient.walk({"pain.area": ["low_back", "knee"], "rf.ces": ["bladder"]})
    weights = {}
    for address in dict.fromkeys(one.partition("#")[0] for one in passed):
        fresh = window("phone", storage_state=patient.page.context.storage_state())
        scales = Scales(fresh)
        fresh.goto(address, wait_until="networkidle")
        weights[address.partition("/intake/")[2]] = sum(scales.parts.values())
        assert any(part.endswith(".css") for part in scales.parts), scales.parts
    with capsys.disabled():
        heaviest = max(weights, key=weights.get)
        print(
            f"\nA patient's step on a first visit, with its styles: at most "
            f"{weights[heaviest] / 1000:.1f} kB ({heaviest}), "
            f"{sorted(weights.values())[len(weights) // 2] / 1000:.1f} kB in the middle"
        )
    assert {name: size for name, size in weights.items() if size > FIRST_VISIT} == {}
