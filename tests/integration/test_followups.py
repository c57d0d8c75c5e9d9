"""A follow-up wanted in the note is a debt of the desk until it is booked, declined or recalled."""

from collections import Counter
from datetime import datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from clinic.commands import scheduling
from clinic.models import Appointment, AuditEvent
from clinic.walls import inside_clinic
from intake.commands import followups, notes
from intake.models import FollowUp, Note
from tests import databases
from tests.clients import signed_in
from tests.factories.clinics import actor, make_clinic, make_staff, within
from tests.factories.intakes import submitted, urgent_answers
from tests.factories.visits import make_patient, make_visit, today_at
from tests.threads import at_once
from tests.walking import read, text_of

WISH = {"again_days": "14", "again_minutes": "30", "again_with": "same"}


@pytest.fixture
def room(ash):
    """Ash's browser."""
    return signed_in(ash)


@pytest.fixture
def counter(desk):
    """The desk's browser."""
    return signed_in(desk)


def ask(browser, visit, action="save", **changes):
    """The wish of a note, with a word in it."""
    fields = {"action": action, "plan": "canaryplan", **WISH, **changes}
    return browser.post(f"/visits/{visit.pk}/note/", fields)


@pytest.fixture
def owed(room, visit_with_ash):
    """Ash asked for one; the note is a draft."""
    ask(room, visit_with_ash)
    return FollowUp.objects.get()


def booking(therapist, days=14):
    day = (timezone.localdate() + timedelta(days=days)).isoformat()
    return {"therapist": therapist.pk, "day": day, "time": "09:00", "minutes": "30"}


def book(browser, owed, form, **options):
    return browser.post(f"/desk/follow-ups/{owed.pk}/", form, **options)


def names(page, css="table.owed th a"):
    return [link.get_text() for link in read(page).select(css)]


# Asked for ---------------------------------------------------------------------------------------


def test_it_is_owed_as_soon_as_the_therapist_sets_it_with_a_week_of_days_around(owed, ash):
    today = timezone.localdate()
    assert (owed.state, owed.days, owed.minutes, owed.therapist) == ("open", 14, 30, ash)
    assert (owed.wanted_from, owed.wanted_by) == (
        today + timedelta(days=12),
        today + timedelta(days=16),
    )


def test_it_is_changed_and_taken_back_while_the_note_is_a_draft(room, owed, visit_with_ash):
    ask(room, visit_with_ash, again_days="42", again_with="any")
    owed.refresh_from_db()
    assert (owed.days, owed.therapist, owed.state) == (42, None, "open")
    ask(room, visit_with_ash, again_days="")
    owed.refresh_from_db()
    assert (owed.state, owed.reason) == ("recalled", "therapist")
    ask(room, visit_with_ash, again_days="7")
    owed.refresh_from_db()
    assert (owed.state, owed.days) == ("open", 7)


def test_it_is_set_and_the_note_signed_in_one_step_and_then_it_is_fixed(room, visit_with_ash):
    ask(room, visit_with_ash, "sign")
    row = FollowUp.objects.select_related("note").get()
    assert (row.state, row.note.is_signed) == ("open", True)
    row.days = 7
    with pytest.raises(IntegrityError, match="keeps its wish"), transaction.atomic():
        row.save()


def test_nothing_is_asked_for_under_a_signed_note(room, visit_with_ash):
    ask(room, visit_with_ash, "sign", again_days="")
    page = ask(room, visit_with_ash)
    assert page.status_code == 422
    note = Note.objects.get()
    late = {"asked_by": note.author, "asked_at": timezone.now(), "days": 14, "minutes": 30}
    today = timezone.localdate()
    with pytest.raises(IntegrityError, match="keeps its wish"), transaction.atomic():
        FollowUp.objects.create(
            clinic_id=note.clinic_id,
            patient_id=note.patient_id,
            note=note,
            wanted_from=today,
            wanted_by=today,
            **late,
        )


@pytest.mark.parametrize(
    "wish", [{"again_days": "13"}, {"again_minutes": "7"}, {"again_with": "x"}]
)
def test_what_nobody_could_have_chosen_is_422(wish, room, visit_with_ash):
    assert ask(room, visit_with_ash, **wish).status_code == 422
    assert not FollowUp.objects.exists()


