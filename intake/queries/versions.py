"""Published versions for the admin's page."""

from typing import Any

from intake.models import QuestionnaireVersion
from intake.queries.sign_offs import list_pack_records


def list_versions(clinic_id: int) -> dict[str, Any]:
    """Questionnaires and packs, newest first, and who signed the packs off for the clinic."""
    questionnaires = QuestionnaireVersion.objects.order_by("-published_at", "-id")
    wanted = ("version", "content_hash", "published_at")
    return {
        "questionnaires": [shortened(row) for row in questionnaires.values(*wanted)[:20]],
        "packs": list_pack_records(clinic_id),
    }


def shortened(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the first characters of its hash."""
    return row | {"hash": row["content_hash"][:12]}
