"""Urgent calls: who is asked, by when, who comes next, and that nobody is forgotten."""

import re
import threading
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.access import Role, system
from clinic.commands import settings as clinic_settings
from clinic.commands import tasks
from clinic.commands.scheduling import cancel
from clinic.forms.calls import ReportForm
from clinic.models import (
    Appointment,
    AuditEvent,
    Contact,
    Message,
    OnCall,
    Task,
    TaskEvent,
    Urgency,
)
from clinic.states import Refused
from intake.queries.call_events import NEWEST
from intake.queries.calls import get_calls, list_calls, with_calls
from tests.clients import signed_in
from tests.factories.clinics import actor, make_staff, within
from tests.factories.intakes import (
    answer,
    answers_of,
    begin,
    calm_answers,
    submit,
    submitted,
    urgent_answers,
)
from tests.factories.visits import make_patient, make_visit, today_at
from tests.threads import at_once
from tests.walking import text_of

EMERGENCY, SAME_DAY = timedelta(minutes=15), timedelta(minutes=120)


def same_day_answers():
    return answers_of("same_day", {})


def hers(visit):
    """The one call about a visit."""
    with within(visit.clinic):
        rows = Task.objects.select_related("holder", "patient", "appointment", "clinic")
        return rows.get(appointment=visit)


def history(task):
    """What happened, in order: who was told, else what."""
    with within(task.clinic):
        events = TaskEvent.objects.filter(task=task).order_by("number")
        return [event.told.name if event.told else event.way or event.kind for event in events]


def pass_on(clinic, at=None):
    return tasks.pass_on_next(clinic_id=clinic.pk, at=at or timezone.now())


def take(user, task):
    with within(user.clinic):
        return tasks.take(by=actor(user), at=timezone.now(), task_id=task.pk)


def report(user, task, kind, words="", again_at=None, key=None):
    done = tasks.Report(key or uuid.uuid4(), kind, words, again_at)
    with within(user.clinic):
        return tasks.report(by=actor(user), at=timezone.now(), task_id=task.pk, done=done)


def save_rules(admin, **values):
    with within(admin.clinic):
        clinic_settings.save_on_call(by=actor(admin), values=values)


@pytest.fixture
def urgent(desk, visit_with_ash):
    """An emergency in an intake that is still being filled in."""
    answer(begin(desk, visit_with_ash), urgent_answers())
    return hers(visit_with_ash)


# Opening ---------------------------------------------------------------------------------------


def test_an_urgent_answer_asks_the_visits_therapist_at_once_before_the_form_is_sent(urgent, ash):
    assert (urgent.holder, urgent.state, urgent.urgency) == (ash, "open", Urgency.EMERGENCY)
    assert urgent.opened_at == timezone.now()
    assert urgent.due_at == timezone.now() + EMERGENCY
    assert history(urgent) == ["opened", ash.name]
    assert Message.objects.get(kind="call").address == ash.email
    assert AuditEvent.objects.filter(action="called for", subject_id=str(urgent.pk)).exists()


def test_a_same_day_answer_waits_longer(desk, visit_with_ash):
    submitted(desk, visit_with_ash, same_day_answers())
    task = hers(visit_with_ash)
    assert (task.urgency, task.due_at - task.opened_at) == (Urgency.SAME_DAY, SAME_DAY)


def test_a_calm_intake_opens_nothing_and_does_not_even_look(desk, visit_with_ash):
    response = begin(desk, visit_with_ash)
    with CaptureQueriesContext(connection) as captured:
        answer(response, calm_answers())
        submit(response)
    assert not [one["sql"] for one in captured.captured_queries if "clinic_task" in one["sql"]]
    assert not Task.objects.exists()


def test_without_a_number_whoever_may_read_the_call_is_shown_the_address(desk, ash, birch):
    patient = make_patient(desk, phone="", email="otter@patients.example")
    visit = make_visit(desk, ash, patient)
    answer(begin(desk, visit), urgent_answers())
    line = "No phone number on file: otter@patients.example"
    for url in (f"/visits/{visit.pk}/", "/calls/"):
        assert line in text_of(signed_in(ash).get(url))
    page = text_of(signed_in(birch).get("/calls/"))
    assert "No phone number on file" in page
    assert "otter@patients.example" not in page
    take(birch, hers(visit))
    assert line in text_of(signed_in(birch).get("/calls/"))


def test_with_a_number_the_address_stays_away(urgent, ash, visit_with_ash):
    with within(ash.clinic):
        address = Contact.objects.get(patient=visit_with_ash.patient).email
    assert address not in text_of(signed_in(ash).get("/calls/"))


def test_the_mail_names_nobody_and_no_reason_and_leads_to_the_list(urgent, settings):
    mail = Message.objects.get(kind="call")
    said = f"{mail.subject}\n{mail.body}"
    assert re.findall(r"https?://\S+", said) == [f"{settings.BASE_URL}/calls/"]
    patient = urgent.patient
    secrets = (patient.given_name, patient.family_name, patient.reference, "emergency", "flag")
    for secret in (*secrets, "pain", "urgent", "patient", "symptom"):
        assert secret.lower() not in said.lower(), secret


