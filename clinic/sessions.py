"""The staff's sessions, in the database as Django keeps them; fetched by a ready statement."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from clinic.statements import Given, Statement


@Statement
def live_sessions() -> QuerySet[Session]:
    """By its key."""
    return Session.objects.filter(session_key=Given("key"), expire_date__gt=Given("at"))


class SessionStore(db.SessionStore):
    """Django's, apart from how a session is fetched."""

    def _get_session_from_db(self) -> Session | None:
        found = live_sessions.first(key=self.session_key, at=timezone.now())
        if found is None:
            self._session_key = None
        return found
