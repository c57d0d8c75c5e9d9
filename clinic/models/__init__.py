"""What a clinic is, even without an intake."""

from clinic.models.audit import AuditEvent
from clinic.models.messages import Message
from clinic.models.people import Clinic, Contact, Patient
from clinic.models.scheduling import Appointment
from clinic.models.staff import User
from clinic.models.tasks import OnCall, Task, TaskEvent, Urgency
from clinic.models.texts import ClinicTexts

__all__ = [
    "Appointment",
    "AuditEvent",
    "Clinic",
    "ClinicTexts",
    "Contact",
    "Message",
    "OnCall",
    "Patient",
    "Task",
    "TaskEvent",
    "Urgency",
    "User",
]
