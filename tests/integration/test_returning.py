"""A patient who comes again: offered after a code what is still true, believed once it is said."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from clinic.models import Contact, Message
from intake.commands.responses import Incomplete
from intake.models import Flag, LinkSession, Response
from intake.rules.answers import read_answers
from intake.rules.pack import load_pack
from intake.rules.pages import pages
from intake.wording import written_date
from tests.clients import Browser, signed_in, with_link
from tests.factories.intakes import (
    answer,
    begin,
    calm_answers,
    submit,
    submitted,
    urgent_answers,
)
from tests.factories.visits import invite, make_patient, make_visit, open_link
from tests.integration.test_statements import statements
from tests.walking import asked, filled, go_on, post, read, sign, text_of, url_of

AGAIN = "/intake/again/"
STILL = "form[action*='/still/']"
# Who answers was said with the notice, not last time.
CHECKED = 'input[checked]:not([name="about.completed_by"])'
FIRST = {
    "about.dob": "1980-03-27",
    "infl.girdle": ["none"],
    "infl.back": ["none"],
    "hx.oa": ["none"],
    "rf.male": ["none"],
    "rf.female": ["none"],
    "life.energy": ["none"],
    "pain.area": ["groin_front_hip", "knee"],
    "pain.main_area": "knee",
    "pain.side": "left",
    "pain.onset_how": "gradual",
    "pain.feel": ["sharp"],
    "life.activity": ["walk"],
    "problem.words": "It hurts when I climb stairs",
}
# Words of last time that stand nowhere else on the pages of this time.
OF_LAST_TIME = "27 March 1980"
SAME, OTHER = {"choice": "same"}, {"choice": "other"}


def answers(**changes):
    return {**calm_answers(), **FIRST, **{k.replace("__", "."): v for k, v in changes.items()}}


@pytest.fixture
def visit(desk, ash, visit_with_ash, clock):
    """The second visit of Otter, who sent an intake nine days before."""
    submitted(desk, visit_with_ash, answers())
    clock.shift(timedelta(days=9))
    return next_visit(desk, ash, visit_with_ash.patient)


def next_visit(desk, ash, patient):
    visit = make_visit(desk, ash, patient, timezone.now() + timedelta(hours=2))
    begin(desk, visit)
    return visit


@pytest.fixture
def otter(visit):
    """A browser that opened the link of the second visit and has agreed to the notice."""
    return with_link(open_link(visit))


@pytest.fixture
def draft(visit):
    return lambda: Response.objects.get(appointment=visit)


def code_for(visit):
    newest = Message.objects.filter(patient=visit.patient, kind="code").latest("created_at")
    return re.search(r"\d{6}", newest.body)[0]


def give_code(browser, visit):
    post(browser, AGAIN, {"choice": "code"})
    return post(browser, AGAIN, {"code": code_for(visit)})


@pytest.fixture
def same(otter, visit):
    """Otter, who gave the code and comes with the same problem."""
    give_code(otter, visit)
    post(otter, AGAIN, SAME)
    return otter


def still(browser, key):
    """Press "still true" on a section's page."""
    page = read(browser.get(f"/intake/questions/{key}/"))
    form = page.select_one(STILL)
    return post(browser, form["action"], {"seen": form.select_one("[name=seen]")["value"]})


# The offer and the code ------------------------------------------------------------------------


def test_who_comes_again_is_asked_first(otter):
    page = go_on(otter)
    assert url_of(page) == AGAIN
    assert "We still have the answers from last time" in text_of(page)


def test_the_code_goes_to_the_address_on_file_and_opens_the_question(otter, visit):
    page = give_code(otter, visit)
    assert url_of(page) == AGAIN
    assert "Is it the same problem as last time?" in text_of(page)
    assert "Groin or front of the hip" in text_of(page)


def test_without_a_code_no_old_answer_stands_on_any_page(otter, draft):
    for choice in ({}, SAME, OTHER, {"choice": "code"}, {"code": "000000"}):
        said = text_of(post(otter, AGAIN, choice))
        assert "Groin or front of the hip" not in said
    assert draft().again == ""
    for key in ("about", "problem"):
        page = read(otter.get(f"/intake/questions/{key}/"))
        assert page.select(CHECKED) == []
        assert page.select(STILL) == []
    assert OF_LAST_TIME not in text_of(otter.get("/intake/questions/about/"))


def test_still_true_without_a_code_keeps_nothing(visit, same, draft):
    seen = read(same.get("/intake/questions/about/")).select_one("[name=seen]")["value"]
    stranger = with_link(open_link(visit))
    landed = post(stranger, "/intake/still/about/", {"seen": seen})
    assert draft().answers == {}
    assert OF_LAST_TIME not in text_of(landed)
    still(same, "about")
    assert draft().answers["about.dob"] == "1980-03-27"


