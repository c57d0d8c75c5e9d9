"""The outbox against a mail server that takes, refuses, hangs and drops (D-08, D-11)."""

import asyncio
import re
import signal
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.utils import timezone

from clinic.access import system
from clinic.commands import messages, tasks
from clinic.models import AuditEvent, Message, Urgency
from intake.management.commands import worker
from tests.clients import signed_in
from tests.factories.clinics import within
from tests.factories.visits import invite, make_patient, make_visit

HERE = "127.0.0.1"
CLOSED = 1  # nobody listens there
pytestmark = pytest.mark.allow_hosts([HERE, "localhost", "::1"])


class Post:
    """A mail server that does as it is told."""

    def __init__(self) -> None:
        self.mails: list[SimpleNamespace] = []
        self.mood = "takes"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.mood == "refuses the address":
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.mood == "is busy":
            return "451 try again later"
        if self.mood == "hangs":
            await asyncio.sleep(30)
        if self.mood == "drops":
            server.transport.close()
            return "451 gone"
        text = envelope.content.decode()
        self.mails.append(SimpleNamespace(to=envelope.rcpt_tos, text=text))
        return "250 taken"


@pytest.fixture
def post(settings) -> Iterator[Post]:
    handler = Post()
    with socket.socket() as free:
        free.bind((HERE, 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname=HERE, port=port, ready_timeout=10)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = HERE, port, 1
    handler.port = port
    yield handler
    controller.stop()


@pytest.fixture
def mail(desk, visit_with_ash, clinic) -> Message:
    """A link that waits to be sent."""
    invite(desk, visit_with_ash)
    with within(clinic):
        return Message.objects.get()


def send(clinic):
    return messages.send_next(clinic_id=clinic.pk, at=timezone.now())


def test_a_due_mail_is_delivered_and_kept_as_sent(post, mail, clinic):
    assert send(clinic) is True
    assert send(clinic) is False
    [delivered] = post.mails
    assert delivered.to == [mail.address]
    assert "/i/" in delivered.text
    mail.refresh_from_db()
    assert mail.sent_at == timezone.now()
    assert AuditEvent.objects.filter(action="sent", actor_kind="system").count() == 1


def test_what_is_delivered_names_nobody_and_nothing(post, mail, clinic):
    send(clinic)
    said = re.sub(r"/i/\S+", "/i/", post.mails[0].text.lower())  # random: it may spell anything
    assert "/i/" in said
    for secret in ("testwood", "ash", "pain", "hip", "p-", "therapist", "emergency"):
        assert secret not in said.replace("x-peer", ""), secret


def test_the_link_is_gone_from_what_is_kept(post, mail, clinic):
    send(clinic)
    kept = Message.objects.get().body
    assert "/i/" not in kept
    assert "[link removed after sending]" in kept
    assert clinic.phone in kept


def test_the_demo_keeps_the_link_to_show_it(post, mail, clinic, settings):
    settings.IS_DEMO = True
    send(clinic)
    assert "/i/" in Message.objects.get().body


@pytest.mark.parametrize("mood", ["refuses the address", "is busy", "hangs", "drops", "is away"])
def test_a_mail_that_was_not_taken_waits_and_is_sent_later(
    mood, post, mail, clinic, clock, settings
):
    post.mood = mood
    settings.EMAIL_PORT = CLOSED if mood == "is away" else post.port
    assert send(clinic) is True
    assert send(clinic) is False, "not again at once"
    kept = Message.objects.get()
    assert (kept.sent_at, kept.tries) == (None, 1)
    assert kept.due_at == timezone.now() + timedelta(minutes=1)
    settings.EMAIL_PORT = post.port
    post.mood = "takes"
    clock.shift(timedelta(minutes=1))
    assert send(clinic) is True
    assert len(post.mails) == 1
    assert Message.objects.get().sent_at == timezone.now()


def test_the_waits_grow_and_the_last_failure_is_kept(post, mail, clinic, clock):
    post.mood = "is busy"
    waits = []
    while Message.objects.get().failed_at is None:
        at = timezone.now()
        assert send(clinic)
        waits.append(int((Message.objects.get().due_at - at).total_seconds() / 60))
        clock.move_to(Message.objects.get().due_at)
    assert waits[:-1] == [1, 5, 15, 60, 240, 720]
    assert Message.objects.get().tries == 7
    assert send(clinic) is False


def test_booking_and_inviting_work_while_the_mail_server_is_away(post, desk, ash, settings):
    settings.EMAIL_PORT = CLOSED
    visit = make_visit(desk, ash)
    page = signed_in(desk).post(f"/desk/visits/{visit.pk}/invite/", follow=True)
    assert page.status_code == 200
    assert Message.objects.get().tries == 0


def test_one_bad_address_does_not_hold_up_the_others(post, mail, desk, ash, clinic, clock):
    post.mood = "refuses the address"
    send(clinic)
    post.mood = "takes"
    invite(desk, make_visit(desk, ash))
    assert send(clinic) is True
    assert post.mails[0].to != [mail.address]


def test_the_worker_sends_what_is_due_in_every_clinic_and_stops(
    committed, post, mail, other_desk, visit_elsewhere
):
    invite(other_desk, visit_elsewhere)
    kept = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        call_command("worker", once=True)
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM), kept, strict=True):
            signal.signal(number, handler)
    assert len(post.mails) == 2


@pytest.fixture
def hung(committed, post, desk, ash, birch, visit_with_ash, clock):
    """Three links wait and a call; the call's time is over while the server hangs at a link."""
    addresses = []
    for _ in range(3):
        visit = make_visit(desk, ash, make_patient(desk, email=f"p{len(addresses)}@mail.example"))
        addresses.append(visit.patient.contact.email)
        invite(desk, visit)
    with within(ash.clinic):
        by, at = system(ash.clinic_id, "tests"), timezone.now()
        tasks.open_task(by=by, at=at, appointment_id=visit_with_ash.pk, urgency=Urgency.EMERGENCY)
    seen = []

    async def handle_rcpt(server, session, envelope, address, options):
        seen.append(address)
        envelope.rcpt_tos.append(address)
        if seen == [ash.email, addresses[0]]:
            clock.shift(timedelta(minutes=15))
            await asyncio.sleep(30)
        return "250 OK"

    post.handle_RCPT = handle_rcpt
    return SimpleNamespace(seen=seen, links=addresses)


def test_a_call_goes_on_between_two_mails_while_the_mail_server_hangs(hung, ash, birch):
    worker.look_after(threading.Event())
    assert hung.seen[:2] == [ash.email, hung.links[0]], "the call's own mail overtakes the links"
    assert hung.seen[2] == birch.email, "passed on, and told before the next link"
    assert hung.seen[3:5] == hung.links[1:]


def test_control_with_all_mails_before_the_next_look_the_call_waits_for_all_of_them(
    hung, ash, birch
):
    stop = threading.Event()
    worker.pass_on(stop)
    while worker.send_one():
        pass
    assert birch.email not in hung.seen
    assert set(hung.links) < set(hung.seen)


def test_a_mail_that_no_server_can_take_is_put_off_too(mail, clinic, settings):
    """A fault in the mail itself must not stop the worker for everybody else."""
    settings.EMAIL_BACKEND = "tests.integration.test_outbox.Unsendable"
    assert send(clinic) is True
    assert Message.objects.get().tries == 1


class Unsendable:
    """A mail back end that cannot make a mail of it."""

    def __init__(self, **_):
        pass

    def send_messages(self, mails):
        raise ValueError("a header that no mail can have")
