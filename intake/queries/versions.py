"""Published versions for the admin's page."""

from typing import Any

from intake.models import PackVersion, QuestionnaireVersion


def list_versions() -> dict[str, Any]:
    """Questionnaires and packs, newest first."""
    questionnaires = QuestionnaireVersion.objects.order_by("-published_at", "-id")
    packs = PackVersion.objects.order_by("-published_at", "-id")
    wanted = ("version", "content_hash", "published_at")
    return {
        "questionnaires": [shortened(row) for row in questionnaires.values(*wanted)[:20]],
        "packs": [shortened(row) | {"signed_off_by": None} for row in packs.values(*wanted)[:20]],
    }


def shortened(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the first characters of its hash."""
    return row | {"hash": row["content_hash"][:12]}
