"""What is typed into the staff's forms: refused or kept as it was typed, never a fault of ours."""

import uuid

import pytest

from clinic.models import OnCall, TaskEvent
from intake.models import Addendum, FollowUp, Miss, Note, NoteBlock, Programme, Verdict
from tests.clients import signed_in
from tests.factories.intakes import calm_answers, submitted, urgent_answers
from tests.factories.programmes import form_of
from tests.factories.visits import make_patient, make_visit
from tests.integration.test_inputs import ODD
from tests.walking import read

MARCH = "X-MARCH-SEAT"
# For text: those that a browser can send. A null byte is never kept.
REFUSED = (422, 400)


@pytest.fixture
def room(ash):
    """Ash's browser."""
    return signed_in(ash)


def kept_as(odd):
    """As a box of text keeps it, where it keeps it."""
    return odd.strip()


def each_odd(post):
    """`post` every odd value: those that were taken, the rest being refused without a fault."""
    taken = []
    for odd in ODD:
        status = post(odd).status_code
        assert status in (200, 302, *REFUSED), (status, odd[:20])
        assert "\x00" not in odd or status in REFUSED, odd
        if status in (200, 302):
            taken.append(odd)
    assert taken
    return taken


def test_a_note_is_kept_as_it_was_typed_or_refused(room, visit_with_ash):
    path = f"/visits/{visit_with_ash.pk}/note/"

    def post(odd):
        page = room.post(path, {"action": "save", "plan": odd, "subjective": "S", "insert": odd})
        if page.status_code == 302:
            assert (Note.objects.get().plan or "") == kept_as(odd)
        return page

    each_odd(post)
    for name in ("again_days", "again_minutes", "again_with", "seen"):
        wish = {"again_days": "14", "again_minutes": "30", "again_with": "same", "plan": "P"}
        each_odd(lambda odd, name=name, wish=wish: room.post(path, {**wish, name: odd}))
    assert FollowUp.objects.get().days == 14


def test_typing_is_kept_or_it_is_said_why_not(room, visit_with_ash):
    path = f"/visits/{visit_with_ash.pk}/note/save/"
    each_odd(lambda odd: room.post(path, {"plan": odd}))
    assert room.post(path, {"plan": "x" * 20_001}).json()["text"] == "Too long to be saved."
    null = room.post(path, {"plan": "a\x00b"})
    assert null.status_code == 422
    assert "invisible character" in null.json()["text"]
    stale = room.post(path, {"plan": "P", "again_days": "13"})
    assert "out of date" in stale.json()["text"]


def test_an_addendum_is_kept_as_it_was_typed_or_refused(room, visit_with_ash):
    room.post(f"/visits/{visit_with_ash.pk}/note/", {"action": "sign", "plan": "P"})
    path = f"/notes/{Note.objects.get().pk}/amend/"
    taken = each_odd(lambda odd: room.post(path, {"key": uuid.uuid4(), "text": odd}))
    assert [one.text for one in Addendum.objects.order_by("at")] == list(map(kept_as, taken))
    assert all(room.post(path, {"key": odd, "text": "T"}).status_code == 422 for odd in ODD)


def test_a_programme_is_given_as_it_was_typed_or_refused(room, desk, visit_with_ash):
    submitted(desk, visit_with_ash)
    path = f"/visits/{visit_with_ash.pk}/programme/"

    def give(odd):
        page = room.post(path, form_of(MARCH, **{f"{MARCH}.progression": odd, "is_seen": odd}))
        if page.status_code == 302:
            given = Programme.objects.live().get()
            assert given.content["blocks"][0]["progression"] in (kept_as(odd), odd)
        return page

    each_odd(give)
    for name in (f"{MARCH}.sets", "chosen", "reading", "action", "key"):
        for odd in ODD:
            page = room.post(path, form_of(MARCH) | {name: odd})
            assert page.status_code in (200, 302, 422), name