def test_a_browser_without_the_code_sees_nothing_of_what_another_was_shown(visit, same):
    stranger = with_link(open_link(visit))
    assert "Knee" in text_of(same.get("/intake/questions/problem/"))
    page = read(stranger.get("/intake/questions/problem/?from=still"))
    assert page.select(CHECKED) == []


def test_a_wrong_code_opens_nothing_and_three_end_it(otter, visit):
    post(otter, AGAIN, {"choice": "code"})
    right = code_for(visit)
    wrong = "111111" if right != "111111" else "222222"
    for _ in range(3):
        page = post(otter, AGAIN, {"code": wrong})
        assert page.status_code == 422
        assert "not right or too old" in text_of(page)
    assert post(otter, AGAIN, {"code": right}).status_code == 422
    assert LinkSession.objects.filter(code_given_at__isnull=False).count() == 0


def test_a_new_code_can_be_asked_for_five_times_an_hour(otter, visit):
    for _ in range(5):
        post(otter, AGAIN, {"choice": "code"})
    assert Message.objects.filter(patient=visit.patient, kind="code").count() == 5
    assert "We cannot send a code now" in text_of(post(otter, AGAIN, {"choice": "code"}))
    assert Message.objects.filter(patient=visit.patient, kind="code").count() == 5


def test_the_form_goes_on_while_a_code_is_on_its_way(otter, visit, draft):
    post(otter, AGAIN, {"choice": "code"})
    post(otter, "/intake/questions/problem/", {"problem.words": "New words"})
    assert draft().answers == {"problem.words": "New words"}


def test_who_gave_the_code_for_the_draft_needs_no_second_one(desk, visit):
    token = invite(desk, visit)
    browser = Browser()
    browser.post(f"/i/{token}/", {"day": "27", "month": "3", "year": "1980"})
    landed = post(browser, "/intake/code/", {"code": code_for(visit)})
    assert url_of(landed) == AGAIN
    assert "Is it the same problem" in text_of(landed)


def test_everything_anew_is_offered_nothing(otter, visit, draft):
    give_code(otter, visit)
    assert url_of(post(otter, AGAIN, {"choice": "anew"})) == "/intake/questions/about/"
    assert draft().again == "anew"
    assert read(otter.get("/intake/questions/problem/")).select("input[checked]") == []
    assert url_of(otter.get(AGAIN, follow=True)) == "/intake/questions/about/"


def test_anything_else_that_is_said_of_coming_again_is_refused(otter, visit, draft):
    give_code(otter, visit)
    assert post(otter, AGAIN, {"choice": "maybe"}).status_code == 422
    assert draft().again == ""


def test_without_an_address_there_is_no_offer(otter, visit):
    contact = Contact.objects.get(patient=visit.patient)
    contact.email = ""
    contact.save(update_fields=["email"])
    assert url_of(go_on(otter)) == "/intake/questions/about/"


def test_a_first_intake_has_no_offer(desk, ash, visit):
    first = make_visit(desk, ash, make_patient(desk), timezone.now() + timedelta(hours=5))
    begin(desk, first)
    browser = with_link(open_link(first))
    assert url_of(go_on(browser)) == "/intake/questions/about/"
    assert url_of(browser.get(AGAIN, follow=True)) == "/intake/questions/about/"


# Who never sees it -----------------------------------------------------------------------------


def test_another_patients_intake_is_refused_by_the_database(desk, ash, visit, draft):
    other = make_visit(desk, ash, make_patient(desk), timezone.now() + timedelta(hours=5))
    theirs = begin(desk, other)
    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.filter(pk=theirs.pk).update(previous=draft().previous_id)
    theirs.pk, theirs.previous_id = uuid.uuid4(), draft().previous_id
    with pytest.raises(IntegrityError), transaction.atomic():
        save_at_once(theirs)


