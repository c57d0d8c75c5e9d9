"""What holds a home programme back: warning signs, verdicts, open calls, and the page meanwhile."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.models import Message, Task
from intake.commands import programmes
from intake.commands.programmes import Wish
from intake.handouts import Chosen
from intake.models import Flag, Programme, ProgrammeDay, Verdict
from intake.queries.alarms import list_alarms, paused_by
from intake.rules.answers import read_answers
from intake.rules.findings import find
from intake.rules.pack import load_pack
from tests.clients import signed_in
from tests.factories.clinics import actor, inside
from tests.factories.intakes import answer, answers_of, begin, calm_answers, stories, submitted
from tests.factories.programmes import (
    MARCH,
    SECONDS,
    close_calls,
    form_of,
    give,
    judge,
    open_programme,
    raise_alarm,
    rule_out,
    with_programme_link,
)
from tests.factories.visits import make_visit
from tests.walking import read, text_of

WALK = Chosen("X-WALK", {}, "", reason="seen and judged", is_asked=True)
URGENT = ("same_day", "emergency")


@pytest.fixture
def visit(desk, visit_with_ash):
    submitted(desk, visit_with_ash)
    return visit_with_ash


@pytest.fixture
def url(visit):
    return f"/visits/{visit.pk}/programme/"


def today():
    return timezone.now().date()


def confirmed(desk, ash, patient):
    """An alarm that is confirmed, its call closed."""
    raised = raise_alarm(desk, ash, patient)
    judge(ash, raised, "confirmed")
    close_calls(ash, patient)
    return raised


# Verdicts ----------------------------------------------------------------------------------------


def test_nothing_is_given_while_an_urgent_flag_has_no_verdict(desk, ash, visit, url):
    raise_alarm(desk, ash, visit.patient)
    close_calls(ash, visit.patient)
    response = signed_in(ash).post(url, form_of("X-MARCH-SEAT"))
    assert response.status_code == 422
    assert programmes.AlarmOpen.say in text_of(response)
    assert not Programme.objects.exists()


@pytest.mark.parametrize("choice", ["cannot_tell", "confirmed"])
def test_only_not_this_settles_an_alarm_by_itself(desk, ash, visit, choice):
    judge(ash, raise_alarm(desk, ash, visit.patient), choice)
    close_calls(ash, visit.patient)
    wanted = programmes.AlarmOpen if choice == "cannot_tell" else programmes.ConfirmedUnexplained
    with pytest.raises(wanted):
        give(ash, visit)


def test_after_cannot_tell_the_page_says_what_is_still_wanted(desk, ash, visit, url):
    judge(ash, raise_alarm(desk, ash, visit.patient), "cannot_tell")
    page = text_of(signed_in(ash).get(url))
    assert "Nobody could tell yet. No exercises until it is confirmed or ruled out." in page
    assert "has no verdict" not in page


def test_an_alarm_that_is_ruled_out_blocks_nothing(desk, ash, visit):
    raised = raise_alarm(desk, ash, visit.patient)
    judge(ash, raised, "confirmed")
    rule_out(ash, visit.patient)
    close_calls(ash, visit.patient)
    assert list_alarms(visit.patient_id) == ()
    assert not paused_by(give(ash, visit))


def test_a_confirmed_alarm_takes_a_reason_that_is_kept(desk, ash, visit):
    raised = confirmed(desk, ash, visit.patient)
    wish = Wish([MARCH], safe_because="cleared by the hospital")
    programme = give(ash, visit, wish, at=timezone.now() + timedelta(seconds=next(SECONDS)))
    assert Programme.objects.get().safe_because == "cleared by the hospital"
    assert not paused_by(programme)
    judge(ash, raised, "confirmed")
    assert paused_by(programme), "confirmed again, after the reason was written"


@pytest.mark.parametrize("reason", ["", ".", "ok", "1234567890 ...", "see note"])
def test_a_reason_that_says_nothing_is_none(desk, ash, visit, url, reason):
    confirmed(desk, ash, visit.patient)
    browser = signed_in(ash)
    answered = browser.post(url, form_of("X-MARCH-SEAT", safe_because=reason))
    assert answered.status_code == 422
    assert programmes.ConfirmedUnexplained.say in text_of(answered)
    assert not Programme.objects.exists()


def test_the_reason_is_asked_for_only_once_all_is_confirmed(desk, ash, visit, url):
    raised = raise_alarm(desk, ash, visit.patient)
    assert "Why exercises are right" not in text_of(signed_in(ash).get(url))
    judge(ash, raised, "confirmed")
    close_calls(ash, visit.patient)
    assert "Why exercises are right" in text_of(signed_in(ash).get(url))


def test_the_database_refuses_by_itself(desk, ash, visit):
    programme = give(ash, visit)
    raise_alarm(desk, ash, visit.patient)
    copied = {field.name: getattr(programme, field.name) for field in Programme._meta.fields}
    copied |= {"number": 2, "ended_at": None}
    del copied["id"]
    programmes.end(by=actor(ash), at=timezone.now(), patient_id=visit.patient_id)
    with pytest.raises(IntegrityError, match="urgent call"), transaction.atomic():
        Programme.objects.create(**copied)
    close_calls(ash, visit.patient)
    with pytest.raises(IntegrityError, match="urgent flag"), transaction.atomic():
        Programme.objects.create(**copied)


# What a ruled out one had hidden ------------------------------------------------------------------


def hiding():
    """A story in which an urgent pattern hides another urgent one, and both."""
    pack = load_pack()
    for story in stories(today()):
        answers = read_answers(pack.questionnaire, story.answers, on=today())
        findings = find(pack, pack.questionnaire.in_force(answers))
        hidden = {id for id in findings.suppressed if pack.pattern(id).urgency in URGENT}
        if hidden and len(findings.suppressed) > 1:
            return story.answers, hidden
    raise AssertionError("no story hides anything urgent")


def flags_on(visit, **wanted):
    with inside(visit.clinic_id):
        return list(Flag.objects.filter(response__appointment=visit, changed_at=None, **wanted))


@pytest.fixture
def hidden(desk, visit_with_ash):
    answers, found = hiding()
    submitted(desk, visit_with_ash, answers)
    close_calls(visit_with_ash.therapist, visit_with_ash.patient)
    assert found.isdisjoint(flag.pattern for flag in flags_on(visit_with_ash))
    return found


def rule_out_shown(ash, visit):
    """Everything that stands on the brief."""
    judge(ash, flags_on(visit, is_suppressed=False), "not_this")


def test_not_this_brings_up_what_the_pattern_had_hidden(ash, visit_with_ash, hidden):
    rule_out_shown(ash, visit_with_ash)
    raised = {flag.pattern: flag for flag in flags_on(visit_with_ash, is_suppressed=False)}
    assert hidden & raised.keys()
    assert list_alarms(visit_with_ash.patient_id)
    with pytest.raises(programmes.AlarmOpen):
        give(ash, visit_with_ash)
    brief = read(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))
    page = text_of(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/programme/"))
    for pattern in hidden & raised.keys():
        name = raised[pattern].evidence["name"]
        assert name in brief.select_one(".cards").get_text()
        assert name in page
        assert not any(name in held.get_text() for held in brief.select(".held"))


def test_all_that_was_hidden_comes_up_in_the_end_and_can_be_ruled_out(ash, visit_with_ash, hidden):
    for _ in range(5):
        rule_out_shown(ash, visit_with_ash)
    assert hidden <= {flag.pattern for flag in flags_on(visit_with_ash, is_suppressed=False)}
    assert list_alarms(visit_with_ash.patient_id) == ()
    assert not paused_by(give(ash, visit_with_ash, Wish([WALK])))


@pytest.mark.parametrize("choice", ["confirmed", "cannot_tell"])
def test_only_not_this_brings_anything_up(ash, visit_with_ash, hidden, choice):
    before = {flag.pk for flag in flags_on(visit_with_ash)}
    judge(ash, flags_on(visit_with_ash, is_suppressed=False), choice)
    assert {flag.pk for flag in flags_on(visit_with_ash)} == before


def test_one_of_two_that_hide_it_keeps_it_hidden(desk, ash, visit_with_ash):
    """Each of the story's hidden patterns comes up with the last of those that hide it."""
    pack, (answers, hidden) = load_pack(), hiding()
    submitted(desk, visit_with_ash, answers)
    for flag in flags_on(visit_with_ash, is_suppressed=False):
        judge(ash, [flag], "not_this")
        out = {one.flag.pattern for one in Verdict.objects.select_related("flag")}
        for pattern in {one.pattern for one in flags_on(visit_with_ash)} & hidden:
            standing = {one.pattern for one in flags_on(visit_with_ash)} - out
            assert pack.pattern(pattern).suppressed_by.isdisjoint(standing - {pattern})