def test_two_windows_that_wish_differently_are_told(room, visit_with_ash):
    page = read(room.get(f"/visits/{visit_with_ash.pk}/note/"))
    drawn = page.select_one("[name=seen]")["value"]
    ask(room, visit_with_ash, seen=drawn)
    refused = ask(room, visit_with_ash, seen=drawn, again_days="42", plan="canaryplan")
    assert refused.status_code == 422
    assert "in 2 weeks, 30 minutes, same therapist" in text_of(refused)
    assert FollowUp.objects.get().days == 14


# The desk's list ---------------------------------------------------------------------------------


def older(visit, **days):
    """Shift what is asked for into the past."""
    move = timedelta(**days)
    row = FollowUp.objects.get(note__appointment=visit)
    FollowUp.objects.filter(pk=row.pk).update(
        wanted_from=row.wanted_from - move, wanted_by=row.wanted_by - move
    )


def test_the_longest_overdue_stands_first_and_due_ones_can_be_seen_alone(room, counter, desk, ash):
    for name, days in (("Coming", 0), ("Overdue", 30), ("Due", 13)):
        visit = make_visit(desk, ash, make_patient(desk, given_name=name))
        ask(room, visit)
        older(visit, days=days)
    page = counter.get("/desk/follow-ups/")
    assert names(page) == ["Overdue Testwood", "Due Testwood", "Coming Testwood"]
    assert "overdue" in read(page).select_one("tbody tr").get_text()
    assert names(counter.get("/desk/follow-ups/?show=due")) == [
        "Overdue Testwood",
        "Due Testwood",
    ]


def test_the_desk_reads_when_how_long_and_with_whom_and_never_why(
    room, counter, desk, visit_with_ash, ash
):
    submitted(desk, visit_with_ash, urgent_answers(problem__words="canarywords"))
    ask(room, visit_with_ash, subjective="canarynote")
    row = FollowUp.objects.get()
    url = f"/desk/follow-ups/{row.pk}/"
    pages = [
        counter.get(path)
        for path in (
            "/desk/follow-ups/",
            "/desk/follow-ups/?show=due",
            url,
            f"/desk/patients/{visit_with_ash.patient_id}/",
            "/desk/",
        )
    ]
    pages.append(counter.post(url, {}))
    pages.append(counter.post(f"{url}close/", {"reason": "no_wish"}, follow=True))
    pages.append(counter.get("/desk/follow-ups/?show=closed"))
    for page in pages:
        said = page.content.decode().lower()
        for clinical in ("canary", "emergency", "red flag", "redflag", "same day", "pain"):
            assert clinical not in said, (page.request["PATH_INFO"], clinical)
    said = text_of(pages[0])
    assert "30 minutes" in said
    assert "Ash Therapist" in said


def test_the_control_of_that_sees_a_note(room, owed, visit_with_ash):
    assert "canaryplan" in room.get(f"/visits/{visit_with_ash.pk}/").content.decode()


def test_the_days_page_counts_what_is_owed(counter, owed):
    assert "Follow-ups owed (1)" in text_of(counter.get("/desk/"))
    counter.post(f"/desk/follow-ups/{owed.pk}/close/", {"reason": "no_wish"})
    assert "Follow-ups owed" in text_of(counter.get("/desk/"))
    assert "Follow-ups owed (" not in text_of(counter.get("/desk/"))


def test_a_long_list_comes_by_key_without_doubles(counter, desk, ash):
    for turn in range(65):
        visit = make_visit(
            desk, ash, make_patient(desk), today_at(6) + timedelta(minutes=10 * turn), minutes=10
        )
        notes.save_note(
            by=actor(ash),
            at=timezone.now(),
            appointment=visit,
            parts={"follow_up": f"{(7, 14, 21)[turn % 3]} 30 same"},
            is_signed=False,
        )
    seen, url = [], "/desk/follow-ups/"
    while url:
        page = read(counter.get(url))
        seen += [link["href"] for link in page.select("table.owed th a")]
        further = page.select_one("p.further a")
        url = further and further["href"]
    assert len(seen) == len(set(seen)) == 65
    for odd in ("x", "2026-01-01_", "_", "2026-01-01_1"):
        assert counter.get(f"/desk/follow-ups/?after={odd}").status_code == 200