def test_a_report_is_kept_as_it_was_typed_or_refused(room, desk, visit_with_ash):
    submitted(desk, visit_with_ash, urgent_answers())
    task = TaskEvent.objects.first().task_id
    room.post(f"/calls/{task}/take/")
    path, whole = f"/calls/{task}/report/", {"done": "not_reached", "words": "W"}

    def report(**changes):
        return room.post(path, {"key": uuid.uuid4(), **whole, **changes})

    taken = each_odd(lambda odd: report(words=odd))
    kept = TaskEvent.objects.filter(task=task, kind="not_reached").order_by("number")
    assert [one.words or "" for one in kept] == list(map(kept_as, taken))
    assert {report(done=odd).status_code for odd in ODD} == {422}
    assert {report(key=odd).status_code for odd in ODD} == {422}
    assert {report(done="again", again=odd).status_code for odd in ODD} == {422}


def test_a_block_is_kept_as_it_was_typed_or_refused(room):
    taken = each_odd(lambda odd: room.post("/notes/blocks/", {"name": "N", "plan": odd}))
    kept = [one.texts["plan"] for one in NoteBlock.objects.order_by("at", "id")]
    assert sorted(kept) == sorted(map(kept_as, taken))
    each_odd(lambda odd: room.post("/notes/blocks/", {"name": odd, "plan": "P"}))
    block = NoteBlock.objects.order_by("at").first()
    for odd in ODD:
        page = room.post(f"/notes/blocks/{block.pk}/", {"name": odd, "plan": odd})
        assert page.status_code in (302, 422)


def test_on_call_is_kept_as_it_was_typed_or_refused(admin):
    browser, path = signed_in(admin), "/settings/calls/"
    whole = {"emergency_minutes": "20", "same_day_minutes": "60"}
    for name in (*whole, "duty", "fallback", "fallback_email"):
        for odd in ODD:
            page = browser.post(path, {**whole, name: odd})
            if page.status_code == 302 and name in whole:
                assert getattr(OnCall.objects.get(), name) == int(odd)
            elif page.status_code == 302:
                assert not odd.strip(), name
            else:
                assert page.status_code == 422, (name, odd[:20])
    rules = OnCall.objects.get()
    assert (rules.duty, rules.fallback, rules.fallback_email) == (None, None, None)


def test_a_follow_up_is_booked_closed_or_tried_by_what_the_page_offers_only(
    room, desk, ash, visit_with_ash
):
    wish = {"again_days": "14", "again_minutes": "30", "again_with": "same"}
    room.post(f"/visits/{visit_with_ash.pk}/note/", {"plan": "P", **wish})
    owed, counter = FollowUp.objects.get(), signed_in(desk)
    path = f"/desk/follow-ups/{owed.pk}/"
    whole = {"therapist": ash.pk, "day": "2031-03-03", "time": "09:00", "minutes": "30"}
    for odd in ODD:
        for name in whole:
            page = counter.post(path, {**whole, name: odd})
            assert page.status_code == 422, (name, odd[:20])
        assert counter.post(f"{path}close/", {"reason": odd}).status_code == 302
        assert counter.get(path, {"day": odd[:500]}).status_code in (200, 302)
        assert (
            counter.get("/desk/follow-ups/", {"after": odd[:500], "show": odd[:500]}).status_code
            == 200
        )
    owed.refresh_from_db()
    assert (owed.state, owed.tries) == ("open", 0)


def test_verdicts_and_misses_are_kept_as_they_were_typed_or_refused(room, desk, ash):
    visit = make_visit(desk, ash, make_patient(desk))
    submitted(desk, visit, calm_answers())
    flag = read(room.get(f"/visits/{visit.pk}/")).select_one("form[action^='/flags/']")["action"]
    each_odd(lambda odd: room.post(flag, {"verdict": "cannot_tell", "reason": odd}))
    said = {one.reason or "" for one in Verdict.objects.all()}
    assert said <= set(map(kept_as, ODD))
    for odd in ODD:
        assert room.post(flag, {"verdict": odd, "reason": "R"}).status_code == 422
        page = room.post(f"/visits/{visit.pk}/missed/", {"pattern": "", "words": odd})
        assert page.status_code in (302, 422)
    assert {one.words or "" for one in Miss.objects.all()} <= set(map(kept_as, ODD))
