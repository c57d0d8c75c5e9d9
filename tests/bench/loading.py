"""`python -m tests.bench.loading ROWS FILE`: a clinic with ROWS sent intakes, and who is in it.

In the database of DATABASE_URL. Loaded once, which is written on the database when it is whole;
made ready for every run: signed in, and with drafts to send.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.bench import prepare

THERAPISTS, ELSEWHERE = 36, 4  # of the clinic that is measured, and of another
DRAFTS = 400
Place = dict[str, Any]


def main() -> None:
    rows, file = int(sys.argv[1]), Path(sys.argv[2])
    prepare.ready_product(Path(os.environ["STATIC_ROOT"]))
    place = read_place() or load(rows)
    file.write_text(json.dumps(place | ready(place)))


def owner() -> psycopg.Connection:
    return psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True)


def read_place() -> Place | None:
    """What an earlier run wrote on a database that it loaded."""
    with owner() as connection:
        said = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone()
    return json.loads(said[0]) if said and said[0] else None


def write_place(place: Place) -> None:
    with owner() as connection:
        name = sql.Identifier(connection.info.dbname)
        said = sql.Literal(json.dumps(place))
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, said))


def load(rows: int) -> Place:
    """The clinic of the other measurements, and its years."""
    from intake.commands.learning import count_next
    from tests.bench.bulk import write_years
    from tests.bench.floor.rows import copy_rows
    from tests.bench.world import make_world

    began, now = time.monotonic(), datetime.now(UTC)

    def say(text: str) -> None:
        print(f"scale: {rows:,}: {time.monotonic() - began:4.0f} s, {text}", flush=True)

    floor = prepare.ready_floor()
    world = make_world(0, now)
    copy_rows(world, now)
    sizes = {"Bench": THERAPISTS, "Elsewhere": ELSEWHERE}
    parts = []
    for name, therapists in sorted(sizes.items(), key=lambda one: one[1]):
        parts.append(make_part(world, name, therapists, rows, now))
    write_years(parts, say)
    fill_floor(world.busy.pk)
    for part in parts:
        count_next(clinic_id=part.clinic, at=now)  # as the worker does every day
    place = {
        "rows": rows,
        "day": f"{now:%Y-%m-%d}",
        "floor": floor,
        "clinic": world.clinic.pk,
        "busy": world.busy.pk,
        "quiet": world.quiet.pk,
        "desk": world.desk.pk,
        "brief": world.brief.pk,
        "long_brief": world.long_brief.pk,
    }
    write_place(place)
    say("loaded")
    return place


def make_part(world: Any, name: str, therapists: int, rows: int, now: datetime) -> Any:
    """A clinic with its therapists and the one visit that its others are copied from."""
    from clinic.access import Role
    from clinic.models import User
    from clinic.walls import enter_clinic, inside_clinic
    from tests.bench.seeds import make_seed
    from tests.bench.world import make_user
    from tests.bench.years import Part

    with inside_clinic(None):
        is_measured = name == "Bench"
        clinic = world.clinic if is_measured else make_clinic(name)
        enter_clinic(clinic.pk)
        # One more for the visit that is copied: it is in nobody's way.
        copied, *staff = User.objects.bulk_create(
            User(
                clinic=clinic,
                email=f"{name}{n}@bench.example",
                name=f"{name} {n}",
                role=Role.THERAPIST,
            )
            for n in range(therapists - is_measured + 1)
        )
        desk = world.desk if is_measured else make_user(clinic, "desk of " + name)
        visit = make_seed(clinic, copied, world.story, now)
    keys = [one.pk for one in staff] + [world.busy.pk] * is_measured
    share = rows * therapists // (THERAPISTS + ELSEWHERE)
    return Part(clinic.pk, keys, world.busy.pk, desk.pk, share, now, visit.pk)


def make_clinic(name: str) -> Any:
    from clinic.models import Clinic

    words = {"phone": "1", "emergency_number": "2", "urgent_line": "3", "time_zone": "UTC"}
    return Clinic.objects.create(name=name, **words)


FLOOR_ROWS = (
    "INSERT INTO floor.patient SELECT id, reference, given_name, family_name, birth_date"
    " FROM clinic_patient ON CONFLICT DO NOTHING",
    "INSERT INTO floor.visit SELECT id, patient_id, CASE WHEN therapist_id = {busy} THEN 1"
    " ELSE 2 END, starts_at, ends_at FROM clinic_appointment ON CONFLICT DO NOTHING",
    "INSERT INTO floor.response SELECT appointment_id, '{{}}', '{{}}', urgency, begun_at, saved_at,"
    " submitted_at, submit_key FROM intake_response ON CONFLICT DO NOTHING",
    "INSERT INTO floor.note SELECT appointment_id, 'S: as told.', 'Bench', saved_at, signed_at"
    " FROM intake_note ON CONFLICT DO NOTHING",
)
FLOOR_TABLES = ("clinic_patient", "clinic_appointment", "intake_response", "intake_note")


def fill_floor(busy: int) -> None:
    """The same visits in the floor's tables, without the copies' flags, which none of its lists
    reads; its only account has the number 1."""
    with owner() as connection:
        for table in FLOOR_TABLES:
            connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        for rows in FLOOR_ROWS:
            connection.execute(rows.format(busy=busy))
        for table in FLOOR_TABLES:
            connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        connection.execute("VACUUM ANALYZE")


def ready(place: Place) -> Place:
    """Signed in, and drafts that wait for their signature."""
    from clinic.access import Role
    from clinic.models import Appointment, Clinic, User
    from clinic.walls import inside_clinic
    from intake.queries.questionnaires import get_newest
    from tests.bench.world import Copier, key_of, pick_story, sign_in

    now = datetime.now(UTC)
    with inside_clinic(place["clinic"]):
        clinic = Clinic.objects.get(pk=place["clinic"])
        name = f"drafts {now:%H%M%S}"
        spare = User.objects.create(
            clinic=clinic, email=f"{now:%H%M%S}@bench.example", name=name, role=Role.THERAPIST
        )
        story = pick_story(get_newest(), now.date())
        visit = Appointment.objects.get(pk=place["brief"])
        copier = Copier(clinic, spare, story, visit, now)
        copier.number = int(now.timestamp() * 10) % 10**9  # references that no run had
        made = copier.copies(DRAFTS, spare, now + timedelta(days=40), "begun")
        users = {name: User.objects.get(pk=place[name]) for name in ("busy", "quiet", "desk")}
        return {
            "sessions": {name: lasting(sign_in(user)) for name, user in users.items()},
            "keys": [key_of(one.appointment_id) for one in made],
            "patient": visit.patient_id,
            "reference": visit.patient.reference,
        }


def lasting(key: str) -> str:
    """The same session, in which nothing runs out while the other clinic is loaded."""
    from django.contrib.auth import SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session, later = SessionStore(key), int(time.time()) + 3600
    session["account_authentication_methods"] = [
        {"method": "password", "at": later, "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = session[SESSION_KEY]
    session["seen_at"] = later
    session.save()
    return key


if __name__ == "__main__":
    main()
