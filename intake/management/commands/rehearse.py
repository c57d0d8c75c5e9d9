"""`rehearse`: replay a draft pack on every sent intake, before it goes live."""

import multiprocessing
import os
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from django.utils import timezone

from clinic.access import system
from clinic.walls import inside_clinic
from intake.commands.rehearsals import begin_rehearsal, replay_all
from intake.models import Rehearsal
from intake.queries.rehearsals import Change, changes_everywhere, get_vanishing
from intake.rules.pack import Pack, PackError, build_pack, read_draft

VANISHED = 3
FEW = 4  # parts: not worth more than this process
POLITE = 10  # so many steps behind the web: somebody is sending an intake meanwhile
COLUMNS = ("pattern", "same", "gained", "lost", "confirmed", "not this", "less urgent", "missed")
# A copy of this process has everything loaded, and so takes nothing from the web to begin.
FORK = multiprocessing.get_context("fork")


class Command(BaseCommand):
    """Killed and started again it goes on where it was: a part is done whole or not at all."""

    help = (
        "Replays a draft pack (a directory of its files or one of them, patterns.yaml for example; "
        "the rest as shipped) on every sent intake. Writes what each pattern gains and loses, of "
        "the lost how many were confirmed or not this, and how many misses it finds. While "
        "somebody is at the web one process works at a time, with pauses. The exit "
        f"status is {VANISHED} when a red flag would vanish."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pack", nargs="?", metavar="PACK")
        parser.add_argument("--processes", type=int, default=2)
        parser.add_argument("--join", type=UUID, help="help with a rehearsal that was begun")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["join"]:
            rehearsal = Rehearsal.objects.get(pk=options["join"])
        elif options["pack"]:
            rehearsal = begin(read(Path(options["pack"])))
        else:
            raise CommandError("Name the draft: a directory or one file of it.")
        if finish(self, rehearsal, options["processes"]):
            sys.exit(VANISHED)


def read(path: Path) -> Pack:
    """The draft, checked."""
    try:
        return build_pack(read_draft(path))
    except PackError as error:
        raise CommandError(str(error)) from error


def begin(pack: Pack) -> Rehearsal:
    """Planned on what was sent until now."""
    with inside_clinic(None):
        return begin_rehearsal(by=system(None, "rehearse"), at=timezone.now(), pack=pack)


def finish(command: BaseCommand, rehearsal: Rehearsal, processes: int) -> int:
    """All that is left of it, with its table written. How many red flags would vanish."""
    left = rehearsal.parts - rehearsal.done
    command.stdout.write(f"Draft {rehearsal.version}: {left} parts to replay")
    if left > FEW and processes > 1:
        watch(command, rehearsal, [help_with(rehearsal.pk) for _ in range(processes)])
    replay_all(rehearsal_id=rehearsal.pk, clock=timezone.now)  # few, or what a killed one left
    rehearsal.refresh_from_db()
    write_table(command, rehearsal, changes_everywhere(rehearsal.pk))
    return write_vanishing(command, rehearsal)


def help_with(rehearsal_id: UUID) -> BaseProcess:
    """A copy of this process on the same parts, with connections of its own."""
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]
    other = FORK.Process(target=help_politely, args=[rehearsal_id])
    other.start()
    return other


def help_politely(rehearsal_id: UUID) -> None:
    """What the copy does."""
    os.nice(POLITE)
    replay_all(rehearsal_id=rehearsal_id, clock=timezone.now)


def watch(command: BaseCommand, rehearsal: Rehearsal, others: list[BaseProcess]) -> None:
    """Say how far they are until they have ended."""
    while any(one.is_alive() for one in others):
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


def write_vanishing(command: BaseCommand, rehearsal: Rehearsal) -> int:
    """How many red flags would vanish, and of which intakes."""
    with inside_clinic(None):
        vanishing = get_vanishing(rehearsal, None)
    write = command.stdout.write
    if vanishing.sent:
        write(f"{vanishing.sent} red flags of past intakes would vanish.")
    for one in vanishing.now:
        write(f"{one.vanished} of intakes that are open now would vanish: {one.name}")
    if vanishing.count:
        write("What was urgent and is no longer has vanished as well.")
    return vanishing.count