def save_at_once(response):
    """Save it as another row, and have the deferred constraints look at it now."""
    response.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_never_on_the_telephone(desk, ash, visit_with_ash, clock):
    submitted(desk, visit_with_ash, answers())
    clock.shift(timedelta(days=9))
    patient = visit_with_ash.patient
    visit = make_visit(desk, ash, patient, timezone.now() + timedelta(hours=2))
    caller = signed_in(desk)
    caller.post(f"/desk/visits/{visit.pk}/phone/")
    post(caller, "/intake/notice/", {"agree": "on", "role": "self"})
    assert url_of(go_on(caller)) == "/intake/questions/about/"
    assert url_of(caller.get(AGAIN, follow=True)) == "/intake/questions/about/"
    Response.objects.filter(appointment=visit).update(again="same")
    LinkSession.objects.filter(way="phone").update(code_given_at=timezone.now())
    for key in ("about", "problem", "life"):
        for query in ("", "?from=still", "?from=check"):
            page = read(caller.get(f"/intake/questions/{key}/{query}"))
            assert page.select(STILL) == []
            assert page.select(CHECKED) == []
    own = with_link(open_link(visit))
    LinkSession.objects.filter(way="link").update(code_given_at=timezone.now())
    assert read(own.get("/intake/questions/problem/")).select(STILL) == []


def test_never_on_a_tablet(same, visit, draft):
    LinkSession.objects.update(way="kiosk", expires_at=timezone.now() + timedelta(minutes=2))
    page = read(same.get("/intake/questions/problem/?from=still"))
    assert page.select(CHECKED) == []
    post(same, "/intake/still/problem/", {"seen": ""})
    assert draft().answers == {}


# Section by section ----------------------------------------------------------------------------


def test_a_section_is_confirmed_in_one_tap_and_goes_on_to_what_is_asked_anew(same, draft):
    shown = text_of(same.get("/intake/questions/about/"))
    assert "you told us" in shown
    landed = still(same, "about")
    assert url_of(landed) == "/intake/questions/about/"
    assert asked(read(landed)) == ["about.completed_by"]
    assert "2 answers here are still as on" in text_of(landed)
    assert set(draft().answers) == {"about.dob", "about.sex"}


def test_what_was_shown_is_kept_word_for_word_with_the_date_it_was_told(same, draft):
    told = draft().previous.submitted_at.date().isoformat()
    page = read(same.get("/intake/questions/problem/"))
    shown = {
        row.dt.get_text(strip=True): [each.get_text(strip=True) for each in row.select("dd p")]
        for row in page.select(".card .answers > div")
    }
    still(same, "problem")
    kept = {
        words["question"]: words["answers"]
        for words in draft().shown.values()
        if words["as_on"] == told
    }
    assert kept == shown
    assert len(kept) == 4


def test_nothing_is_believed_before_it_is_confirmed(same, draft, ash, visit):
    same.get("/intake/questions/problem/")
    same.get("/intake/questions/problem/?from=still")
    assert draft().answers == {}
    assert "Knee" not in text_of(signed_in(ash).get(f"/visits/{visit.pk}/"))
    assert "Knee" not in text_of(same.get("/intake/check/"))


def test_sending_is_refused_while_answers_are_only_carried(same, draft):
    fresh = {key: value for key, value in answers().items() if not key.startswith("life.")}
    answer(draft(), fresh)
    assert url_of(same.get("/intake/sign/", follow=True)) == "/intake/check/"
    with pytest.raises(Incomplete):
        submit(draft())
    still(same, "life")
    assert url_of(same.get("/intake/sign/", follow=True)) in ("/intake/sign/", "/intake/fit/")


def test_a_section_with_nothing_left_leads_to_the_next(same, draft):
    answer(draft(), {"about.completed_by": "self", "pain.area": ["knee"]})
    page = still(same, "life")
    rest = asked(read(page)) if url_of(page).endswith("life/") else []
    assert rest in ([], ["life.energy"])
    back = read(same.get("/intake/questions/life/"))
    assert back.select(STILL) == []
    if not rest:
        assert "You said that this is still true." in back.get_text(" ")
        assert back.select_one("main a.button")["href"] == "/intake/questions/impact/"


def test_safety_questions_and_numbers_are_always_asked_anew(same, draft):
    still(same, "about")
    still(same, "problem")
    answer(draft(), {"about.completed_by": "self", "pain.onset_when": "m3_12"})
    questionnaire = load_pack().questionnaire
    for page in pages(
        questionnaire, read_answers(questionnaire, draft().answers, on=timezone.now().date())
    ):
        shown = read(same.get(f"/intake/questions/{page.key}/"))
        if page.section == "safety":
            assert shown.select(f"{STILL}, input[checked]") == []
    details = still(same, "details")
    assert "pain.avg" in asked(read(details))
    assert read(details).select("input[checked]") == []


def test_change_something_is_the_ordinary_page_filled_in(same, draft):
    page = same.get("/intake/questions/problem/?from=still")
    assert "Please check each answer" in text_of(page)
    ticked = {each["value"] for each in read(page).select("input[checked]")}
    assert {"groin_front_hip", "knee", "left", "gradual"} <= ticked
    new = {"pain.area": ["knee"], "pain.side": "right", "pain.onset_how": "gradual"}
    given = {"pain.onset_when": "m3_12", "pain.trend": "same", "pain.past": ["none"]}
    post(same, "/intake/questions/problem/?from=still", filled(read(page), {**new, **given}))
    assert draft().answers["pain.side"] == "right"
    assert "as_on" not in draft().shown["pain.side"]
    assert read(same.get("/intake/questions/problem/")).select(STILL) == []


