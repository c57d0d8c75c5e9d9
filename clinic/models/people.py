"""The clinic and its patients."""

import unicodedata
import uuid
from collections.abc import Sequence
from itertools import product
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

    def matching(self, text: str, most: int) -> "PatientQuerySet":
        """The first by name of whom each word begins a name or is the reference.

        Or of whom all words are both names, in either order: "van der Berg", "Ana García López".
        Each way to read the words is a search of its own, the beginning of an index: together in
        one condition they would take more time the more patients there are.
        """
        words = search_key(text).split()[:5]
        if not words:
            return self.none()
        named = (self.filter(begins(*names)) for names in sorted(readings(words)))
        of_reference = self.filter(
            *(begins(word, "") | begins("", word) | is_of((word,)) for word in words), is_of(words)
        )
        ways = [found.by_name()[:most] for found in (*named, of_reference)]
        return ways[0].union(*ways[1:]).by_name()[:most]

    def by_name(self) -> "PatientQuerySet":
        """As the desk reads them."""
        return self.order_by("family_key", "given_key", "id")


def readings(words: Sequence[str]) -> set[tuple[str, str]]:
    """What the words may mean: how the family name begins and how the given name does."""
    found = set()
    for cut in range(len(words) + 1):
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        found |= {(first, second), (second, first)}
    for are_family in product((True, False), repeat=len(words)):
        turns = tuple(zip(words, are_family, strict=True))
        family = [word for word, is_family in turns if is_family]
        given = [word for word, is_family in turns if not is_family]
        if is_one(family) and is_one(given):
            found.add((max(family, key=len, default=""), max(given, key=len, default="")))
    return found


def is_one(words: Sequence[str]) -> bool:
    """Whether a name can begin with each of them."""
    longest = max(words, key=len, default="")
    return all(longest.startswith(word) for word in words)


def begins(family: str, given: str) -> models.Q:
    """Ranges, not LIKE: row security lets an index serve only leakproof operators."""
    found = models.Q()
    for column, text in (("family_key", family), ("given_key", given)):
        if text:
            found &= models.Q(**{f"{column}__gte": text, f"{column}__lt": text + LAST_CHARACTER})
    return found


def is_of(words: Sequence[str]) -> models.Q:
    """The patients with these references, which are written in capitals."""
    return models.Q(reference__in=[word.upper() for word in words])


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
            models.Index(
                fields=["clinic", "family_key", "given_key", "id"], name="patient_by_family"
            ),
            models.Index(
                fields=["clinic", "given_key", "family_key", "id"], name="patient_by_given"
            ),
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
