"""Home programmes: given, sent, ended by the therapist; ticked by the patient."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.models import Appointment, Patient
from clinic.walls import in_transaction
from intake.handouts import Chosen, Handout, from_json, write_handout
from intake.models import PainSeen, Programme, ProgrammeDay
from intake.queries.alarms import list_alarms
from intake.queries.notices import places
from intake.queries.pains import unseen_days
from intake.queries.programmes import Choosing, get_choosing
from intake.queries.sign_offs import get_pack_record
from intake.rules.exercises import Care, Exercise, wrong_doses
from intake.ticks import editable_days

LEAST_LETTERS = 10  # of a reason in words
COUNTED = {"sets", "reps", "hold_s", "minutes"}


class Refusal(Exception):
    """A programme that may not be given; `say` is for the therapist."""

    say: ClassVar[str] = ""


class CallOpen(Refusal):
    say = "No exercises while an urgent call is open. Report on the call first."


class AlarmOpen(Refusal):
    say = "No exercises until each urgent warning sign is confirmed or ruled out on the brief."


class ConfirmedUnexplained(Refusal):
    say = "A confirmed urgent warning sign is on record. Write in words why exercises are right."


class NotSeen(Refusal):
    say = "Under 18: tick that you have seen this patient in person."


class NotYetMet(Refusal):
    say = "Under 18: no visit of this patient has begun, so nobody has seen the patient in person."


class NotAsked(Refusal):
    say = "Something has to be asked before an exercise you chose. Ask, then tick that you did."


class DoseMissing(Refusal):
    say = "An exercise you chose does not say how much. Fill in its dose."


class ReasonMissing(Refusal):
    say = "Something speaks against an exercise you chose. Write why you give it even so."


class NeverGiven(Refusal):
    say = "The app never gives this exercise; a therapist teaches it in person, if at all."


class NothingChosen(Refusal):
    say = "Choose at least one exercise."


class NoPack(Refusal):
    say = "The published pack brings no words for a programme. Publish the newer one first."


class GivenBefore(Exception):
    """The same form came a second time: what it gave stands."""


@dataclass(frozen=True)
class Wish:
    """What the therapist wants to give. `safe_because`: in spite of a confirmed warning sign."""

    chosen: Sequence[Chosen]
    reading: Sequence[str] = ()
    is_seen: bool = False
    safe_because: str = ""


def write(visit: Appointment, choosing: Choosing, wish: Wish) -> Handout:
    """The handout as it would be given, in the patient's language. Raises Refusal."""
    pack = choosing.published.told
    if pack.care is None:
        raise NoPack
    if not wish.chosen:
        raise NothingChosen
    for one in wish.chosen:
        refuse_exercise(choosing, pack.care, one)
    signing = get_pack_record(visit.clinic_id, choosing.published.id)
    return write_handout(
        pack,
        pack.care,
        wish.chosen,
        wish.reading,
        language=visit.patient.language,
        places=places(visit.clinic),
        is_draft=signing is None or signing.signed is None,
    )


def refuse_exercise(choosing: Choosing, care: Care, one: Chosen) -> None:
    """Raises Refusal for an exercise that cannot be given as it was set."""
    found = choosing.choice.of(one.id)
    if found is None:
        raise NeverGiven
    if found.against and not one.reason:
        raise ReasonMissing
    if found.ask and not one.is_asked:
        raise NotAsked
    if not says_how_much(care, found.exercise, one):
        raise DoseMissing
    if wrong := wrong_doses(one.dose):
        raise ValueError("; ".join(wrong))


def says_how_much(care: Care, exercise: Exercise, one: Chosen) -> bool:
    """Whether a number is left of those that it is counted by; else words have to say it."""
    if counted := COUNTED.intersection(exercise.dose):
        return not counted.isdisjoint(one.dose)
    return bool(one.dose) or exercise.id in care.doses


def refuse(visit: Appointment, choosing: Choosing, wish: Wish, at: datetime) -> None:
    """Raises Refusal for what the database refuses too."""
    alarms = list_alarms(visit.patient_id)
    if any(alarm.is_call for alarm in alarms):
        raise CallOpen
    if any(not alarm.is_confirmed for alarm in alarms):
        raise AlarmOpen
    if alarms and sum(map(str.isalpha, wish.safe_because)) < LEAST_LETTERS:
        raise ConfirmedUnexplained
    if choosing.choice.must_be_seen and not wish.is_seen:
        raise NotSeen
    if choosing.choice.must_be_seen and not has_come(visit.patient_id, at):
        raise NotYetMet


