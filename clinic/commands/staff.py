"""Making accounts."""

from clinic.access import Actor, Role
from clinic.commands.audit import record
from clinic.models import User
from clinic.walls import in_transaction


@in_transaction
def create_user(*, by: Actor, email: str, name: str, role: Role, password: str) -> User:
    """An account of the actor's clinic."""
    user = User(clinic_id=by.own_clinic_id, email=email.lower(), name=name, role=role)
    user.set_password(password)
    user.save(force_insert=True)
    record(by=by, action="created", subject=user)
    return user
