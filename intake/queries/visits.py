"""A visit with everything that its brief shows, in one statement."""

from django.db.models import QuerySet

from clinic.models import Appointment
from clinic.models.staff import given_user
from clinic.queries.tasks import with_bar
from clinic.statements import Given, Statement
from intake.queries.calls import with_calls
from intake.queries.examinations import with_results
from intake.queries.misses import count_misses
from intake.queries.previous import previous_id
from intake.queries.programme_lines import with_programme
from intake.queries.scores import with_scores
from intake.queries.sign_offs import sign_off_of_visit


@Statement
def whole_visits(role: str) -> QuerySet[Appointment]:
    """By number, of a patient whom a user of this role treats."""
    user = given_user(role)
    visits = with_calls(with_bar(Appointment.objects.treated_by(user), user))
    visits = with_programme(with_scores(with_results(visits))).select_related(
        "patient__contact",
        "therapist",
        "invitation",
        "response__consent",
        "response__typed_by",
        "note__author",
        "note__follow_up__appointment",
        "note__follow_up__closed_by",
    )
    return visits.annotate(
        previous_id=previous_id(), misses=count_misses(), sign_off=sign_off_of_visit()
    ).filter(pk=Given("visit"))
