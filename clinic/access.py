"""Who may do what. Pure: the table that grants permissions to roles, and who is acting."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """What a member of the staff is at the clinic."""

    DESK = "desk"
    THERAPIST = "therapist"
    ADMIN = "admin"


class Permission(StrEnum):
    """What a view asks for."""

    OPEN_HOME = "open home"
    READ_DAY = "read the therapist's day"
    READ_BRIEF = "read a brief"
    JUDGE_FLAG = "judge a flag"
    WRITE_NOTE = "write a note"
    READ_LEARNING = "read what the verdicts teach"
    EXPORT_CASES = "export misses as cases"
    GIVE_PROGRAMME = "give a home programme"
    EXPORT_INTAKE = "take an intake out as FHIR"
    TAKE_CALL = "take an urgent call"
    RUN_DESK = "run the front desk"
    READ_SETTINGS = "read the settings"
    PUBLISH_PACK = "rehearse and publish a pack"
    KEEP_INSTRUMENTS = "keep the instruments"
    WRITE_SETTINGS = "change the settings"
    SIGN_OFF_PACK = "record who signed a pack off"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.DESK: frozenset({Permission.OPEN_HOME, Permission.RUN_DESK}),
    Role.THERAPIST: frozenset(
        {
            Permission.OPEN_HOME,
            Permission.READ_DAY,
            Permission.READ_BRIEF,
            Permission.JUDGE_FLAG,
            Permission.WRITE_NOTE,
            Permission.READ_LEARNING,
            Permission.EXPORT_CASES,
            Permission.GIVE_PROGRAMME,
            Permission.EXPORT_INTAKE,
            Permission.TAKE_CALL,
            Permission.RUN_DESK,
        }
    ),
    Role.ADMIN: frozenset(
        {
            Permission.OPEN_HOME,
            Permission.READ_LEARNING,
            Permission.READ_SETTINGS,
            Permission.WRITE_SETTINGS,
            Permission.PUBLISH_PACK,
            Permission.KEEP_INSTRUMENTS,
            Permission.SIGN_OFF_PACK,
        }
    ),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether the table grants `permission` to `role`."""
    return permission in GRANTS[role]


class Member(Protocol):
    """Whoever belongs to one clinic."""

    @property
    def clinic_id(self) -> int: ...


class Kind(StrEnum):
    """What sort of actor an audit row names."""

    STAFF = "staff"
    PATIENT = "patient"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account, a patient through an invitation, or the worker. `id` names it."""

    kind: Kind
    id: str
    clinic_id: int | None
    request_id: str = ""

    @property
    def user_id(self) -> int:
        """The account's key. ValueError for whoever has no account."""
        if self.kind is not Kind.STAFF:
            raise ValueError(f"{self.kind} has no account")
        return int(self.id)

    @property
    def own_clinic_id(self) -> int:
        """The clinic's key. ValueError for whoever belongs to none."""
        if self.clinic_id is None:
            raise ValueError(f"{self.kind} belongs to no clinic")
        return self.clinic_id


def system(clinic_id: int | None, name: str) -> Actor:
    """The actor of work that nobody asked for in a request: the worker, a command, the demo."""
    return Actor(Kind.SYSTEM, name, clinic_id)
