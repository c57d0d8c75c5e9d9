"""The floor's settings: standard Django, the same database and pool, nothing that is not needed."""

import os
from pathlib import Path

import environ

env = environ.Env()

SECRET_KEY = "only-for-the-benchmark-on-this-machine"
ALLOWED_HOSTS = ["localhost"]
USE_TZ = True
ROOT_URLCONF = "tests.bench.floor.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Tables of its own beside the product's, in the same database.
OPTIONS = {"options": "-c search_path=floor"}


def database(variable: str) -> dict[str, object]:
    """The same server and the same role as the product's."""
    found = env.db_url_config(os.environ[variable])
    found["ENGINE"] = "django.db.backends.postgresql"
    found["OPTIONS"] = {**found.get("OPTIONS", {}), **OPTIONS}
    return found


DATABASES = {"default": database("DATABASE_URL"), "owner": database("OWNER_DATABASE_URL")}
POOL = {"min_size": 1, "max_size": env.int("DATABASE_POOL", default=8), "timeout": 10}
DATABASES["default"]["OPTIONS"]["pool"] = POOL  # type: ignore[index]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "staff", "csrf"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
    }
]
