"""The bar at the top of every staff page: one statement, or part of one that runs anyway."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from clinic.access import Permission
from clinic.models import Task, User
from clinic.models.staff import given_user
from clinic.statements import Statement

OPEN = Q(state="open")


@dataclass(frozen=True)
class Bar:
    """How many urgent calls wait, and until when. Names no patient.

    `untaken` nobody has taken: every therapist of the clinic sees those, whoever was asked. `mine`
    were taken by the reader and wait for a report. Without `may_take` the reader is the admin, who
    sees only what nobody took in time.
    """

    untaken: int
    mine: int
    take_by: datetime | None
    report_by: datetime | None
    since: datetime | None
    may_take: bool
    at: datetime

    @property
    def is_late(self) -> bool:
        """Whether a time is over already."""
        return any(due is not None and due <= self.at for due in (self.take_by, self.report_by))


def bar_rows(user: User) -> QuerySet[Task, Any]:
    """One row for the whole bar; none when nothing waits, or for whoever has no bar."""
    if user.may(Permission.TAKE_CALL):
        held = Q(state="taken", holder_id=user.pk)
        rows = Task.objects.open().visible_to(user).filter(OPEN | held)
    elif user.may(Permission.READ_SETTINGS):
        rows = Task.objects.open().visible_to(user).filter(OPEN, passes__gt=0)
    else:
        rows = Task.objects.none()
    return (
        rows.order_by()
        .values("clinic_id")
        .annotate(
            untaken=Count("pk", filter=OPEN),
            mine=Count("pk", filter=~OPEN),
            take_by=Min("due_at", filter=OPEN),
            report_by=Min("due_at", filter=~OPEN),
            since=Min("opened_at", filter=OPEN),
        )
        .values(
            json=JSONObject(
                untaken="untaken",
                mine="mine",
                take_by="take_by",
                report_by="report_by",
                since="since",
            )
        )
    )


@Statement
def bars(role: str) -> QuerySet[Task, Any]:
    """For accounts of this role."""
    return bar_rows(given_user(role))


def with_bar(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """With the bar in the same statement, for pages whose statements are counted."""
    return rows.annotate(**{"bar_row": Subquery(bar_rows(user))})


def get_bar(user: User, at: datetime) -> Bar | None:
    """The bar of an account; None when nothing waits for it. Needs to be inside the clinic."""
    found = bars.first(user.role, user=user.pk, clinic=user.clinic_id)
    return bar_of(found["json"], user, at) if found else None


def bar_of(row: dict[str, Any] | None, user: User, at: datetime) -> Bar | None:
    """The row of `with_bar` as a value."""
    if row is None:
        return None
    return Bar(
        untaken=row["untaken"],
        mine=row["mine"],
        take_by=time_of(row["take_by"]),
        report_by=time_of(row["report_by"]),
        since=time_of(row["since"]),
        may_take=user.may(Permission.TAKE_CALL),
        at=at,
    )


def time_of(text: str | None) -> datetime | None:
    """A time that travelled as JSON."""
    return parse_datetime(text) if text else None
