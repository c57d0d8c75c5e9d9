"""The clinic and its patients."""

import unicodedata
import uuid
from zoneinfo import ZoneInfo

from django.db import models

from clinic.access import Member
from clinic.fields import SealedText

LAST_CHARACTER = "\U0010ffff"


def search_key(name: str) -> str:
    """A name as the desk types it: no case, no accents, one sort of apostrophe."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().replace("’", "'"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).strip()


class Clinic(models.Model):
    """One clinic, its clock and the words that stand for it in texts."""

    name = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=60, default="Europe/London")
    phone = models.CharField(max_length=30)
    emergency_number = models.CharField(max_length=30)
    urgent_line = models.CharField(max_length=60)
    hours = models.JSONField(default=dict)  # by language
    age_of_consent = models.PositiveSmallIntegerField(default=16)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """For display only: what is stored is UTC."""
        return ZoneInfo(self.time_zone)


class PatientQuerySet(models.QuerySet["Patient"]):
    """Patients somebody may see."""

    def visible_to(self, user: Member) -> "PatientQuerySet":
        """The patients of the user's clinic."""
        return self.filter(clinic_id=user.clinic_id)

    def matching(self, text: str) -> "PatientQuerySet":
        """Each word begins a name or is the reference; or they are both names, in either order.

        The second is for names of several words: "van der Berg", "Ana García López".
        """
        words = search_key(text).split()[:5]
        one_by_one = models.Q()
        for word in words:
            one_by_one &= begins("family_key", word) | begins("given_key", word) | is_of(word)
        whole = models.Q()
        for cut in range(len(words) + 1):
            first, second = " ".join(words[:cut]), " ".join(words[cut:])
            whole |= begins("given_key", first) & begins("family_key", second)
            whole |= begins("family_key", first) & begins("given_key", second)
        return self.filter(one_by_one | whole)


def begins(column: str, text: str) -> models.Q:
    """A range, not LIKE: row security lets an index serve only leakproof operators."""
    if not text:
        return models.Q()
    return models.Q(**{f"{column}__gte": text, f"{column}__lt": text + LAST_CHARACTER})


def is_of(word: str) -> models.Q:
    """The patient with this reference."""
    return models.Q(reference__iexact=word)


class Patient(models.Model):
    """A person the clinic treats. Names and birth date stay clear for the desk's search."""

    clinic = models.ForeignKey(Clinic, models.PROTECT)
    reference = models.CharField(max_length=12)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    given_key = models.CharField(max_length=160, db_collation="C")
    family_key = models.CharField(max_length=160, db_collation="C")
    birth_date = models.DateField()
    language = models.CharField(max_length=8, default="en")
    created_at = models.DateTimeField()

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "reference"], name="reference_once_per_clinic"
            ),
            models.UniqueConstraint(fields=["id", "clinic"], name="patient_in_clinic"),
        ]
        indexes = [
            models.Index(fields=["clinic", "family_key"], name="patient_by_family"),
            models.Index(fields=["clinic", "given_key"], name="patient_by_given"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def name(self) -> str:
        """As the desk calls it out."""
        return f"{self.given_name} {self.family_name}"


class Contact(models.Model):
    """How to reach a patient. Sealed; found by blind index only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT)
    patient = models.OneToOneField(Patient, models.PROTECT, db_constraint=False)
    email = SealedText(null=True)
    phone = SealedText(null=True)
    email_index = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["clinic", "email_index"], name="contact_by_email")]

    def __str__(self) -> str:
        return str(self.id)
