"""Counting what the verdicts taught, once a day, so that no page reads all years."""

from datetime import datetime, timedelta

from clinic.walls import inside_clinic
from intake.models import Learned
from intake.queries.learning import ALWAYS, count_before

EVERY = timedelta(days=1)
# What was said longer ago is written: no request lasts as long.
SETTLED = timedelta(hours=1)


def count_next(*, clinic_id: int, at: datetime) -> bool:
    """Count a clinic's intakes anew; False when that was done today or is in hand."""
    with inside_clinic(clinic_id):
        Learned.objects.get_or_create(clinic_id=clinic_id, defaults={"until": ALWAYS})
        due = Learned.objects.filter(until__lt=at - EVERY - SETTLED)
        kept = due.select_for_update(skip_locked=True).first()
        if kept is None:
            return False
        kept.until = at - SETTLED
        kept.counts = count_before(kept.until)
        kept.save(update_fields=["until", "counts"])
    return True
