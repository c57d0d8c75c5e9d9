"""How the database answers a page's statements: what it reads, and whether it reads a table whole.

Explained as the application's role inside the clinic, because under row security an index serves
only conditions that cannot tell of rows that nobody may see.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

LARGE = 10_000  # rows of a table that no page may read whole
MUCH = 10_000  # rows that one step of a plan may look at
EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) "


@dataclass
class Plan:
    """What a page's statements read: blocks of 8 kB, and whatever is too much."""

    blocks: int = 0
    milliseconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def explain(url: str, clinic_id: int, statements: Sequence[str]) -> Plan:
    """Run them again, each explained; nothing of it stays."""
    plan = Plan()
    with psycopg.connect(url) as connection:
        connection.execute("SELECT set_config('previsit.clinic', %s, true)", [str(clinic_id)])
        rows = connection.execute("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'")
        large = {name for name, count in rows.fetchall() if count > LARGE}
        for statement in statements:
            if not statement.lstrip("(\n ").startswith(("SELECT", "WITH")):
                continue
            found = connection.execute(EXPLAIN + statement).fetchone()[0][0]
            plan.milliseconds += found["Execution Time"] + found["Planning Time"]
            plan.blocks += found["Plan"]["Shared Hit Blocks"] + found["Plan"]["Shared Read Blocks"]
            plan.wrong += [wrong for node in nodes(found["Plan"]) if (wrong := fault(node, large))]
        connection.rollback()
    return plan


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A step of a plan and those below it."""
    yield node
    for below in node.get("Plans", ()):
        yield from nodes(below)


def fault(node: dict[str, Any], large: set[str]) -> str:
    """What is wrong with a step, or nothing."""
    table, name = node.get("Relation Name", ""), node["Node Type"]
    removed = sum(node.get(f"Rows Removed by {what}", 0) for what in ("Filter", "Index Recheck"))
    looked = round(node["Actual Loops"] * (node["Actual Rows"] + removed))
    if name == "Seq Scan" and table in large:
        return f"reads {table} whole ({looked:,} rows)"
    if table in large and looked > MUCH:
        return f"{name} on {table} looks at {looked:,} rows"
    return ""
