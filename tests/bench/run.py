"""One run: make the world, start both servers, measure."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from tests.bench import prepare
from tests.bench.floor.rows import copy_rows
from tests.bench.report import Bench
from tests.bench.rounds import FULL, QUICK
from tests.bench.scenarios import scenarios
from tests.bench.servers import FLOOR, PRODUCT, serving
from tests.bench.world import make_world


def run(options: argparse.Namespace, directory: Path) -> None:
    """Measure what `options.names` say; logs go to `directory`."""
    plan = QUICK if options.quick else FULL
    session, now = prepare.ready_floor(), datetime.now(UTC)
    world = make_world(plan.requests + 8, now)
    copy_rows(world, now)
    prepare.settle()
    print(f"bench: {len(world.drafts)} drafts are ready", flush=True)
    try:
        with (
            serving(PRODUCT, directory / "product.log") as product,
            serving(FLOOR, directory / "floor.log") as floor,
        ):
            Bench(options, plan, world, scenarios(world, session), product, floor).run()
    finally:
        connection.close()
        connection.close_pool()  # a database in use is not dropped
