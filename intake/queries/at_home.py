"""What a note may say of the home programme: what was given, and how it goes."""

from datetime import date
from zoneinfo import ZoneInfo

from clinic.models import Appointment
from intake.handouts import dose_words
from intake.models import Programme
from intake.pieces import Home
from intake.queries.programme_lines import get_line
from intake.queries.programmes import get_live
from intake.queries.questionnaires import get_published


def get_home(visit: Appointment, today: date, zone: ZoneInfo) -> Home | None:
    """Of a visit that came `with_programme`; None where none was given or ticked."""
    line = get_line(visit, today, zone)
    if line is None:
        return None
    programme = None if line.first.ended else get_live(visit.patient_id)
    return Home(
        since=line.first.progress.since,
        ended=line.first.ended,
        goes=line.first.progress.line,
        is_paused=line.is_paused,
        exercises=exercises_of(programme) if programme else (),
    )


def exercises_of(programme: Programme) -> tuple[str, ...]:
    """Each with its dose, in English: the handout is in the patient's language."""
    pack = get_published(programme.pack_id).pack
    if pack.care is None:
        return ()
    return tuple(
        f"{pack.exercises[id].name('en')}: {dose_words(pack.care, id, one['dose'], 'en')}"
        for id, one in programme.chosen.items()
    )
