"""What the examination showed: entered in two taps, kept apart from what the patient answered."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from clinic.models import AuditEvent
from intake.models import ExamResult, Flag
from tests.clients import signed_in
from tests.factories.clinics import inside
from tests.factories.intakes import submitted, urgent_answers
from tests.factories.visits import make_visit
from tests.walking import read


@pytest.fixture
def room(ash):
    """Ash's browser."""
    return signed_in(ash)


@pytest.fixture
def visit(desk, visit_with_ash):
    """Of somebody who has sent an intake."""
    submitted(desk, visit_with_ash)
    return visit_with_ash


def plan_of(browser, visit):
    return read(browser.get(f"/visits/{visit.pk}/")).find(id="plan")


def first_test(browser, visit):
    """The id of the first planned test."""
    return plan_of(browser, visit).find("li")["id"].removeprefix("test-")


def enter(browser, visit, test, outcome="positive", side="left"):
    form = {"outcome": outcome, "side": side}
    return browser.post(f"/visits/{visit.pk}/tests/{test}/", form)


def entered(browser, visit, test):
    """What stands at the test in the plan."""
    place = plan_of(browser, visit).find(id=f"test-{test}")
    return [one.b.get_text() for one in place.select(".given")]


def test_each_planned_test_says_why_how_and_what_to_mind(room, visit):
    plan = plan_of(room, visit)
    assert plan.find_all("li")
    for place in plan.find_all("li"):
        assert place.find(class_="lead").get_text().strip()
        assert place.details.p.get_text().strip()
        assert len(place.select("button[name=outcome]")) == 3


def test_a_result_stands_in_the_plan_and_on_the_card_but_not_among_the_answers(room, visit, ash):
    page = read(room.get(f"/visits/{visit.pk}/"))
    on_card = page.select_one("article.card .tests li").get_text()
    test = next(
        one["id"] for one in plan_of(room, visit).find_all("li") if one.b.get_text() in on_card
    ).removeprefix("test-")
    answer = enter(room, visit, test)
    assert answer["Location"] == f"/visits/{visit.pk}/#test-{test}"
    assert entered(room, visit, test) == ["Positive, left"]
    page = read(room.get(f"/visits/{visit.pk}/"))
    card = page.select_one("article.card .from-visit")
    assert "Positive, left" in card.get_text()
    assert ash.name in card.get_text()
    assert "Positive, left" not in page.find(id="answers").get_text()


def test_the_latest_of_a_side_counts_and_every_entry_is_kept(room, visit, clock):
    test = first_test(room, visit)
    for outcome, side in (("positive", "left"), ("unclear", "right"), ("negative", "left")):
        enter(room, visit, test, outcome, side)
        clock.shift(timedelta(seconds=9))
    assert entered(room, visit, test) == ["Negative, left", "Unclear, right"]
    assert ExamResult.objects.count() == 3


def test_an_entry_made_by_mistake_is_withdrawn_and_stays_on_record(room, visit, clock):
    test = first_test(room, visit)
    enter(room, visit, test)
    clock.shift(timedelta(seconds=9))
    enter(room, visit, test, "withdrawn")
    assert entered(room, visit, test) == []
    assert ExamResult.objects.count() == 2


def test_a_pattern_that_was_judged_leaves_the_plan(room, visit):
    assert plan_of(room, visit)
    judge_all(room, "not_this")
    plan = plan_of(room, visit)
    whys = [one.get_text() for one in plan.select("li .lead")] if plan else []
    assert not [why for why in whys if not why.startswith("Not asked")]


def judge_all(browser, choice):
    for flag in Flag.objects.filter(is_suppressed=False):
        form = {"verdict": choice, "reason": "examined"}
        assert browser.post(f"/flags/{flag.pk}/verdict/", form).status_code == 302


def test_a_result_outlives_the_verdict_in_the_plan_the_note_and_the_pdf(room, visit, clock):
    test = first_test(room, visit)
    name = plan_of(room, visit).find(id=f"test-{test}").b.get_text()
    enter(room, visit, test)
    judge_all(room, "confirmed")
    assert entered(room, visit, test) == ["Positive, left"]
    page = room.get(f"/visits/{visit.pk}/note/")
    assert f"{name}: Positive, left" in page.content.decode()
    drawn = sheet_of(room, visit)
    assert name in drawn
    assert "Positive, left" in drawn
    clock.shift(timedelta(seconds=9))
    enter(room, visit, test, "withdrawn")
    assert "Positive, left" not in sheet_of(room, visit)


