"""The one script of a patient's question page."""

import gzip
from pathlib import Path

import pytest

SCRIPT = (Path(__file__).parents[2] / "static/js/intake.js").read_text()


def test_it_weighs_less_than_three_kilobytes_compressed():
    assert len(gzip.compress(SCRIPT.encode())) < 3000


@pytest.mark.parametrize(
    "store", ["localStorage", "sessionStorage", "indexedDB", "cookie", "caches"]
)
def test_it_keeps_nothing_in_the_browser(store):
    assert store not in SCRIPT