def test_another_problem_keeps_only_what_describes_the_person(otter, visit, draft):
    give_code(otter, visit)
    post(otter, AGAIN, OTHER)
    assert draft().again == "other"
    still(otter, "about")
    assert draft().answers["about.sex"] == answers()["about.sex"]
    page = read(otter.get("/intake/questions/problem/"))
    assert page.select(f"{STILL}, input[checked]") == []
    still(otter, "life")
    assert draft().answers["life.activity"] == ["walk"]
    assert "life.load_change" not in draft().answers


def test_an_answer_that_was_changed_elsewhere_meanwhile_is_left_alone(same, draft):
    form = read(same.get("/intake/questions/problem/")).select_one(STILL)
    seen = form.select_one("[name=seen]")["value"]
    answer(draft(), {"pain.side": "both"})
    post(same, "/intake/still/problem/", {"seen": seen})
    assert draft().answers["pain.side"] == "both"
    assert draft().answers["pain.onset_how"] == "gradual"


def test_a_page_drawn_before_the_tap_cannot_overwrite_it_unasked(same, draft):
    page = read(same.get("/intake/questions/problem/?from=still"))
    still(same, "problem")
    given = {"pain.side": "right", "pain.area": ["knee"], "pain.onset_how": "gradual"}
    more = {"pain.onset_when": "m3_12", "pain.trend": "same", "pain.past": ["none"]}
    sent = same.post("/intake/questions/problem/", filled(page, {**given, **more}))
    assert sent.status_code == 422
    assert "two different answers" in text_of(sent)
    assert draft().answers["pain.side"] == "left"
    assert draft().answers["pain.trend"] == "same"


def test_only_what_the_page_showed_is_confirmed(same, draft):
    seen = read(same.get("/intake/questions/problem/")).select_one("[name=seen]")["value"]
    mark, *stamps = seen.split(" ")
    forged = [each for each in stamps if not each.startswith("pain.side")]
    post(same, "/intake/still/problem/", {"seen": " ".join([mark, *forged, "pain.side=0000"])})
    assert "pain.side" not in draft().answers
    assert "pain.onset_how" in draft().answers


def test_an_answer_left_as_it_was_on_the_whole_page_keeps_its_date(same, draft):
    still(same, "problem")
    told = draft().shown["pain.onset_how"]["as_on"]
    page = read(same.get("/intake/questions/problem/?from=check"))
    given = {**draft().answers, "pain.side": "right", "pain.onset_when": "m3_12"}
    more = {"pain.trend": "same", "pain.past": ["none"]}
    post(same, "/intake/questions/problem/?from=check", filled(page, {**given, **more}))
    assert draft().shown["pain.onset_how"]["as_on"] == told
    assert "as_on" not in draft().shown["pain.side"]


def come_through(browser, told):
    """Page after page as they come: what is still true confirmed, the rest answered."""
    response = go_on(browser)
    for _ in range(80):
        url, page = url_of(response), read(response)
        if url == "/intake/check/":
            return response
        if page.select_one(STILL):
            response = still(browser, url.split("/")[-2])
        elif url == "/intake/important/":
            response = post(browser, url)
        else:
            response = post(browser, url, filled(page, told))
            assert response.status_code == 200, (url, text_of(response))
    raise AssertionError(url)


def finish(browser, **changes):
    come_through(browser, answers(**changes))
    return sign(browser)


def test_dates_are_kept_over_three_visits(same, draft, desk, ash, visit, clock):
    first = draft().previous.submitted_at.date()
    finish(same)
    second = draft()
    assert second.is_submitted
    clock.shift(timedelta(days=20))
    third = next_visit(desk, ash, visit.patient)
    browser = with_link(open_link(third))
    give_code(browser, third)
    post(browser, AGAIN, SAME)
    page = text_of(browser.get("/intake/questions/problem/"))
    assert f"On {written_date(second.submitted_at.date(), 'en')} you told us" in page
    assert f"As on {written_date(first, 'en')}" in page
    still(browser, "problem")
    kept = Response.objects.get(appointment=third).shown["pain.side"]["as_on"]
    assert kept == first.isoformat()


def test_the_receipt_says_since_when(same, draft):
    day = written_date(draft().previous.submitted_at.date(), "en")
    assert f"As on {day}" in text_of(finish(same))


