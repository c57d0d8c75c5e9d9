"""The clinic that the benchmark copies: who comes when, before any row is made of it."""

import os
from datetime import UTC, datetime

import psycopg
import pytest

from tests.bench.years import BULK, VISITS, Part
from tests.databases import WORKING

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TWO = Part(clinic=1, therapists=[5, 6], away=6, desk=7, rows=500, now=NOW, visit=1)


@pytest.fixture
def bulk(db):
    """The visits of two therapists; nothing of it stays."""
    owner = psycopg.connect(os.environ["OWNER_DATABASE_URL"], dbname=WORKING)
    owner.execute(BULK)
    owner.execute(VISITS, TWO.named())
    yield lambda sql: owner.execute(sql).fetchall()
    owner.rollback()
    owner.close()


def test_as_many_intakes_were_sent_as_were_asked_for(bulk):
    assert bulk("SELECT count(*) FROM bulk WHERE day >= 0 AND state = 'sent'") == [(500,)]
    states = bulk("SELECT DISTINCT state FROM bulk WHERE day < 0")
    assert {state for (state,) in states} == {"sent", "begun", "invited", "none"}


def test_everybody_of_the_first_blocks_comes_four_times_ten_days_apart(bulk):
    often = bulk(
        "SELECT DISTINCT count(*) FROM bulk WHERE day BETWEEN 0 AND 39 GROUP BY patient_id"
    )
    assert often == [(4,)]
    between = """SELECT DISTINCT earlier.starts_at + interval '10 days' = later.starts_at,
        earlier.therapist_id = later.therapist_id
        FROM bulk earlier JOIN bulk later ON later.visit_id = earlier.next_visit_id
        WHERE earlier.time > 0 AND earlier.day >= 0 AND later.patient_id = earlier.patient_id"""
    assert bulk(between) == [(True, True)]


def test_nobody_is_in_two_places_at_once(bulk):
    twice = """SELECT count(*) FROM bulk one JOIN bulk other USING (therapist_id, starts_at)
        WHERE one.visit_id <> other.visit_id"""
    assert bulk(twice) == [(0,)]
    assert bulk("SELECT count(*) FROM bulk WHERE day < 0 AND therapist_id = 6") == [(0,)]
