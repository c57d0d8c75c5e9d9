"""The second wall: what the database refuses by itself, whatever a query forgets (D-01, D-13)."""

import uuid
from datetime import timedelta
from importlib import import_module

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.utils import timezone

from clinic.models import Appointment, AuditEvent, Clinic, Contact, Message, Patient, User
from clinic.walls import enter_clinic, inside_clinic
from intake.models import Flag, Invitation, KioskCode, LinkSession, LinkToken, Miss, Note
from intake.models.responses import responses_of_link
from intake.queries.visits import whole_visits
from tests import databases
from tests.factories.clinics import nowhere, within
from tests.factories.visits import make_patient, make_visit
from tests.integration.world import Side, make_side

# Read before the clinic is known (D-01); they hold no patient's data.
OUTSIDE = {Clinic, User, LinkToken, LinkSession, KioskCode}
# The same for every clinic.
SHARED = {"intake_questionnaireversion", "intake_packversion", "intake_rehearsal"}
# Its own policies: it is written before anybody is known, and outlives what it names.
TRAIL = {AuditEvent}


# Keys of rows that are of one clinic.
OF_ONE_CLINIC = {"response", "invitation", "patient", "appointment", "task"}


def ours() -> list[type[models.Model]]:
    return [
        model
        for app in ("clinic", "intake")
        for model in apps.get_app_config(app).get_models()
        if model._meta.db_table not in SHARED
    ]


def walled() -> list[type[models.Model]]:
    """Every model that row security guards: all of ours that are not named above."""
    return [model for model in ours() if model not in OUTSIDE | TRAIL]


@pytest.fixture
def sides(kept: None) -> tuple[Side, Side]:
    return make_side("Here"), make_side("There")


def named(model: type[models.Model]) -> str:
    return model.__name__


# What the catalogue says ---------------------------------------------------------------------


@pytest.mark.parametrize("model", walled(), ids=named)
def test_every_patient_related_table_forces_row_security(model, db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == (True, True)
        cursor.execute(
            "SELECT cmd, qual, with_check FROM pg_policies WHERE tablename = %s",
            [model._meta.db_table],
        )
        [(command, reads, writes)] = cursor.fetchall()
    assert command == "ALL"
    for condition in (reads, writes):
        assert "clinic_id = " in condition
        assert "current_setting('previsit.clinic'" in condition


@pytest.mark.parametrize("model", walled(), ids=named)
def test_every_patient_related_row_has_a_clinic(model):
    field = model._meta.get_field("clinic")
    assert field.related_model is Clinic
    assert not field.null


def foreign_keys() -> list[tuple[type[models.Model], models.Field]]:
    """Every foreign key from a row of one clinic to another such row."""
    return [
        (model, field)
        for model in ours()
        if model is not User and model not in TRAIL
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in {*walled(), User}
    ]


# Who did it: an account's clinic never changes and no policy reads it through these.
BY_WHOM = {"created_by", "cancelled_by", "by", "author", "typed_by", "closed_by"}


@pytest.mark.parametrize(
    ("model", "field"), foreign_keys(), ids=lambda value: getattr(value, "__name__", str(value))
)
def test_a_foreign_key_carries_the_clinic_on_both_sides(model, field, db):
    if field.name in BY_WHOM:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f'",
            [model._meta.db_table],
        )
        definitions = [definition for (definition,) in cursor.fetchall()]
    target = field.related_model._meta.db_table
    wanted = f"FOREIGN KEY ({field.column}, clinic_id) REFERENCES {target}(id, clinic_id)"
    assert any(definition.startswith(wanted) for definition in definitions), definitions


def test_the_role_of_the_product_owns_nothing(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT pg_has_role(current_user, 'previsit_owner', 'MEMBER')")
        assert cursor.fetchone() == (False,)


def test_every_unique_constraint_of_a_walled_table_is_of_one_clinic_or_of_a_key(db):
    """A constraint across clinics would tell one clinic what another holds."""
    across = {
        (model.__name__, constraint.name)
        for model in walled()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and "clinic" not in constraint.fields
        # Made of keys that are themselves of one clinic.
        and not {"response", "invitation", "patient", "appointment", "task"}
        & set(constraint.fields)
    }
    assert across == set()


# What happens --------------------------------------------------------------------------------


def test_without_a_clinic_every_table_reads_empty(sides):
    with within(sides[0].clinic):
        filled = {model for model in walled() if model._default_manager.exists()}
    with nowhere():
        seen = {model for model in walled() if model._default_manager.exists()}
    assert filled == set(walled()), "there has to be a row to hide"
    assert seen == set()


def test_each_clinic_sees_its_own_rows_only(sides):
    for side in sides:
        for model in walled():
            with within(side.clinic):
                owners = set(model._default_manager.values_list("clinic_id", flat=True))
            assert owners == {side.clinic.pk}, model


def test_no_row_enters_without_a_clinic_or_for_another(sides):
    here, there = sides
    for table in [model._meta.db_table for model in walled()]:
        with within(here.clinic), connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE copied_{table} AS TABLE {table}")
        for elsewhere in (None, there.clinic.pk):
            # The trigger of the addenda looks for the note first, and finds none.
            refusal = "row-level security|belongs to a signed note"
            with pytest.raises(DatabaseError, match=refusal):
                copy_in(table, elsewhere)


def copy_in(table: str, clinic_id: int | None) -> None:
    """Insert the rows that were copied from `table`, inside a clinic that is not theirs."""
    with inside_clinic(clinic_id), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} SELECT * FROM copied_{table}")  # noqa: S608


