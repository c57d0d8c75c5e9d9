"""`migrate` as the owner of the tables, then the rights of the role that runs the product."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from clinic.database import grants


class Command(migrate.Command):
    """Runs on the `owner` connection unless told otherwise."""

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] not in connections.databases:
            raise CommandError(
                "OWNER_DATABASE_URL is not set. Tables are made by their owner, "
                "the role of DATABASE_URL only uses them."
            )
        super().handle(*args, **options)
        if not options["plan"] and not options["check_unapplied"]:
            with connections[options["database"]].cursor() as cursor:
                cursor.execute(grants())
