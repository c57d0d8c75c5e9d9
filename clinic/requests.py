"""What the middleware and the guards put on a request, by name and type."""

from django.http import HttpRequest

from clinic.access import Actor
from clinic.models import User


class NamedRequest(HttpRequest):
    """Behind our middleware: a request with an id and a language."""

    request_id: str
    LANGUAGE_CODE: str


class StaffRequest(NamedRequest):
    """Behind `clinic.guards.staff`: a signed-in account, inside its clinic's transaction."""

    user: User
    actor: Actor
