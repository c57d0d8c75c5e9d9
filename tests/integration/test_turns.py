"""Long work makes room for the people at the web."""

import runpy
import threading
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from clinic import turns
from clinic.turns import WEB, take_turn, with_pauses
from intake.commands.rehearsals import replay_next
from intake.models import RehearsalPart
from intake.queries.rehearsals import changes_here
from tests import databases
from tests.factories.intakes import calm_answers, submitted, urgent_answers
from tests.factories.packs import always, draft, rehearse
from tests.factories.visits import make_visit
from tests.faults.servers import until

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@contextmanager
def somebody_at(name):
    """A connection of this name in the middle of its work."""
    with psycopg.connect(
        databases.url_of("DATABASE_URL", databases.WORKING), application_name=name
    ) as other:
        other.execute("SELECT 1")
        yield other


def is_shared():
    with transaction.atomic():
        return take_turn()


def test_work_makes_room_while_somebody_is_at_the_web_and_not_for_other_work(committed):
    assert not is_shared()
    with somebody_at("previsit-worker"):
        assert not is_shared()
    with somebody_at(WEB):
        assert is_shared()


def test_who_was_at_the_web_a_while_ago_is_not_there_any_more(committed, monkeypatch):
    with somebody_at(WEB) as other:
        other.commit()
        monkeypatch.setattr(turns, "IS_IN_USE", turns.IS_IN_USE.replace("1 second", "0 seconds"))
        assert not is_shared()


def take_a_turn(began, ended):
    with transaction.atomic():
        began.append(take_turn())
        ended.wait()
    connection.close()


@pytest.mark.parametrize(("name", "at_once"), [(WEB, 1), ("nobody", 2)], ids=["web", "control"])
def test_one_works_at_a_time_while_somebody_is_at_the_web(name, at_once, committed):
    began, ended = [], threading.Event()
    with somebody_at(name), databases.as_owner(databases.WORKING) as watcher:
        workers = [threading.Thread(target=take_a_turn, args=(began, ended)) for _ in range(2)]
        for worker in workers:
            worker.start()
        until(lambda: len(began) + watcher.execute(WAITING).fetchone()[0] == 2)
        assert len(began) == at_once
        ended.set()
        for worker in workers:
            worker.join()
    assert len(began) == 2


def test_a_pause_is_as_long_as_the_work_before_it(monkeypatch):
    clock, pauses = [0.0], []
    monkeypatch.setattr(turns.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(turns.time, "sleep", pauses.append)
    for seconds in with_pauses([0.25, 0.5]):
        clock[0] += seconds
    assert pauses == [0.25, 0.5]


def test_the_web_server_calls_itself_by_the_name_that_work_looks_for(monkeypatch):
    monkeypatch.delenv("PGAPPNAME", raising=False)
    monkeypatch.setenv("WEB_CONCURRENCY", "2")
    conf = runpy.run_path("gunicorn.conf.py")
    assert conf["os"].environ["PGAPPNAME"] == WEB


def test_a_rehearsal_in_bites_finds_what_one_in_a_whole_finds(desk, ash, clock, monkeypatch):
    for answers in (calm_answers, urgent_answers, calm_answers):
        submitted(desk, make_visit(desk, ash), answers())
    found = []
    for is_in_use, version in ((False, "9.0.1"), (True, "9.0.2")):
        monkeypatch.setattr("intake.commands.rehearsals.take_turn", lambda busy=is_in_use: busy)
        clock.shift(3600)
        rehearsal = rehearse(draft(always("look.nslbp"), version))
        found.append((rehearsal.read, changes_here(rehearsal)))
        assert not replay_next(clinic_id=ash.clinic_id, at=timezone.now())
        assert RehearsalPart.objects.filter(rehearsal=rehearsal).count() == 1
    assert found[0] == found[1]
    assert found[0][0] == 3
