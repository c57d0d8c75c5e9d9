"""A process killed while it replays or reads again: the next one goes on, nothing counts twice."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from clinic.access import Role, system
from clinic.models import AuditEvent
from intake.commands.rehearsals import begin_rehearsal, replay_all
from intake.commands.rereading import reread_next
from intake.models import Flag, Rehearsal, RehearsalPart, Rereading
from tests import databases
from tests.factories.clinics import inside, make_clinic, make_staff
from tests.factories.intakes import answer, begin, calm_answers, submitted
from tests.factories.packs import always, draft, publish_rehearsed
from tests.factories.visits import make_visit
from tests.faults import servers
from tests.faults.servers import CLONE, until

SENT = 5


@pytest.fixture
def ward(copy, django_db_blocker, monkeypatch, request) -> Iterator[SimpleNamespace]:
    """A server and a clinic of its own, with intakes sent; a part is one of them."""
    monkeypatch.setattr("intake.commands.rehearsals.PART", 1)
    with (
        servers.durable(copy(request.node.name[5:24])) as server,
        django_db_blocker.unblock(),
        databases.at(server.database_url),
    ):
        clinic = make_clinic()
        desk = make_staff(clinic, Role.DESK, "Desk")
        ash = make_staff(clinic, Role.THERAPIST, "Ash")
        for _ in range(SENT):
            submitted(desk, make_visit(desk, ash), calm_answers())
        yield SimpleNamespace(server=server, clinic=clinic, desk=desk, ash=ash)


def started(server: Any, *words: str) -> subprocess.Popen[bytes]:
    environment = {**server.environment, "DJANGO_SETTINGS_MODULE": "clinic.settings"}
    return subprocess.Popen([sys.executable, *words], env=environment, cwd=CLONE)


def killed_before_its_commit(server: Any, table: str, *words: str) -> None:
    """Whoever waits for `table`, which is written last, stands just before the commit."""
    # Within one transaction the list of sessions stays as it was first read.
    with (
        psycopg.connect(server.owner_database_url) as owner,
        psycopg.connect(server.owner_database_url, autocommit=True) as watcher,
    ):
        owner.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        process = started(server, *words)
        # The database's own cleaner may wait for the table as well: it works for no account.
        waiting = (
            "SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND relation = %s::regclass AND usename IS NOT NULL"
        )
        until(lambda: watcher.execute(waiting, [table]).fetchone())
        process.kill()
        process.wait()
        owner.rollback()
    with psycopg.connect(server.owner_database_url, autocommit=True) as owner:
        others = "SELECT 1 FROM pg_locks WHERE relation = %s::regclass AND pid <> pg_backend_pid()"
        until(lambda: not owner.execute(others, [table]).fetchone())


def planned(ward: SimpleNamespace) -> Rehearsal:
    with inside(None):
        return begin_rehearsal(
            by=system(None, "tests"),
            at=timezone.now() + timedelta(minutes=1),
            pack=draft(always("look.nslbp")),
        )


def resumed(rehearsal: Rehearsal) -> Rehearsal:
    replay_all(rehearsal_id=rehearsal.pk, clock=timezone.now)
    rehearsal.refresh_from_db()
    return rehearsal


def test_a_rehearsal_killed_within_a_part_goes_on_and_counts_each_intake_once(ward):
    rehearsal = planned(ward)
    words = ("manage.py", "rehearse", "--join", str(rehearsal.pk), "--processes=1")
    killed_before_its_commit(ward.server, "intake_rehearsal", *words)
    rehearsal.refresh_from_db()
    assert (rehearsal.done, rehearsal.read) == (0, 0), "what was in hand is not done"
    resumed(rehearsal)
    assert (rehearsal.done, rehearsal.read) == (rehearsal.parts, SENT)
    with inside(ward.clinic.pk):
        counts = RehearsalPart.objects.values_list("counts", flat=True)
        found = sum(one["look.nslbp"].get("gained", 0) for one in counts if "look.nslbp" in one)
        stood = Flag.objects.filter(pattern="look.nslbp", is_suppressed=False).count()
    assert found + stood == SENT


def test_the_control_says_done_too_early_and_loses_what_it_had_in_hand(ward):
    rehearsal = planned(ward)
    words = ("-m", "tests.faults.hasty", str(ward.clinic.pk), str(rehearsal.pk))
    assert started(ward.server, *words).wait() == -signal.SIGKILL
    resumed(rehearsal)
    assert rehearsal.read < SENT


def test_reading_again_killed_within_an_intake_neither_loses_nor_doubles_a_flag(ward):
    drafts = [begin(ward.desk, make_visit(ward.desk, ward.ash)) for _ in range(3)]
    for one in drafts:
        answer(one, {"about.dob": "1980-03-27"})
    publish_rehearsed(draft(always("look.nslbp")))
    words = ("manage.py", "worker", "--once")
    killed_before_its_commit(ward.server, "clinic_auditevent", *words)
    with inside(ward.clinic.pk):
        assert raised(drafts) == [0, 0, 0], "what was in hand is not done"
        assert Rereading.objects.get().done == 0
    while reread_next(clinic_id=ward.clinic.pk, at=timezone.now()):
        pass
    with inside(ward.clinic.pk):
        assert raised(drafts) == [1, 1, 1]
        assert Rereading.objects.get().done == 3
        assert AuditEvent.objects.filter(action="read again").count() == 3


def raised(drafts: list[Any]) -> list[int]:
    """How often each draft has the flag, open or closed."""
    flags = Flag.objects.filter(pattern="look.nslbp")
    return [flags.filter(response=one).count() for one in drafts]
