"""The intake app."""

from django.apps import AppConfig
from django.core.checks import register


class IntakeConfig(AppConfig):
    """Questions, answers, flags, briefs."""

    name = "intake"

    def ready(self) -> None:
        from intake.checks import the_pack_is_sound

        register(the_pack_is_sound)
