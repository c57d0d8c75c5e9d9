"""Home programmes: given, sent, ended by the therapist; ticked by the patient."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.commands.messages import post
from clinic.models import Appointment, Contact, Message, Patient
from clinic.walls import in_transaction
from intake.commands.invitations import PROGRAMME_LIVES, new_link
from intake.handouts import Chosen, Handout, from_json, write_handout
from intake.models import Invitation, LinkToken, PainSeen, Programme, ProgrammeDay
from intake.models.invitations import Purpose
from intake.queries.notices import places
from intake.queries.pains import unseen_days
from intake.queries.programmes import Choosing, get_choosing, list_alarms
from intake.queries.sign_offs import get_pack_record
from intake.rules.exercises import wrong_doses
from intake.ticks import editable_days

LINKS_AN_HOUR = 5


class Refusal(Exception):
    """A programme that may not be given; `say` is for the therapist."""

    say: ClassVar[str] = ""


class AlarmOpen(Refusal):
    say = "No exercises while an urgent warning sign has no verdict. Judge it on the brief first."


class ConfirmedUnexplained(Refusal):
    say = "A confirmed urgent warning sign is on record. Write why exercises are right even so."


class NotSeen(Refusal):
    say = "Under 18: tick that you have seen this patient in person."


class ReasonMissing(Refusal):
    say = "Something speaks against an exercise you chose. Write why you give it even so."


class NeverGiven(Refusal):
    say = "The app never gives this exercise; a therapist teaches it in person, if at all."


class NothingChosen(Refusal):
    say = "Choose at least one exercise."


class NoPack(Refusal):
    say = "The published pack brings no words for a programme. Publish the newer one first."


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
        found = choosing.choice.of(one.id)
        if found is None:
            raise NeverGiven
        if found.against and not one.reason:
            raise ReasonMissing
        if wrong := wrong_doses(one.dose):
            raise ValueError("; ".join(wrong))
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


def refuse(visit: Appointment, choosing: Choosing, wish: Wish) -> None:
    """Raises Refusal for what the database refuses too."""
    alarms = list_alarms(visit.patient_id)
    if any(not alarm.is_confirmed for alarm in alarms):
        raise AlarmOpen
    if alarms and not wish.safe_because:
        raise ConfirmedUnexplained
    if choosing.choice.must_be_seen and not wish.is_seen:
        raise NotSeen


@in_transaction
def give(
    *, by: Actor, at: datetime, visit: Appointment, wish: Wish, today: date, zone: ZoneInfo
) -> Programme:
    """Give a programme, frozen word for word; the one before it ends. Raises Refusal."""
    # Locked, so that two given at the same time are numbered one after the other.
    Patient.objects.select_for_update(no_key=True).get(pk=visit.patient_id)
    choosing = get_choosing(visit, today, zone)
    refuse(visit, choosing, wish)
    handout = write(visit, choosing, wish)
    earlier = Programme.objects.filter(patient_id=visit.patient_id)
    earlier.live().update(ended_at=at)
    programme = Programme.objects.create(
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
    against = [each.say for each in found.against] if found else []
    return {"dose": dict(one.dose), "against": against, "reason": one.reason}


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


# The link --------------------------------------------------------------------------------------


@in_transaction
def send_link(*, by: Actor, at: datetime, visit: Appointment) -> Message | None:
    """Send the link to the live programme; older ones die. None without an e-mail on file."""
    contact = Contact.objects.get(patient_id=visit.patient_id)
    if not contact.email:
        return None
    invitation, _created = Invitation.objects.get_or_create(
        appointment=visit,
        defaults={
            "clinic_id": visit.clinic_id,
            "patient": visit.patient,
            "created_by_id": by.user_id,
            "created_at": at,
        },
    )
    return post_link(by=by, at=at, invitation=invitation, address=contact.email)


def post_link(*, by: Actor, at: datetime, invitation: Invitation, address: str) -> Message:
    """The mail: a link and what it is for, no health data (D-08)."""
    patient, clinic = invitation.patient, invitation.patient.clinic
    LinkToken.objects.filter(
        invitation__patient_id=patient.pk, purpose=Purpose.PROGRAMME, revoked_at=None
    ).update(revoked_at=at)
    token = new_link(invitation=invitation, at=at, purpose=Purpose.PROGRAMME)
    link = f"{settings.BASE_URL}/i/{token}/"
    with translation.override(patient.language):
        subject = _("Your page from the clinic")
        body = _(
            "Your therapist has made a page for you.\n\n"
            "%(link)s\n\n"
            "The link works for 12 weeks. Links to this page that you got earlier no longer work. "
            "If you did not expect this message, or need help, call %(clinic)s: %(phone)s."
        ) % {"link": link, "clinic": clinic.name, "phone": clinic.phone}
    record(by=by, action="sent the programme", subject=invitation)
    return post(
        by=by,
        at=at,
        patient=patient,
        kind="programme",
        language=patient.language,
        address=address,
        subject=subject,
        body=body,
    )


@in_transaction
def send_again(*, by: Actor, at: datetime, invitation_id: UUID) -> bool:
    """For whoever found the link dead: to the address on file, while a programme is live."""
    invitations = Invitation.objects.select_related("patient__clinic").select_for_update(
        of=["self"]
    )
    invitation = invitations.get(pk=invitation_id)
    is_live = Programme.objects.live().filter(patient_id=invitation.patient_id).exists()
    contact = Contact.objects.get(patient_id=invitation.patient_id)
    since = at + PROGRAMME_LIVES - timedelta(hours=1)
    lately = LinkToken.objects.filter(
        invitation=invitation, purpose=Purpose.PROGRAMME, expires_at__gt=since
    )
    if not is_live or not contact.email or lately.count() >= LINKS_AN_HOUR:
        return False
    post_link(by=by, at=at, invitation=invitation, address=contact.email)
    return True


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
