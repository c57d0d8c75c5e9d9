"""The notice and the statement as one clinic's patients read them."""

from django.db.models import QuerySet

from clinic.models import Clinic, ClinicTexts
from clinic.statements import Given, Statement
from intake.notices import Words, own_words, words


def places(clinic: Clinic) -> dict[str, str]:
    """What stands for the clinic in its texts."""
    return {
        "CLINIC_NAME": clinic.name,
        "CLINIC_PHONE": clinic.phone,
        "EMERGENCY_NUMBER": clinic.emergency_number,
        "URGENT_LINE": clinic.urgent_line,
    }


def get_words(clinic: Clinic, part: str, language: str) -> Words:
    """The clinic's own words in their newest version; the default where it has none."""
    newest = get_newest_texts(clinic)
    own = newest.content[part].get(language) if newest else None
    if newest is None or not own:
        return words(part, language=language, places=places(clinic))
    return own_words(own, version=str(newest), language=language, places=places(clinic))


def get_newest_texts(clinic: Clinic) -> ClinicTexts | None:
    """What the admin saved last; None before the first time."""
    return newest_texts.first(clinic=clinic.pk)


@Statement
def newest_texts() -> QuerySet[ClinicTexts]:
    """Of a clinic."""
    return ClinicTexts.objects.filter(clinic_id=Given("clinic")).order_by("-number")[:1]


def get_hours(clinic: Clinic | None, language: str) -> str:
    """When the clinic can be reached, in this language; empty where nobody wrote it."""
    return str(clinic.hours.get(language, "")) if clinic else ""
