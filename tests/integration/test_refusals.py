"""What the database refuses, whoever asks: the truth is in the constraints (D-13)."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from clinic.commands import scheduling
from clinic.encryption import Tampered
from clinic.models import Appointment, User
from intake.commands import flags, notes
from intake.commands.questionnaires import publish
from intake.models import (
    Addendum,
    Flag,
    Invitation,
    LinkSession,
    LinkToken,
    PackVersion,
    Response,
    Verdict,
)
from intake.rules.pack import load_pack
from tests.factories.clinics import actor
from tests.factories.intakes import answer, begin, calm_answers, submitted, urgent_answers
from tests.factories.visits import make_patient, make_visit, today_at


def change(row, **values):
    """Past every command, straight at the table."""
    with transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**values)


def change_sealed(row, column):
    """Put other bytes where a sealed value is."""
    with transaction.atomic(), connection.cursor() as cursor:
        table = row._meta.db_table
        cursor.execute(f"UPDATE {table} SET {column} = '\\x00' WHERE id = %s", [row.pk])  # noqa: S608


# Booking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("starts", "minutes"), [(0, 30), (-29, 30), (29, 30), (5, 10), (-60, 200)])
def test_a_therapist_is_not_booked_twice(starts, minutes, desk, ash):
    make_visit(desk, ash, starts_at=today_at(9))
    with pytest.raises(scheduling.Clash) as clash:
        make_visit(desk, ash, starts_at=today_at(9) + timedelta(minutes=starts), minutes=minutes)
    assert clash.value.of == "therapist"


@pytest.mark.parametrize("starts", [-30, 30])
def test_visits_may_follow_each_other(starts, desk, ash):
    make_visit(desk, ash, starts_at=today_at(9))
    make_visit(desk, ash, starts_at=today_at(9) + timedelta(minutes=starts), minutes=30)
    assert Appointment.objects.standing().count() == 2


def test_a_patient_is_not_in_two_places(desk, ash, birch):
    patient = make_patient(desk)
    make_visit(desk, ash, patient, today_at(9))
    for options in ({}, {"is_overbooked": True}):
        with pytest.raises(scheduling.Clash) as clash:
            make_visit(desk, birch, patient, today_at(9, 15), **options)
        assert clash.value.of == "patient"


def test_overbooking_on_purpose_is_taken_and_kept_as_such(desk, ash):
    make_visit(desk, ash, starts_at=today_at(9))
    second = make_visit(desk, ash, starts_at=today_at(9), is_overbooked=True)
    assert Appointment.objects.get(pk=second.pk).is_overbooked


def test_a_cancelled_visit_frees_its_time(desk, ash):
    first = make_visit(desk, ash, starts_at=today_at(9))
    scheduling.cancel(by=actor(desk), at=timezone.now(), appointment=first)
    make_visit(desk, ash, starts_at=today_at(9))
    assert Appointment.objects.standing().count() == 1


def test_a_visit_ends_after_it_starts(desk, ash):
    for minutes in (0, -30):
        with pytest.raises(IntegrityError, match="ends_after_start"), transaction.atomic():
            make_visit(desk, ash, minutes=minutes)


def test_a_cancellation_has_a_time_and_somebody(desk, ash):
    visit = make_visit(desk, ash)
    for values in ({"cancelled_at": timezone.now()}, {"cancelled_by": desk}):
        with pytest.raises(IntegrityError, match="cancelled_by_somebody"):
            change(visit, **values)


# Answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["answers", "declined", "shown", "signer", "statement"])
def test_a_submitted_response_does_not_change(column, desk, ash):
    response = submitted(desk, make_visit(desk, ash))
    with pytest.raises(IntegrityError, match="a submitted response does not change"):
        change_sealed(response, column)


def test_a_submission_is_not_taken_back(desk, ash):
    response = submitted(desk, make_visit(desk, ash))
    other = make_visit(desk, ash)
    refused = "does not change|submitted_whole"
    for values in (
        {"submitted_at": timezone.now() + timedelta(days=1)},
        {"submit_key": uuid.uuid4()},
        {"patient_id": other.patient_id},
        {"appointment": other},
        {"submitted_at": None, "submit_key": None, "pack": None},
    ):
        with pytest.raises(IntegrityError, match=refused):
            change(response, **values)


def test_a_draft_keeps_its_questionnaire(desk, ash):
    draft = begin(desk, make_visit(desk, ash))
    with pytest.raises(IntegrityError, match="the questionnaire of a response is pinned"):
        change(draft, questionnaire_id=draft.questionnaire_id + 1)


def test_a_response_is_submitted_whole_or_not_at_all(desk, ash):
    draft = begin(desk, make_visit(desk, ash))
    pack = PackVersion.objects.first()
    for values in ({"submitted_at": timezone.now()}, {"submit_key": uuid.uuid4()}, {"pack": pack}):
        with pytest.raises(IntegrityError, match="submitted_whole"):
            change(draft, **values)


def test_an_appointment_has_one_response(desk, ash):
    draft = begin(desk, make_visit(desk, ash))
    draft.pk = uuid.uuid4()
    with pytest.raises(IntegrityError, match="_key"), transaction.atomic():
        Response.objects.bulk_create([draft])


# Flags, verdicts -------------------------------------------------------------------------------


@pytest.fixture
def urgent(desk, ash) -> Response:
    return submitted(desk, make_visit(desk, ash), urgent_answers())


@pytest.fixture
def red_flag(urgent) -> Flag:
    return Flag.objects.filter(response=urgent, group="redflag").first()


def test_a_closed_flag_does_not_change(desk, ash):
    draft = begin(desk, make_visit(desk, ash))
    answer(draft, {"rf.now": ["chest"]})
    answer(draft, {"rf.now": ["none"]})
    closed = Flag.objects.get(response=draft, changed_at__isnull=False)
    for values in ({"changed_at": None}, {"urgency": 0}, {"changed_at": timezone.now()}):
        with pytest.raises(IntegrityError, match="a flag that was closed does not change"):
            change(closed, **values)


def test_an_open_flag_stays_what_it_is_about(desk, ash):
    draft = begin(desk, make_visit(desk, ash))
    answer(draft, {"rf.now": ["chest"]})
    flag = Flag.objects.get(response=draft)
    for values in ({"pattern": "ilio.strain"}, {"raised_at": timezone.now() + timedelta(days=1)}):
        with pytest.raises(IntegrityError, match="a flag stays what it is about"):
            change(flag, **values)


def test_the_flags_of_a_submitted_response_keep_what_they_said(red_flag):
    for values in ({"urgency": 0}, {"is_suppressed": True}, {"changed_at": timezone.now()}):
        with pytest.raises(IntegrityError, match="keep what they said"):
            change(red_flag, **values)


def test_one_pattern_is_open_once(red_flag):
    red_flag.pk = uuid.uuid4()
    with pytest.raises(IntegrityError, match="one_open_flag_a_pattern"), transaction.atomic():
        Flag.objects.bulk_create([red_flag])


def test_a_verdict_on_a_red_flag_says_why(red_flag, ash):
    with pytest.raises(flags.ReasonMissing):
        flags.judge(by=actor(ash), at=timezone.now(), flag=red_flag, choice="confirmed", reason="")
    bare = Verdict(
        clinic_id=red_flag.clinic_id,
        flag=red_flag,
        is_of_red_flag=True,
        choice="confirmed",
        by=ash,
        at=timezone.now(),
    )
    with pytest.raises(IntegrityError, match="red_flag_verdict_has_reason"), transaction.atomic():
        bare.save(force_insert=True)


def test_there_are_three_verdicts(red_flag, ash):
    with pytest.raises(IntegrityError, match="known_verdict"), transaction.atomic():
        flags.judge(by=actor(ash), at=timezone.now(), flag=red_flag, choice="maybe", reason="so")


# Notes -----------------------------------------------------------------------------------------


def write(ash, visit, *, is_signed):
    parts = {"subjective": "S", "text": "T"}
    saved = notes.save_note(
        by=actor(ash), at=timezone.now(), appointment=visit, parts=parts, is_signed=is_signed
    )
    return saved.note


def test_a_signed_note_does_not_change(desk, ash):
    visit = make_visit(desk, ash)
    note = write(ash, visit, is_signed=True)
    with pytest.raises(notes.NoteSigned):
        write(ash, visit, is_signed=False)
    with pytest.raises(IntegrityError, match="a signed note does not change"):
        change_sealed(note, "text")
    for part in ("subjective", "objective", "assessment", "plan"):
        with pytest.raises(IntegrityError, match="a signed note does not change"):
            change_sealed(note, part)
    with pytest.raises(IntegrityError, match="a signed note does not change"):
        change(note, signed_at=None)


def test_only_a_signed_note_is_added_to(desk, ash):
    note = write(ash, make_visit(desk, ash), is_signed=False)
    with pytest.raises(IntegrityError, match="belongs to a signed note"), transaction.atomic():
        notes.amend(by=actor(ash), at=timezone.now(), note=note, text="and", key=uuid.uuid4())
    assert not Addendum.objects.exists()


# Links -----------------------------------------------------------------------------------------


@pytest.fixture
def invitation(desk, ash) -> Invitation:
    return begin(desk, make_visit(desk, ash)).invitation


def test_an_invitation_has_one_live_link(invitation):
    second = LinkToken(
        token_hash=b"x" * 32,
        clinic_id=invitation.clinic_id,
        invitation=invitation,
        expires_at=timezone.now(),
    )
    with pytest.raises(IntegrityError, match="one_live_link"), transaction.atomic():
        second.save(force_insert=True)


def test_no_link_counts_a_sixth_try(invitation):
    with pytest.raises(IntegrityError, match="five_tries"):
        change(LinkToken.objects.get(invitation=invitation, revoked_at=None), tries=6)


def test_a_code_has_an_end_and_three_tries(invitation):
    session = LinkSession(
        key_hash=b"k" * 32,
        clinic_id=invitation.clinic_id,
        invitation=invitation,
        created_at=timezone.now(),
        expires_at=timezone.now(),
    )
    session.save(force_insert=True)
    with pytest.raises(IntegrityError, match="code_and_its_end"):
        change(session, code_hash=b"c" * 32)
    with pytest.raises(IntegrityError, match="three_code_tries"):
        change(session, code_tries=4)


# People and packs --------------------------------------------------------------------------------


def test_a_role_is_one_of_the_three(desk):
    with pytest.raises(IntegrityError, match="known_role"):
        change(desk, role="root")


def test_an_account_has_an_address_of_its_own(desk, ash):
    with pytest.raises(IntegrityError, match="email"):
        change(ash, email=desk.email)
    assert User.objects.get(pk=ash.pk).email != desk.email


def test_a_reference_is_given_once_in_a_clinic(desk):
    one, two = make_patient(desk), make_patient(desk)
    with pytest.raises(IntegrityError, match="reference_once_per_clinic"):
        change(two, reference=one.reference)


def test_publishing_the_same_pack_again_gives_the_row_there_is(clinic, desk):
    again = publish(by=actor(desk), at=timezone.now(), pack=load_pack())
    assert PackVersion.objects.get() == again


def test_answers_are_not_readable_in_the_database(desk, ash):
    response = submitted(desk, make_visit(desk, ash), calm_answers(problem__words="canarywords"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM intake_response r WHERE id = %s", [response.pk])
        (row,) = cursor.fetchone()
        cursor.execute("SELECT string_agg(c::text, '') FROM clinic_contact c")
        (contacts,) = cursor.fetchone()
    assert b"canarywords".hex() not in row
    assert "canarywords" not in row
    assert b"@patients.example".hex() not in contacts
    assert "@patients.example" not in contacts


def test_a_sealed_value_opens_in_its_own_row_only(desk, ash):
    one = submitted(desk, make_visit(desk, ash))
    draft = begin(desk, make_visit(desk, ash))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intake_response SET answers = (SELECT answers FROM intake_response"
            " WHERE id = %s) WHERE id = %s",
            [one.pk, draft.pk],
        )
    with pytest.raises(Tampered):
        assert Response.objects.get(pk=draft.pk).answers


def test_the_product_makes_no_tables(db):
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE extra (id int)")
