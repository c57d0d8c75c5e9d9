"""A control: the same work, but that it is done is kept before it is done."""

import sys
from uuid import UUID

import django

django.setup()

from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from clinic.walls import inside_clinic  # noqa: E402
from intake.models import Rehearsal, RehearsalPart  # noqa: E402
from intake.queries.replaying import replay  # noqa: E402


def main(clinic_id: int, rehearsal_id: UUID) -> None:
    while True:
        with inside_clinic(clinic_id):
            parts = RehearsalPart.objects.filter(rehearsal_id=rehearsal_id, done_at=None)
            part = parts.order_by("pk").first()
            if part is None:
                return
            parts.filter(pk=part.pk).update(done_at=timezone.now())
        with inside_clinic(clinic_id):
            tally = replay(part)
            Rehearsal.objects.filter(pk=rehearsal_id).update(
                done=F("done") + 1, read=F("read") + tally.read
            )


if __name__ == "__main__":
    main(int(sys.argv[1]), UUID(sys.argv[2]))
