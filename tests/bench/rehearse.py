"""`python -m tests.bench.rehearse [--rows N]`: replay a draft pack on N sent intakes (P18, P19).

Two processes, timed from their start; their memory; intakes submitted meanwhile against an idle
server; then a second draft of the same rules, during which one process is killed and another takes
its place: the sums have to be the same.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

from tests.bench import places, prepare
from tests.bench.client import send_all
from tests.bench.servers import CLONE, PRODUCT, serving

PROCESSES = 2
SUBMITS = 1500
GATE, AIM, MEMORY = 60, 15, 150


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.bench.rehearse", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    scratch = tempfile.TemporaryDirectory(prefix="previsit-bench-")
    with scratch as directory, places.own_database():
        prepare.ready_product(Path(directory) / "static")
        measure(rows, Path(directory))


def measure(rows: int, directory: Path) -> None:
    """All of it."""
    from django.db import connection

    from tests.bench.scenarios import scenarios
    from tests.bench.sent import fill
    from tests.bench.world import make_world

    world = make_world(2 * SUBMITS + 8, datetime.now(UTC))
    fill(world, rows)
    prepare.settle()
    submit = next(one for one in scenarios(world, "") if one.name == "submit").product
    load = os.getloadavg()[0]
    print(f"rehearse: {os.cpu_count()} cores, load before {load:.1f}", flush=True)
    try:
        drafts = [planned(version) for version in ("9.0.1", "9.0.2")]  # on the same intakes
        first = replayed(drafts[0], Patients(0, submit, range(0)))
        print_speed(first, rows)
        with serving(PRODUCT, directory / "product.log") as product:
            alone = Patients(product.port, submit, range(SUBMITS))
            alone.run()
            patients = Patients(product.port, submit, range(SUBMITS, 2 * SUBMITS))
            second = replayed(drafts[1], patients, is_killed=True)
        print_live(alone.seconds, patients.seconds)
        is_same = (first.read, first.counts) == (second.read, second.counts)
        print(f"rehearse: killed and resumed, the same sums: {'yes' if is_same else 'NO'}")
    finally:
        connection.close()
        connection.close_pool()


@dataclass
class Replayed:
    """A rehearsal that is over."""

    seconds: float
    read: int
    counts: Any
    memory: list[float] = field(default_factory=list)
    cpu: float = 0.0


class Patients(threading.Thread):
    """One after the other sends an intake, on a connection of their own, until told to stop."""

    def __init__(self, port: int, submit: Any, numbers: range) -> None:
        super().__init__(daemon=True)
        self.port, self.submit, self.numbers = port, submit, numbers
        self.seconds: list[float] = []
        self.is_over = False

    def run(self) -> None:
        for number in self.numbers:
            if self.is_over:
                break
            self.seconds += send_all(self.port, [self.submit(number)], 1).seconds


def planned(version: str) -> Any:
    """A draft on every intake that is sent by now."""
    from clinic.access import system
    from clinic.walls import inside_clinic
    from intake.commands.rehearsals import begin_rehearsal
    from tests.factories.packs import always, draft

    with inside_clinic(None):
        at, pack = datetime.now(UTC), draft(always("look.nslbp"), version)
        return begin_rehearsal(by=system(None, "bench"), at=at, pack=pack)


def replayed(rehearsal: Any, patients: Patients, is_killed: bool = False) -> Replayed:
    """One rehearsal by two processes, watched."""
    start, memory, cpu = time.monotonic(), [], {}
    command = replaying(rehearsal.pk)
    others: list[subprocess.Popen[bytes]] = []
    patients.start()
    while not rehearsal.is_done:
        time.sleep(0.1)
        rehearsal.refresh_from_db(fields=["done", "read"])
        replayers = children(command.pid)
        memory.append(max(map(resident, replayers), default=0.0))
        for pid in [command.pid, *replayers, *backends()]:
            cpu[pid] = max(cpu.get(pid, 0.0), cpu_of(pid))
        if is_killed and rehearsal.done > rehearsal.parts // 3:
            os.kill(replayers[0], signal.SIGKILL)
            others, is_killed = [replaying(rehearsal.pk, processes=1)], False
    seconds = time.monotonic() - start
    patients.is_over = True
    patients.join()
    for one in (command, *others):
        one.wait()
    counts = counts_of(rehearsal.pk)
    return Replayed(seconds, rehearsal.read, counts, memory, sum(cpu.values()))


def replaying(rehearsal_id: Any, processes: int = PROCESSES) -> "subprocess.Popen[bytes]":
    """The command, which works in so many copies of itself."""
    words = ["rehearse", "--join", str(rehearsal_id), f"--processes={processes}"]
    command = [sys.executable, "manage.py", *words]
    return subprocess.Popen(command, cwd=CLONE, stdout=subprocess.DEVNULL)


def children(pid: int) -> list[int]:
    """The processes that a process has begun and that go on."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def resident(pid: int) -> float:
    """MiB of a process, 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    found = [line for line in lines if line.startswith("VmRSS:")]
    return int(found[0].split()[1]) / 1024 if found else 0.0


def backends() -> list[int]:
    """The database's processes that work for others than this one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def cpu_of(pid: int) -> float:
    """Seconds on the processor until now, 0 once it has ended."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


def counts_of(rehearsal_id: Any) -> Any:
    """What each pattern gained and lost."""
    from intake.queries.rehearsals import changes_everywhere

    changes = changes_everywhere(rehearsal_id)
    return {one.pattern: (one.gained, one.lost, one.lost_confirmed) for one in changes}


def print_speed(found: Replayed, rows: int) -> None:
    a_second = found.read / found.seconds
    print(f"rehearse: {found.read} intakes in {found.seconds:.1f} s, {a_second:,.0f} a second")
    each = found.cpu / found.read
    print(f"rehearse: {1e6 * each:.0f} microseconds of CPU for each, the database's included")
    if rows < 1_000_000:
        busy, quiet = 1e6 / a_second, 1e6 * each / PROCESSES
        print(
            f"rehearse: projected for 1,000,000: {busy:.0f} s as it was now, {quiet:.0f} s by CPU"
        )
    print(f"rehearse: gate {GATE} s, aim {AIM} s for 1,000,000")
    third = len(found.memory) // 3
    early, late = max(found.memory[: third or 1]), max(found.memory[-third or -1 :])
    print(
        f"rehearse: memory of a process {early:.0f} MiB in the first third, {late:.0f} in the last"
    )
    print(f"rehearse: gate {MEMORY} MiB, flat")


def p95(seconds: list[float]) -> float:
    """Milliseconds."""
    return quantiles(seconds, n=20)[-1] * 1000


def print_live(alone: list[float], meanwhile: list[float]) -> None:
    idle, during = p95(alone), p95(meanwhile)
    print(
        f"rehearse: submit p95 {idle:.1f} ms idle, {during:.1f} ms meanwhile "
        f"({during / idle:.2f} x, gate 2 x; {len(meanwhile)} submissions)"
    )


if __name__ == "__main__":
    main()
