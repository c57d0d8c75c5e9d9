"""System checks: no view without a declared permission (decision D-15)."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error
from django.urls import URLPattern, URLResolver, get_resolver

# Views of libraries cannot carry our guard; these modules guard themselves by sign-in.
GUARDED_BY_LIBRARY = ("allauth.account.", "allauth.mfa.", "allauth.usersessions.")


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL pattern below `resolver` with its whole route."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield route, pattern


def every_view_declares_who_may(app_configs: Any, **kwargs: Any) -> list[Error]:
    """One error for each route whose view starts with no guard."""
    return [
        Error(f"The view of /{route} declares no guard.", id="clinic.E001")
        for route, pattern in routes(get_resolver())
        if not hasattr(pattern.callback, "guard")
        and not pattern.callback.__module__.startswith(GUARDED_BY_LIBRARY)
    ]