# Booked ------------------------------------------------------------------------------------------


def test_booking_is_filled_in_and_closes_the_debt_at_once(counter, owed, ash, desk):
    page = read(counter.get(f"/desk/follow-ups/{owed.pk}/?day=2031-03-03"))
    assert page.select_one("[name=day]")["value"] == "2031-03-03"
    assert page.select_one("[name=minutes] [selected]")["value"] == "30"
    assert page.select_one("[name=therapist] [selected]")["value"] == str(ash.pk)
    assert book(counter, owed, booking(ash)).status_code == 302
    owed.refresh_from_db()
    assert (owed.state, owed.closed_by) == ("booked", desk)
    assert owed.appointment.patient_id == owed.patient_id
    assert names(counter.get("/desk/follow-ups/")) == []


def test_a_clash_keeps_the_debt_and_what_was_typed(counter, owed, ash, desk):
    day = timezone.localdate() + timedelta(days=14)
    at = datetime.combine(day, time(9), tzinfo=ash.clinic.zone)
    make_visit(desk, ash, starts_at=at)
    page = book(counter, owed, booking(ash))
    assert page.status_code == 422
    assert "Not booked." in text_of(page)
    assert read(page).select_one("[name=time]")["value"] == "09:00"
    owed.refresh_from_db()
    assert owed.state == "open"


def test_a_booked_one_is_not_booked_again(counter, owed, ash):
    book(counter, owed, booking(ash))
    page = book(counter, owed, booking(ash, days=15), follow=True)
    assert "Somebody else has booked or closed" in text_of(page)
    assert Appointment.objects.count() == 2


def test_cancelling_its_visit_makes_it_owed_again(counter, room, owed, ash, visit_with_ash):
    book(counter, owed, booking(ash))
    visit = FollowUp.objects.get().appointment
    page = counter.post(f"/desk/visits/{visit.pk}/cancel/", follow=True)
    assert "The follow-up is owed again." in text_of(page)
    owed.refresh_from_db()
    assert (owed.state, owed.appointment) == ("open", None)
    assert "cancelled" in text_of(counter.get("/desk/follow-ups/"))
    assert "fell through" in text_of(room.get(f"/visits/{visit_with_ash.pk}/"))


def test_the_note_cannot_change_what_is_booked(counter, room, owed, ash, visit_with_ash):
    drawn = read(room.get(f"/visits/{visit_with_ash.pk}/note/")).select_one("[name=seen]")["value"]
    book(counter, owed, booking(ash))
    refused = ask(room, visit_with_ash, seen=drawn, again_days="42", subjective="kept")
    assert refused.status_code == 422
    assert Note.objects.get().subjective == "kept"
    owed.refresh_from_db()
    assert (owed.state, owed.days) == ("booked", 14)
    ask(room, visit_with_ash, "sign", **dict.fromkeys(WISH, ""))
    owed.refresh_from_db()
    assert owed.state == "booked"


# Closed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "state"), [("no_wish", "declined"), ("not_needed", "recalled")])
def test_it_is_closed_for_a_reason_and_put_back(reason, state, counter, owed, desk):
    counter.post(f"/desk/follow-ups/{owed.pk}/close/", {"reason": reason})
    owed.refresh_from_db()
    assert (owed.state, owed.reason, owed.closed_by) == (state, reason, desk)
    assert len(names(counter.get("/desk/follow-ups/?show=closed"))) == 1
    counter.post(f"/desk/follow-ups/{owed.pk}/back/")
    owed.refresh_from_db()
    assert (owed.state, owed.reason, owed.closed_by) == ("open", "", None)


def test_no_words_are_taken_for_a_reason(counter, owed):
    counter.post(f"/desk/follow-ups/{owed.pk}/close/", {"reason": "has a hernia"})
    owed.refresh_from_db()
    assert (owed.state, owed.reason) == ("open", "")


