"""`demo`: everything on this machine, with an invented clinic. Ctrl-C stops it; the data stay."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clinic.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from clinic.postgres.processes import stop_with_parent
from intake.demo.seed import seed
from intake.demo.series import seed_series


class Command(BaseCommand):
    """Migrates, publishes, fills, then runs the web and the worker as children."""

    help = "Show the product with invented patients."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--only-fill", action="store_true", help="Stop before the servers.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise CommandError("The demo runs with PREVISIT_MODE=demo only.")
        refuse_taken(options["port"])
        settings.BASE_URL = f"http://localhost:{options['port']}"
        self.step("bringing the tables up to date")
        call_command("migrate", verbosity=0)
        self.step("publishing the questionnaire and the pattern pack")
        call_command("publish_pack", stdout=io.StringIO())
        seed(at=timezone.now(), say=self.step)
        seed_series(at=timezone.now())
        if options["only_fill"]:
            return
        self.step("collecting the stylesheets")
        call_command("collectstatic", verbosity=0, interactive=False)
        self.serve(options["port"])

    def step(self, text: str) -> None:
        """One line of progress."""
        self.stdout.write(f"demo: {text}")
        self.stdout.flush()

    def serve(self, port: int) -> None:
        """Run the web and the worker until one of them ends or somebody stops the demo."""
        environment = os.environ | {"BASE_URL": settings.BASE_URL}
        web = [sys.executable, "-m", "gunicorn", "--bind", f"localhost:{port}"]
        web += ["--workers", "2", "--threads", "4", "--log-level", "warning", "clinic.wsgi"]
        worker = [sys.executable, "manage.py", "worker"]
        stops = stop_with_parent(signal.SIGTERM)
        children = [
            subprocess.Popen(command, env=environment, preexec_fn=stops)
            for command in (web, worker)
        ]
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            wait_for(f"http://localhost:{port}/alive/", children)
            self.stdout.write(self.welcome(port))
            self.stdout.flush()
            while all(child.poll() is None for child in children):
                time.sleep(0.3)
            raise CommandError("The web or the worker ended; what it said stands above.")
        except KeyboardInterrupt:
            self.step("stopping; the data stay for the next start")
        finally:
            stop(children)

    def welcome(self, port: int) -> str:
        """Where to go and how to sign in."""
        accounts = "\n".join(
            f"  {account['role']:<10} {account['email']}" for account in DEMO_ACCOUNTS
        )
        return (
            f"\nPrevisit is running:  http://localhost:{port}/\n"
            f"Staff sign in at      http://localhost:{port}/account/login/\n{accounts}\n"
            f"  password   {DEMO_PASSWORD}\n\n"
            "A patient's link: sign in at the front desk, choose a patient, press Send intake;\n"
            "the mail with the link is shown on the page and printed here. Ctrl-C stops all.\n"
        )


def refuse_taken(port: int) -> None:
    """Say at once that somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("localhost", port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is taken. Stop what uses it, or choose another: make demo PORT=8010"
            ) from error


def wait_for(url: str, children: list[subprocess.Popen[bytes]]) -> None:
    """Until the web answers; a child that ends before that is an error."""
    for _ in range(200):
        if any(child.poll() is not None for child in children):
            raise CommandError("The web or the worker did not start; what it said stands above.")
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 - our own address
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise CommandError(f"Nothing answered at {url}. Is the port taken?")


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask the children to end, and wait for them."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        child.wait(timeout=15)
