"""After a publication: the open intakes are read again by the new pack, one by one."""

from datetime import datetime

from django.db.models import QuerySet

from clinic.access import Actor, system
from clinic.commands.audit import record
from clinic.models import Clinic
from clinic.walls import enter_clinic, inside_clinic
from intake.commands.flags import Step, raise_flags
from intake.commands.responses import locked
from intake.models import PackVersion, Rereading, Response
from intake.queries.readings import get_reading


def plan_rereading(*, by: Actor, at: datetime, pack: PackVersion) -> None:
    """Note for every clinic that its open intakes are to be read again. Sent ones never are."""
    for clinic_id in Clinic.objects.order_by("pk").values_list("pk", flat=True):
        enter_clinic(clinic_id)
        total = open_intakes(pack).count()
        if total:
            Rereading.objects.create(clinic_id=clinic_id, pack=pack, total=total, begun_at=at)
    enter_clinic(by.clinic_id)


def open_intakes(pack: PackVersion) -> QuerySet[Response]:
    """Those the pack can read: the questionnaire of an intake is pinned when it begins."""
    return Response.objects.filter(submitted_at=None, questionnaire_id=pack.questionnaire_id)


def reread_next(*, clinic_id: int, at: datetime) -> bool:
    """Read one open intake again; False when none waits.

    Its flags and that it was done are one transaction, so a process killed within it leaves the
    intake to the next. The intake is locked before its flags, as by a patient who saves.
    """
    with inside_clinic(clinic_id):
        rereading = (
            Rereading.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("pack")
            .filter(finished_at=None)
            .order_by("begun_at", "id")
            .first()
        )
        if rereading is None:
            return False
        rest = open_intakes(rereading.pack).order_by("pk").values_list("pk", flat=True)
        if rereading.last:
            rest = rest.filter(pk__gt=rereading.last)
        response_id = rest.first()
        if response_id is None:
            rereading.finished_at = at
        else:
            reread(clinic_id, locked(response_id), at)
            rereading.last, rereading.done = response_id, rereading.done + 1
        rereading.save(update_fields=["last", "done", "finished_at"])
    return True


def reread(clinic_id: int, response: Response, at: datetime) -> None:
    """Bring the flags of a locked intake in line with the newest pack, unless it was sent."""
    if response.is_submitted:
        return
    by, zone = system(clinic_id, "worker"), Clinic.objects.get(pk=clinic_id).zone
    now = get_reading(response, at.astimezone(zone).date())
    raise_flags(by=by, at=at, response=response, now=now, step=Step(pack=now.published.id))
    response.save(update_fields=["urgency"])
    record(by=by, action="read again", subject=response)
