"""What was asked, what was answered, what it may mean, what the therapist decided."""

from clinic.models import Urgency
from intake.models.examinations import ExamResult
from intake.models.flags import Flag, PatientMessage, Verdict
from intake.models.followups import FollowUp
from intake.models.instruments import InstrumentResponse, InstrumentVersion
from intake.models.invitations import Invitation, KioskCode, LinkSession, LinkToken
from intake.models.learned import Learned
from intake.models.misses import Export, Miss
from intake.models.notes import Addendum, Note, NoteBlock
from intake.models.programmes import PainSeen, Programme, ProgrammeDay
from intake.models.questionnaires import PackVersion, QuestionnaireVersion, Rehearsal
from intake.models.rehearsals import RehearsalPart, Rereading
from intake.models.responses import Consent, Response
from intake.models.sign_offs import SignOff

__all__ = [
    "Addendum",
    "Consent",
    "ExamResult",
    "Export",
    "Flag",
    "FollowUp",
    "InstrumentResponse",
    "InstrumentVersion",
    "Invitation",
    "KioskCode",
    "Learned",
    "LinkSession",
    "LinkToken",
    "Miss",
    "Note",
    "NoteBlock",
    "PackVersion",
    "PainSeen",
    "PatientMessage",
    "Programme",
    "ProgrammeDay",
    "QuestionnaireVersion",
    "Rehearsal",
    "RehearsalPart",
    "Rereading",
    "Response",
    "SignOff",
    "Urgency",
    "Verdict",
]
