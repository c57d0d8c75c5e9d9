"""Processes that die at the worst moment: what was acknowledged is kept, a retry is no second."""

import asyncio
import subprocess
import sys
import threading
import uuid
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace

import psycopg
import pytest
from aiosmtpd.controller import Controller
from django.db import IntegrityError, connections
from django.utils import timezone

from clinic.access import Role, system
from clinic.commands import tasks
from clinic.encryption import Keyring
from clinic.models import AuditEvent, Clinic, Message, Patient, TaskEvent, Urgency
from intake.models import Response
from tests import databases
from tests.clients import signed_in
from tests.factories.clinics import PASSWORD, inside, make_clinic, make_staff
from tests.factories.intakes import answer, begin, calm_answers
from tests.factories.visits import invite, make_visit, open_link
from tests.faults import servers
from tests.faults.servers import until, web

SIGN = "/intake/sign/"

# The web, killed -------------------------------------------------------------------------------


@pytest.fixture
def draft(house):
    """A whole intake that is about to be sent."""
    visit = make_visit(house.desk, house.ash)
    response = answer(begin(house.desk, visit), calm_answers())
    return SimpleNamespace(pk=response.pk, clinic=house.clinic, key=open_link(visit))


def sent(draft):
    """Whether it is submitted, and how often the trail says so."""
    with inside(draft.clinic.pk):
        trail = AuditEvent.objects.filter(action="submitted", subject_id=str(draft.pk))
        return Response.objects.get(pk=draft.pk).is_submitted, trail.count()


def signing(site, draft):
    """A visitor on the page that signs."""
    visitor = site.visitor(intake=draft.key)
    assert visitor.get("/intake/sign/").status == 200
    return visitor


def test_a_web_killed_before_the_commit_leaves_nothing_and_the_retry_is_the_first(
    draft, durable, site
):
    form = {"name": "Otter Testwood", "key": str(uuid.uuid4())}
    with psycopg.connect(durable.owner_database_url) as owner:
        # The trail is written last: whoever waits for it stands just before the commit.
        owner.execute("LOCK TABLE clinic_auditevent IN ACCESS EXCLUSIVE MODE")
        with web(durable) as doomed, closing(signing(doomed, draft).send(SIGN, **form)):
            until(lambda: is_waiting(owner))
            doomed.kill()
        owner.rollback()
    until(lambda: not is_at_work(durable))
    assert sent(draft) == (False, 0)
    retry = signing(site, draft).post(SIGN, **form)
    assert retry.headers["Location"] == "/intake/receipt/"
    assert sent(draft) == (True, 1)


def is_waiting(owner):
    return owner.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone()


def is_at_work(server):
    """Whether a session of the app is inside a transaction, this process's own apart."""
    with psycopg.connect(server.owner_database_url) as owner:
        query = "SELECT 1 FROM pg_locks WHERE relation = 'intake_response'::regclass"
        return owner.execute(query).fetchone()


def test_a_web_killed_after_the_commit_gives_the_same_receipt_to_the_retry(draft, durable, site):
    """The answer, if one was written, is never read: for the patient the web died."""
    form = {"name": "Otter Testwood", "key": str(uuid.uuid4())}
    with web(durable) as doomed, closing(signing(doomed, draft).send(SIGN, **form)):
        until(lambda: sent(draft)[0])
        doomed.kill()
    visitor = site.visitor(intake=draft.key)
    visitor.get("/account/login/")
    retry = visitor.post(SIGN, **form)
    assert (retry.status, retry.headers["Location"]) == (302, "/intake/receipt/")
    assert visitor.get("/intake/receipt/").status == 200
    assert str(draft.pk)[:8].upper() in visitor.text
    assert sent(draft) == (True, 1)


# Several processes -----------------------------------------------------------------------------


def test_wrong_passwords_are_counted_by_all_processes_together(house, site):
    assert sign_in(site, house.ash, PASSWORD).status == 302, "the control"
    for _ in range(5):
        sign_in(site, house.desk, "wrong wrong wrong")
    for _ in range(3):
        assert sign_in(site, house.desk, PASSWORD).status == 200, "not let in"


