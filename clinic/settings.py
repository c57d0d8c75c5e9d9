"""Every setting, read from the environment. A missing or published secret stops the start.

PREVISIT_MODE is `production` (the default), `demo`, `test`, or `standalone` (no keys, no database).
"""

from pathlib import Path

import environ
import yaml
from django.core.exceptions import ImproperlyConfigured

from clinic.encryption import Keyring

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env.str("PREVISIT_MODE", default="production")
if MODE not in {"production", "demo", "test", "standalone"}:
    raise ImproperlyConfigured(f"PREVISIT_MODE is {MODE!r}: use production, demo or test.")
IS_PRODUCTION = MODE == "production"
IS_DEMO = MODE == "demo"

# These are printed here for everybody to read, so production refuses them.
PUBLISHED = {
    "SECRET_KEY": "published-with-the-source-only-for-the-demo-and-the-tests",
    "FIELD_KEYS": "demo:cHJldmlzaXQtZGVtby1rZXktMDAwMDAwMDAwMDAwMDE=",
    "INDEX_KEY": "cHJldmlzaXQtZGVtby1pbmRleC0wMDAwMDAwMDAwMDE=",
    "DATABASE_URL": "postgres:///previsit",
    "BASE_URL": "http://localhost:8000",
    "DEPLOYMENT_PHONE": "020 7946 0000",
}


def required(name: str) -> str:
    """The value of `name`; outside production a published stand-in serves when it is unset."""
    if not IS_PRODUCTION:
        return env.str(name, default=PUBLISHED[name])
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. Set it in the environment (see README, 'Settings'), "
            "or start with PREVISIT_MODE=demo to look at the product."
        )
    if value == PUBLISHED[name]:
        raise ImproperlyConfigured(f"{name} is the published demo value. Set a secret of your own.")
    return value


SECRET_KEY = required("SECRET_KEY")
FIELD_KEYRING = Keyring.parse(required("FIELD_KEYS"))
INDEX_KEY = required("INDEX_KEY")
BASE_URL = required("BASE_URL").rstrip("/")
DEPLOYMENT_PHONE = required("DEPLOYMENT_PHONE")

DEBUG = False
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if IS_PRODUCTION else ["localhost", "127.0.0.1"]
)
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL.startswith("https://") else []

DATABASES = {"default": env.db_url_config(required("DATABASE_URL"))}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Only what `clinic.statements` sends is ever prepared: planned at its first use on a connection,
# where PostgreSQL would try a plan for each set of values five times before it keeps one.
DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 0
DATABASES["default"]["OPTIONS"].setdefault("options", "-c plan_cache_mode=force_generic_plan")
if MODE in {"production", "demo"}:
    # One connection a thread, kept open: a fresh one costs five times the request.
    pool = {"min_size": 1, "max_size": env.int("DATABASE_POOL", default=8), "timeout": 10}
    DATABASES["default"]["OPTIONS"]["pool"] = pool  # beside the socket's host
if env.str("OWNER_DATABASE_URL", default=""):
    # Only what migrates is handed the owner; the web and the worker run without it.
    DATABASES["owner"] = env.db_url_config(env.str("OWNER_DATABASE_URL"))
    DATABASES["owner"]["ENGINE"] = "django.db.backends.postgresql"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "clinic.apps.ClinicConfig",
    "intake.apps.IntakeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "csp",
]

MIDDLEWARE = [
    "clinic.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clinic.middleware.content_policy",
    "clinic.middleware.private_by_default",
    # Outside of what refuses a foreign host, so that this answer carries it too.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "clinic.middleware.page_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "clinic.middleware.session_limits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates", BASE_DIR / "templates" / "crispy"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["clinic.templates.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.views.context.every_page",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["patient"]
CRISPY_TEMPLATE_PACK = "patient"

# People -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "clinic.User"
AUTHENTICATION_BACKENDS = ["clinic.accounts.WithClinic"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    *(["django.contrib.auth.hashers.MD5PasswordHasher"] if MODE == "test" else []),
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "clinic.passwords.RepetitionValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "landing"
ACCOUNT_ADAPTER = "clinic.accounts.StaffAccounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
# Everybody on the staff signs in with a second factor; the demo would lock its visitors out.
MFA_IS_REQUIRED = IS_PRODUCTION
SESSION_ENGINE = "clinic.sessions"
SESSION_IDLE_SECONDS = 15 * 60
SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

CACHES = {
    # Shared by all workers: a limit kept in each worker's memory would be a limit per worker.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
    }
}

# Walls --------------------------------------------------------------------------------------
SECURE_COOKIES = BASE_URL.startswith("https://")
if IS_PRODUCTION and not SECURE_COOKIES:
    raise ImproperlyConfigured("BASE_URL has to start with https:// in production.")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_NAME = "__Host-staff" if SECURE_COOKIES else "staff"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_COOKIES else "csrf"
LINK_COOKIE_NAME = "__Host-intake" if SECURE_COOKIES else "intake"
PROGRAMME_COOKIE_NAME = "__Host-programme" if SECURE_COOKIES else "programme"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "clinic.views.pages.csrf_failed"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_COOKIES else None
SECURE_SSL_REDIRECT = SECURE_COOKIES
SECURE_HSTS_SECONDS = 63_072_000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_COOKIES
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# Words, times, files ------------------------------------------------------------------------
LANGUAGE_CODE = "en"
# A language is a folder (docs/languages.md); a further one brings its catalogue along.
LANGUAGE_FOLDERS = sorted((BASE_DIR / "intake" / "content" / "languages").glob("*/language.yaml"))
LANGUAGES = [
    (file.parent.name, yaml.safe_load(file.read_text(encoding="utf-8"))["name"])
    for file in LANGUAGE_FOLDERS
]
LOCALE_PATHS = [BASE_DIR / "locale", *(file.parent / "locale" for file in LANGUAGE_FOLDERS)]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=BASE_DIR / "var" / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE in {"test", "standalone"}
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Mail and logs ------------------------------------------------------------------------------
if IS_PRODUCTION:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="previsit@example.org")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "clinic.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "previsit": {"level": "INFO"},
    },
}