def sheet_of(browser, visit):
    """What the PDF is drawn from."""
    with patch("intake.views.briefs.one_sheet", lambda draw: draw(8).encode()):
        return browser.get(f"/visits/{visit.pk}/sheet/").content.decode()


@pytest.fixture
def urgent_visit(desk, ash):
    visit = make_visit(desk, ash)
    submitted(desk, visit, urgent_answers())
    return visit


def test_a_red_flag_is_examined_first(room, urgent_visit):
    names = set()
    for flag in Flag.objects.filter(group="redflag", is_suppressed=False):
        names.add(flag.evidence["name"])
    whys = [one.get_text() for one in plan_of(room, urgent_visit).select("ol li .lead")]
    assert whys[0].startswith("Rule out first: ")
    assert any(name in whys[0] for name in names)


def test_what_an_urgent_sign_asks_for_stands_above_the_plan_until_it_is_not_this(
    room, urgent_visit, clock
):
    def held():
        plan = plan_of(room, urgent_visit)
        return [one.get_text() for one in plan.select(".hold")] if plan else []

    alarm = Flag.objects.filter(urgency__gte=2, is_suppressed=False).first()
    assert any(alarm.evidence["message"] in one for one in held())
    enter(room, urgent_visit, "T-FABER")
    for choice in ("cannot_tell", "confirmed"):
        judge_all(room, choice)
        assert any(alarm.evidence["message"] in one for one in held())
        clock.shift(timedelta(seconds=9))
    assert not plan_of(room, urgent_visit).select("ol li")
    judge_all(room, "not_this")
    assert not [one for one in held() if alarm.evidence["message"] in one]


@pytest.mark.parametrize("form", [{}, {"outcome": "maybe"}, {"outcome": "positive", "side": "up"}])
def test_what_is_no_result_is_refused(form, room, visit):
    test = first_test(room, visit)
    assert room.post(f"/visits/{visit.pk}/tests/{test}/", form).status_code == 422
    assert not ExamResult.objects.exists()


def test_a_test_that_the_pack_does_not_know_does_not_exist(room, visit):
    assert enter(room, visit, "T-NOTHING").status_code == 404


def test_another_therapist_enters_nothing(birch, room, visit):
    test = first_test(room, visit)
    assert enter(signed_in(birch), visit, test).status_code == 404
    assert enter(room, visit, test).status_code == 302


def test_entering_is_audited_without_what_was_found(room, visit):
    enter(room, visit, first_test(room, visit))
    event = AuditEvent.objects.get(action="examined")
    assert event.subject_id == str(ExamResult.objects.get().pk)
    assert "positive" not in str(vars(event))


def test_the_outcome_is_sealed(room, visit):
    enter(room, visit, first_test(room, visit))
    with connection.cursor() as cursor:
        cursor.execute("SELECT outcome FROM intake_examresult")
        assert b"positive" not in bytes(cursor.fetchone()[0])


def sign(browser, visit):
    form = {"text": "Seen", "action": "sign"}
    assert browser.post(f"/visits/{visit.pk}/note/", form).status_code == 302


def test_nothing_is_entered_under_a_signed_note(room, visit):
    test = first_test(room, visit)
    sign(room, visit)
    answer = enter(room, visit, test)
    assert answer.status_code == 422
    assert "Add what you found as an addendum" in answer.content.decode()
    assert not ExamResult.objects.exists()
    assert not plan_of(room, visit).select("button[name=outcome]")


def test_the_database_itself_refuses_a_result_under_a_signed_note(room, visit, ash):
    def write():
        return ExamResult.objects.create(
            clinic_id=visit.clinic_id,
            appointment=visit,
            test="T-PALP",
            outcome="positive",
            by=ash,
            at=timezone.now(),
        )

    with inside(visit.clinic_id):
        assert write().pk
    sign(room, visit)
    with (
        inside(visit.clinic_id),
        pytest.raises(IntegrityError, match="note of this visit is signed"),
        transaction.atomic(),
    ):
        write()
