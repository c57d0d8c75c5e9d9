"""Makes the floor's schema, tables, account and session; prints the session's key."""

import os
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.core.management import call_command
from psycopg import sql

USERNAME = "therapist"


def make() -> str:
    """Run once, in an empty database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.floor.settings"
    app = settings.DATABASES["default"]["USER"]
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"]) as owner:
        owner.execute("CREATE SCHEMA floor")
    django.setup()
    call_command("migrate", database="owner", verbosity=0)
    grants = "GRANT USAGE ON SCHEMA floor TO {0}; "
    grants += "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA floor TO {0}; "
    grants += "GRANT USAGE ON ALL SEQUENCES IN SCHEMA floor TO {0}"
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"]) as owner:
        owner.execute((Path(__file__).parent / "tables.sql").read_text())
        owner.execute(sql.SQL(grants).format(sql.Identifier(app)))
    return signed_in()


def signed_in() -> str:
    """An account and its session, as signing in leaves them."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore

    user = User.objects.create(username=USERNAME)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    print(make())