def test_the_mail_about_a_patient_is_never_shown_as_one_to_the_patient(urgent, desk, settings):
    settings.IS_DEMO = True
    page = signed_in(desk).get(f"/desk/patients/{urgent.patient_id}/").content.decode()
    assert "/calls/" not in page
    assert "/i/" in page, "the link to the patient is"


def test_who_is_on_duty_is_asked_when_the_visits_therapist_is_away(desk, ash, birch, admin):
    save_rules(admin, duty=birch)
    later = make_visit(desk, ash, starts_at=today_at(9) + timedelta(days=3))
    answer(begin(desk, later), urgent_answers())
    assert hers(later).holder == birch
    make_visit(desk, ash, starts_at=today_at(15))  # now she works today
    here = make_visit(desk, ash, starts_at=today_at(9) + timedelta(days=4))
    answer(begin(desk, here), urgent_answers())
    assert hers(here).holder == ash


def test_an_account_that_is_closed_is_not_asked(desk, gone, birch):
    visit = make_visit(desk, gone)
    answer(begin(desk, visit), urgent_answers())
    assert hers(visit).holder == birch


def test_a_higher_urgency_raises_the_call_and_starts_its_clock_again(
    desk, visit_with_ash, ash, clock
):
    response = begin(desk, visit_with_ash)
    answer(response, same_day_answers())
    clock.shift(timedelta(minutes=60))
    answer(response, urgent_answers())
    task = hers(visit_with_ash)
    assert (task.urgency, task.due_at) == (Urgency.EMERGENCY, timezone.now() + EMERGENCY)
    assert "raised" in history(task)
    assert history(task).count(ash.name) == 2, "told again"


def another(task, urgency):
    """Another urgent answer about the same visit, now."""
    with within(task.clinic):
        by, visit = system(task.clinic_id, "tests"), task.appointment_id
        tasks.open_task(by=by, at=timezone.now(), appointment_id=visit, urgency=urgency)
    return hers(task.appointment)


@pytest.mark.parametrize("urgency", [Urgency.SAME_DAY, Urgency.EMERGENCY])
def test_another_urgent_answer_is_told_and_leaves_a_clock_that_is_nearer(
    urgency, urgent, ash, clock
):
    clock.shift(timedelta(minutes=5))
    task = another(urgent, urgency)
    assert (task.urgency, task.due_at) == (urgent.urgency, urgent.due_at)
    assert history(task)[-2:] == ["added", ash.name]
    assert Message.objects.filter(kind="call").count() == 2


def test_another_answer_as_urgent_brings_a_call_forward_that_waits_for_its_next_try(
    urgent, ash, clock
):
    take(ash, urgent)
    report(ash, urgent, "again", again_at=timezone.now() + timedelta(minutes=50))
    clock.shift(timedelta(minutes=5))
    task = another(urgent, Urgency.EMERGENCY)
    assert (task.state, task.due_at) == ("taken", timezone.now() + EMERGENCY)
    assert history(task)[-2:] == ["added", ash.name]
    mail = Message.objects.filter(kind="call").order_by("due_at").last()
    assert "A call that you have taken needs another look" in mail.body
    assert f"{task.due_at.astimezone(task.clinic.zone):%H:%M}" in mail.body


def test_a_corrected_answer_does_not_close_the_call_and_says_so(urgent, desk, ash, visit_with_ash):
    with within(urgent.clinic):
        response = visit_with_ash.response
    answer(response, calm_answers())
    task = hers(visit_with_ash)
    assert task.state == "open"
    assert history(task)[-1] == "changed"
    page = signed_in(ash).get(f"/visits/{visit_with_ash.pk}/").content.decode()
    assert "The answers no longer show an urgent finding. The call stays" in page
    assert "Call first" in signed_in(desk).get("/desk/").content.decode()


def test_while_another_urgent_answer_stands_nothing_is_said_to_be_gone(desk, ash, visit_with_ash):
    calm, gone = calm_answers(), "The answers no longer show an urgent finding"
    response = answer(
        begin(desk, visit_with_ash), calm | {"rf.now": ["collapse"], "rf.leg_weak": "new_worse"}
    )
    raised = {flag.pattern for flag in response.flag_set.all()}
    answer(response, {"rf.leg_weak": calm["rf.leg_weak"]})
    with within(visit_with_ash.clinic):
        closed = set(response.flag_set.exclude(changed_at=None).values_list("pattern", flat=True))
    assert closed < raised, "the control: one went, another stands"
    assert closed
    assert "changed" not in history(hers(visit_with_ash))
    answer(response, {"rf.now": calm["rf.now"]})
    url = f"/visits/{visit_with_ash.pk}/"
    assert gone in text_of(signed_in(ash).get(url))
    answer(response, {"rf.now": ["collapse"]})
    assert gone not in text_of(signed_in(ash).get(url)).split("Who was told when")[0]


