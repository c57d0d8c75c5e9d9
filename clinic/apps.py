"""The clinic app."""

from django.apps import AppConfig
from django.core.checks import register


class ClinicConfig(AppConfig):
    """People, staff, appointments, messages, audit."""

    name = "clinic"

    def ready(self) -> None:
        from clinic.checks import every_view_declares_who_may

        register(every_view_declares_who_may)
