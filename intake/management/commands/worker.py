"""`worker`: passes overdue calls on, sends the outbox, reads again what a new pack changes."""

import logging
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from clinic.commands.messages import send_next
from clinic.commands.tasks import pass_on_next
from clinic.models import Clinic
from intake.commands.learning import count_next
from intake.commands.rehearsals import replay_next
from intake.commands.rereading import reread_next

log = logging.getLogger("previsit.worker")
URGENT = ("call",)


class Command(BaseCommand):
    """Any number of workers may run: a due row is locked by the one that has it."""

    help = (
        "Pass overdue calls on, send due messages, replay drafts, read open intakes again, "
        "count what verdicts teach. "
        "SIGTERM and Ctrl-C end it after the work in hand."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Stop when nothing is due.")
        parser.add_argument("--pause", type=float, default=2.0, help="Seconds between looks.")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            look_after(stop)
            work_off(stop)
            if options["once"]:
                return
            stop.wait(options["pause"])


def look_after(stop: threading.Event) -> None:
    """What cannot wait: calls whose time is over, then the mails, and a look at the calls before
    each mail: a mail server that hangs holds up no clock but for one mail."""
    sent = 0
    while pass_on(stop) and send_one():
        sent += 1
    if sent:
        log.info("Outbox", extra={"count": sent})


def pass_on(stop: threading.Event) -> bool:
    """Pass on what is overdue in every clinic; False when the worker is to stop."""
    if passed_on := in_every_clinic(pass_on_next, stop):
        log.warning("Calls passed on", extra={"count": passed_on})
    return not stop.is_set()


def send_one() -> bool:
    """Send the next mail of any clinic, those about urgent calls first."""
    clinics = list(Clinic.objects.values_list("pk", flat=True))
    return any(
        send_next(clinic_id=clinic_id, at=timezone.now(), kinds=kinds)
        for kinds in (URGENT, ())
        for clinic_id in clinics
    )


def in_every_clinic(do_next: Callable[..., bool], stop: threading.Event) -> int:
    """Do it in every clinic until nothing is due; how often it was done."""
    done = 0
    for clinic_id in Clinic.objects.values_list("pk", flat=True):
        while not stop.is_set() and do_next(clinic_id=clinic_id, at=timezone.now()):
            done += 1
    return done


def work_off(stop: threading.Event) -> None:
    """Open intakes first, then drafts, then the day's counts; between two pieces of work what
    cannot wait has its turn."""
    for clinic_id in Clinic.objects.values_list("pk", flat=True):
        for work in (reread_next, replay_next, count_next):
            while not stop.is_set() and work(clinic_id=clinic_id, at=timezone.now()):
                look_after(stop)
