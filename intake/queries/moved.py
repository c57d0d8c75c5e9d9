"""What the patient changed while a page about the visit was open."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from clinic.models import Appointment
from intake import labels
from intake.models import Flag, Response, Urgency


@dataclass(frozen=True)
class Moved:
    """When answers were last saved, and the flags that came and went since a page was drawn."""

    at: str
    raised: tuple[str, ...]
    closed: tuple[str, ...]


def get_moved(visit: Appointment, stamp: str, zone: ZoneInfo) -> Moved:
    """Since the answers that carry this stamp (`intake.models.notes.stamp_of`)."""
    since, response = read_stamp(stamp), Response.objects.get(appointment=visit)
    flags = Flag.objects.filter(response=response, is_suppressed=False).order_by("-urgency", "id")
    came = [one for one in flags if one.raised_at > since and one.changed_at is None]
    kept = {one.pattern for one in flags if one.changed_at is None}
    went = [
        one
        for one in flags
        if one.changed_at and one.raised_at <= since < one.changed_at and one.pattern not in kept
    ]
    at = response.saved_at.astimezone(zone).strftime("%H:%M")
    return Moved(at, tuple(map(name_of, came)), tuple(one.evidence["name"] for one in went))


def read_stamp(stamp: str) -> datetime:
    """The time in it; where there were no answers yet, before all times."""
    try:
        return datetime.fromisoformat(stamp).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


def name_of(flag: Flag) -> str:
    """With how soon, where that is soon."""
    soon = labels.URGENCY[Urgency(flag.urgency).label]
    return f"{flag.evidence['name']} ({soon.lower()})" if flag.urgency else flag.evidence["name"]
