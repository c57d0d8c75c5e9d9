"""Each cell of the tables of states that no command asks, driven: the tables tell the truth."""

import uuid

import pytest
from django.utils import timezone

from clinic.commands import messages
from clinic.models import Message
from clinic.states import MESSAGE
from intake.commands.responses import AlreadySubmitted
from intake.models import Response
from intake.states import RESPONSE
from tests.factories.clinics import within
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