def test_closing_and_putting_back_twice_is_told(counter, owed):
    counter.post(f"/desk/follow-ups/{owed.pk}/close/", {"reason": "no_wish"})
    again = {"reason": "elsewhere"}
    page = counter.post(f"/desk/follow-ups/{owed.pk}/close/", again, follow=True)
    assert "Somebody else" in text_of(page)
    counter.post(f"/desk/follow-ups/{owed.pk}/back/")
    page = counter.post(f"/desk/follow-ups/{owed.pk}/back/", follow=True)
    assert "Somebody else" in text_of(page)


def test_every_act_is_in_the_trail(counter, owed, ash):
    book(counter, owed, booking(ash))
    counter.post(f"/desk/visits/{FollowUp.objects.get().appointment_id}/cancel/")
    counter.post(f"/desk/follow-ups/{owed.pk}/close/", {"reason": "no_wish"})
    counter.post(f"/desk/follow-ups/{owed.pk}/back/")
    rows = AuditEvent.objects.filter(subject_type="followup").order_by("id")
    assert [row.action for row in rows] == [
        "asked for",
        "booked",
        "fell through",
        "declined",
        "put back",
    ]


# Not reached -------------------------------------------------------------------------------------


def try_once(browser, owed, tries=0, **options):
    return browser.post(f"/desk/follow-ups/{owed.pk}/tried/", {"tries": tries}, **options)


def test_not_reached_notes_the_try_and_it_stays_owed(counter, owed, desk):
    page = try_once(counter, owed, follow=True)
    assert "was not reached. It stays owed." in text_of(page)
    owed.refresh_from_db()
    assert (owed.state, owed.tries, owed.tried_by) == ("open", 1, desk)
    assert owed.tried_at is not None
    try_once(counter, owed, 1)
    line = read(counter.get("/desk/follow-ups/")).select_one("td.when").get_text(" ", strip=True)
    assert "not reached 2 times, last" in line
    assert desk.name in line
    assert AuditEvent.objects.filter(action="not reached", subject_type="followup").count() == 2


def test_not_reached_is_no_reason_to_close(counter, owed):
    said = {
        each["value"] for each in read(counter.get("/desk/follow-ups/")).select("[name=reason]")
    }
    assert said == {"no_wish", "elsewhere", "cannot_come", "not_needed", "twice"}
    for reason in ("not_reached", "therapist"):
        counter.post(f"/desk/follow-ups/{owed.pk}/close/", {"reason": reason})
        owed.refresh_from_db()
        assert owed.state == "open", reason


def test_one_try_sent_twice_is_noted_once(counter, owed):
    try_once(counter, owed)
    page = try_once(counter, owed, follow=True)
    assert "A try was noted already" in text_of(page)
    owed.refresh_from_db()
    assert owed.tries == 1
    for odd in ("", "x", "-1", "²", "9" * 400):
        assert try_once(counter, owed, odd).status_code == 302
    owed.refresh_from_db()
    assert owed.tries == 1


def test_a_try_on_what_is_booked_is_told_and_booking_ends_the_tries(counter, owed, ash):
    try_once(counter, owed)
    book(counter, owed, booking(ash))
    assert "Somebody else" in text_of(try_once(counter, owed, follow=True))
    counter.post(f"/desk/visits/{FollowUp.objects.get().appointment_id}/cancel/")
    owed.refresh_from_db()
    assert (owed.state, owed.tries, owed.tried_at) == ("open", 0, None)


def test_the_therapist_sees_who_was_not_reached_as_long_as_it_is_owed(
    counter, room, owed, visit_with_ash
):
    assert names(room.get("/follow-ups/"), "table.visits th a") == []
    try_once(counter, owed)
    FollowUp.objects.update(tried_at=timezone.now() - timedelta(days=40))
    assert len(names(room.get("/follow-ups/"), "table.visits th a")) == 1
    assert "1 follow-up fell through" in text_of(room.get("/today/"))
    assert "Not reached" in text_of(room.get("/follow-ups/"))
    assert "still owed" in text_of(room.get(f"/visits/{visit_with_ash.pk}/"))


def test_the_database_counts_tries_one_by_one_with_who_and_when(owed, desk):
    whole = {"tried_by": desk, "tried_at": timezone.now()}
    refused(owed, "followup_tried", tries=1)
    refused(owed, "followup_tried", **whole)
    refused(owed, "one at a time", tries=2, **whole)
    closed = {"closed_by": desk, "closed_at": timezone.now()}
    refused(owed, "one at a time", tries=1, state="declined", reason="no_wish", **whole, **closed)


