"""`export_fhir`: the intakes of some days as FHIR R4, one resource a line."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clinic.access import Actor, Kind, Permission
from clinic.models import Clinic, User
from clinic.walls import inside_clinic
from intake.commands.exports import export_intakes
from intake.queries.exports import Intake, list_sent, write_intake


class Command(BaseCommand):
    """Holds a few intakes at a time, however many there are."""

    help = (
        "Write the intakes that were sent in these days as JSON lines: each questionnaire once, "
        "then one Bundle for each intake. --only QuestionnaireResponse writes what `evaluate` "
        "reads. The reason is kept, with the account that asked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", required=True, help="Why; it is kept.")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="The therapist who asks.")
        parser.add_argument("--since", required=True, type=date.fromisoformat, metavar="DAY")
        parser.add_argument("--until", required=True, type=date.fromisoformat, metavar="DAY")
        parser.add_argument("--only", metavar="TYPE", help="Single resources of this type.")

    def handle(self, *args: Any, **options: Any) -> None:
        reason = options["reason"].strip()
        if not 1 <= len(reason) <= 300:
            raise CommandError("Give a --reason of 1 to 300 characters: it is kept.")
        account = User.objects.select_related("clinic").filter(email=options["by"]).first()
        if account is None or not account.is_active or not account.may(Permission.EXPORT_INTAKE):
            raise CommandError("--by names no active account that may take intakes out.")
        by = Actor(Kind.STAFF, str(account.pk), account.clinic_id, "export_fhir")
        count, known = 0, set[str]()
        for intake in self.intakes(account.clinic, by, reason, options):
            for line in lines_of(intake, known, options["only"]):
                self.stdout.write(orjson.dumps(line).decode())
            count += 1
        self.stderr.write(f"{count} intakes written.")

    def intakes(
        self, clinic: Clinic, by: Actor, reason: str, options: dict[str, Any]
    ) -> Iterator[Intake]:
        """Some at a time, each lot in a transaction that also keeps that it was taken."""
        after, count = None, 0
        while True:
            with inside_clinic(clinic.pk):
                visits = list_sent(clinic, options["since"], options["until"], after)
                if not visits:
                    return
                responses = [visit.response for visit in visits]
                export_intakes(by=by, at=timezone.now(), responses=responses, reason=reason)
                written = [write_intake(visit, clinic.zone) for visit in visits]
            yield from written
            after = (visits[-1].response.submitted_at, visits[-1].pk)
            count += len(visits)
            self.stderr.write(f"{count} so far")


def lines_of(intake: Intake, known: set[str], only: str | None) -> Iterator[dict[str, Any]]:
    """A questionnaire when it is met for the first time, then the intake."""
    version = intake.questionnaire["id"]
    if version not in known and only in (None, "Questionnaire"):
        yield intake.questionnaire
    known.add(version)
    if only is None:
        yield intake.bundle(timezone.now(), with_questionnaire=False)
    else:
        yield from (one for one in intake.resources if one["resourceType"] == only)
