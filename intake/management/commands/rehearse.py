"""`rehearse`: replay a draft pack on every sent intake, before it goes live."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clinic.access import system
from clinic.walls import inside_clinic
from intake.commands.rehearsals import begin_rehearsal, replay_all
from intake.models import Rehearsal
from intake.queries.rehearsals import Change, changes_everywhere
from intake.rules.pack import Pack, PackError, build_pack, read_draft

VANISHED = 3
FEW = 4  # parts: a process of its own takes longer to start
POLITE = 10  # so many steps behind the web: somebody is sending an intake meanwhile
COLUMNS = ("pattern", "same", "gained", "lost", "confirmed", "not this", "less urgent", "missed")


class Command(BaseCommand):
    """Killed and started again it goes on where it was: a part is done whole or not at all."""

    help = (
        "Replays a draft pack (a directory of its files or one of them, patterns.yaml for example; "
        "the rest as shipped) on every sent intake. Writes what each pattern gains and loses, of "
        "the lost how many were confirmed or not this, and how many misses it finds. The exit "
        f"status is {VANISHED} when a red flag would vanish."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pack", nargs="?", metavar="PACK")
        parser.add_argument("--processes", type=int, default=2)
        parser.add_argument("--join", type=UUID, help="help with a rehearsal that was begun")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["join"]:
            os.nice(POLITE)
            return replay_all(rehearsal_id=options["join"], clock=timezone.now)
        if not options["pack"]:
            raise CommandError("Name the draft: a directory or one file of it.")
        try:
            pack = build_pack(read_draft(Path(options["pack"])))
        except PackError as error:
            raise CommandError(str(error)) from error
        if rehearse(self, pack, options["processes"]).vanished:
            sys.exit(VANISHED)
        return None


def rehearse(command: BaseCommand, pack: Pack, processes: int) -> Rehearsal:
    """All of it, with its table written; also used by `publish_pack`."""
    with inside_clinic(None):
        rehearsal = begin_rehearsal(by=system(None, "rehearse"), at=timezone.now(), pack=pack)
    left = rehearsal.parts - rehearsal.done
    command.stdout.write(f"Draft {rehearsal.version}: {left} parts to replay")
    if left > FEW:
        watch(command, rehearsal, [help_with(rehearsal) for _ in range(processes)])
    replay_all(rehearsal_id=rehearsal.pk, clock=timezone.now)  # few, or what a killed one left
    rehearsal.refresh_from_db()
    write_table(command, rehearsal, changes_everywhere(rehearsal.pk))
    return rehearsal


def help_with(rehearsal: Rehearsal) -> "subprocess.Popen[bytes]":
    """Another process on the same parts."""
    command = [sys.executable, "manage.py", "rehearse", "--join", str(rehearsal.pk)]
    return subprocess.Popen(command)


def watch(
    command: BaseCommand, rehearsal: Rehearsal, others: "list[subprocess.Popen[bytes]]"
) -> None:
    """Say how far they are until they have ended."""
    while any(one.poll() is None for one in others):
        time.sleep(1)
        rehearsal.refresh_from_db()
        command.stdout.write(f"part {rehearsal.done} of {rehearsal.parts}")
        command.stdout.flush()


def write_table(command: BaseCommand, rehearsal: Rehearsal, changes: tuple[Change, ...]) -> None:
    """What changes, by pattern."""
    write = command.stdout.write
    write(f"{rehearsal.read} intakes replayed with {rehearsal.version}; by pattern:")
    write(f"{COLUMNS[0]:<44}" + "".join(f"{name:>12}" for name in COLUMNS[1:]))
    for one in changes:
        if one.is_any:
            shown = (one.same, one.gained, one.lost, one.lost_confirmed, one.lost_not_this)
            missed = f"{one.missed_found} of {one.missed}" if one.missed else ""
            cells = "".join(f"{each:>12}" for each in (*shown, one.less_urgent, missed))
            write(f"{one.name[:43]:<44}{cells}" + (f"  {one.vanished} VANISH" * bool(one.vanished)))
    if not any(one.is_any for one in changes):
        write("nothing changes")
    if rehearsal.vanished:
        write(f"{rehearsal.vanished} red flags of past intakes would vanish.")
        write("What was urgent and is no longer has vanished as well.")