def sign_in(site, user, password):
    visitor = site.visitor()
    visitor.get("/account/login/")
    return visitor.post("/account/login/", login=user.email, password=password)


# Keys ------------------------------------------------------------------------------------------

OTHER = "demo:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def test_a_wrong_key_is_a_clear_failure_and_no_wrong_text(draft, durable, capfd):
    with web(durable, FIELD_KEYS=OTHER) as site:
        visitor = site.visitor(intake=draft.key)
        assert visitor.get("/intake/questions/problem/").status == 500
        assert "hurts" not in visitor.text
    assert '"exception": "Tampered"' in capfd.readouterr().err


def test_a_web_without_a_key_does_not_start(durable, capfd):
    with pytest.raises(AssertionError, match="did not start"), web(durable, FIELD_KEYS="demo:x"):
        pass
    assert "Field key 'demo' is not base64." in capfd.readouterr().err


# The worker, killed ----------------------------------------------------------------------------


class SlowPost:
    """A mail server that takes its time with the first mail."""

    def __init__(self):
        self.begun, self.taken, self.is_slow = threading.Event(), [], True

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.begun.set()
        if self.is_slow:
            await asyncio.sleep(60)
        self.taken.append(envelope.rcpt_tos)
        return "250 taken"


PRODUCTION = {
    "PREVISIT_MODE": "production",
    "SECRET_KEY": "of-this-test",
    "INDEX_KEY": "of-this-test",
    "FIELD_KEYS": OTHER,
    "BASE_URL": "https://intake.example.org",
    "DEPLOYMENT_PHONE": "020 7946 0777",
}


def test_a_worker_killed_while_it_sends_leaves_the_mail_to_the_next(house, durable, settings):
    settle_everything()  # sealed with a key that this worker does not have
    settings.FIELD_KEYRING = Keyring.parse(OTHER)
    settings.BASE_URL = PRODUCTION["BASE_URL"]
    invite(house.desk, make_visit(house.desk, house.ash))
    post = SlowPost()
    port = servers.free_port()
    controller = Controller(post, hostname=servers.HERE, port=port)
    controller.start()
    environment = {
        **durable.environment,
        **PRODUCTION,
        "EMAIL_URL": f"smtp://{servers.HERE}:{port}",
    }
    environment.pop("OWNER_DATABASE_URL")
    command = [sys.executable, "manage.py", "worker", "--pause", "0.1"]
    try:
        worker = subprocess.Popen(command, env=environment, cwd=servers.CLONE)
        assert post.begun.wait(60)
        servers.kill_at_once(worker.pid)
        worker.wait(60)
        post.is_slow = False
        worker = subprocess.Popen(command, env=environment, cwd=servers.CLONE)
        until(lambda: is_sent(house))
        worker.terminate()
        assert worker.wait(60) == 0, "SIGTERM is a clean end"
    finally:
        controller.stop()
    assert len(post.taken) == 1


def settle_everything():
    for clinic in Clinic.objects.all():
        with inside(clinic.pk):
            Message.objects.filter(sent_at=None).update(sent_at=timezone.now())


def is_sent(house):
    with inside(house.clinic.pk):
        return Message.objects.get().sent_at is not None


def test_a_worker_killed_while_it_passes_a_call_on_leaves_it_whole_to_the_next(
    house, durable, settings
):
    settle_everything()
    settings.FIELD_KEYRING = Keyring.parse(OTHER)
    settings.BASE_URL = PRODUCTION["BASE_URL"]
    birch = make_staff(house.clinic, Role.THERAPIST, f"Birch {house.clinic.pk}")
    late = timezone.now() - timedelta(hours=1)
    task = called_for(make_visit(house.desk, house.ash), late)
    port = servers.free_port()  # nobody takes mails there: they wait in the outbox
    environment = {
        **durable.environment,
        **PRODUCTION,
        "EMAIL_URL": f"smtp://{servers.HERE}:{port}",
    }
    environment.pop("OWNER_DATABASE_URL")
    command = [sys.executable, "manage.py", "worker", "--pause", "0.1"]
    with psycopg.connect(durable.owner_database_url) as owner:
        # The trail is written last: whoever waits for it has passed the call on, uncommitted.
        owner.execute("LOCK TABLE clinic_auditevent IN ACCESS EXCLUSIVE MODE")
        worker = subprocess.Popen(command, env=environment, cwd=servers.CLONE)
        until(lambda: is_waiting(owner))
        servers.kill_at_once(worker.pid)
        worker.wait(60)
        owner.rollback()
    assert told(task) == [house.ash.pk]
    worker = subprocess.Popen(command, env=environment, cwd=servers.CLONE)
    until(lambda: len(told(task)) > 1)
    worker.terminate()
    assert worker.wait(60) == 0
    assert told(task) == [house.ash.pk, birch.pk]
    with inside(house.clinic.pk):
        assert Message.objects.filter(kind="call").count() == 2


