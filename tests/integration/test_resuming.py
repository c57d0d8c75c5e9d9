"""Going on anywhere: the code for another device, finishing later, asking for a new link."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.commands import scheduling
from clinic.models import AuditEvent, Contact, Message
from intake.commands import invitations
from intake.models import Invitation, LinkSession, LinkToken, Response
from intake.rules.pack import load_pack
from intake.rules.pages import page_of
from tests.clients import Browser, signed_in, with_link
from tests.factories.clinics import actor, inside, within
from tests.factories.intakes import answer, begin, submitted
from tests.factories.visits import invite, make_patient, make_visit, open_link, token_of
from tests.integration.world import fingerprint
from tests.threads import at_once
from tests.walking import post, read, text_of, url_of

BORN = {"day": "27", "month": "3", "year": "1980"}
PROBLEM = "/intake/questions/problem/"


@pytest.fixture
def draft(desk, visit_with_ash):
    return answer(begin(desk, visit_with_ash), {"problem.words": "My hip"})


@pytest.fixture
def phone(draft, visit_with_ash):
    return with_link(open_link(visit_with_ash))


def mails(kind):
    return Message.objects.filter(kind=kind).order_by("created_at", "pk")


def second_device(desk, visit, token=None):
    """A browser that gave the birth date and owes a code."""
    browser = Browser()
    browser.post(f"/i/{token or invite(desk, visit)}/", BORN)
    return browser


def code_for(visit):
    newest = Message.objects.filter(patient=visit.patient, kind="code").latest("created_at")
    return re.search(r"\d{6}", newest.body)[0]


# Scanners ---------------------------------------------------------------------------------------


def test_a_link_that_a_scanner_fetched_five_times_still_opens(desk, visit_with_ash):
    token = invite(desk, visit_with_ash)
    before = fingerprint(visit_with_ash.clinic)
    for _ in range(5):
        scanner = Browser()
        assert scanner.get(f"/i/{token}/").status_code == 200
        assert scanner.head(f"/i/{token}/").status_code == 200
        assert "intake" not in scanner.cookies
    assert fingerprint(visit_with_ash.clinic) == before
    assert url_of(post(Browser(), f"/i/{token}/", BORN)) == "/intake/notice/"


def test_a_scanner_that_presses_the_button_opens_nothing(desk, visit_with_ash):
    token = invite(desk, visit_with_ash)
    for _ in range(5):
        assert Browser().post(f"/i/{token}/").status_code == 422
    assert url_of(post(Browser(), f"/i/{token}/", BORN)) == "/intake/notice/"


# The code ---------------------------------------------------------------------------------------


def test_a_code_opens_the_device_that_asked_for_it_and_no_other(desk, visit_with_ash, draft):
    token = invite(desk, visit_with_ash)
    one, other = (second_device(desk, visit_with_ash, token) for _ in range(2))
    newest = code_for(visit_with_ash)
    assert one.post("/intake/code/", {"code": newest}).status_code == 422
    assert other.post("/intake/code/", {"code": newest}).status_code == 302


def test_a_code_works_until_its_tenth_minute_is_over(desk, visit_with_ash, draft, clock):
    token = invite(desk, visit_with_ash)
    in_time = second_device(desk, visit_with_ash, token)
    clock.shift(timedelta(minutes=9, seconds=59))
    assert in_time.post("/intake/code/", {"code": code_for(visit_with_ash)}).status_code == 302
    late = second_device(desk, visit_with_ash, token)
    clock.shift(timedelta(minutes=10))
    assert late.post("/intake/code/", {"code": code_for(visit_with_ash)}).status_code == 422


def test_the_third_try_still_counts_and_the_fourth_comes_too_late(desk, visit_with_ash, draft):
    token = invite(desk, visit_with_ash)
    third = second_device(desk, visit_with_ash, token)
    for guess in ("000000", "000001"):
        third.post("/intake/code/", {"code": guess})
    assert third.post("/intake/code/", {"code": code_for(visit_with_ash)}).status_code == 302


def test_what_is_no_code_costs_no_try(desk, visit_with_ash, draft):
    device = second_device(desk, visit_with_ash)
    for typed in ("", "12345", "abcdef"):
        assert device.post("/intake/code/", {"code": typed}).status_code == 422
    assert device.post("/intake/code/", {"code": code_for(visit_with_ash)}).status_code == 302


def test_a_device_whose_code_is_spent_gets_a_new_one_by_its_link(desk, visit_with_ash, draft):
    token = invite(desk, visit_with_ash)
    device = second_device(desk, visit_with_ash, token)
    for guess in ("000000", "000001", "000002"):
        device.post("/intake/code/", {"code": guess})
    assert device.get(f"/i/{token}/").status_code == 200
    device.post(f"/i/{token}/", BORN)
    assert device.post("/intake/code/", {"code": code_for(visit_with_ash)}).status_code == 302


def test_parallel_guesses_get_three_tries_together(committed, desk, visit_with_ash):
    begin(desk, visit_with_ash)
    token = invite(desk, visit_with_ash)
    device = second_device(desk, visit_with_ash, token)
    key = device.cookies["intake"].value
    session = LinkSession.objects.get(key_hash=invitations.hashed(key))

    def guess(turn):
        with inside(visit_with_ash.clinic_id):
            return invitations.give_code(
                by=actor(desk), at=timezone.now(), session=session, code=f"{turn:06d}"
            )

    wrong = [turn for turn in range(12) if f"{turn:06d}" != code_for_committed(visit_with_ash)]
    assert at_once(len(wrong), lambda turn: guess(wrong[turn])) == [False] * len(wrong)
    assert LinkSession.objects.get(pk=session.pk).code_tries == 3
    assert not guess(int(code_for_committed(visit_with_ash)))


def code_for_committed(visit):
    with within(visit.clinic):
        return code_for(visit)


def test_parallel_openings_send_five_codes_in_an_hour(committed, desk, visit_with_ash):
    begin(desk, visit_with_ash)
    token = invite(desk, visit_with_ash)

    def open_it(turn):
        return invitations.open_link(
            token=token,
            birth_date=visit_with_ash.patient.birth_date,
            at=timezone.now(),
            request_id=str(turn),
        )

    # Each try is given back by the right date, so the five tries of the link hardly ever bite.
    outcomes = [each for _ in range(2) for each in at_once(5, open_it)]
    assert 1 <= sum(isinstance(each, invitations.Opened) for each in outcomes) <= 5
    with within(visit_with_ash.clinic):
        assert mails("code").count() <= 5


def test_without_an_e_mail_there_is_no_code_but_the_clinics_phone(desk, visit_with_ash, draft):
    token = invite(desk, visit_with_ash)
    contact = Contact.objects.get(patient=visit_with_ash.patient)
    contact.email = None
    contact.save()
    page = Browser().post(f"/i/{token}/", BORN)
    assert "no e-mail address" in text_of(page)
    assert "020 7946 0101" in text_of(page)
    assert "intake" not in page.cookies
    assert not mails("code").exists()


# Finish later -----------------------------------------------------------------------------------


def seen_on(browser):
    return read(browser.get(PROBLEM)).find("input", {"name": "seen"})["value"]


def test_finish_later_saves_what_is_valid_and_sends_the_link_again(
    phone, draft, desk, visit_with_ash, client
):
    older = LinkToken.objects.get(revoked_at=None)
    sent = {
        "seen": seen_on(phone),
        "later": "1",
        "pain.area": ["knee"],
        "problem.words": "My hip",
    }
    said = phone.post(PROBLEM, sent, follow=True)
    assert url_of(said) == "/intake/later/"
    assert "We sent a link to your e-mail" in text_of(said)
    kept = Response.objects.get(pk=draft.pk).answers
    assert (kept["pain.area"], kept["problem.words"]) == (["knee"], "My hip")
    assert LinkToken.objects.get(pk=older.pk).revoked_at is not None
    assert phone.get(PROBLEM).status_code == 200  # the same browser goes on
    assert phone.get(f"/i/{token_of(mails('link').last())}/").status_code == 302
    assert client.get(f"/i/{token_of(mails('link').last())}/").status_code == 200


def test_the_mail_of_finish_later_is_neutral_and_in_the_patients_language(desk, ash):
    patient = make_patient(desk, given_name="Nutria", language="es")
    visit = make_visit(desk, ash, patient)
    answer(begin(desk, visit), {"problem.words": "canarywords"})
    with_link(open_link(visit)).post("/intake/later/")
    mail = mails("link").last()
    assert mail.subject == "Su enlace al formulario"
    for secret in ("Nutria", "Testwood", "canary", "pain", "dolor", "Ash"):
        assert secret not in mail.body + mail.subject


def test_every_page_offers_to_finish_later(phone, draft, desk, ash):
    for url in (PROBLEM, "/intake/check/"):
        assert "Finish later" in text_of(phone.get(url)), url
    visit = make_visit(desk, ash)
    invite(desk, visit)
    fresh = with_link(open_link(visit))
    assert "Finish later" in text_of(fresh.get("/intake/notice/"))


def test_finish_later_sends_no_flood(phone, draft):
    before = mails("link").count()
    for _ in range(8):
        assert phone.post("/intake/later/").status_code == 302
    assert mails("link").count() - before == 4  # with the first invitation five in this hour


def test_finish_later_without_an_e_mail_says_so(phone, draft, visit_with_ash):
    contact = Contact.objects.get(patient=visit_with_ash.patient)
    contact.email = None
    contact.save()
    said = phone.post("/intake/later/", follow=True)
    assert "We have no e-mail address of yours" in text_of(said)
    assert "020 7946 0101" in text_of(said)


# Asking for a new link --------------------------------------------------------------------------


def waiting(desk):
    """Who stands on the desk's page as asking."""
    page = read(signed_in(desk).get("/desk/"))
    return [" ".join(each.get_text(" ").split()) for each in page.select(".asked li p")]