# Taken back --------------------------------------------------------------------------------------


def test_the_therapist_takes_a_wish_back_under_her_signed_note_and_the_note_says_so(
    room, counter, ash, visit_with_ash, clock
):
    ask(room, visit_with_ash, "sign")
    clock.shift(timedelta(minutes=1))
    row, brief = FollowUp.objects.get(), f"/visits/{visit_with_ash.pk}/"
    path = f"/follow-ups/{row.pk}/take-back/"
    assert read(room.get(brief)).select_one(f"form[action='{path}']")
    said = room.post(path, follow=True)
    row.refresh_from_db()
    assert (row.state, row.reason, row.closed_by) == ("recalled", "therapist", ash)
    assert "taken back by Ash Therapist" in text_of(said)
    assert not read(said).select_one(f"form[action='{path}']")
    assert names(counter.get("/desk/follow-ups/")) == []
    assert "Somebody else" in text_of(room.post(path, follow=True))


def test_what_the_therapist_took_back_the_desk_cannot_put_back(room, counter, visit_with_ash):
    ask(room, visit_with_ash, "sign")
    row = FollowUp.objects.get()
    room.post(f"/follow-ups/{row.pk}/take-back/")
    closed = counter.get("/desk/follow-ups/?show=closed")
    assert len(names(closed)) == 1
    assert not read(closed).select("form[action$='/back/']")
    page = counter.post(f"/desk/follow-ups/{row.pk}/back/", follow=True)
    assert "Somebody else" in text_of(page)
    row.refresh_from_db()
    assert row.state == "recalled"
    emptied = {"reason": "", "closed_by": None, "closed_at": None}
    refused(row, "asked for anew, not put back", state="open", **emptied)


def test_nobody_else_takes_a_wish_back(owed, counter, birch, desk, visit_with_ash):
    make_visit(desk, birch, visit_with_ash.patient, today_at(18))
    path = f"/follow-ups/{owed.pk}/take-back/"
    assert signed_in(birch).post(path).status_code == 404
    assert counter.post(path).status_code == 403
    whole = {"closed_by": desk, "closed_at": timezone.now()}
    refused(owed, "by whoever asked for it", state="recalled", reason="therapist", **whole)
    owed.refresh_from_db()
    assert owed.state == "open"


def test_a_wish_dropped_in_the_draft_leaves_no_line_and_can_be_asked_for_again(
    room, owed, visit_with_ash
):
    ask(room, visit_with_ash, again_days="")
    brief, page = f"/visits/{visit_with_ash.pk}/", f"/visits/{visit_with_ash.pk}/note/"
    assert not read(room.get(brief)).select(".again-said")
    assert read(room.get(page)).select_one("[name=again_days]")
    ask(room, visit_with_ash, "sign", again_days="")
    assert not read(room.get(brief)).select(".again-said")


# What the database refuses -----------------------------------------------------------------------


def refused(row, match, **changes):
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        FollowUp.objects.filter(pk=row.pk).update(**changes)


def test_who_and_when_stand_together(owed, desk):
    for halves in ({"closed_by": desk}, {"closed_at": timezone.now()}, {"state": "declined"}):
        refused(owed, "followup_whole", **halves)
    whole = {"closed_by": desk, "closed_at": timezone.now()}
    refused(owed, "followup_whole", state="declined", reason="not_needed", **whole)
    refused(owed, "booked with a visit of its patient", state="booked", **whole)


def test_no_step_is_left_out(owed, desk, ash, counter):
    whole = {"closed_by": desk, "closed_at": timezone.now()}
    other = make_visit(desk, ash)
    refused(owed, "of its patient", state="booked", appointment=other, **whole)
    book(counter, owed, booking(ash))
    refused(owed, "closed otherwise", state="declined", reason="no_wish", appointment=None, **whole)
    emptied = {"closed_by": None, "closed_at": None, "appointment": None}
    refused(owed, "when its visit is cancelled", state="open", **emptied)
    refused(owed, "stays whose it is", patient_id=other.patient_id)