def test_raw_sql_cannot_change_the_rows_of_another_clinic(sides):
    here, there = sides
    with within(there.clinic), connection.cursor() as cursor:
        for sql in (
            "UPDATE clinic_patient SET given_name = 'Taken' WHERE id = %s",
            "DELETE FROM clinic_patient WHERE id = %s",
        ):
            cursor.execute(sql, [here.visit.patient_id])
            assert cursor.rowcount == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute(
                "UPDATE clinic_patient SET clinic_id = %s WHERE id = %s",
                [here.clinic.pk, there.visit.patient_id],
            )


BREAK_OUTS = [
    "SET row_security = off; SELECT count(*) FROM clinic_patient",
    "SET ROLE previsit_owner",
    "ALTER TABLE clinic_patient DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE clinic_patient NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY own_clinic ON clinic_patient",
    "CREATE POLICY mine ON clinic_patient USING (true)",
    "TRUNCATE clinic_patient",
    "ALTER TABLE clinic_auditevent DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "CREATE TABLE copy_of_everything (id int)",
    "COPY clinic_patient TO '/tmp/patients'",
]


@pytest.mark.parametrize("break_out", BREAK_OUTS)
def test_the_role_of_the_product_cannot_take_the_wall_down(break_out, db):
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(break_out)


def test_the_clinic_ends_with_the_transaction(committed, clinic, desk):
    make_patient(desk)
    with inside_clinic(clinic.pk):
        assert Patient.objects.count() == 1
    assert Patient.objects.count() == 0  # the same connection, the next transaction
    with pytest.raises(RuntimeError, match="inside a transaction"):
        enter_clinic(clinic.pk)


def test_a_refused_request_leaves_no_clinic_behind(committed, clinic, desk):
    make_patient(desk)
    with pytest.raises(ZeroDivisionError), inside_clinic(clinic.pk):
        raise ZeroDivisionError
    assert Patient.objects.count() == 0


# Composite foreign keys ----------------------------------------------------------------------


def without_contact(side: Side) -> Patient:
    """A patient whose contact row is still to come."""
    with within(side.clinic):
        patient = make_patient(side.desk)
        Contact.objects.filter(patient=patient).delete()
        return patient


def lines_across(here: Side, there: Side) -> dict[str, models.Model]:
    """Rows of one clinic that point into the other."""
    now = timezone.now()
    here_ids = {"clinic_id": here.clinic.pk}
    visit = {
        **here_ids,
        "starts_at": now + timedelta(days=9),
        "ends_at": now + timedelta(days=9, hours=1),
        "created_at": now,
    }
    mine, theirs = here.open_visit, there.open_visit
    return {
        "a visit of a foreign patient": Appointment(
            **visit, patient_id=theirs.patient_id, therapist=here.therapist
        ),
        "a visit with a foreign therapist": Appointment(
            **visit, patient_id=mine.patient_id, therapist=there.therapist
        ),
        "a foreign patient's contact": Contact(
            **here_ids, patient_id=without_contact(there).pk, email="a@patients.example"
        ),
        "a mail to a foreign patient": Message(
            **here_ids, patient_id=theirs.patient_id, address="a", body="b", due_at=now
        ),
        "a note of a foreign visit": Note(
            **here_ids,
            patient_id=mine.patient_id,
            appointment=make_visit(there.desk, there.therapist),
            author=here.therapist,
            text="x",
            saved_at=now,
        ),
        "an invitation to a foreign visit": Invitation(
            **here_ids,
            patient_id=mine.patient_id,
            appointment=make_visit(there.desk, there.therapist),
            created_by=here.desk,
            created_at=now,
            sent_at=now,
        ),
        "a link to a foreign intake": LinkSession(
            **here_ids,
            key_hash=uuid.uuid4().bytes,
            invitation_id=there.response.invitation_id,
            created_at=now,
            expires_at=now,
        ),
        "a flag on a foreign answer": Flag(
            **here_ids,
            response_id=there.response.pk,
            pack_id=here.flag.pack_id,
            pattern="made.up",
            group="redflag",
            urgency=3,
            evidence={},
            raised_at=now,
        ),
    }


def test_no_row_points_into_another_clinic(sides):
    here, there = sides
    for what, row in lines_across(here, there).items():
        taken = f"{what} was taken"
        with pytest.raises(IntegrityError, match="_same_clinic"), within(here.clinic):
            assert save_at_once(row), taken


def save_at_once(row: models.Model) -> bool:
    """Save, and have the deferred constraints look at it now."""
    row.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return False


