"""Publishing: what is published is a row that never changes."""

from datetime import datetime

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.walls import in_transaction
from intake.models import PackVersion, QuestionnaireVersion
from intake.rules.pack import Pack


@in_transaction
def publish(*, by: Actor, at: datetime, pack: Pack) -> PackVersion:
    """Publish a pack and its questionnaire. What is published already is returned as it is."""
    questionnaire, is_new = QuestionnaireVersion.objects.get_or_create(
        content_hash=pack.questionnaire.content_hash,
        defaults={
            "version": pack.questionnaire.version,
            "content": pack.documents["items"],
            "published_at": at,
        },
    )
    if is_new:
        record(by=by, action="published", subject=questionnaire)
    others = {name: part for name, part in pack.documents.items() if name != "items"}
    version, is_new = PackVersion.objects.get_or_create(
        content_hash=pack.content_hash,
        questionnaire=questionnaire,
        defaults={"version": pack.version, "content": others, "published_at": at},
    )
    if is_new:
        record(by=by, action="published", subject=version)
    return version