def test_after_a_call_is_closed_a_new_urgent_answer_opens_another(
    urgent, ash, visit_with_ash, clock
):
    take(ash, urgent)
    report(ash, urgent, "called")
    with within(urgent.clinic):
        response = visit_with_ash.response
    answer(response, calm_answers())
    clock.shift(timedelta(minutes=1))
    answer(response, urgent_answers())
    with within(urgent.clinic):
        states = list(Task.objects.order_by("opened_at").values_list("state", flat=True))
    assert states == ["closed", "open"]


# The clock -------------------------------------------------------------------------------------


def test_what_nobody_takes_goes_to_the_next_and_to_the_fallback(
    urgent, ash, birch, admin, clinic, clock
):
    save_rules(admin, fallback_email="fallback@staff.example")
    clock.shift(EMERGENCY - timedelta(seconds=1))
    assert pass_on(clinic) is False, "not before its time"
    clock.shift(timedelta(seconds=1))
    assert pass_on(clinic) is True
    assert pass_on(clinic) is False, "once"
    task = hers(urgent.appointment)
    assert (task.holder, task.state, task.passes) == (birch, "open", 1)
    assert task.due_at == timezone.now() + EMERGENCY
    assert history(task) == ["opened", ash.name, "passed_on", birch.name, "fallback"]
    addresses = Counter(mail.address for mail in Message.objects.filter(kind="call"))
    assert addresses == {ash.email: 1, birch.email: 1, "fallback@staff.example": 1}


def test_the_mail_to_the_fallback_says_as_little(urgent, admin, clinic, clock, settings):
    save_rules(admin, fallback_email="fallback@staff.example")
    clock.shift(EMERGENCY)
    pass_on(clinic)
    [mail] = [one for one in Message.objects.all() if one.address.startswith("fallback")]
    assert re.findall(r"https?://\S+", mail.body) == [f"{settings.BASE_URL}/calls/"]
    for secret in (urgent.patient.given_name, urgent.patient.reference, "emergency", "urgent"):
        assert secret.lower() not in f"{mail.subject} {mail.body}".lower()


def test_it_goes_round_until_somebody_takes_it(urgent, ash, birch, admin, clinic, clock):
    cedar = make_staff(clinic, Role.THERAPIST, "Cedar Therapist")
    save_rules(admin, fallback=cedar)
    asked = [urgent.holder.name]
    for _ in range(4):
        clock.shift(EMERGENCY)
        assert pass_on(clinic)
        asked.append(hers(urgent.appointment).holder.name)
    assert asked == [ash.name, cedar.name, birch.name, ash.name, cedar.name]


def test_a_clinic_of_one_therapist_asks_her_again(urgent, ash, clinic, clock):
    clock.shift(EMERGENCY)
    assert pass_on(clinic)
    assert history(urgent) == ["opened", ash.name, "passed_on", ash.name]


def test_the_clinics_own_times_hold(desk, ash, visit_with_ash, admin):
    save_rules(admin, emergency_minutes=30)
    answer(begin(desk, visit_with_ash), urgent_answers())
    task = hers(visit_with_ash)
    assert task.due_at - task.opened_at == timedelta(minutes=30)


def test_a_call_that_was_taken_and_not_reported_goes_on_too(urgent, ash, birch, clinic, clock):
    clock.shift(timedelta(minutes=10))
    take(ash, urgent)
    clock.shift(timedelta(minutes=10))
    assert pass_on(clinic) is False, "taking gave as long again"
    clock.shift(timedelta(minutes=5))
    assert pass_on(clinic) is True
    task = hers(urgent.appointment)
    assert (task.holder, task.state, task.taken_at) == (birch, "open", None)
    with pytest.raises(Refused, match="Take it first"):
        report(ash, urgent, "called")


# Taking and reporting --------------------------------------------------------------------------


def test_who_takes_it_holds_it_and_sees_the_brief(urgent, ash):
    page = signed_in(ash).post(f"/calls/{urgent.pk}/take/", follow=True)
    assert page.redirect_chain == [(f"/visits/{urgent.appointment_id}/", 302)]
    assert "What was done?" in page.content.decode()
    assert hers(urgent.appointment).state == "taken"
    assert take(ash, urgent).state == "taken", "pressing twice is taking once"
    assert history(urgent).count("taken") == 1


def test_who_comes_second_is_told_who_was_first(urgent, ash, birch, clinic, clock):
    clock.shift(EMERGENCY)
    pass_on(clinic)
    take(ash, urgent)
    page = signed_in(birch).post(f"/calls/{urgent.pk}/take/", follow=True)
    assert page.redirect_chain == [("/calls/", 302)]
    assert f"{ash.name} has already taken this call." in page.content.decode()
    assert hers(urgent.appointment).holder == ash