def test_a_visit_is_not_cancelled_from_under_its_follow_up(committed, desk, ash, clinic):
    made = make_owed(desk, ash)
    with within(clinic):
        visit = book_one(desk, ash, made, 0)
    with pytest.raises(IntegrityError, match="is owed again"), inside_clinic(clinic.pk):
        scheduling.cancel(by=actor(desk), at=timezone.now(), appointment=visit)
    with inside_clinic(clinic.pk):
        followups.cancel_visit(by=actor(desk), at=timezone.now(), appointment=visit)
    with within(clinic):
        assert FollowUp.objects.get().state == "open"


# What the therapist sees -------------------------------------------------------------------------


def test_day_and_brief_say_what_became_of_it(room, counter, owed, ash, visit_with_ash):
    brief = f"/visits/{visit_with_ash.pk}/"
    assert "follow-up owed" in text_of(room.get("/today/"))
    assert "on the desk’s list" in text_of(room.get(brief))
    book(counter, owed, booking(ash))
    assert "follow-up booked" in text_of(room.get("/today/"))
    assert "booked for" in text_of(room.get(brief))


def test_what_fell_through_is_listed_for_whoever_asked(room, counter, birch, desk, ash):
    visits = {}
    for name in ("Overdue", "Cancelled", "Declined", "Fine"):
        visits[name] = make_visit(desk, ash, make_patient(desk, given_name=name))
        ask(room, visits[name])
    rows = {name: FollowUp.objects.get(note__appointment=visit) for name, visit in visits.items()}
    older(visits["Overdue"], days=30)
    book(counter, rows["Cancelled"], booking(ash))
    rows["Cancelled"].refresh_from_db()
    counter.post(f"/desk/visits/{rows['Cancelled'].appointment_id}/cancel/")
    counter.post(f"/desk/follow-ups/{rows['Declined'].pk}/close/", {"reason": "no_wish"})
    listed = names(room.get("/follow-ups/"), "table.visits th a")
    assert listed[0] == "Overdue Testwood"
    assert set(listed) == {"Overdue Testwood", "Cancelled Testwood", "Declined Testwood"}
    assert "2 follow-ups fell through" in text_of(room.get("/today/"))
    assert names(signed_in(birch).get("/follow-ups/"), "table.visits th a") == []


# Two desks at once -------------------------------------------------------------------------------


def make_owed(desk, ash):
    """Committed, for threads."""
    visit = make_visit(desk, ash)
    with within(desk.clinic):
        notes.save_note(
            by=actor(ash),
            at=timezone.now(),
            appointment=visit,
            parts={"follow_up": "14 30 same"},
            is_signed=False,
        )
        return FollowUp.objects.get(note__appointment=visit)


def book_one(desk, ash, owed, turn):
    return followups.book(
        by=actor(desk),
        at=timezone.now(),
        follow_up_id=owed.pk,
        therapist=ash,
        starts_at=today_at(9) + timedelta(days=14, hours=turn),
        minutes=30,
    )


def book_at_once(number, desk, ash):
    """Each at another hour, so that only the debt stands between them."""
    owed = make_owed(desk, ash)

    def run(turn):
        with inside_clinic(desk.clinic_id):
            return book_one(desk, ash, owed, turn)

    outcomes = Counter(type(outcome).__name__ for outcome in at_once(number, run))
    with within(desk.clinic):
        return SimpleNamespace(outcomes=outcomes, visits=Appointment.objects.count() - 1)


def test_of_two_desks_that_book_one_follow_up_one_wins(committed, desk, ash):
    booked = book_at_once(6, desk, ash)
    assert booked.outcomes == {"Appointment": 1, "NotOwed": 5}
    assert booked.visits == 1


@pytest.mark.parametrize(
    ("statements", "visits"),
    [((), [1]), (("DROP TRIGGER intake_followup_steps ON intake_followup",), [2, 3, 4, 5, 6])],
    ids=["the database alone", "control: neither"],
)
def test_without_the_lock_the_database_still_lets_one_win(
    statements, visits, committed, monkeypatch
):
    with databases.scratch("previsit_owed", *statements):
        clinic = make_clinic()
        desk = make_staff(clinic, "desk", "Demi Desk")
        ash = make_staff(clinic, "therapist", "Ash Therapist")
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows.all())
        assert book_at_once(6, desk, ash).visits in visits
