"""A demo patient who was given a programme two weeks ago and ticks most days."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from clinic.access import Actor, Kind
from clinic.commands.scheduling import book
from clinic.models import Appointment, Clinic
from intake.commands import programme_links, programmes
from intake.commands.programmes import Wish
from intake.handouts import Chosen, progression_words
from intake.models import Flag, Invitation, Programme, Urgency
from intake.queries.programmes import get_choosing
from intake.rules.derived import whole_years
from intake.rules.exercises import ADULT

AGO = timedelta(days=14)
# Pain during the exercises, day by day; None: nothing was done.
PAINS = (3, 4, None, 3, 6, None, 2, 3, None, 2, 2, None, 3, None)


def give_somebody_a_programme(*, clinic: Clinic, today: date, at: datetime) -> None:
    """To the first patient of today whose answers point to exercises and to nothing urgent."""
    if Programme.objects.live().exists():
        return
    for visit in calm_visits(clinic, today):
        choosing = get_choosing(visit, today, clinic.zone)
        suggested = [one for one in choosing.choice.suggestions if one.is_suggested]
        is_adult = whole_years(visit.patient.birth_date, today) >= ADULT
        if len(suggested) > 2 and is_adult:
            give(visit, choosing, [one.exercise for one in suggested[:3]], today, at)
            return


def calm_visits(clinic: Clinic, today: date) -> list[Appointment]:
    """Today's visits with a sent intake and no red flag, by therapist and time."""
    begins = datetime.combine(today, datetime.min.time(), tzinfo=clinic.zone)
    rows = Appointment.objects.filter(
        clinic=clinic,
        starts_at__gte=begins,
        starts_at__lt=begins + timedelta(days=1),
        response__submitted_at__isnull=False,
        response__urgency__lt=Urgency.SAME_DAY,
    )
    warned = Flag.objects.filter(
        response__appointment_id=OuterRef("pk"), group="redflag", changed_at=None
    )
    rows = rows.filter(~Exists(warned))
    wanted = rows.select_related("patient", "clinic", "therapist", "response")
    return list(wanted.order_by("therapist_id", "starts_at"))


def give(visit: Appointment, choosing, exercises, today: date, at: datetime) -> None:  # type: ignore[no-untyped-def]
    """At a visit two weeks ago; then ticked."""
    by = Actor(Kind.STAFF, str(visit.therapist_id), visit.clinic_id)
    before = book(
        by=by,
        at=at - AGO - timedelta(days=3),
        patient=visit.patient,
        therapist=visit.therapist,
        starts_at=visit.starts_at - AGO,
        minutes=40,
    )
    pack = choosing.published.told
    chosen = [
        Chosen(
            one.id,
            one.start(),
            progression_words(pack, pack.care, one, visit.patient.language),
            is_asked=True,
        )
        for one in exercises
    ]
    programme = programmes.give(
        by=by,
        at=at - AGO + timedelta(days=1),
        visit=before,
        wish=Wish(chosen, reading=("E-FLARE",)),
        today=today,
        zone=visit.clinic.zone,
    )
    programme_links.send_link(by=by, at=at, visit=before)
    tick(programme, visit, today, at)


def tick(programme: Programme, visit: Appointment, today: date, at: datetime) -> None:
    """Each day as if it were that day's evening."""
    invitation = Invitation.objects.get(appointment=programme.appointment)
    by = Actor(Kind.PATIENT, str(invitation.pk), visit.clinic_id)
    for number, pain in enumerate(PAINS[:-1]):
        day = today - AGO + timedelta(days=number + 1)
        if pain is not None:
            programmes.tick(
                by=by,
                at=at,
                programme=programme,
                day=day,
                done=list(programme.chosen),
                during=pain,
                following=max(pain - 2, 0),
                today=day,
                zone=visit.clinic.zone,
            )