@pytest.mark.parametrize("kind", ["called", "sent"])
def test_a_patient_who_was_reached_or_sent_on_closes_the_call(kind, urgent, ash, desk):
    desk_page = signed_in(desk)
    assert "Call first" in BeautifulSoup(desk_page.get("/desk/").content, "html.parser").table.text
    take(ash, urgent)
    assert "Call first" in BeautifulSoup(desk_page.get("/desk/").content, "html.parser").table.text
    report(ash, urgent, kind, "daughter drives")
    task = hers(urgent.appointment)
    assert (task.state, task.closed_at) == ("closed", timezone.now())
    table = BeautifulSoup(desk_page.get("/desk/").content, "html.parser").table.text
    assert "Call first" not in table


def test_a_patient_who_is_not_reached_stays_open(urgent, ash, desk, clock):
    take(ash, urgent)
    clock.shift(timedelta(minutes=5))
    report(ash, urgent, "not_reached")
    task = hers(urgent.appointment)
    assert (task.state, task.due_at) == ("taken", timezone.now() + EMERGENCY)
    assert "Call first" in signed_in(desk).get("/desk/").content.decode()
    page = signed_in(ash).get(f"/visits/{urgent.appointment_id}/").content.decode()
    assert "Not reached, Ash Therapist" in " ".join(page.split())


def test_a_next_try_is_waited_for(urgent, ash, clinic, clock):
    take(ash, urgent)
    at = timezone.now() + timedelta(minutes=40)
    report(ash, urgent, "again", again_at=at)
    task = hers(urgent.appointment)
    assert (task.state, task.due_at) == ("taken", at + EMERGENCY)
    clock.move_to(at)
    assert pass_on(clinic) is False
    clock.shift(EMERGENCY)
    assert pass_on(clinic) is True


def test_closing_without_a_call_needs_the_reason(urgent, ash):
    take(ash, urgent)
    with pytest.raises(tasks.ReasonMissing):
        report(ash, urgent, "no_call")
    assert report(ash, urgent, "no_call", "sits in my room").state == "closed"


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        (None, "Enter the time of the next try"),
        (0, "That time is over"),
        (-60, "That time is over"),
        (61, "Try an emergency again within the hour, by 13:00"),
    ],
)
def test_a_next_try_of_an_emergency_lies_ahead_within_the_hour(
    minutes, sentence, urgent, ash, clock
):
    clock.move_to(today_at(12))
    take(ash, urgent)
    at = None if minutes is None else timezone.now() + timedelta(minutes=minutes)
    with pytest.raises(tasks.WrongTime, match=sentence):
        report(ash, urgent, "again", again_at=at)
    assert history(urgent)[-1] == "taken"
    report(ash, urgent, "again", again_at=timezone.now() + timedelta(minutes=60))
    assert history(urgent)[-1] == "again"


def test_a_next_try_of_a_same_day_call_lies_on_that_day_at_the_clinic(
    desk, ash, visit_with_ash, clock
):
    submitted(desk, visit_with_ash, same_day_answers())
    task = hers(visit_with_ash)
    take(ash, task)
    with pytest.raises(tasks.WrongTime, match="again today"):
        report(ash, task, "again", again_at=today_at(0) + timedelta(days=1, minutes=1))
    report(ash, task, "again", again_at=today_at(23))
    assert hers(visit_with_ash).due_at == today_at(23) + SAME_DAY


def test_a_report_sent_twice_is_one(urgent, ash):
    browser, form = signed_in(ash), {"key": str(uuid.uuid4()), "done": "not_reached", "words": ""}
    take(ash, urgent)
    for _ in range(2):
        assert browser.post(f"/calls/{urgent.pk}/report/", form).status_code == 302
    assert history(urgent).count("not_reached") == 1


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Choose what was done"),
        ({"done": "again"}, "Enter the time of the next try"),
        ({"done": "again", "again": "soon"}, "Enter a time like 14:30"),
        ({"done": "no_call"}, "Say why no call is needed"),
        ({"done": "mailed", "words": "kept words"}, "Choose what was done"),
    ],
)
def test_a_report_that_cannot_be_kept_comes_back_as_it_was_typed(form, sentence, urgent, ash):
    take(ash, urgent)
    form = {"key": str(uuid.uuid4()), "again": "", "words": "", **form}
    response = signed_in(ash).post(f"/calls/{urgent.pk}/report/", form)
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 422
    assert page.title.text.startswith("Error: ")
    assert sentence in page.select_one(".report").text
    assert page.select_one("#report-words")["value"] == form["words"]
    assert history(urgent)[-1] == "taken"


def try_again(user, task, typed):
    """The page after the report "will try again at"."""
    form = {"key": str(uuid.uuid4()), "done": "again", "again": typed, "words": "no answer"}
    return signed_in(user).post(f"/calls/{task.pk}/report/", form)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("20:01", "That time is over"),
        ("20:31", "That time is over"),
        ("07:15", "That time is over"),
        ("21:32", "Try an emergency again within the hour, by 21:31"),
    ],
)
def test_a_time_that_is_over_or_too_late_comes_back_as_it_was_typed(
    typed, sentence, urgent, ash, clock
):
    clock.move_to(today_at(20, 31))
    take(ash, urgent)
    response = try_again(ash, urgent, typed)
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 422
    assert sentence in page.select_one(".report #again-error").text
    assert page.select_one("#report-again")["value"] == typed
    assert page.select_one("#report-words")["value"] == "no answer"
    assert history(urgent)[-1] == "taken"
    assert hers(urgent.appointment).due_at == timezone.now() + EMERGENCY


