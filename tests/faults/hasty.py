"""A control: a part that holds an intake is kept as done before it is; then comes the kill."""

import os
import signal
import sys
from uuid import UUID

import django

django.setup()

from django.utils import timezone  # noqa: E402

from clinic.walls import inside_clinic  # noqa: E402
from intake.models import RehearsalPart, Response  # noqa: E402


def main(clinic_id: int, rehearsal_id: UUID) -> None:
    with inside_clinic(clinic_id):
        parts = RehearsalPart.objects.filter(rehearsal_id=rehearsal_id, done_at=None)
        # Ids are random: some parts hold several intakes and some none.
        some = Response.objects.filter(submitted_at__isnull=False).order_by("pk")[0]
        part = parts.filter(first__lte=some.pk).order_by("-first")[0]
        parts.filter(pk=part.pk).update(done_at=timezone.now())
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), UUID(sys.argv[2]))