# Either wall alone, and a control without both -------------------------------------------------

NO_ROW_SECURITY = [
    f"ALTER TABLE {model._meta.db_table} DISABLE ROW LEVEL SECURITY" for model in walled()
]


def read_across(here: Side, there: Side) -> bool:
    """Whether a therapist of the other clinic gets the brief."""
    from tests.clients import signed_in

    response = signed_in(there.therapist).get(f"/visits/{here.visit.pk}/")
    assert response.status_code in (200, 404)
    return response.status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "leaks"),
    [(True, True, False), (True, False, False), (False, True, False), (False, False, True)],
    ids=["both walls", "only the query's", "only the database's", "control: none"],
)
def test_each_wall_alone_stops_a_read_across_clinics(first, second, leaks, committed, monkeypatch):
    with databases.scratch("previsit_walls", *([] if second else NO_ROW_SECURITY)):
        here, there = make_side("Here"), make_side("There")
        if not first:
            monkeypatch.setattr(
                Appointment.objects.all().__class__, "treated_by", lambda rows, _: rows
            )
            # Worded before, with the wall.
            monkeypatch.setattr(whole_visits, "worded", whole_visits.worded.__wrapped__)
        assert read_across(here, there) is leaks


# Append-only ---------------------------------------------------------------------------------

FROZEN = (
    "clinic_auditevent",
    "intake_questionnaireversion",
    "intake_packversion",
    "intake_consent",
    "intake_verdict",
    "intake_addendum",
    "intake_miss",
    "intake_export",
    "intake_examresult",
)


CHANGES = [
    command.format(table)
    for table in FROZEN
    for command in ("UPDATE {} SET id = id", "DELETE FROM {}")
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_product_cannot_change_what_is_append_only(change, db):
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_owner_is_stopped_by_a_trigger(committed):
    # The owner of the tables could lift the trail's row security, and still not change it.
    lifted = "ALTER TABLE clinic_auditevent NO FORCE ROW LEVEL SECURITY"
    with databases.scratch("previsit_owner", lifted):
        side = make_side("Here")
        with databases.as_owner("previsit_owner") as owner, owner.transaction():
            owner.execute("SELECT set_config('previsit.clinic', %s, true)", [str(side.clinic.pk)])
            for change in CHANGES:
                with pytest.raises(psycopg.Error, match="append-only"), owner.transaction():
                    owner.execute(change)


FORGET = (
    "ALTER TABLE intake_miss NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE intake_miss ALTER COLUMN patient_id DROP NOT NULL",
    "ALTER TABLE intake_miss DISABLE TRIGGER intake_miss_update_refused",
    "UPDATE intake_miss SET patient_id = NULL",
    "ALTER TABLE intake_miss ENABLE TRIGGER intake_miss_update_refused",
    "ALTER TABLE intake_miss FORCE ROW LEVEL SECURITY",
)


def test_a_miss_from_before_gets_its_patient_in_every_clinic(committed):
    backfill = import_module("intake.migrations.0019_misses_of_patient").BACKFILL
    with databases.scratch("previsit_misses"):
        sides = [make_side("Here"), make_side("There")]
        with databases.as_owner("previsit_misses") as owner:
            for statement in FORGET:
                owner.execute(statement)
        for side in sides:
            assert patients_of_misses(side) == [None], "the control"
        with databases.as_owner("previsit_misses") as owner:
            owner.execute(backfill)
            owner.execute(
                "SELECT set_config('previsit.clinic', %s::text, false)", [sides[0].clinic.pk]
            )
            with pytest.raises(psycopg.Error, match="append-only"):
                owner.execute("UPDATE intake_miss SET patient_id = NULL")
        for side in sides:
            assert patients_of_misses(side) == [side.visit.patient_id]


def patients_of_misses(side):
    with within(side.clinic):
        return list(Miss.objects.values_list("patient_id", flat=True))


@pytest.mark.parametrize("table", ["response", "flag", "note", "followup", "invitation"])
def test_the_product_cannot_delete_what_was_answered_and_written(table, db):
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM intake_{table}")  # noqa: S608


def test_the_trail_takes_no_row_in_the_name_of_another_clinic(sides):
    here, there = sides
    for clinic, named_clinic in ((here.clinic.pk, there.clinic.pk), (None, there.clinic.pk)):
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            within(here.clinic) if clinic else nowhere(),
            transaction.atomic(),
        ):
            AuditEvent(clinic_id=named_clinic, actor_id="1", action="x").save(force_insert=True)


def test_the_trail_of_another_clinic_cannot_be_read(sides):
    for side in sides:
        with within(side.clinic):
            owners = set(AuditEvent.objects.values_list("clinic_id", flat=True))
        assert owners == {side.clinic.pk}


def test_responses_of_both_clinics_exist_for_their_own_only(sides):
    """The same again through the statement that the views use."""
    here, there = sides
    with within(there.clinic):
        assert responses_of_link(False, invitation=here.response.invitation_id) == []
        assert responses_of_link(False, invitation=there.response.invitation_id) == [there.response]
