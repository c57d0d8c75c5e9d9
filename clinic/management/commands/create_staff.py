"""`create_staff EMAIL NAME ROLE`: an account, its password read from the terminal or PASSWORD."""

import getpass
import os
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.access import Role, system
from clinic.commands.staff import create_user
from clinic.models import Clinic
from clinic.walls import inside_clinic


class Command(BaseCommand):
    """Accounts are never made by signing up."""

    help = "Create an account of the staff."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("role", choices=[role.value for role in Role])
        parser.add_argument("--clinic", help="Its name; needed only where there are several.")

    def handle(self, *args: Any, **options: Any) -> None:
        clinics = Clinic.objects.all()
        if options["clinic"]:
            clinics = clinics.filter(name=options["clinic"])
        if clinics.count() != 1:
            raise CommandError("Name one clinic that exists with --clinic.")
        clinic = clinics.get()
        password = os.environ.get("PASSWORD") or getpass.getpass("Password (15 or more): ")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        with inside_clinic(clinic.pk):
            create_user(
                by=system(clinic.pk, "create_staff"),
                email=options["email"],
                name=options["name"],
                role=Role(options["role"]),
                password=password,
            )
        self.stdout.write(f"{options['name']} can sign in as {options['email']}.")
