"""Each cell of the tables of states that no command asks, driven: the tables tell the truth."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.commands import messages
from clinic.models import Message
from clinic.states import MESSAGE
from intake.commands import notes
from intake.commands.invitations import TRIES, new_link, open_link
from intake.commands.responses import AlreadySubmitted
from intake.models import Invitation, LinkToken, Note, Response
from intake.states import LINK, NOTE, RESPONSE
from tests.factories.clinics import actor, inside, within
from tests.factories.intakes import answer, begin, calm_answers, submit
from tests.factories.visits import invite

TAKES = "django.core.mail.backends.locmem.EmailBackend"
REFUSES = "tests.integration.test_outbox.Unsendable"


def cells(table):
    return [(state, act) for state in table.states for act in table.acts]


@pytest.mark.parametrize(("state", "act"), cells(MESSAGE))
def test_a_message_goes_where_its_table_says(state, act, desk, visit_with_ash, clinic, settings):
    invite(desk, visit_with_ash)
    now = timezone.now()
    times = {"waiting": {}, "sent": {"sent_at": now}, "failed": {"failed_at": now}}[state]
    tries = len(messages.WAITS) if act == "give_up" else 0
    Message.objects.update(tries=tries, **times)
    settings.EMAIL_BACKEND = TAKES if act == "taken" else REFUSES
    is_refused = not messages.send_next(clinic_id=clinic.pk, at=now)
    assert is_refused == ((state, act) in MESSAGE.refusals)
    assert state_of(Message.objects.get()) == MESSAGE.moves.get((state, act), state)


def state_of(message):
    return "sent" if message.sent_at else "failed" if message.failed_at else "waiting"


@pytest.mark.parametrize(("state", "act"), cells(RESPONSE))
def test_a_response_goes_where_its_table_says(state, act, desk, visit_with_ash, clinic):
    response, key = answer(begin(desk, visit_with_ash), calm_answers()), uuid.uuid4()
    if state == "submitted":
        response = submit(response, key)
    acts = {
        "save": lambda: answer(response, {"impact.activity": 3}),
        "send": lambda: submit(response),
        "repeat": lambda: submit(response, key),
        "send_otherwise": lambda: submit(response, uuid.uuid4()),
    }
    if (state, act) in RESPONSE.refusals:
        with pytest.raises(AlreadySubmitted):
            acts[act]()
    else:
        acts[act]()
    with within(clinic):
        found = "submitted" if Response.objects.get().is_submitted else "draft"
    assert found == RESPONSE.moves.get((state, act), state)


@pytest.mark.parametrize(("state", "act"), cells(LINK))
def test_a_link_goes_where_its_table_says(state, act, desk, visit_with_ash, clock):
    response = answer(begin(desk, visit_with_ash), calm_answers())
    invitation = Invitation.objects.get()
    with inside(invitation.clinic_id):
        token = new_link(invitation=invitation, at=timezone.now())
    link = LinkToken.objects.get(revoked_at=None)
    soon, long_ago = timezone.now(), timezone.now() - timedelta(minutes=1)
    held = {
        "live": {"tries": TRIES - 1 if act == "wrong_fifth" else 0},
        "locked": {"tries": TRIES},
        "over": {"expires_at": long_ago},
        "revoked": {"revoked_at": soon},
    }[state]
    LinkToken.objects.filter(pk=link.pk).update(**held)
    born = visit_with_ash.patient.birth_date
    wrong = born + timedelta(days=1)

    def tried(on):
        return open_link(token=token, birth_date=on, at=timezone.now(), request_id="r")

    def renewed():
        with inside(invitation.clinic_id):
            new_link(invitation=invitation, at=timezone.now())

    acts = {
        "open": lambda: tried(born),
        "wrong": lambda: tried(wrong),
        "wrong_fifth": lambda: tried(wrong),
        "expire": lambda: LinkToken.objects.filter(pk=link.pk).update(expires_at=long_ago),
        "renew": renewed,
        "send": lambda: submit(response),
    }
    answered = acts[act]()
    if act in ("open", "wrong", "wrong_fifth"):
        assert (answered is None) == ((state, act) in LINK.refusals)
    assert state_of_link(link.pk) == LINK.moves.get((state, act), state)


def state_of_link(pk):
    link = LinkToken.objects.get(pk=pk)
    if link.revoked_at:
        return "revoked"
    if link.expires_at <= timezone.now():
        return "over"
    return "locked" if link.tries >= TRIES else "live"


@pytest.mark.parametrize(("state", "act"), cells(NOTE))
def test_a_note_goes_where_its_table_says(state, act, ash, birch, visit_with_ash, clinic):
    def save(by, *, is_signed=False):
        notes.save_note(
            by=actor(by), at=timezone.now(), appointment=visit_with_ash, parts={"plan": "P"},
            is_signed=is_signed,
        )  # fmt: skip

    save(ash, is_signed=state == "signed")
    with within(clinic):
        note = Note.objects.get()
    acts = {
        "save": lambda: save(ash),
        "sign": lambda: save(ash, is_signed=True),
        "save_anothers": lambda: save(birch),
        "add": lambda: notes.amend(
            by=actor(ash), at=timezone.now(), note=note, text="More", key=uuid.uuid4()
        ),
    }
    if (state, act) in NOTE.refusals:
        refused = (notes.NoteSigned, notes.NoteOfAnother, IntegrityError)
        with pytest.raises(refused), transaction.atomic():
            acts[act]()
    else:
        acts[act]()
    with within(clinic):
        note = Note.objects.get()
        found = "signed" if note.is_signed else "draft"
    assert found == NOTE.moves.get((state, act), state)
