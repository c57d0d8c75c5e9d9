"""Flags: raised with the answers, judged by the therapist, never deleted."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from clinic.access import Actor
from clinic.commands import tasks
from clinic.commands.audit import record
from clinic.statements import Given, Statement
from clinic.walls import in_transaction
from intake.evidence import evidence_of, hash_of
from intake.models import Flag, Response, Urgency, Verdict
from intake.queries.questionnaires import Published, get_published, read_with
from intake.queries.readings import Reading
from intake.rules.answered import Answers
from intake.rules.answers import read_answers
from intake.rules.findings import Finding

RANK = {choice.label: choice.value for choice in Urgency}


class ReasonMissing(Exception):
    """A verdict on a red flag says why."""


@dataclass(frozen=True)
class Step:
    """What one save did: the link ids that were answered anew, and those answered otherwise.

    `pack`: no answer did anything, but this pack version reads them now.
    """

    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    pack: int | None = None


def raise_flags(
    *,
    by: Actor,
    at: datetime,
    response: Response,
    now: Reading,
    step: Step = Step(),
) -> None:
    """Bring the flags of a response in line with what its answers point to `now`.

    Runs inside the transaction that saves the answers. A flag that grows is refreshed; one that
    loses urgency or its pattern is closed and stays on record: as settled by the answers that came
    in this `step`, as "answer changed", or as changed by a new pack.
    """
    published, is_new_row = now.published, response._state.adding
    open_flags = {} if is_new_row else {flag.pattern: flag for flag in opened(response)}
    out = ruled_out(open_flags)
    findings = published.find(now.believed, out) if out else now.findings
    fresh, gone, grown = [], [], 0
    for finding in findings.shown:
        flag = open_flags.pop(finding.pattern, None)
        if flag and flag.urgency > RANK[finding.urgency]:
            gone.append(flag)
            flag = None
        if flag is None or flag.urgency < RANK[finding.urgency]:
            grown = max(grown, RANK[finding.urgency])
        if flag is None:
            fresh.append(new_flag(response, published, finding, at))
        else:
            refresh(flag, published, finding)
    for flag in open_flags.values():
        if flag.pattern in findings.suppressed:
            suppress(flag)
        else:
            gone.append(flag)
    for flag in gone:
        pack = step.pack or (published.id if still_said(flag, now) else None)
        settled = None if pack else settled_by(flag, response, published, step)
        close(flag, at, settled, pack)
    Flag.objects.bulk_create(fresh)
    response.urgency = RANK[findings.urgency]
    call(by=by, at=at, response=response, grown=grown, gone=gone)


def call(*, by: Actor, at: datetime, response: Response, grown: int, gone: list[Flag]) -> None:
    """Have somebody ring because of a flag that came or grew; say so when the last urgent one went.

    Nothing is asked of the database where nothing urgent changed.
    """
    visit = response.appointment_id
    is_calm = response.urgency < Urgency.SAME_DAY
    if is_calm and any(flag.urgency >= Urgency.SAME_DAY for flag in gone):
        tasks.note_change(by=by, at=at, appointment_id=visit)
    if grown >= Urgency.SAME_DAY:
        record(by=by, action="urgent flag raised", subject=response)
        tasks.open_task(by=by, at=at, appointment_id=visit, urgency=grown)


def opened(response: Response) -> list[Flag]:
    """The flags that no later answer has closed."""
    return open_flags_of(response=response.pk)


@Statement
def open_flags_of() -> QuerySet[Flag]:
    """With the latest verdict on each."""
    latest = Verdict.objects.filter(flag_id=OuterRef("pk")).order_by("-at").values("choice")[:1]
    flags = Flag.objects.filter(response_id=Given("response"), changed_at=None)
    return flags.annotate(choice=Subquery(latest))


def ruled_out(open_flags: Mapping[str, Any]) -> frozenset[str]:
    """The patterns judged "not this": what they hid stands on its own."""
    out = Verdict.Choice.NOT_THIS
    return frozenset(pattern for pattern, flag in open_flags.items() if flag.choice == out)


def new_flag(response: Response, published: Published, finding: Finding, at: datetime) -> Flag:
    """A finding as a row, not yet saved."""
    evidence = evidence_of(published.pack, finding)
    return Flag(
        clinic_id=response.clinic_id,
        response=response,
        pack_id=published.id,
        pattern=finding.pattern,
        group=finding.group,
        urgency=RANK[finding.urgency],
        tier=finding.tier,
        evidence=evidence,
        evidence_hash=hash_of(evidence),
        raised_at=at,
    )


def refresh(flag: Flag, published: Published, finding: Finding) -> None:
    """The same flag with what speaks for it now; untouched when nothing changed."""
    evidence = evidence_of(published.pack, finding)
    now = (hash_of(evidence), published.id, RANK[finding.urgency], False)
    if now != (flag.evidence_hash, flag.pack_id, flag.urgency, flag.is_suppressed):
        flag.evidence, flag.tier = evidence, finding.tier
        flag.evidence_hash, flag.pack_id, flag.urgency, flag.is_suppressed = now
        flag.save()


def suppress(flag: Flag) -> None:
    """Still true, but a more urgent pattern says it already."""
    if not flag.is_suppressed:
        flag.is_suppressed = True
        flag.save(update_fields=["is_suppressed"])


def still_said(flag: Flag, now: Reading) -> bool:
    """Whether the pack that raised it, an older one, would say it of these answers as well.

    Then it is the new pack that took it back, also where a patient saves before the worker has
    read the intake again.
    """
    if flag.pack_id == now.published.id:
        return False
    found = get_published(flag.pack_id).find(now.believed)
    stands = {one.pattern for one in found.shown if RANK[one.urgency] >= flag.urgency}
    return flag.pattern in stands.union(found.suppressed)


def settled_by(
    flag: Flag, response: Response, published: Published, step: Step
) -> list[dict[str, Any]] | None:
    """The later answers that closed it, in words; None where any answer was changed with them."""
    pattern = published.pack.by_id.get(flag.pattern)
    if pattern is None or step.changed:
        return None
    later = published.pack.questionnaire.in_order(pattern.reads & step.added)
    told = [response.shown[link_id] for link_id in later if link_id in response.shown]
    return [{key: one[key] for key in ("question", "answers", "language")} for one in told] or None


def close(flag: Flag, at: datetime, settled: list[dict[str, Any]] | None, pack: int | None) -> None:
    """A later answer took it back, or another pack; the flag stays on record."""
    flag.changed_at, flag.settled_by, flag.closed_by_id = at, settled, pack
    flag.save(update_fields=["changed_at", "settled_by", "closed_by"])


@in_transaction
def judge(*, by: Actor, at: datetime, flag: Flag, choice: str, reason: str) -> Verdict:
    """Add a verdict; the latest counts. A red flag's verdict needs a reason."""
    is_red = flag.group == "redflag"
    if is_red and not reason:
        raise ReasonMissing
    verdict = Verdict.objects.create(
        clinic_id=flag.clinic_id,
        flag=flag,
        pack_id=flag.pack_id,
        is_of_red_flag=is_red,
        choice=choice,
        reason=reason or None,
        by_id=by.user_id,
        at=at,
    )
    record(by=by, action=f"judged {choice}", subject=flag)
    if choice == Verdict.Choice.NOT_THIS:
        raise_hidden(by=by, at=at, response_id=flag.response_id)
    return verdict


def raise_hidden(*, by: Actor, at: datetime, response_id: uuid.UUID) -> None:
    """What only patterns that are ruled out by now have hidden becomes a flag of its own.

    Nobody is called anew: whoever rules a pattern out reads the brief, and finds the card there.
    """
    response = Response.objects.select_for_update(no_key=True).get(pk=response_id)
    open_flags = {flag.pattern: flag for flag in opened(response)}
    published, answers = read_with(response), answers_of(response, at)
    hidden = set(published.find(answers).suppressed)
    shown = published.find(answers, ruled_out(open_flags)).shown if hidden else ()
    for finding in shown:
        if finding.pattern not in hidden:
            continue
        if finding.pattern in open_flags:
            refresh(open_flags[finding.pattern], published, finding)
        else:
            new_flag(response, published, finding, at).save(force_insert=True)
            record(by=by, action="hidden flag raised", subject=response)


def answers_of(response: Response, at: datetime) -> Answers:
    """As they are read now, or were when it was sent."""
    questionnaire = read_with(response).pack.questionnaire
    on = (response.submitted_at or at).astimezone(response.clinic.zone).date()
    return questionnaire.in_force(read_answers(questionnaire, response.answers, on=on))
