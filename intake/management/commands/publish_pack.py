"""`publish_pack`: rehearse questionnaire and pack if need be, then put them in force."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clinic.access import Actor, Kind, Permission, system
from clinic.models import User
from clinic.walls import inside_clinic
from intake.commands.questionnaires import WouldVanish, publish
from intake.management.commands.rehearse import VANISHED, begin, finish
from intake.models import PackVersion
from intake.rules.pack import CONTENT, Pack, PackError, build_pack, load_pack, read_draft


class Command(BaseCommand):
    """Safe to repeat: the same content is published once."""

    help = (
        "Publishes the questionnaire and the pattern pack under intake/content/, or a draft. All "
        "but the first are rehearsed before. Where a red flag would vanish it ends with "
        f"{VANISHED}, unless an admin gives a reason, which is kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pack", nargs="?", metavar="PACK", default=str(CONTENT))
        parser.add_argument("--reason", default="", help="why red flags may vanish")
        parser.add_argument("--processes", type=int, default=2)
        parser.add_argument("--by", metavar="E-MAIL", help="the admin whose reason it is")

    def handle(self, *args: Any, **options: Any) -> None:
        pack, by = pack_of(options["pack"]), actor_of(options["by"])
        known = PackVersion.objects
        if known.exists() and not known.filter(content_hash=pack.content_hash).exists():
            finish(self, begin(pack), options["processes"])
        try:
            with inside_clinic(by.clinic_id):
                version = publish(by=by, at=timezone.now(), pack=pack, reason=options["reason"])
        except WouldVanish:
            self.stderr.write("Not published: name an admin (--by) and say why (--reason).")
            sys.exit(VANISHED)
        self.stdout.write(f"Pack {version.version} is published ({version.content_hash[:12]}).")


def pack_of(path: str) -> Pack:
    if path == str(CONTENT):
        return load_pack()
    try:
        return build_pack(read_draft(Path(path)))
    except PackError as error:
        raise CommandError(str(error)) from error


def actor_of(email: str | None) -> Actor:
    """The admin who was named, or the command itself."""
    if email is None:
        return system(None, "publish_pack")
    user = User.objects.filter(email__iexact=email).first()
    if user is None or not user.may(Permission.PUBLISH_PACK):
        raise CommandError(f"{email} is no admin.")
    return Actor(Kind.STAFF, str(user.pk), user.clinic_id)
