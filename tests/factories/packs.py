"""Drafts of the pack, rehearsed and published as people do."""

import copy
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.utils import timezone

from clinic.access import Actor, system
from intake.commands.questionnaires import publish
from intake.commands.rehearsals import begin_rehearsal, replay_all
from intake.models import PackVersion, Rehearsal
from intake.rules.pack import Pack, build_pack, load_pack
from tests.factories.clinics import inside

Edit = Callable[[dict[str, Any]], None]


def draft(edit: Edit, version: str = "9.9.9") -> Pack:
    """The shipped pack with something changed in its documents."""
    documents = copy.deepcopy(dict(load_pack().documents))
    documents["patterns"]["meta"]["version"] = version
    edit(documents)
    return build_pack(documents)


@cache
def same_again() -> Pack:
    """A draft that changes nothing."""
    return draft(lambda documents: None, "9.0.0")


def never(pattern: str) -> Edit:
    """An edit after which nobody's answers have this pattern."""

    def edit(documents: dict[str, Any]) -> None:
        entry = entry_of(documents, pattern)
        impossible = {"derived": "age", "gte": 130}
        for key in ("trigger", "gate"):
            if key in entry:
                entry[key] = impossible

    return edit


def calmer(pattern: str) -> Edit:
    """An edit after which it is found as before and is urgent no longer."""

    def edit(documents: dict[str, Any]) -> None:
        entry = entry_of(documents, pattern)
        entry["urgency"] = "before_appointment"
        for key in [key for key in entry if key.startswith("escalate_to_")]:
            del entry[key]

    return edit


def entry_of(documents: Mapping[str, Any], pattern: str) -> dict[str, Any]:
    return next(one for one in documents["patterns"]["patterns"] if one["id"] == pattern)


def rehearse(pack: Pack, by: Actor | None = None) -> Rehearsal:
    """Planned, and every part replayed, in this process."""
    by = by or system(None, "tests")
    with inside(by.clinic_id):
        rehearsal = begin_rehearsal(by=by, at=timezone.now(), pack=pack)
    with inside(None):
        replay_all(rehearsal_id=rehearsal.pk, clock=timezone.now)
    rehearsal.refresh_from_db()
    return rehearsal


def always(pattern: str) -> Edit:
    """An edit after which everybody who gave an age has this pattern."""

    def edit(documents: dict[str, Any]) -> None:
        entry_of(documents, pattern)["trigger"] = {"derived": "age", "gte": 1}

    return edit


def publish_rehearsed(pack: Pack, by: Actor | None = None, reason: str = "") -> PackVersion:
    """In force, as if everybody agreed."""
    rehearse(pack, by)
    by = by or system(None, "tests")
    with inside(by.clinic_id):
        return publish(by=by, at=timezone.now(), pack=pack, reason=reason)
