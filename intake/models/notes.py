"""The therapist's note. Signed means frozen: the database refuses a change (migration 0002)."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import models

from clinic.fields import SealedText
from clinic.models import Appointment, Clinic, Patient, User
from intake.merging import Kept, Seen
from intake.soap import KEYS
from intake.wishes import WISH


class NoteQuerySet(models.QuerySet["Note"]):
    """Notes somebody may see."""

    def visible_to(self, user: User) -> "NoteQuerySet":
        """Those of the patients this therapist treats."""
        return self.filter(appointment__in=Appointment.objects.treated_by(user))


class Note(models.Model):
    """One note a visit, in parts (`intake.soap`); a draft until it is signed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    patient = models.ForeignKey(Patient, models.PROTECT, db_constraint=False, db_index=False)
    appointment = models.OneToOneField(Appointment, models.PROTECT, db_constraint=False)
    author = models.ForeignKey(User, models.PROTECT, db_index=False)
    subjective = SealedText(null=True)
    objective = SealedText(null=True)
    assessment = SealedText(null=True)
    plan = SealedText(null=True)
    text = SealedText(null=True)
    saved_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="note_in_clinic"),
            models.CheckConstraint(
                condition=models.Q(signed_at=None)
                | models.Q(subjective__isnull=False)
                | models.Q(objective__isnull=False)
                | models.Q(assessment__isnull=False)
                | models.Q(plan__isnull=False)
                | models.Q(text__isnull=False),
                name="signed_says_something",
            ),
        ]
        indexes = [
            models.Index(
                fields=["author", "saved_at"],
                name="unsigned_of_author",
                condition=models.Q(signed_at=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_signed(self) -> bool:
        """Whether only an addendum can still be added."""
        return self.signed_at is not None

    @property
    def parts(self) -> dict[str, str]:
        """What is written, by part; empty parts are left out."""
        return {key: text for key in KEYS if (text := getattr(self, key))}

    @property
    def wish(self) -> str:
        """The follow-up that is still owed, as the page writes it; empty without one."""
        row = getattr(self, "follow_up", None)
        return str(row.wish) if row and row.is_open else ""

    @property
    def kept(self) -> Kept:
        """What is saved, to compare a page with."""
        return kept_of(self.appointment_id, {**self.parts, WISH: self.wish})


ANSWERS = "answers"  # beside the parts: how far the patient's answers were when the page was drawn
NONE_YET = "none"


def stamp_of(answered_at: datetime | None) -> str:
    """When the patient last saved, as a page carries it."""
    return answered_at.astimezone(UTC).isoformat() if answered_at else NONE_YET


def with_answers(seen: Seen, answered_at: datetime | None) -> Seen:
    """The same page, which also shows the answers as they were saved then."""
    return Seen(seen.of, {**seen.stamps, ANSWERS: stamp_of(answered_at)})


def kept_of(visit_id: int, parts: Mapping[str, str]) -> Kept:
    """The note of a visit as `intake.merging` compares it; there may be no row yet."""
    return Kept(uuid.UUID(int=visit_id), {key: text for key, text in parts.items() if text}, ())


class Addendum(models.Model):
    """Something added to a signed note. Append-only; its key comes with the form."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    note = models.ForeignKey(Note, models.PROTECT, db_constraint=False)
    text = SealedText()
    by = models.ForeignKey(User, models.PROTECT, db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class NoteBlockQuerySet(models.QuerySet["NoteBlock"]):
    """Blocks somebody may use."""

    def of(self, user_id: int) -> "NoteBlockQuerySet":
        """One's own, and those of the whole clinic."""
        return self.filter(models.Q(owner_id=None) | models.Q(owner_id=user_id))


class NoteBlock(models.Model):
    """A text that the therapists keep to put into notes: one therapist's, or the whole clinic's.

    It is about no patient, so it stands there in clear.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    owner = models.ForeignKey(User, models.PROTECT, null=True, db_constraint=False, db_index=False)
    name = models.CharField(max_length=60)
    texts = models.JSONField()  # by part, the parts it fills
    by = models.ForeignKey(User, models.PROTECT, db_index=False, related_name="+")
    at = models.DateTimeField()

    objects = NoteBlockQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["clinic", "owner", "name"], name="blocks_of_clinic")]

    def __str__(self) -> str:
        return str(self.id)
