"""The patient's link (decisions D-04, D-05)."""

import uuid

from django.db import models

from clinic.models import Appointment, Clinic, Patient, User


class Invitation(models.Model):
    """Asks one patient to fill in the intake of one appointment.

    `sent_at`: none while only a home programme was sent to this visit's patient.
    `asked_at`: somebody found a link to it dead and asked for another, which was not sent yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    patient = models.ForeignKey(Patient, models.PROTECT, db_constraint=False, db_index=False)
    appointment = models.OneToOneField(Appointment, models.PROTECT, db_constraint=False)
    created_by = models.ForeignKey(User, models.PROTECT, db_index=False)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "clinic"], name="invitation_in_clinic")
        ]
        indexes = [
            models.Index(
                fields=["clinic", "asked_at"],
                name="links_asked_for",
                condition=models.Q(asked_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Purpose(models.TextChoices):
    """What a link opens."""

    INTAKE = "intake", "the intake"
    PROGRAMME = "programme", "the home programme"


class LinkToken(models.Model):
    """Token hash to clinic and invitation. Outside row security, holds no patient data.

    The language of the mail is kept here so that the page it leads to speaks it too.

    One live token an invitation and purpose: a newer one revokes the older.
    """

    token_hash = models.BinaryField(primary_key=True, max_length=32)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    invitation = models.ForeignKey(Invitation, models.PROTECT, db_constraint=False)
    purpose = models.CharField(max_length=10, default=Purpose.INTAKE)
    language = models.CharField(max_length=8)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "purpose"],
                condition=models.Q(revoked_at=None),
                name="one_live_link",
            ),
            models.CheckConstraint(condition=models.Q(tries__lte=5), name="five_tries"),
        ]

    def __str__(self) -> str:
        return "link"


class LinkSession(models.Model):
    """A browser that named the right birth date. Outside row security, holds no patient data.

    While it is held the browser may not see what was saved elsewhere: it has to give the code that
    went to the address on file. `code_opens`: the "draft", or the answers of "last" time, without
    which the patient can go on. `code_given_at`: when a code was given. `way`: "link", "kiosk" (a
    tablet at the desk, over after two idle minutes) or "phone" (typed by one of the staff, and only
    while they are signed in).
    """

    key_hash = models.BinaryField(primary_key=True, max_length=32)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    invitation = models.ForeignKey(Invitation, models.PROTECT, db_constraint=False)
    purpose = models.CharField(max_length=10, default=Purpose.INTAKE)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    code_hash = models.BinaryField(null=True, max_length=32)
    code_expires_at = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    code_opens = models.CharField(max_length=5, default="draft")
    code_given_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=10, default="link")
    typed_by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(code_tries__lte=3), name="three_code_tries"),
            models.CheckConstraint(
                name="code_and_its_end",
                condition=models.Q(code_hash=None, code_expires_at=None)
                | models.Q(code_hash__isnull=False, code_expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return "link session"

    @property
    def is_held(self) -> bool:
        """Whether nothing opens before the code is given."""
        return self.code_hash is not None and self.code_opens == "draft"


class KioskCode(models.Model):
    """What opens one intake on a tablet, once. Outside row security, holds no patient data."""

    code_hash = models.BinaryField(primary_key=True, max_length=32)
    clinic = models.ForeignKey(Clinic, models.PROTECT, db_index=False)
    invitation = models.OneToOneField(Invitation, models.PROTECT, db_constraint=False)
    language = models.CharField(max_length=8)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(tries__lte=5), name="five_kiosk_tries")
        ]

    def __str__(self) -> str:
        return "kiosk code"
