"""The intake that a patient sent before this one."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery

from intake import labels
from intake.briefs import Since
from intake.changes import list_changes, named_only_in
from intake.chart import chosen_places
from intake.models import Flag, Response
from intake.queries.questionnaires import Published, get_published
from intake.rules.answered import Answers
from intake.rules.answers import read_answers
from intake.wording import answer_texts

SIDE = "pain.side"


def previous_id() -> Subquery:
    """For a visit: the response its patient sent last before the visit's own was begun."""
    sent = Response.objects.filter(
        patient_id=OuterRef("patient_id"), submitted_at__lt=OuterRef("response__begun_at")
    )
    return Subquery(sent.order_by("-submitted_at").values("pk")[:1])


def compare(
    published: Published,
    response: Response,
    answers: Answers,
    patterns: list[str],
    previous: Any,
    zone: ZoneInfo,
) -> dict[str, Any]:
    """This visit over the intake `previous`, in one statement; nothing without one.

    `patterns` have an open flag now.
    """
    if previous is None:
        return {}
    raised = Flag.objects.filter(response=OuterRef("pk"), changed_at=None, is_suppressed=False)
    # What is only worth checking has too few facts to come and go.
    raised = raised.exclude(tier="possible")
    flagged = Response.objects.annotate(patterns=ArraySubquery(raised.values("pattern")))
    last: Any = flagged.get(pk=previous)
    known = get_published(last.pack_id)
    on = last.submitted_at.astimezone(zone).date()
    told = known.pack.questionnaire.in_force(
        read_answers(known.pack.questionnaire, last.answers, on=on)
    )
    changes, same = list_changes(
        known.pack.questionnaire,
        told,
        published.pack.questionnaire,
        answers,
        response.declined,
    )
    then, now = named(known, last.patterns), named(published, patterns)
    since = Since(
        sent_at=last.submitted_at,
        again_label=labels.AGAIN.get(response.again, ""),
        changes=changes,
        same=same,
        confirmed=sum("as_on" in response.shown.get(link_id, {}) for link_id in answers.values),
        new_flags=named_only_in(now, then),
        # While answers are missing a flag may only be waiting for them.
        gone_flags=named_only_in(then, now) if response.is_submitted else (),
    )
    return {"since": since, **compare_places(published, answers, known, told)}


def named(published: Published, patterns: list[str]) -> dict[str, str]:
    """The names of patterns, in the order of the pack."""
    pack, wanted = published.pack, set(patterns)
    return {one.id: one.name("en") for one in pack.patterns if one.id in wanted}


def compare_places(
    published: Published, answers: Answers, known: Published, told: Answers
) -> dict[str, Any]:
    """This visit's places over those of the last."""
    then = known.pack.questionnaire
    before = {place.id: place.text("en") for place in chosen_places(then, told)}
    now = {
        place.id: place.text("en") for place in chosen_places(published.pack.questionnaire, answers)
    }
    side = told.values.get(SIDE)
    return {
        "last_areas": tuple(before),
        "last_side": side,
        "last_side_label": ", ".join(answer_texts(then, then.item(SIDE), side, "en")),
        "new_places": tuple(name for id, name in now.items() if id not in before),
        "gone_places": tuple(name for id, name in before.items() if id not in now),
    }