def test_asking_reaches_the_desk_which_sends_in_one_step(desk, visit_with_ash, draft, phone):
    dead = invite(desk, visit_with_ash)
    invite(desk, visit_with_ash)
    assert waiting(desk) == []
    assert "front desk now sees" in text_of(Browser().post(f"/i/{dead}/", {"ask": "1"}))
    (line,) = waiting(desk)
    assert re.match(r"Otter \w+ P-\w+ , visit .+ asked ", line)
    desk_browser = signed_in(desk)
    form = read(desk_browser.get("/desk/")).select_one(".asked form")
    before = mails("link").count()
    post(desk_browser, form["action"])
    assert mails("link").count() == before + 1
    assert waiting(desk) == []


def ways_to_be_dead(desk, visit, clock):
    """Tokens that once existed, each dead for another reason."""
    yield invite(desk, visit)  # revoked by the next
    guessed = invite(desk, visit)
    LinkToken.objects.filter(revoked_at=None).update(tries=5)
    yield guessed
    expired = invite(desk, visit)
    clock.shift(timedelta(days=15))
    yield expired


def test_an_unknown_token_gets_the_same_bytes_and_nothing_happens(desk, ash, clock):
    soon = timezone.now() + timedelta(days=20)
    visit = make_visit(desk, ash, starts_at=soon)
    dead = list(ways_to_be_dead(desk, visit, clock))
    before = fingerprint(visit.clinic)
    unknown = Browser().post("/i/" + "x" * 43 + "/", {"ask": "1"})
    assert fingerprint(visit.clinic) == before
    answers = [unknown, *(Browser().post(f"/i/{token}/", {"ask": "1"}) for token in dead)]
    assert {each.status_code for each in answers} == {200}
    assert len({scrubbed(each) for each in answers}) == 1
    assert len({scrubbed(Browser().get(f"/i/{token}/")) for token in (*dead, "unknown")}) == 1
    assert Invitation.objects.get(appointment=visit).asked_at == timezone.now()