def has_come(patient_id: int, at: datetime) -> bool:
    """Whether a visit of the patient has begun that nobody cancelled."""
    visits = Appointment.objects.standing().filter(patient_id=patient_id)
    return visits.filter(starts_at__lte=at).exists()


@in_transaction
def give(
    *,
    by: Actor,
    at: datetime,
    visit: Appointment,
    wish: Wish,
    today: date,
    zone: ZoneInfo,
    key: UUID | None = None,
) -> Programme:
    """Give a programme, frozen word for word; the one before it ends.

    `key` comes with the form. Raises Refusal, and GivenBefore for the same key.
    """
    # Locked, so that two given at the same time are numbered one after the other.
    Patient.objects.select_for_update(no_key=True).get(pk=visit.patient_id)
    key = key or uuid4()
    if Programme.objects.filter(pk=key).exists():
        raise GivenBefore
    choosing = get_choosing(visit, today, zone)
    refuse(visit, choosing, wish, at)
    handout = write(visit, choosing, wish)
    earlier = Programme.objects.filter(patient_id=visit.patient_id)
    earlier.live().update(ended_at=at)
    programme = Programme.objects.create(
        id=key,
        clinic_id=visit.clinic_id,
        patient_id=visit.patient_id,
        appointment=visit,
        pack_id=choosing.published.id,
        number=earlier.count() + 1,
        language=handout.language,
        content=asdict(handout),
        chosen={one.id: kept_of(choosing, one) for one in wish.chosen},
        safe_because=wish.safe_because or None,
        seen_at=at if choosing.choice.must_be_seen else None,
        by_id=by.user_id,
        given_at=at,
    )
    record(by=by, action="given", subject=programme)
    return programme


def kept_of(choosing: Choosing, one: Chosen) -> dict[str, object]:
    """What was set, and what it was set in spite of, in the pack's words of that day."""
    found = choosing.choice.of(one.id)
    against, ask = (found.against, found.ask) if found else ((), ())
    return {
        "dose": dict(one.dose),
        "against": [each.say for each in against],
        "reason": one.reason,
        "asked": [each.say for each in ask],
    }


@in_transaction
def end(*, by: Actor, at: datetime, patient_id: int) -> bool:
    """End the live programme; what was given and ticked stays. False when there is none."""
    live = Programme.objects.live().filter(patient_id=patient_id).select_for_update().first()
    if live is None:
        return False
    live.ended_at = at
    live.save(update_fields=["ended_at"])
    record(by=by, action="ended", subject=live)
    return True


@in_transaction
def see_pain(*, by: Actor, at: datetime, programme: Programme, until: datetime) -> None:
    """Tick off the days over the pain rule that were saved up to `until`, as they were read.

    What the patient saves after that is told anew. Nothing is kept where nothing is left to see.
    """
    if unseen_days(programme.pk).filter(saved_at__lte=until).exists():
        PainSeen.objects.create(
            clinic_id=programme.clinic_id,
            programme=programme,
            until=min(until, at),
            by_id=by.user_id,
            at=at,
        )
        record(by=by, action="saw the pain", subject=programme)


# The patient's part ----------------------------------------------------------------------------


class NoSuchDay(Exception):
    """Only today and the last week of a programme can be ticked."""


@in_transaction
def tick(
    *,
    by: Actor,
    at: datetime,
    programme: Programme,
    day: date,
    done: Collection[str],
    during: int | None,
    following: int | None,
    today: date,
    zone: ZoneInfo,
) -> ProgrammeDay:
    """Keep a day as it is ticked now. Kept while paused too: nothing that was done is lost."""
    programme = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if day not in editable_days(programme.given_at.astimezone(zone).date(), today):
        raise NoSuchDay
    handout = from_json(programme.content)
    kept = ProgrammeDay.objects.filter(programme=programme, day=day).first() or ProgrammeDay(
        clinic_id=programme.clinic_id, programme=programme, day=day
    )
    kept.answers = {
        "done": [id for id in handout.ids if id in done],
        "during": during,
        "following": following,
    }
    kept.is_over = handout.rule.light(during, following) == "stop"
    kept.saved_at = at
    kept.save()
    record(by=by, action="ticked", subject=kept)
    return kept
