"""An intake leaves the house: who took it, when and why is kept before it does."""

from collections.abc import Collection
from datetime import datetime

from clinic.access import Actor
from clinic.commands.audit import event
from clinic.models import AuditEvent
from clinic.walls import in_transaction
from intake.commands.misses import keep_export
from intake.models import Export, Response


@in_transaction
def export_intakes(
    *, by: Actor, at: datetime, responses: Collection[Response], reason: str
) -> Export:
    """Keep that these intakes were taken out as FHIR; each of them names it in the trail."""
    export = keep_export(by=by, at=at, kind="fhir", count=len(responses), reason=reason)
    AuditEvent.objects.bulk_create(
        [event(by=by, action="exported", subject=response) for response in responses]
    )
    return export