def scrubbed(response):
    """Without the token against forged posts and the address the reader came by."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return re.sub(r"/i/[^/]+/", "/i/…/", text)


def test_asking_again_and_again_stays_one_line_with_its_first_time(
    desk, visit_with_ash, draft, clock
):
    dead = invite(desk, visit_with_ash)
    invite(desk, visit_with_ash)
    Browser().post(f"/i/{dead}/", {"ask": "1"})
    first = Invitation.objects.get().asked_at
    clock.shift(timedelta(minutes=5))
    for _ in range(20):
        Browser().post(f"/i/{dead}/", {"ask": "1"})
    assert Invitation.objects.get().asked_at == first
    assert AuditEvent.objects.filter(action="asked for a link").count() == 1


def test_a_browser_whose_session_ended_can_ask_as_well(desk, ash, clock):
    visit = make_visit(desk, ash, starts_at=timezone.now() + timedelta(days=40))
    begin(desk, visit)
    phone = with_link(open_link(visit))
    clock.shift(timedelta(days=31))
    assert phone.get(PROBLEM).status_code == 404
    phone.post(PROBLEM, {"ask": "1"})
    assert len(waiting(desk)) == 1


def test_nobody_asks_for_what_was_sent_or_cancelled(desk, ash):
    sent, cancelled = make_visit(desk, ash), make_visit(desk, ash)
    tokens = [invite(desk, sent), invite(desk, cancelled)]
    submitted(desk, sent)
    with within(desk.clinic):
        scheduling.cancel(by=actor(desk), at=timezone.now(), appointment=cancelled)
    for token in tokens:
        assert Browser().post(f"/i/{token}/", {"ask": "1"}).status_code == 200
    assert waiting(desk) == []


def test_another_clinics_desk_does_not_hear_of_it(
    desk, visit_with_ash, draft, other_desk, visit_elsewhere
):
    dead = invite(desk, visit_with_ash)
    invite(desk, visit_with_ash)
    Browser().post(f"/i/{dead}/", {"ask": "1"})
    assert (len(waiting(desk)), waiting(other_desk)) == (1, [])


# What is not over yet -----------------------------------------------------------------------------

TOO_LONG = "x" * 301


def test_finishing_later_stops_at_a_message_that_must_be_read(phone):
    url = f"/intake/questions/{page_of(load_pack().questionnaire, 'rf.now')}/"
    sent = phone.post(url, {"rf.now": "collapse", "later": "1"}, follow=True)
    assert url_of(sent) == "/intake/important/"
    assert url_of(phone.get("/intake/later/", follow=True)) == "/intake/important/"
    phone.post("/intake/important/")
    assert phone.get("/intake/later/").status_code == 200


def test_finishing_later_keeps_the_page_while_something_on_it_is_not_saved(phone):
    sent = {"problem.words": TOO_LONG, "pain.area": ["knee"], "later": "1"}
    page = phone.post(PROBLEM, sent)
    assert page.status_code == 422
    kept = Response.objects.get().answers
    assert (kept["pain.area"], kept["problem.words"]) == (["knee"], "My hip")
    assert TOO_LONG in page.content.decode()
    said = text_of(page)
    assert "Write fewer letters: at most 300" in said
    assert "Choose one answer" not in said
    assert len(mails("link")) == 1  # the invitation's


def test_the_other_language_says_in_its_own_words_what_is_not_saved(phone):
    page = phone.post(PROBLEM, {"problem.words": TOO_LONG, "language": "es"})
    said = text_of(page)
    assert TOO_LONG in page.content.decode()
    assert "Escriba menos letras: como máximo 300" in said
    assert "Write fewer letters" not in said
    assert "Elija una respuesta" not in said