def test_what_came_up_stays_when_the_patient_goes_on_answering(desk, ash, visit_with_ash):
    answers, hidden = hiding()
    response = begin(desk, visit_with_ash)
    answer(response, answers)
    for _ in range(5):
        rule_out_shown(ash, visit_with_ash)
    answer(response, answers)
    assert hidden <= {flag.pattern for flag in flags_on(visit_with_ash, is_suppressed=False)}
    first = [flag for flag in flags_on(visit_with_ash) if flag.pattern not in hidden]
    judge(ash, first, "confirmed")
    answer(response, answers)
    assert {flag.pattern for flag in flags_on(visit_with_ash, is_suppressed=True)} & hidden
    judge(ash, first, "not_this")
    assert hidden <= {flag.pattern for flag in flags_on(visit_with_ash, is_suppressed=False)}


# Calls -------------------------------------------------------------------------------------------


@pytest.fixture
def taken_back(desk, ash, visit):
    """A programme; then an emergency is answered and taken back. The call about it is open."""
    give(ash, visit)
    response = begin(desk, make_visit(desk, ash, visit.patient))
    answer(response, calm_answers(rf__now=["collapse"]))
    answer(response, calm_answers())
    assert not Flag.objects.filter(response=response, changed_at=None, urgency__gte=2).exists()
    return visit


