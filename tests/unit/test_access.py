"""The table of permissions, word for word as the security design has it."""

import pytest

from clinic.access import GRANTS, Actor, Kind, Permission, Role, may, system

CLINICAL = {
    Permission.READ_DAY,
    Permission.READ_BRIEF,
    Permission.JUDGE_FLAG,
    Permission.WRITE_NOTE,
    Permission.EXPORT_INTAKE,
    Permission.EXPORT_CASES,
    Permission.TAKE_CALL,
}


def test_every_role_has_a_row():
    assert set(GRANTS) == set(Role)


def test_every_permission_is_granted_to_somebody():
    assert set().union(*GRANTS.values()) == set(Permission)


@pytest.mark.parametrize("permission", sorted(CLINICAL))
def test_only_a_therapist_reads_and_writes_what_is_clinical(permission):
    assert [role for role in Role if may(role, permission)] == [Role.THERAPIST]


def test_the_admin_keeps_the_settings_and_sees_no_patient():
    settings = {
        Permission.READ_SETTINGS,
        Permission.WRITE_SETTINGS,
        Permission.KEEP_INSTRUMENTS,
        Permission.SIGN_OFF_PACK,
        Permission.PUBLISH_PACK,
    }
    counts = {Permission.READ_LEARNING}  # no patient is in them
    assert GRANTS[Role.ADMIN] == settings | counts | {Permission.OPEN_HOME}
    for permission in settings:
        assert [role for role in Role if may(role, permission)] == [Role.ADMIN]


def test_the_desk_is_run_by_the_desk_and_by_therapists():
    assert {role for role in Role if may(role, Permission.RUN_DESK)} == {Role.DESK, Role.THERAPIST}


def test_everybody_of_the_staff_has_a_first_page():
    assert all(may(role, Permission.OPEN_HOME) for role in Role)


def test_an_actor_names_an_account_only_if_it_is_one():
    assert Actor(Kind.STAFF, "7", 1).user_id == 7
    for kind in (Kind.PATIENT, Kind.SYSTEM, Kind.ANONYMOUS):
        with pytest.raises(ValueError, match="has no account"):
            assert Actor(kind, "7", 1).user_id


def test_an_actor_does_not_change():
    with pytest.raises(AttributeError):
        system(1, "worker").id = "somebody"


def test_an_actor_without_a_clinic_makes_nothing_in_one():
    assert system(3, "worker").own_clinic_id == 3
    with pytest.raises(ValueError, match="belongs to no clinic"):
        assert system(None, "worker").own_clinic_id
