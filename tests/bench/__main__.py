"""`python -m tests.bench [NAMES…] [--quick]`: measure the product against the floor.

NAMES choose: submit save show list brief weights booking memory check rules. All without any.
"""

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import places, prepare

NAMES = ["submit", "save", "show", "list", "brief"]
NAMES += ["weights", "booking", "memory", "check", "rules"]


def asked() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="fewer requests, wider spread")
    parser.add_argument("--statements", action="store_true", help="print every statement")
    parser.add_argument("--memory-requests", type=int, default=0, help="20000 for the goal's own")
    found = parser.parse_args()
    if unknown := set(found.names) - set(NAMES):
        parser.error(f"nothing is called {', '.join(sorted(unknown))}")
    found.names = found.names or NAMES
    return found


def main() -> None:
    options, began = asked(), time.monotonic()
    print(f"bench: {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores", flush=True)
    scratch = tempfile.TemporaryDirectory(prefix="previsit-bench-")
    with scratch as directory, places.own_database():
        prepare.ready_product(Path(directory) / "static")
        # What imports models cannot be imported before.
        from tests.bench.run import run

        run(options, Path(directory))
    print(f"bench: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
