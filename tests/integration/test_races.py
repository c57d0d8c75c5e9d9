"""Many at once, with real connections and commits; where it can be shown, a control that fails."""

import uuid
from collections import Counter
from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils import timezone

from clinic.commands import messages, scheduling
from clinic.models import Appointment, AuditEvent, Message
from clinic.walls import inside_clinic
from intake.commands import invitations
from intake.models import Consent, LinkSession, LinkToken, Note, Response
from tests import databases
from tests.clients import Browser, signed_in, with_link
from tests.factories.clinics import actor, make_clinic, make_staff, within
from tests.factories.intakes import answer, begin, calm_answers, submitted
from tests.factories.visits import invite, make_patient, make_visit, open_link, today_at
from tests.threads import at_once

pytestmark = pytest.mark.usefixtures("committed")

BORN = {"day": "27", "month": "3", "year": "1980"}
WRONG = {"day": "1", "month": "1", "year": "1990"}


# One slot --------------------------------------------------------------------------------------


def book_at_once(number, desk, therapist):
    """Everybody wants nine o'clock, each for another patient."""
    patients = [make_patient(desk) for _ in range(number)]

    def book(turn):
        with inside_clinic(desk.clinic_id):
            return scheduling.book(
                by=actor(desk),
                at=timezone.now(),
                patient=patients[turn],
                therapist=therapist,
                starts_at=today_at(9),
                minutes=30,
            )

    return Counter(type(outcome).__name__ for outcome in at_once(number, book))


def test_thirty_two_at_once_get_one_slot(desk, ash, clinic):
    assert book_at_once(32, desk, ash) == {"Appointment": 1, "Clash": 31}
    with within(clinic):
        assert Appointment.objects.count() == 1
        assert AuditEvent.objects.filter(action="booked").count() == 1


def test_control_without_the_constraint_the_slot_is_given_away_twice():
    dropped = "ALTER TABLE clinic_appointment DROP CONSTRAINT no_double_booking"
    with databases.scratch("previsit_races", dropped):
        clinic = make_clinic()
        desk = make_staff(clinic, "desk", "Demi Desk")
        ash = make_staff(clinic, "therapist", "Ash Therapist")
        assert book_at_once(8, desk, ash)["Appointment"] > 1


# One intake ------------------------------------------------------------------------------------


@pytest.fixture
def draft(desk, ash):
    """A whole intake, not yet sent, and the cookie of its browser."""
    visit = make_visit(desk, ash)
    response = answer(begin(desk, visit), calm_answers())
    return SimpleNamespace(visit=visit, response=response, key=open_link(visit))


def test_twenty_sendings_of_one_form_are_one_submission(draft, clinic):
    form = {"name": "Otter Testwood", "key": str(uuid.uuid4())}
    answers = at_once(20, lambda _: with_link(draft.key).post("/intake/sign/", form))
    assert {(each.status_code, each.headers["Location"]) for each in answers} == {
        (302, "/intake/receipt/")
    }
    with within(clinic):
        assert AuditEvent.objects.filter(action="submitted").count() == 1
        response = Response.objects.get()
        assert str(response.submit_key) == form["key"]
    assert with_link(draft.key).get("/intake/receipt/").status_code == 200


def test_two_tabs_that_send_different_forms_send_once(draft, clinic):
    answers = at_once(
        6,
        lambda turn: with_link(draft.key).post(
            "/intake/sign/", {"name": f"Tab {turn}", "key": str(uuid.uuid4())}
        ),
    )
    assert Counter(each.status_code for each in answers) == {302: 1, 409: 5}
    with within(clinic):
        assert AuditEvent.objects.filter(action="submitted").count() == 1


def test_agreeing_in_two_tabs_begins_one_response(desk, ash, clinic):
    visit = make_visit(desk, ash)
    invite(desk, visit)
    key = open_link(visit)
    answers = at_once(
        6, lambda _: with_link(key).post("/intake/notice/", {"agree": "on", "role": "self"})
    )
    assert {getattr(each, "status_code", each) for each in answers} == {302}
    with within(clinic):
        assert (Response.objects.count(), Consent.objects.count()) == (1, 1)


def test_pages_saved_at_once_lose_no_answer(draft, clinic):
    ratings = {"impact.activity": 3, "impact.worry": 4, "pain.avg": 5, "pain.trend": "worse"}
    given = list(ratings.items())
    at_once(4, lambda turn: answer(draft.response, dict([given[turn]])))
    with within(clinic):
        saved = Response.objects.get().answers
    assert {key: saved[key] for key in ratings} == ratings