def called_for(visit, at):
    """An emergency about a visit, opened at a time."""
    with inside(visit.clinic_id):
        by = system(visit.clinic_id, "tests")
        return tasks.open_task(by=by, at=at, appointment_id=visit.pk, urgency=Urgency.EMERGENCY)


def told(task):
    """Who was told of a call, in order."""
    with inside(task.clinic_id):
        events = TaskEvent.objects.filter(task=task, told__isnull=False).order_by("number")
        return list(events.values_list("told_id", flat=True))


# The database, killed --------------------------------------------------------------------------


def write_until_killed(base, enough=60, writers=4):
    """Names that were acknowledged before the power went, and names that are there afterwards."""
    acknowledged, troubles = [], []
    with servers.durable(base) as server, databases.at(server.database_url):
        clinic = make_clinic()
        desk = make_staff(clinic, Role.DESK, "Demi Desk")
        browsers = [signed_in(desk) for _ in range(writers)]
        threads = [
            threading.Thread(target=write, args=(number, browser, acknowledged, troubles))
            for number, browser in enumerate(browsers)
        ]
        for thread in threads:
            thread.start()
        until(lambda: len(acknowledged) >= enough or troubles)
        assert not troubles
        servers.kill_at_once(server.pid)
        for thread in threads:
            thread.join(30)
    with servers.revived(base) as server, databases.at(server.database_url), inside(clinic.pk):
        kept = set(Patient.objects.values_list("given_name", flat=True))
    return set(acknowledged), kept


def write(number, browser, acknowledged, troubles):
    """New patients through the desk's page, each noted down once the page said so."""
    turn = 0
    try:
        while True:
            name = f"Writer{number} Turn{turn}"
            form = {"given_name": name, "family_name": "T", "birth_date": "1980-01-01"}
            page = browser.post(
                "/desk/patients/", {**form, "language": "en", "email": "", "phone": ""}
            )
            assert page.status_code == 302
            acknowledged.append(name)
            turn += 1
    except Exception as error:  # noqa: BLE001 - in the end the power is gone, however that looks
        troubles.append(error)
    finally:
        connections.close_all()


@pytest.fixture(autouse=True)
def open_database(django_db_blocker):
    with django_db_blocker.unblock():
        yield


def test_a_database_killed_under_writers_loses_nothing_it_acknowledged(copy):
    base = copy("killed")
    for _ in range(2):
        acknowledged, kept = write_until_killed(base)
        assert acknowledged <= kept


def test_control_without_waiting_for_the_disk_acknowledged_rows_are_lost(copy):
    base = copy("careless")
    servers.configure(base, "synchronous_commit = off", "wal_writer_delay = 10s")
    acknowledged, kept = write_until_killed(base)
    assert acknowledged - kept


# What the database server writes down ----------------------------------------------------------


def test_the_log_of_the_database_repeats_no_value(house, durable):
    values = {"reference": "P-CANARY", "given_name": "canarygiven", "family_name": "canaryfamily"}
    row = {**values, "birth_date": "1980-01-01", "created_at": timezone.now()}
    with inside(house.clinic.pk):
        Patient.objects.create(clinic=house.clinic, **row)
        with pytest.raises(IntegrityError, match="reference_once"), inside(house.clinic.pk):
            Patient.objects.create(clinic=house.clinic, **row)
    log = (durable.directory.parent / "server.log").read_text()
    assert "reference_once_per_clinic" in log
    assert "canary" not in log.lower()
