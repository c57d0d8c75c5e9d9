"""What the patient's guard puts on a request, by name and type."""

import uuid

from clinic.access import Actor
from clinic.models import Clinic
from clinic.requests import NamedRequest
from intake.models import LinkSession


class PatientRequest(NamedRequest):
    """Behind `intake.guards.patient`: a browser that opened a link."""

    actor: Actor
    clinic: Clinic
    invitation_id: uuid.UUID
    link_session: LinkSession
    way: str
