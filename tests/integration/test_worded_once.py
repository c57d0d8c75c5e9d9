"""A `Statement` gives what its query set would give; it is worded once and prepared once."""

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from clinic.access import Role
from clinic.models import Appointment, User
from clinic.statements import Given, Statement
from intake.models import Response
from intake.models.responses import responses_of_link
from intake.queries.days import visits_between
from intake.queries.visits import whole_visits
from tests.factories.clinics import inside
from tests.factories.intakes import begin, calm_answers, submitted
from tests.factories.visits import make_patient, make_visit, today_at

pytestmark = pytest.mark.usefixtures("committed")


@Statement
def visits_of() -> QuerySet[Appointment]:
    """With a joined row, an annotation and a sealed column behind it."""
    visits = Appointment.objects.select_related("patient__contact", "response")
    return visits.filter(therapist_id=Given("therapist")).order_by("starts_at")


@Statement
def visits_of_nobody() -> QuerySet[Appointment]:
    return Appointment.objects.filter(pk__in=[], therapist_id=Given("therapist"))


@Statement
def locked_responses() -> QuerySet[Response]:
    return Response.objects.select_for_update().filter(pk=Given("response"))


def two_visits(desk: User, ash: User) -> None:
    for hour in (8, 9):
        make_visit(desk, ash, make_patient(desk), today_at(hour))


def test_the_rows_are_those_of_the_query_set(desk, ash):
    two_visits(desk, ash)
    with inside(ash.clinic_id):
        rows = visits_of(therapist=ash.pk)
        plain = list(Appointment.objects.filter(therapist=ash).order_by("starts_at"))
        assert rows == plain
        assert [row.patient.contact.email for row in rows] == [
            row.patient.contact.email for row in plain
        ]


def test_each_run_brings_its_own_values(desk, ash, birch):
    two_visits(desk, ash)
    with inside(ash.clinic_id):
        assert len(visits_of(therapist=ash.pk)) == 2
        assert visits_of(therapist=birch.pk) == []
        assert visits_of.first(therapist=birch.pk) is None


def test_what_can_have_no_rows_asks_the_database_nothing(ash):
    with inside(ash.clinic_id), CaptureQueriesContext(connection) as captured:
        assert visits_of_nobody(therapist=ash.pk) == []
    assert not any("clinic_appointment" in query["sql"] for query in captured.captured_queries)


def test_a_forgotten_value_is_an_error(ash):
    with inside(ash.clinic_id), pytest.raises(KeyError):
        visits_of()


def test_a_row_is_locked_in_a_transaction_only(desk, ash):
    response = begin(desk, make_visit(desk, ash, make_patient(desk), today_at(8)))
    with inside(ash.clinic_id):
        assert locked_responses.first(response=response.pk) == response
    with pytest.raises(TransactionManagementError):
        locked_responses(response=response.pk)


def test_row_security_holds_for_what_is_prepared(desk, ash, other_desk):
    two_visits(desk, ash)
    with inside(ash.clinic_id):
        assert len(visits_of(therapist=ash.pk)) == 2
    with inside(other_desk.clinic_id):
        assert visits_of(therapist=ash.pk) == []


def test_the_pages_word_their_statements_once(desk, ash, monkeypatch):
    visit = make_visit(desk, ash, make_patient(desk), today_at(8))
    response = submitted(desk, visit, calm_answers())
    worded = []
    real = SQLCompiler.as_sql

    def as_sql(compiler, *args, **kwargs):
        worded.append(compiler.query.model)
        return real(compiler, *args, **kwargs)

    def ask():
        given = {"user": ash.pk, "clinic": ash.clinic_id}
        with inside(ash.clinic_id):
            assert whole_visits.first(Role.THERAPIST, visit=visit.pk, **given) == visit
            day = {"today": today_at(8).date(), "start": today_at(0), "end": today_at(23)}
            assert [row["id"] for row in visits_between(Role.THERAPIST, **given, **day)] == [
                visit.pk
            ]
            assert responses_of_link.first(False, invitation=response.invitation_id) == response

    ask()
    monkeypatch.setattr(SQLCompiler, "as_sql", as_sql)
    ask()
    assert worded == []


def test_the_server_knows_a_statement_again(ash):
    with inside(ash.clinic_id):
        for _ in range(3):
            visits_of(therapist=ash.pk)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT generic_plans + custom_plans FROM pg_prepared_statements"
                " WHERE statement LIKE '%clinic_appointment%therapist_id\" = ($1)%'"
            )
            runs = [row[0] for row in cursor.fetchall()]
    assert max(runs, default=0) >= 3
