"""An intake as it leaves the house: everything of it as one FHIR Bundle."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.text import slugify

from clinic.models import Appointment, Clinic, Patient, User
from intake import labels
from intake.cards import score_label
from intake.fhir.writing.bundles import Subject, write_bundle, write_patient
from intake.fhir.writing.findings import About, Issue, Measure, write_issue, write_measure
from intake.fhir.writing.questionnaires import write_questionnaire
from intake.fhir.writing.responses import Filled, write_response
from intake.fhir.writing.words import HOUSE, Resource
from intake.figures import tell
from intake.models import Flag, Response, Urgency, Verdict
from intake.queries.days import day_starts
from intake.queries.questionnaires import Published, read_with
from intake.queries.scores import get_scales, with_scores
from intake.queries.sign_offs import sign_off_of_visit
from intake.rules.answers import read_answers
from intake.scores import Scale

CHUNK = 50


def exportable_by(user: User) -> QuerySet[Appointment]:
    """Those of the patients this therapist treats."""
    return exportable(Appointment.objects.treated_by(user))


def exportable(visits: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Visits with all that `write_intake` reads of them, their flags apart."""
    found = with_scores(visits.filter(response__isnull=False))
    return found.select_related("patient", "response").annotate(sign_off=sign_off_of_visit())


@dataclass(frozen=True)
class Intake:
    """The resources about one intake; the questionnaire apart, many share it."""

    id: uuid.UUID
    questionnaire: Resource
    resources: tuple[Resource, ...]

    def bundle(self, at: datetime, *, with_questionnaire: bool) -> Resource:
        """One Bundle; alone it brings its questions along."""
        first = (self.questionnaire,) if with_questionnaire else ()
        return write_bundle(self.id, at, (*first, *self.resources))


def write_intake(visit: Appointment, zone: ZoneInfo) -> Intake:
    """The intake of a visit that came `exportable`."""
    response: Response = visit.response
    published = read_with(response)
    pack, questionnaire = published.pack, published.pack.questionnaire
    at = (response.submitted_at or response.saved_at).astimezone(zone)
    answers = questionnaire.in_force(read_answers(questionnaire, response.answers, on=at.date()))
    subject = subject_of(visit.patient)
    about = About(subject.id, response.pk, at, response.is_submitted)
    filled = Filled(
        id=response.pk,
        patient=subject.id,
        language=response.language,
        authored=at,
        is_submitted=response.is_submitted,
        by_patient=response.role == "self" and response.way != "phone",
        shown=response.shown,
        declined=response.declined,
    )
    latest = Verdict.objects.filter(flag_id=OuterRef("pk")).order_by("-at").values("choice")[:1]
    flags = Flag.objects.filter(response=response, changed_at=None, is_suppressed=False)
    flags = flags.annotate(choice=Subquery(latest))
    return Intake(
        uuid.uuid5(response.pk, "bundle"),
        write_questionnaire(
            questionnaire,
            pack.documents["items"],
            is_signed_off=visit.sign_off is not None,  # type: ignore[attr-defined]
        ),
        (
            write_patient(subject),
            write_response(questionnaire, answers, filled),
            *(
                write_issue(issue_of(published, flag), about)
                for flag in flags.order_by("raised_at")
            ),
            *(write_measure(measure_of(scale), about) for scale in get_scales(visit)),
        ),
    )


def subject_of(patient: Patient) -> Subject:
    """The same patient always gets the same id, which says nothing about anybody."""
    id = uuid.uuid5(uuid.NAMESPACE_URL, f"{HOUSE}:{patient.clinic_id}:{patient.pk}")
    name = (patient.given_name, patient.family_name)
    return Subject(id, patient.reference, *name, patient.birth_date)


def issue_of(published: Published, flag: Any) -> Issue:
    """A flag with its words as they were when it was raised, and its last verdict."""
    said, urgency = flag.evidence, Urgency(flag.urgency).label
    tier = labels.TIER[flag.tier] if flag.tier else ""
    raised = " ".join(tell(one).text for one in said["trigger_says"])
    strength = f"{tier}: {score_label(said, 1)}." if tier else f"Raised when: {raised}."
    return Issue(
        id=flag.pk,
        pattern=flag.pattern,
        name=said["name"],
        urgency=urgency,
        urgency_label=labels.URGENCY[urgency],
        strength=strength,
        raised_at=flag.raised_at,
        message=tell(said["message"]).text,
        speaks=(
            *(line_of("For", line) for line in said["for"]),
            *(line_of("Against", line) for line in said["against"]),
            *(f"Not answered: {text}" for text in missing_of(published, said["missing"])),
        ),
        verdict=flag.choice or "",
    )


def line_of(side: str, line: dict[str, Any]) -> str:
    points = "" if line["points"] is None else f" ({line['points']:+d})"
    return f"{side}{points}: {tell(line['say']).text} [{labels.BASIS[line['basis']]}]"


def missing_of(published: Published, link_ids: list[str]) -> Iterator[str]:
    return (published.pack.questionnaire.item(link_id).text("en") for link_id in link_ids)


def measure_of(scale: Scale) -> Measure:
    """A score with what it takes to work it out again."""
    parts = (f"{scale.limits}, {scale.better}", scale.method, scale.sum_of, scale.version)
    return Measure(
        key=slugify(f"{scale.title} {scale.name}"),
        title=f"{scale.title}: {scale.name}",
        value=Decimal(scale.value) if scale.value else None,
        missing=scale.missing,
        note=". ".join(part.rstrip(".") for part in parts if part),
    )


def list_sent(
    clinic: Clinic, since: date, until: date, after: tuple[Any, int] | None
) -> list[Appointment]:
    """The next few visits whose intake was sent in these days, by the clinic's calendar."""
    sent = Appointment.objects.filter(
        clinic=clinic,
        response__submitted_at__gte=day_starts(since, clinic.zone),
        response__submitted_at__lt=day_starts(until + timedelta(days=1), clinic.zone),
    )
    if after:
        at, pk = after
        sent = sent.filter(
            Q(response__submitted_at__gt=at) | Q(response__submitted_at=at, pk__gt=pk)
        )
    return list(exportable(sent).order_by("response__submitted_at", "pk")[:CHUNK])