def test_a_patient_cannot_end_the_pause_by_changing_the_answer(taken_back, ash, url):
    assert Task.objects.open().count() == 1
    otter = with_programme_link(open_programme(taken_back))
    assert "Seated march" not in text_of(otter.get("/programme/"))
    refused = signed_in(ash).post(url, form_of("X-MARCH-SEAT"))
    assert refused.status_code == 422
    assert programmes.CallOpen.say in text_of(refused)
    assert "Report on the call" in text_of(signed_in(ash).get(url))
    brief = text_of(signed_in(ash).get(f"/visits/{taken_back.pk}/"))
    assert "a warning sign or a call is open" in " ".join(brief.split())


def test_a_closed_call_ends_the_pause_where_no_flag_is_left(taken_back, ash):
    close_calls(ash, taken_back.patient)
    otter = with_programme_link(open_programme(taken_back))
    assert "Seated march" in text_of(otter.get("/programme/"))
    assert not paused_by(give(ash, taken_back))


def test_not_this_gives_nothing_while_the_call_is_open(desk, ash, visit):
    raise_alarm(desk, ash, visit.patient)
    rule_out(ash, visit.patient)
    with pytest.raises(programmes.CallOpen):
        give(ash, visit)


def test_no_reason_opens_a_programme_while_the_call_is_open(desk, ash, visit):
    judge(ash, raise_alarm(desk, ash, visit.patient), "confirmed")
    with pytest.raises(programmes.CallOpen):
        give(ash, visit, Wish([MARCH], safe_because="cleared by the hospital"))


# Paused ------------------------------------------------------------------------------------------


def test_an_alarm_that_opens_later_pauses_the_programme_at_once(desk, ash, visit):
    give(ash, visit)
    otter = with_programme_link(open_programme(visit))
    assert "Seated march" in text_of(otter.get("/programme/"))
    raise_alarm(desk, ash, visit.patient)
    page = text_of(otter.get("/programme/"))
    assert "Please stop your exercises" in page
    assert "020 7946 0101" in page
    assert "Seated march" not in page
    for address in ("/programme/exercises/", "/programme/exercises/copy/"):
        assert otter.get(address).headers["Location"] == "/programme/"
    brief = text_of(signed_in(ash).get(f"/visits/{visit.pk}/"))
    assert "a warning sign or a call is open" in brief
    rule_out(ash, visit.patient)
    close_calls(ash, visit.patient)
    assert "Seated march" in text_of(otter.get("/programme/"))


