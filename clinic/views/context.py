"""What every page may show."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from clinic.access import Permission
from clinic.demo import DEMO_ACCOUNTS
from clinic.models import User
from clinic.queries.tasks import Bar, get_bar
from clinic.walls import inside_clinic

NAVIGATION = (
    (Permission.READ_DAY, "My patients", "today"),
    (Permission.RUN_DESK, "Front desk", "desk"),
    (Permission.READ_LEARNING, "Verdicts", "learning"),
    (Permission.READ_SETTINGS, "Settings", "settings"),
)


def every_page(request: HttpRequest) -> dict[str, object]:
    """The language switch, the staff's navigation, and the demo's sign-ins."""
    language, user = get_language(), signed_in(request)
    clinic = getattr(request, "clinic", user.clinic if user else None)
    return {
        "clinic": clinic,
        "way": getattr(request, "way", "link"),
        "hours": clinic.hours.get(language, "") if clinic else "",
        "language": language,
        "languages": [
            {
                "code": code,
                "name": name,
                "is_current": code == language,
            }
            for code, name in settings.LANGUAGES
        ],
        "is_demo": settings.IS_DEMO,
        "demo_accounts": DEMO_ACCOUNTS if settings.IS_DEMO else [],
        "nav": navigation(request, user) if user else [],
        "bar": lambda: look(request, user) if user else None,
    }


def look(request: HttpRequest, user: User) -> Bar | None:
    """The bar of urgent calls, asked for by the page that shows it: one statement.

    The pages of the sign-in library are in no clinic yet: there it takes one more to enter.
    """
    if hasattr(request, "actor"):
        return get_bar(user, timezone.now())
    with inside_clinic(user.clinic_id):
        return get_bar(user, timezone.now())


def signed_in(request: HttpRequest) -> User | None:
    """The account of this request; an error page may come before anybody is known."""
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def navigation(request: HttpRequest, user: User) -> list[dict[str, object]]:
    """The pages this role works in."""
    return [
        {"label": label, "url": reverse(name), "is_current": request.path.startswith(reverse(name))}
        for permission, label, name in NAVIGATION
        if user.may(permission)
    ]
