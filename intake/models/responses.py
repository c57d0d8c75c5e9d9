"""What the patient answered, sealed, and what was on the page word for word."""

import uuid
from typing import Any

from django.db import models
from django.db.models.expressions import RawSQL

from clinic.fields import SealedJSON, SealedText
from clinic.models import Appointment, Clinic, Patient, Urgency, User
from clinic.statements import Given, Statement
from intake.chart import by_question
from intake.merging import Kept
from intake.models.invitations import Invitation
from intake.models.questionnaires import PackVersion, QuestionnaireVersion

# Written out: making this statement anew for each page would take longer than running it.
NEWEST_PACK = """
    SELECT id FROM intake_packversion
    WHERE questionnaire_id = intake_response.questionnaire_id
    ORDER BY published_at DESC, id DESC LIMIT 1
"""


class ResponseQuerySet(models.QuerySet["Response"]):
    """Responses somebody may see."""

    def with_previous(self) -> "ResponseQuerySet":
        """With the intake that was sent before, as far as it can be carried over."""
        unread = ("declined", "places", "contradictions", "signer", "statement")
        joined = self.select_related("previous")
        return joined.defer(*(f"previous__{field}" for field in unread))

    def with_pack(self) -> "ResponseQuerySet":
        """With the newest pack that reads the questionnaire, in the same statement."""
        return self.annotate(newest_pack_id=RawSQL(NEWEST_PACK, ()))  # noqa: S611 - fixed words


class Response(models.Model):
    """One intake. Its questionnaire is pinned when it begins, its pack when it is submitted.

    `answers`: link id to coded value, also of questions no longer shown (kept aside, not believed).
    `declined`: link ids answered with "I would rather not say".
    `shown`: link id to {question, answers, language, at}: what stood on the page; with `as_on`,
    a date, where the patient confirmed what was told then.
    `places`: place to {feels, strength, words: {place, answers}, language, at}: what each is like.
    `previous`: what the patient sent last before this was begun; `again`: whether this is about the
    "same" or an "other" problem, or all is filled in "anew"; empty until the patient says so.
    `contradictions`: id to {question, language, at, is_left, answers, coded}: what was asked
    again, once; `coded` are the answers as they were then, by link id.
    `urgency`: the highest of the open flags.
    `role`: who answers, as `intake.voices.ROLES`; `voice`: how the questions are asked of them.
    `way`: "link", "kiosk" (a tablet at the desk) or "phone", then typed by a member of the staff.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    patient = models.ForeignKey(Patient, models.PROTECT, db_constraint=False)
    appointment = models.OneToOneField(Appointment, models.PROTECT, db_constraint=False)
    invitation = models.OneToOneField(Invitation, models.PROTECT, db_constraint=False)
    questionnaire = models.ForeignKey(QuestionnaireVersion, models.PROTECT, db_index=False)
    pack = models.ForeignKey(PackVersion, models.PROTECT, null=True, db_index=False)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    again = models.CharField(max_length=5, default="", blank=True)
    language = models.CharField(max_length=8)
    answers = SealedJSON()
    declined = SealedJSON()
    shown = SealedJSON()
    places = SealedJSON(null=True)
    contradictions = SealedJSON(null=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.ROUTINE)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submit_key = models.UUIDField(null=True, unique=True)
    signer = SealedText(null=True)
    statement = SealedText(null=True)
    role = models.CharField(max_length=10, default="self")
    voice = models.CharField(max_length=10, default="self")
    way = models.CharField(max_length=10, default="link")
    typed_by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")

    objects = ResponseQuerySet.as_manager()
    newest_pack_id: int | None = None  # set by `with_pack`
    has_open_instrument: bool = False  # set by `with_open_instrument`
    has_unread_message: bool = False  # set by `with_unread_message`
    reading: Any = None  # kept by `intake.queries.readings`

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="response_in_clinic"),
            models.UniqueConstraint(fields=["id", "patient"], name="response_of_patient"),
            models.CheckConstraint(
                name="again_after_a_previous_one",
                condition=models.Q(again="")
                | models.Q(again__in=("same", "other", "anew"), previous__isnull=False),
            ),
            models.CheckConstraint(
                name="submitted_whole",
                condition=models.Q(
                    submitted_at=None,
                    submit_key=None,
                    pack=None,
                    signer__isnull=True,
                    statement__isnull=True,
                )
                | models.Q(
                    submitted_at__isnull=False,
                    submit_key__isnull=False,
                    pack__isnull=False,
                    signer__isnull=False,
                    statement__isnull=False,
                ),
            ),
        ]
        # Those that are open have no time: they are found by it as well.
        indexes = [models.Index(fields=["clinic", "submitted_at"], name="responses_by_sending")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_submitted(self) -> bool:
        """Whether it was signed and sent: from then on nothing in it changes."""
        return self.submitted_at is not None

    @property
    def kept(self) -> Kept:
        """What is saved, to compare a page with."""
        return Kept(self.pk, self.answers, self.declined)

    @property
    def kept_places(self) -> Kept:
        """The same of what each place is like."""
        return Kept(self.pk, by_question(self.places or {}), ())


@Statement
def responses_of_link(is_locked: bool) -> models.QuerySet[Response]:
    """The one response a patient's link leads to, with all that its pages read."""
    found = Response.objects.filter(invitation_id=Given("invitation")).with_pack().with_previous()
    return found.select_for_update(of=["self"]) if is_locked else found


class Consent(models.Model):
    """The clinic's notice as it was agreed to: version, language, words, their hash, by whom.

    `assent`: what somebody under the clinic's age of consent said who answers alone, "adult_here"
    or "old_enough"; empty for everybody else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    response = models.OneToOneField(Response, models.PROTECT, db_constraint=False)
    version = models.CharField(max_length=30)
    language = models.CharField(max_length=8)
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    role = models.CharField(max_length=10, default="self")
    assent = models.CharField(max_length=20, default="", blank=True)
    agreed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.version
