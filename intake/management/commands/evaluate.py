"""Lines of answers in, lines of findings out. Needs no database."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from intake.fhir.responses import is_resource, read_response
from intake.rules.answers import AnswerError
from intake.rules.compiled import compile_pack
from intake.rules.document import DocumentError, complete, parse, read_document, row
from intake.rules.pack import load_pack

LONGEST_LINE = 1_000_000  # bytes; an intake is about 3,000
BAD_LINES = 2
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Line = tuple[int, bytes]


class Command(BaseCommand):
    help = (
        "Reads JSON lines, each an object with id, date, answers and derived or a FHIR R4 "
        "QuestionnaireResponse, and writes what the rules find, one JSON line each. Blank lines "
        "are passed over. A bad line is named on standard error; the exit status is then 2."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", help="standard input without one")
        parser.add_argument(
            "--complete",
            action="store_true",
            help="answer each shown, unanswered item that has the option 'none' with it",
        )

    def handle(self, *args: Any, files: list[str], complete: bool, **options: Any) -> None:
        try:
            sound = self.evaluate_all(files or ["-"], complete)
            self.stdout.flush()
        except BrokenPipeError:  # the reader has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        if not sound:
            sys.exit(BAD_LINES)

    def evaluate_all(self, names: list[str], fill: bool) -> bool:
        sound = True
        for name in names:
            sound = self.evaluate(name, fill) and sound
        return sound

    def evaluate(self, name: str, fill: bool) -> bool:
        """Whether every line of one input was good."""
        if name == "-":
            return self.evaluate_lines("", sys.stdin.buffer, fill)
        try:
            with open(name, "rb") as file:
                return self.evaluate_lines(f"{name}: ", file, fill)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            self.stderr.write(f"{name}: cannot be read: {error.strerror}")
            return False

    def evaluate_lines(self, source: str, file: BinaryIO, fill: bool) -> bool:
        sound = True
        today = timezone.localdate()
        for number, line in numbered(file):
            try:
                self.stdout.write(evaluated(line, today, fill))
            except (AnswerError, DocumentError) as error:
                self.stderr.write(f"{source}line {number}: {error}")
                sound = False
        return sound


def numbered(file: BinaryIO) -> Iterator[Line]:
    """The lines that are not blank, with their numbers; one too long is cut one byte over."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE + 1)
        if number == 1:
            line = line.removeprefix(BYTE_ORDER_MARK)
        if line.strip():
            yield number, line


def evaluated(line: bytes, today: date, fill: bool) -> str:
    if len(line) > LONGEST_LINE:
        raise DocumentError(f"longer than {LONGEST_LINE} bytes")
    pack, document = load_pack(), parse(line)
    read = read_response if is_resource(document) else read_document
    id, answers = read(pack.questionnaire, document, today=today)
    if fill:
        answers = complete(pack.questionnaire, answers)
    return json.dumps(row(pack, id, compile_pack(pack)(answers)), separators=(",", ":"))