def test_a_time_after_midnight_is_tomorrows_and_its_day_is_shown(urgent, ash, clock):
    clock.move_to(today_at(23, 40))
    take(ash, urgent)
    assert try_again(ash, urgent, "00:10").status_code == 302
    again_at = today_at(0, 10) + timedelta(days=1)
    assert TaskEvent.objects.get(kind="again").again_at == again_at
    page = BeautifulSoup(
        signed_in(ash).get(f"/visits/{urgent.appointment_id}/").content, "html.parser"
    )
    said = f"Will try again at {again_at:%-d %b} 00:10, Ash Therapist"
    assert said in " ".join(page.select_one(".call-head").text.split())
    assert said in " ".join(page.select_one(".history").text.split())


def test_on_the_night_when_the_clocks_go_back_an_hour_that_comes_twice_is_the_next_one():
    zone = ZoneInfo("Europe/London")
    form = ReportForm({"key": str(uuid.uuid4()), "done": "again", "again": "01:30", "words": ""})
    assert form.is_valid()
    now = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)  # 01:50, for the first time
    again_at = form.again_at(now, now + timedelta(hours=1), zone)
    assert again_at.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_only_who_took_it_reports(urgent, ash, birch, clinic, clock):
    clock.shift(EMERGENCY)
    pass_on(clinic)
    take(birch, urgent)
    form = {"key": str(uuid.uuid4()), "done": "called", "words": ""}
    page = signed_in(ash).post(f"/calls/{urgent.pk}/report/", form, follow=True)
    assert f"{birch.name} has already taken this call." in page.content.decode()
    assert hers(urgent.appointment).state == "taken"


def test_the_words_of_a_report_are_sealed_and_read_on_the_brief(urgent, ash):
    take(ash, urgent)
    report(ash, urgent, "called", "canary in the words")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM clinic_taskevent t")
        assert "canary" not in cursor.fetchone()[0]
    page = signed_in(ash).get(f"/visits/{urgent.appointment_id}/").content.decode()
    assert "canary in the words" in page


# Who sees it -----------------------------------------------------------------------------------


def test_the_holder_sees_the_patient_as_long_as_she_holds_the_call_and_nobody_else(
    urgent, birch, clinic, clock
):
    cedar = make_staff(clinic, Role.THERAPIST, "Cedar Therapist")
    brief, rival = f"/visits/{urgent.appointment_id}/", signed_in(cedar)
    holder = signed_in(birch)
    assert holder.get(brief).status_code == 404, "nothing of hers yet"
    clock.shift(EMERGENCY)
    pass_on(clinic)
    assert hers(urgent.appointment).holder == birch
    assert holder.get(brief).status_code == 200
    assert rival.get(brief).status_code == 404, "the control"
    take(birch, urgent)
    report(birch, urgent, "called")
    assert holder.get(brief).status_code == 404, "the call is over"


def test_whose_patients_they_are_is_the_same_asked_of_a_visit_and_of_all(
    urgent, desk, ash, birch, clinic, clock
):
    make_visit(desk, birch)
    make_visit(desk, ash, starts_at=timezone.now() - timedelta(days=380))
    cancel(by=actor(desk), at=timezone.now(), appointment=make_visit(desk, birch))
    clock.shift(EMERGENCY)
    pass_on(clinic)
    counts = []
    for user in (ash, birch, desk):
        one_by_one = Appointment.objects.treated_by(user).values_list("patient_id", flat=True)
        from_her_own_on = {row["patient_id"] for row in Appointment.objects.patients_of(user)}
        assert from_her_own_on == set(one_by_one)
        counts.append(len(from_her_own_on))
    assert counts == [1, 2, 0], "hers; hers and the call's; the desk treats nobody"


def test_any_therapist_takes_what_nobody_has_taken_and_reads_nothing_before(
    urgent, ash, birch, clinic
):
    """Whoever was asked may be away, the mail server and the worker too."""
    take(ash, urgent)
    report(ash, urgent, "not_reached", "canary of the first try")
    assert "canary" not in signed_in(birch).get("/calls/").content.decode()
    assert pass_on(clinic, hers(urgent.appointment).due_at)
    cedar = signed_in(make_staff(clinic, Role.THERAPIST, "Cedar Therapist"))
    brief, page = f"/visits/{urgent.appointment_id}/", cedar.get("/calls/").content.decode()
    assert urgent.patient.name in page
    assert brief not in page
    assert "canary" not in page
    assert cedar.get(brief).status_code == 404
    assert cedar.post(f"/calls/{urgent.pk}/take/").status_code == 302
    assert "canary" in cedar.get(brief).content.decode()