def test_spanish_after_english(same, draft):
    same.post("/language/", {"language": "es", "next": "/intake/"})
    page = text_of(same.get("/intake/questions/problem/"))
    assert "Ingle o parte delantera de la cadera" in page
    still(same, "problem")
    assert draft().answers["pain.area"] == ["groin_front_hip", "knee"]
    assert draft().shown["pain.area"]["language"] == "es"


def test_somebody_who_answers_for_the_patient_is_told_what_was_told(same, draft):
    Response.objects.filter(pk=draft().pk).update(role="carer", voice="carer")
    page = text_of(same.get("/intake/questions/problem/"))
    assert "we were told" in page
    assert "Where does it hurt or bother the patient?" in page


def test_after_sending_nothing_of_it_changes(same, draft):
    finish(same)
    assert post(same, "/intake/still/problem/", {"seen": ""}).status_code == 409
    for change in ({"again": "other"}, {"previous": None}):
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            Response.objects.filter(pk=draft().pk).update(**change)


def test_a_section_of_last_time_takes_no_more_statements_than_a_page(same, desk, ash):
    first = make_visit(desk, ash, make_patient(desk), timezone.now() + timedelta(hours=5))
    begin(desk, first)
    other = with_link(open_link(first))
    counts = []
    for browser in (other, same):
        browser.get("/intake/questions/life/")
        counts.append(len(statements(browser, "get", "/intake/questions/life/")))
    assert counts[0] == counts[1]
    seen = read(same.get("/intake/questions/life/")).select_one("[name=seen]")["value"]
    typed = {"life.activity": "walk", "life.load_change": "same", "life.sit_hours": "lt4"}
    ordinary = statements(other, "post", "/intake/questions/life/", typed)
    tapped = statements(same, "post", "/intake/still/life/", {"seen": seen})
    assert len(tapped) <= len(ordinary) + 1, tapped


# What the therapist reads ----------------------------------------------------------------------


def since(ash, visit):
    page = read(signed_in(ash).get(f"/visits/{visit.pk}/"))
    return " ".join(page.select_one("#since").get_text(" ").split())


def test_the_brief_tells_what_changed_and_counts_the_rest(same, draft, ash, visit):
    finish(same, pain__trend="worse", pain__feel=["sharp", "stiff"])
    said = since(ash, visit)
    day = f"{draft().previous.submitted_at:%-d %b %Y}"
    assert said.startswith(f"Since the last intake ({day})")
    assert "The patient says: the same problem" in said
    assert "It is getting worse" in said
    assert "confirmed in one tap" in said
    assert "Which side is it on?" not in said


def test_the_first_screen_has_what_changed_in_a_few_lines(same, ash, visit):
    finish(same, pain__trend="worse", pain__feel=["sharp", "stiff"])
    page = read(signed_in(ash).get(f"/visits/{visit.pk}/"))
    first = page.select_one(".findings .since-first")
    said = " ".join(first.get_text(" ").split())
    number = len(page.select("#since dl > div"))
    assert first.a["href"] == "#since"
    assert f"{number} changed" in said
    assert "Course" in said
    assert "It is getting worse" in said
    assert 0 < len(first.select("dl > div")) <= min(number, 3)


def test_the_brief_marks_what_was_confirmed_with_its_date(same, draft, ash, visit):
    still(same, "problem")
    page = read(signed_in(ash).get(f"/visits/{visit.pk}/"))
    assert "confirmed as still true" in page.select_one("#a-pain-side").get_text()
    assert "confirmed" not in page.select_one("#a-pain-trend").get_text()


def test_an_unfinished_intake_takes_back_no_answer_and_no_flag(otter, draft, ash, visit):
    answer(draft(), {"pain.area": ["knee"]})
    said = since(ash, visit)
    assert "Which side is it on?" not in said
    assert "No longer flagged" not in said
    assert "Gone:" in said


def test_new_and_gone_flags_are_named(desk, ash, visit_with_ash, clock):
    submitted(desk, visit_with_ash, urgent_answers())
    clock.shift(timedelta(days=9))
    visit = next_visit(desk, ash, visit_with_ash.patient)
    answer(Response.objects.get(appointment=visit), answers())
    submit(Response.objects.get(appointment=visit))
    flags = Flag.objects.filter(response__appointment=visit_with_ash, changed_at=None)
    gone = [flag.evidence["name"] for flag in flags if flag.group == "redflag"]
    said = since(ash, visit)
    assert "No longer flagged:" in said
    assert any(name in said for name in gone)
    page = read(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))
    assert page.select("#since") == []