# One link --------------------------------------------------------------------------------------


def test_twenty_guesses_at_once_are_five_tries(desk, ash, clinic):
    token = invite(desk, make_visit(desk, ash))
    answers = at_once(20, lambda _: Browser().post(f"/i/{token}/", WRONG))
    assert {each.status_code for each in answers} <= {404, 422}
    with within(clinic):
        assert AuditEvent.objects.filter(action="birth date wrong").count() == 5
    assert LinkToken.objects.get().tries == 5
    assert Browser().post(f"/i/{token}/", BORN).status_code == 404


def test_a_try_that_was_counted_is_not_rolled_back_with_the_page(desk, ash):
    token = invite(desk, make_visit(desk, ash))
    for _ in range(2):
        Browser().post(f"/i/{token}/", WRONG)
    assert LinkToken.objects.get().tries == 2


def test_three_guesses_at_a_code_are_all_there_are(draft, clinic):
    with within(clinic):
        key = invitations.new_session(
            invitation=draft.response.invitation, at=timezone.now(), code="123456"
        ).key
    at_once(12, lambda turn: with_link(key).post("/intake/code/", {"code": f"00000{turn % 10}"}))
    assert LinkSession.objects.get(key_hash=invitations.hashed(key)).code_tries == 3
    assert with_link(key).post("/intake/code/", {"code": "123456"}).status_code == 422


def test_links_sent_at_once_leave_one_alive(desk, ash, clinic):
    visit = make_visit(desk, ash)
    invite(desk, visit)
    url = f"/desk/visits/{visit.pk}/invite/"
    answers = at_once(6, lambda _: signed_in(desk).post(url))
    assert {getattr(each, "status_code", each) for each in answers} == {302}
    assert LinkToken.objects.filter(revoked_at=None).count() == 1


def test_the_first_invitation_pressed_twice_is_one(desk, ash, clinic):
    visit = make_visit(desk, ash)
    url = f"/desk/visits/{visit.pk}/invite/"
    answers = at_once(4, lambda _: signed_in(desk).post(url))
    assert {getattr(each, "status_code", each) for each in answers} == {302}
    assert LinkToken.objects.filter(revoked_at=None).count() == 1


# One note, one visit ----------------------------------------------------------------------------


def test_a_note_begun_twice_at_once_is_one(desk, ash, clinic):
    visit = make_visit(desk, ash)
    url = f"/visits/{visit.pk}/note/"
    answers = at_once(4, lambda turn: signed_in(ash).post(url, {"text": f"draft {turn}"}))
    assert {getattr(each, "status_code", each) for each in answers} == {302}
    with within(clinic):
        assert Note.objects.get().text.startswith("draft")


def test_a_visit_cancelled_twice_at_once_is_cancelled_once(desk, ash, clinic):
    visit = make_visit(desk, ash)

    def cancel(_):
        with inside_clinic(clinic.pk):
            scheduling.cancel(by=actor(desk), at=timezone.now(), appointment=visit)

    assert at_once(8, cancel) == [None] * 8
    with within(clinic):
        assert AuditEvent.objects.filter(action="cancelled").count() == 1


# One mail --------------------------------------------------------------------------------------


def test_workers_side_by_side_send_each_mail_once(desk, ash, clinic, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for _ in range(6):
        invite(desk, make_visit(desk, ash))

    def work(_):
        count = 0
        while messages.send_next(clinic_id=clinic.pk, at=timezone.now()):
            count += 1
        return count

    assert sum(at_once(4, work)) == 6
    assert len(mail.outbox) == 6
    assert len({tuple(each.to) for each in mail.outbox}) == 6
    with within(clinic):
        assert not Message.objects.filter(sent_at=None).exists()


def test_a_submission_while_a_page_is_saved_keeps_both_or_says_so(draft, clinic):
    form = {"name": "Otter Testwood", "key": str(uuid.uuid4())}

    def act(turn):
        browser = with_link(draft.key)
        if turn % 2:
            return browser.post("/intake/sign/", form)
        return browser.post("/intake/questions/impact/", {"impact.activity": "9"})

    answers = at_once(8, act)
    assert {each.status_code for each in answers} <= {302, 409, 422}
    with within(clinic):
        assert Response.objects.get().is_submitted
        assert AuditEvent.objects.filter(action="submitted").count() == 1


def test_a_visit_of_this_module_leaves_nothing(clinic, desk, ash):
    with within(clinic):
        assert not Appointment.objects.exists()
        assert not Response.objects.exists()
    assert submitted(desk, make_visit(desk, ash)).is_submitted
