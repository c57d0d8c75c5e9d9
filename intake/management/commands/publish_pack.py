"""`publish_pack`: make the shipped questionnaire and pack the ones in force."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from clinic.access import system
from clinic.walls import inside_clinic
from intake.commands.questionnaires import publish
from intake.rules.pack import load_pack


class Command(BaseCommand):
    """Safe to repeat: the same content is published once."""

    help = "Publish the questionnaire and the pattern pack under intake/content/."

    def handle(self, *args: Any, **options: Any) -> None:
        with inside_clinic(None):
            version = publish(by=system(None, "publish_pack"), at=timezone.now(), pack=load_pack())
        self.stdout.write(f"Pack {version.version} is published ({version.content_hash[:12]}).")