def test_of_another_clinic_there_is_no_call(urgent, sorrel):
    browser = signed_in(sorrel)
    assert browser.post(f"/calls/{urgent.pk}/take/").status_code == 404
    assert urgent.patient.name not in browser.get("/calls/").content.decode()
    assert bar(sorrel) == ""


def test_the_list_shows_whom_to_ring_and_by_when(urgent, ash):
    page = " ".join(
        BeautifulSoup(signed_in(ash).get("/calls/").content, "html.parser").main.text.split()
    )
    assert "07700 900123" in page
    assert urgent.patient.name in page
    assert "Nobody has taken it. Asked: you" in page


def test_the_list_begins_with_what_she_took_and_ends_with_what_a_colleague_has(
    urgent, desk, ash, birch, clock
):
    def opened_now():
        clock.shift(timedelta(minutes=1))
        visit = make_visit(desk, ash)
        answer(begin(desk, visit), urgent_answers())
        return hers(visit)

    waits, later, mine = opened_now(), opened_now(), opened_now()
    take(birch, urgent)
    take(ash, mine)
    with within(ash.clinic):
        found = [call.id for call in list_calls(ash, timezone.now())]
    assert found == [mine.pk, waits.pk, later.pk, urgent.pk]


def test_a_report_without_a_choice_marks_no_other_field(urgent, ash):
    take(ash, urgent)
    form = {"key": str(uuid.uuid4()), "again": "", "words": ""}
    response = signed_in(ash).post(f"/calls/{urgent.pk}/report/", form)
    box = BeautifulSoup(response.content, "html.parser").select_one(".report")
    assert not box.select(".has-error, [aria-invalid]")
    assert box.select_one("#report-done")["aria-describedby"] == "done-error"


def round_the_clinic(task, times, clock):
    for _ in range(times):
        clock.shift(EMERGENCY)
        assert pass_on(task.clinic)


def lines_of(user, task):
    """The history as the brief shows it."""
    with within(task.clinic):
        visit = with_calls(Appointment.objects.all()).get(pk=task.appointment_id)
        [call] = get_calls(visit, user, timezone.now())
    return call, [line.label for line in call.events]


def test_a_night_of_passing_on_is_one_line_with_count_and_span(urgent, ash, birch, clock):
    begun = timezone.now()
    round_the_clinic(urgent, 60, clock)
    call, lines = lines_of(ash, urgent)
    assert len(history(urgent)) == 122, "all of it is kept"
    assert lines[:2] == ["Opened by an answer", "Told"]
    assert lines[2:] == [
        "Not done in time: went on 60 times. Told: Birch Therapist (30×), Ash Therapist (30×)"
    ]
    assert (call.events[2].at, call.events[2].until) == (begun + EMERGENCY, timezone.now())


def test_what_people_and_answers_did_is_never_pushed_out_by_the_clock(
    urgent, ash, birch, visit_with_ash, clock
):
    take(birch, urgent)
    report(birch, urgent, "not_reached", "rang twice")
    with within(urgent.clinic):
        response = visit_with_ash.response
    answer(response, calm_answers())
    round_the_clinic(urgent, 160, clock)
    call, lines = lines_of(ash, urgent)
    assert len(history(urgent)) > NEWEST
    assert call.was_changed
    assert (call.tried.label, call.tried.who, call.tried.words) == (
        "Not reached",
        birch.name,
        "rang twice",
    )
    assert "Not reached" in lines
    earlier = lines.index("Not done in time: went on another 10× before this")
    assert lines[earlier - 1] == "The answers no longer show an urgent finding"
    assert lines[earlier + 1].startswith("Told") or "went on 150 times" in lines[earlier + 1]
    take(ash, urgent)
    report(ash, urgent, "called")
    call, lines = lines_of(ash, urgent)
    assert (call.last.label, call.last.who) == ("Spoke with the patient", ash.name)
    assert lines[-2:] == ["Taken", "Spoke with the patient"]


def test_an_open_call_keeps_a_visit_among_the_first_whatever_its_flags_say_now(
    urgent, ash, visit_with_ash
):
    def first():
        page = BeautifulSoup(signed_in(ash).get("/today/").content, "html.parser")
        return page.select_one(".urgent")

    with within(urgent.clinic):
        response = visit_with_ash.response
    answer(response, calm_answers())
    assert urgent.patient.name in first().text
    assert "Call: nobody has taken it" in first().text
    take(ash, urgent)
    assert urgent.patient.name in first().text
    report(ash, urgent, "called")
    assert first() is None


def call_first(desk):
    """How many the desk's day counts, and the rows of the list."""
    count = BeautifulSoup(signed_in(desk).get("/desk/").content, "html.parser").select_one(
        ".counts dd"
    )
    page = BeautifulSoup(signed_in(desk).get("/desk/call-first/").content, "html.parser")
    return int(count.text), [" ".join(row.text.split()) for row in page.select(".call-box")]