@pytest.mark.parametrize(
    ("urgency", "said", "number"),
    [("emergency", "Get help now", "tel:999"), ("same_day", "call the clinic today", "tel:020")],
)
def test_the_paused_page_is_as_urgent_as_what_is_open(desk, ash, visit, urgency, said, number):
    give(ash, visit)
    answer(begin(desk, make_visit(desk, ash, visit.patient)), answers_of(urgency, {}))
    page = with_programme_link(open_programme(visit)).get("/programme/")
    assert said in text_of(page)
    [call] = read(page).select("p.call a")
    assert call["href"].startswith(number)
    assert ("Get help now" in text_of(page)) == (urgency == "emergency")


def test_the_emergency_page_is_spoken_in_spanish(desk, ash, visit):
    give(ash, visit)
    raise_alarm(desk, ash, visit.patient)
    otter = with_programme_link(open_programme(visit))
    otter.post("/language/", {"language": "es", "next": "/"})
    page = text_of(otter.get("/programme/"))
    assert "puede ser una emergencia" in page
    assert "may be an emergency" not in page


def test_nothing_is_handed_out_while_paused(desk, ash, visit, url):
    give(ash, visit)
    browser = signed_in(ash)
    assert "Handout to print" in text_of(browser.get(url))
    raise_alarm(desk, ash, visit.patient)
    page = text_of(browser.get(url))
    assert "Paused." in page
    for label in ("Handout to print", "Handout (PDF)", "Send the link again"):
        assert label not in page
    for answered in (
        browser.get(f"{url}handout/", follow=True),
        browser.get(f"{url}handout/copy/", follow=True),
        browser.post(f"{url}link/", follow=True),
    ):
        assert answered.redirect_chain == [(url, 302)]
        assert "Paused: a warning sign or an urgent call is open" in text_of(answered)
        assert "Sit tall on a firm chair" not in text_of(answered)
    assert not Message.objects.filter(kind="programme").exists()


def test_what_is_sent_while_paused_is_kept(desk, ash, visit):
    give(ash, visit)
    otter = with_programme_link(open_programme(visit))
    raise_alarm(desk, ash, visit.patient)
    otter.post("/programme/", {"done": ["X-MARCH-SEAT"], "during": "2"})
    assert ProgrammeDay.objects.get().answers["during"] == 2


# Lesser ones -------------------------------------------------------------------------------------


def test_a_lesser_flag_does_not_pause(desk, ash, visit):
    programme = give(ash, visit)
    assert Flag.objects.filter(urgency__lt=2, changed_at=None).exists()
    assert not paused_by(programme)


def lesser(visit):
    """The open red flags of a visit that hold nothing back."""
    with inside(visit.clinic_id):
        mine = Flag.objects.filter(response__appointment=visit, group="redflag", urgency__lt=2)
        return list(mine.filter(changed_at=None, is_suppressed=False))


def lump():
    return next(story for story in stories(today()) if story.vignette == "V45").answers


def test_a_lesser_warning_sign_is_named_until_it_has_a_verdict(desk, ash, visit_with_ash):
    submitted(desk, visit_with_ash, lump())
    raised = lesser(visit_with_ash)
    assert raised
    page = f"/visits/{visit_with_ash.pk}/programme/"
    shown = text_of(signed_in(ash).get(page))
    assert "Still open: " + raised[0].evidence["name"] in shown
    judge(ash, raised, "cannot_tell")
    assert "Still open" in text_of(signed_in(ash).get(page))
    assert signed_in(ash).post(page, form_of("X-WALK")).status_code == 302
    judge(ash, raised, "confirmed")
    assert "Still open" not in text_of(signed_in(ash).get(page))


def test_a_lesser_warning_sign_of_two_visits_is_named_once(desk, ash, visit_with_ash):
    submitted(desk, visit_with_ash, lump())
    submitted(desk, make_visit(desk, ash, visit_with_ash.patient), lump())
    page = read(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/programme/"))
    named = [link.get_text() for link in page.select("p.standing a")]
    assert named
    assert len(named) == len(set(named))
