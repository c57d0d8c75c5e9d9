"""`worker`: sends what the outbox holds, until it is told to stop."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from clinic.commands.messages import send_next
from clinic.models import Clinic

log = logging.getLogger("previsit.worker")


class Command(BaseCommand):
    """Any number of workers may run: a due row is locked by the one that has it."""

    help = "Send due messages. SIGTERM and Ctrl-C end it after the message in hand."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Stop when nothing is due.")
        parser.add_argument("--pause", type=float, default=2.0, help="Seconds between looks.")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            sent = send_all(stop)
            if sent:
                log.info("Outbox", extra={"count": sent})
            if options["once"]:
                return
            stop.wait(options["pause"])


def send_all(stop: threading.Event) -> int:
    """Everything due in every clinic; how many mails were tried."""
    tried = 0
    for clinic_id in Clinic.objects.values_list("pk", flat=True):
        while not stop.is_set() and send_next(clinic_id=clinic_id, at=timezone.now()):
            tried += 1
    return tried