def test_the_desk_sees_every_open_call_also_of_another_day_and_of_a_cancelled_visit(
    desk, ash, clinic
):
    assert call_first(desk) == (0, [])
    tomorrow = make_visit(desk, ash, starts_at=today_at(9) + timedelta(days=1))
    answer(begin(desk, tomorrow), urgent_answers())
    said = f"{tomorrow.patient.name} {tomorrow.patient.reference} 07700 900123"
    assert call_first(desk) == (1, [said])
    cancel(by=actor(desk), at=timezone.now(), appointment=tomorrow)
    assert call_first(desk) == (1, [said])
    task = hers(tomorrow)
    take(ash, task)
    report(ash, task, "not_reached", "canary of the report")
    assert call_first(desk) == (1, [said])
    report(ash, task, "called")
    assert call_first(desk) == (0, [])


def test_the_desks_list_never_says_why_how_urgent_or_who_has_it(urgent, desk, ash, sorrel):
    take(ash, urgent)
    report(ash, urgent, "not_reached", "canary of the report")
    page = BeautifulSoup(signed_in(desk).get("/desk/call-first/").content, "html.parser")
    for secret in ("canary", "emergency", "reached", "urgent", "pain", ash.name.lower(), ":"):
        assert secret not in page.select_one(".call-box").text.lower(), secret
    assert urgent.patient.name not in text_of(signed_in(sorrel).get("/desk/call-first/"))


def test_an_empty_list_says_so(ash):
    assert "No urgent call is open." in signed_in(ash).get("/calls/").content.decode()


def test_the_days_list_says_how_each_call_stands(urgent, ash, desk):
    make_visit(desk, ash)  # nothing urgent

    def said():
        page = BeautifulSoup(signed_in(ash).get("/today/").content, "html.parser")
        return {one.text for one in page.select(".called")}

    assert said() == {"Call: nobody has taken it"}
    take(ash, urgent)
    assert said() == {"Call: Ash Therapist has it"}
    report(ash, urgent, "sent")
    assert said() == {"Call: done"}


# The bar ---------------------------------------------------------------------------------------

PAGES = (
    "/today/",
    "/desk/",
    "/calls/",
    "/account/mfa/",
    "/account/sessions/",
    "/account/password/",
)


def bar(user, path="/today/"):
    """What stands in the bar, empty without one."""
    page = BeautifulSoup(signed_in(user).get(path).content, "html.parser")
    found = page.select_one(".bar")
    return " ".join(found.text.split()) if found else ""


@pytest.mark.parametrize("path", PAGES)
def test_the_bar_stands_on_every_page_of_a_therapist(path, urgent, ash):
    assert re.fullmatch(r"1 urgent call to take by \d\d:\d\d", bar(ash, path))
    assert bar(ash, f"/visits/{urgent.appointment_id}/") == bar(ash, path)


def test_the_bar_counts_what_was_taken_and_is_not_reported(urgent, ash, desk, clock):
    take(ash, urgent)
    assert bar(ash).startswith("1 urgent call to report by ")
    answer(begin(desk, make_visit(desk, ash)), urgent_answers())
    assert bar(ash).startswith("1 call to take by ")
    assert re.search(r" · 1 to report by \d\d:\d\d$", bar(ash))
    report(ash, urgent, "called")
    assert "to report" not in bar(ash)


def test_the_bar_says_when_time_is_over(urgent, ash, clock):
    clock.shift(EMERGENCY)
    assert bar(ash).startswith("1 urgent call to take since ")
    take(ash, urgent)
    clock.shift(EMERGENCY)
    assert bar(ash).startswith("1 urgent call to report since ")


def test_every_therapist_of_the_clinic_sees_it_at_once_without_mail_and_worker(urgent, birch):
    assert bar(birch).startswith("1 urgent call to take by ")


def test_what_a_colleague_has_taken_is_in_no_other_bar_and_the_desk_has_none(
    urgent, ash, birch, desk
):
    assert bar(desk, "/desk/") == ""
    take(ash, urgent)
    assert bar(birch) == ""


def test_the_admin_hears_of_a_call_that_was_not_taken_in_time_and_of_no_patient(
    urgent, birch, admin, clinic, clock
):
    assert bar(admin, "/settings/") == ""
    clock.shift(EMERGENCY)
    pass_on(clinic)
    said = bar(admin, "/settings/")
    assert said.startswith("1 urgent call not taken since ")
    assert urgent.patient.name not in signed_in(admin).get("/settings/").content.decode()


def test_the_bar_names_nobody(urgent, ash):
    for path in PAGES:
        assert urgent.patient.family_name not in bar(ash, path)


# The settings ----------------------------------------------------------------------------------


def test_the_admin_sets_who_is_asked_and_how_long_a_call_waits(admin, birch, clinic):
    form = {"emergency_minutes": "10", "same_day_minutes": "60", "duty": str(birch.pk)}
    form |= {"fallback": "", "fallback_email": "desk.lead@clinic.example"}
    page = signed_in(admin).post("/settings/calls/", form, follow=True)
    assert "Saved." in page.content.decode()
    rules = OnCall.objects.get()
    assert (rules.emergency_minutes, rules.duty, rules.fallback) == (10, birch, None)
    assert rules.fallback_email == "desk.lead@clinic.example"
    shown = BeautifulSoup(page.content, "html.parser")
    assert shown.select_one("#id_duty option[selected]")["value"] == str(birch.pk)


@pytest.mark.parametrize(
    "wrong",
    [
        {"emergency_minutes": "1"},
        {"same_day_minutes": "5000"},
        {"duty": "999999"},
        {"fallback_email": "nowhere"},
        {"fallback": "same"},
    ],
)
def test_settings_that_cannot_be_kept_are_refused(wrong, admin, birch):
    form = {"emergency_minutes": "10", "same_day_minutes": "60", "duty": str(birch.pk)}
    form |= {"fallback": "", "fallback_email": ""} | wrong
    if form["fallback"] == "same":
        form["fallback"] = form["duty"]
    assert signed_in(admin).post("/settings/calls/", form).status_code == 422
    assert not OnCall.objects.exists()


# What the database refuses ---------------------------------------------------------------------


def test_two_open_calls_about_a_visit_are_refused(urgent):
    with pytest.raises(IntegrityError, match="one_open_task_a_visit"), transaction.atomic():
        Task.objects.create(
            clinic=urgent.clinic,
            patient=urgent.patient,
            appointment=urgent.appointment,
            urgency=Urgency.SAME_DAY,
            holder=urgent.holder,
            opened_at=timezone.now(),
            due_at=timezone.now(),
        )


def test_a_closed_call_does_not_change(urgent, ash):
    take(ash, urgent)
    report(ash, urgent, "called")
    with pytest.raises(IntegrityError, match="closed task does not change"), transaction.atomic():
        Task.objects.filter(pk=urgent.pk).update(holder=ash)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "taken"},
        {"state": "closed", "closed_at": today_at(12)},
        {"state": "lost"},
        {"taken_at": today_at(12)},
        {"urgency": Urgency.ROUTINE},
    ],
)
def test_a_state_and_its_times_belong_together(wrong, urgent):
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=urgent.pk).update(**wrong)


# At once ---------------------------------------------------------------------------------------


@pytest.fixture
def contested(committed, desk, ash, birch, clinic):
    """A call that both may take."""
    visit = make_visit(desk, ash, make_patient(desk))
    answer(begin(desk, visit), urgent_answers())
    task = hers(visit)
    assert pass_on(clinic, task.due_at)
    return task


def take_at_once(task, ash, birch, number=8):
    people = [ash, birch]
    return at_once(number, lambda turn: take(people[turn % 2], task))


def test_of_two_therapists_who_take_a_call_at_once_one_gets_it(contested, ash, birch, clinic):
    outcomes = take_at_once(contested, ash, birch)
    winner = hers(contested.appointment).holder
    sentences = {str(each) for each in outcomes if isinstance(each, Refused)}
    assert sentences == {f"{winner.name} has already taken this call."}
    assert Counter(type(each) for each in outcomes) == {Refused: 4, Task: 4}
    assert history(contested).count("taken") == 1


def test_an_urgent_answer_that_comes_while_the_call_is_taken_finds_it(
    contested, ash, birch, clinic
):
    def act(turn):
        if turn % 2:
            return take(ash if turn % 4 == 1 else birch, contested)
        with within(clinic):
            return tasks.open_task(
                by=system(clinic.pk, "tests"),
                at=timezone.now(),
                appointment_id=contested.appointment_id,
                urgency=Urgency.EMERGENCY,
            )

    outcomes = at_once(8, act)
    assert {type(each) for each in outcomes} == {Refused, Task}
    assert history(contested).count("added") == 4
    with within(clinic):
        assert Task.objects.count() == 1


def test_control_without_the_lock_both_believe_they_have_it(
    contested, ash, birch, clinic, monkeypatch
):
    everybody_has_read = threading.Barrier(2, timeout=30)

    def unlocked(task_id):
        found = Task.objects.get(pk=task_id)
        everybody_has_read.wait()
        return found

    monkeypatch.setattr(tasks, "locked", unlocked)
    outcomes = take_at_once(contested, ash, birch, number=2)
    assert [each.holder_id for each in outcomes] == [ash.pk, birch.pk]


def test_workers_side_by_side_pass_a_call_on_once(contested, clinic):
    at = contested.due_at + timedelta(hours=1)
    outcomes = at_once(4, lambda _: pass_on(clinic, at))
    assert sorted(outcomes) == [False, False, False, True]
    assert history(contested).count("passed_on") == 2, "the first made the two able to take it"


def test_control_without_the_lock_two_workers_pass_it_on_twice(contested, clinic, monkeypatch):
    everybody_has_read = threading.Barrier(2, timeout=30)

    def unlocked(clinic_id, at):
        found = Task.objects.get()
        everybody_has_read.wait()
        return found

    monkeypatch.setattr(tasks, "overdue", unlocked)
    outcomes = at_once(2, lambda _: pass_on(clinic, contested.due_at + timedelta(hours=1)))
    assert outcomes == [True, True]
    assert history(contested).count("passed_on") == 3
