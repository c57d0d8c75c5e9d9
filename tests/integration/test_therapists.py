"""The therapist: the list, the brief, verdicts, notes."""

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from clinic.models import AuditEvent
from intake.commands.responses import MessageUnread
from intake.models import Addendum, Flag, Note, Verdict
from tests.clients import signed_in
from tests.factories.intakes import (
    answer,
    answers_of,
    begin,
    calm_answers,
    confirm,
    submit,
    submitted,
    tell,
    urgent_answers,
)
from tests.factories.visits import make_patient, make_visit, today_at
from tests.walking import read, text_of


@pytest.fixture
def room(ash):
    """Ash's browser."""
    return signed_in(ash)


def brief(browser, visit):
    return browser.get(f"/visits/{visit.pk}/")


def names(page, css="table.visits th a"):
    return [link.get_text() for link in read(page).select(css)]


# The list --------------------------------------------------------------------------------------


def test_the_list_is_in_the_order_of_the_day(room, desk, ash):
    for hour, name in ((16, "Third"), (9, "First"), (11, "Second")):
        make_visit(desk, ash, make_patient(desk, given_name=name), today_at(hour))
    assert names(room.get("/today/")) == ["First Testwood", "Second Testwood", "Third Testwood"]


def test_the_list_is_of_today_and_tomorrow_and_of_this_therapist(room, desk, ash, birch):
    for name, therapist, days in (
        ("Today", ash, 0),
        ("Tomorrow", ash, 1),
        ("Yesterday", ash, -1),
        ("Later", ash, 2),
        ("Birches", birch, 0),
    ):
        at = today_at(10) + timedelta(days=days)
        make_visit(desk, therapist, make_patient(desk, given_name=name), at)
    assert names(room.get("/today/")) == ["Today Testwood", "Tomorrow Testwood"]


def test_the_urgent_ones_stand_first_and_the_emergency_before_the_same_day(room, desk, ash):
    for hour, name, given in (
        (9, "Calm", calm_answers()),
        (10, "Sameday", None),
        (11, "Emergency", urgent_answers()),
    ):
        visit = make_visit(desk, ash, make_patient(desk, given_name=name), today_at(hour))
        submitted(desk, visit, given or same_day_answers())
    assert names(room.get("/today/"), ".urgent th a") == ["Emergency Testwood", "Sameday Testwood"]


def same_day_answers():
    return answers_of("same_day", {})


def test_the_list_says_how_far_intake_and_note_are(room, desk, ash):
    visit = make_visit(desk, ash)
    row = read(room.get("/today/")).select_one("table.visits tbody tr")
    assert "No intake sent" in row.get_text()
    submitted(desk, visit)
    room.post(f"/visits/{visit.pk}/note/", {"text": "S", "action": "save"})
    row = read(room.get("/today/")).select_one("table.visits tbody tr")
    assert "Submitted" in row.get_text()
    assert "Draft, not signed" in row.get_text()


def test_a_cancelled_visit_is_not_on_the_list(room, desk, visit_with_ash):
    signed_in(desk).post(f"/desk/visits/{visit_with_ash.pk}/cancel/")
    assert names(room.get("/today/")) == []


def test_a_day_without_patients_says_so(room):
    assert text_of(room.get("/today/")).count("No appointments.") == 2


# Whose patients --------------------------------------------------------------------------------


def test_a_patient_seen_within_twelve_months_opens(room, desk, ash):
    at = timezone.now() - timedelta(days=350)
    assert brief(room, make_visit(desk, ash, starts_at=at)).status_code == 200


def test_a_patient_seen_longer_ago_does_not(room, desk, ash):
    at = timezone.now() - timedelta(days=380)
    assert brief(room, make_visit(desk, ash, starts_at=at)).status_code == 404


def test_the_visit_of_a_shared_patient_with_a_colleague_opens(room, desk, ash, birch):
    patient = make_patient(desk)
    make_visit(desk, ash, patient, today_at(9))
    assert brief(room, make_visit(desk, birch, patient, today_at(15))).status_code == 200


def test_a_cancelled_visit_gives_no_access(room, desk, ash, birch):
    patient = make_patient(desk)
    own = make_visit(desk, ash, patient, today_at(9))
    theirs = make_visit(desk, birch, patient, today_at(15))
    signed_in(desk).post(f"/desk/visits/{own.pk}/cancel/")
    assert brief(room, theirs).status_code == 404


@pytest.mark.parametrize(
    "path", ["/visits/0/", "/visits/99999999999999999999999/", "/visits/-1/", "/visits/1e9/"]
)
def test_a_number_that_is_no_visit_is_404(path, room):
    assert room.get(path).status_code == 404


# The brief -------------------------------------------------------------------------------------


def test_a_brief_without_an_intake_says_what_is_unknown(room, visit_with_ash):
    page = text_of(brief(room, visit_with_ash))
    assert "No intake has been sent." in page
    assert "For and against" not in page


def test_an_unfinished_intake_is_not_an_all_clear(room, desk, visit_with_ash):
    answer(begin(desk, visit_with_ash), {"rf.now": ["none"]})
    page = text_of(brief(room, visit_with_ash))
    assert "Unfinished." in page
    assert "What was not reached is unknown, not a “no”" in page
    assert "Cannot be told yet" in page


def test_the_brief_says_how_to_reach_whoever_has_to_be_phoned(room, desk, ash):
    urgent, calm = make_visit(desk, ash), make_visit(desk, ash)
    nobody = make_visit(desk, ash, make_patient(desk, phone=""))
    submitted(desk, urgent, urgent_answers())
    submitted(desk, nobody, urgent_answers())
    submitted(desk, calm)
    numbers = read(brief(room, urgent)).select("main a[href='tel:07700900123']")
    assert [one.get_text() for one in numbers] == ["07700 900123"], "once, in the call or above"
    assert "No phone number on file" in text_of(brief(room, nobody))
    assert "07700" not in text_of(brief(room, calm)), "no call is due"


def test_the_brief_has_the_patients_words_and_goal(room, desk, visit_with_ash):
    given = calm_answers(problem__words="It clicks", goal__main="Dance again")
    submitted(desk, visit_with_ash, given)
    page = text_of(brief(room, visit_with_ash))
    assert "It clicks" in page
    assert "Dance again" in page
    assert visit_with_ash.patient.reference in page


def test_a_flag_stands_with_both_sides_its_tests_and_its_sources(room, desk, visit_with_ash):
    submitted(desk, visit_with_ash, urgent_answers())
    cards = read(brief(room, visit_with_ash)).select("article.card")
    assert cards
    for card in cards:
        for heading in ("For", "Against", "Not answered", "What would settle it"):
            assert card.find("h4", string=heading), heading
        summaries = [each.get_text() for each in card.find_all("summary")]
        assert any(each.startswith("Sources") for each in summaries)


def test_the_most_urgent_card_is_first(room, desk, visit_with_ash):
    submitted(desk, visit_with_ash, urgent_answers())
    first = read(brief(room, visit_with_ash)).select_one("article.card")
    assert "Emergency" in first.header.get_text()


def test_what_the_patient_was_told_stands_on_the_brief(room, desk, visit_with_ash):
    response = begin(desk, visit_with_ash)
    answer(response, urgent_answers())
    message = tell(response)
    page = text_of(brief(room, visit_with_ash))
    assert " ".join(message.text.split()) in page
    assert "not confirmed as read" in page
    confirm(response)
    submit(response)
    assert "not confirmed as read" not in text_of(brief(room, visit_with_ash))


def test_nothing_is_sent_past_a_message_that_nobody_confirmed(desk, visit_with_ash):
    response = begin(desk, visit_with_ash)
    answer(response, urgent_answers())
    tell(response)
    with pytest.raises(MessageUnread):
        submit(response)
    confirm(response)
    assert submit(response).is_submitted


def test_the_score_of_a_card_adds_up_from_its_lines(room, desk, visit_with_ash):
    """Criterion 4: the basis is on the page and can be reckoned by hand."""
    submitted(desk, visit_with_ash)
    found = Flag.objects.filter(tier__isnull=False)
    assert found
    for flag in found:
        points = [line["points"] for side in ("for", "against") for line in flag.evidence[side]]
        assert sum(points) == flag.evidence["score"], flag.pattern


def an_addendum(text):
    """As a page that was just drawn sends it."""
    return {"key": str(uuid.uuid4()), "text": text}


SCRIPTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}{% debug %}",
    "{0.__class__}%s%(x)s",
    "</textarea><svg onload=alert(1)>",
    "=cmd|' /C calc'!A0",
    "a\u202eb\u0301\U0001f469‍👩‍👧 ﬁ ß İ",
]


@pytest.mark.parametrize("text", SCRIPTS)
def test_what_a_patient_writes_stands_there_literally(text, room, desk, ash):
    patient = make_patient(desk, given_name=text[:70], family_name="Mockford")
    visit = make_visit(desk, ash, patient)
    submitted(desk, visit, calm_answers(problem__words=text, goal__main=text))
    room.post(f"/visits/{visit.pk}/note/", {"text": text, "action": "sign"})
    room.post(f"/notes/{Note.objects.get().pk}/amend/", an_addendum(text))
    pages = [brief(room, visit), room.get("/today/"), signed_in(desk).get("/desk/")]
    pages += [signed_in(desk).get(f"/desk/patients/{patient.pk}/")]
    for page in pages:
        tree = read(page)
        assert text[:70] in tree.get_text() or text[:70] in page.content.decode()
        assert not tree.find_all("img", onerror=True)
        assert not tree.find_all("svg", onload=True)
        assert not any("alert" in script.get_text() for script in tree.find_all("script"))
        assert not [a for a in tree.find_all("a") if a.get("href", "").startswith("javascript")]
    assert "49" not in tree.find("h1").get_text()


# Verdicts --------------------------------------------------------------------------------------


@pytest.fixture
def red_flag(desk, visit_with_ash):
    submitted(desk, visit_with_ash, urgent_answers())
    return Flag.objects.filter(group="redflag").first()


def judge(browser, flag, choice, reason=""):
    return browser.post(f"/flags/{flag.pk}/verdict/", {"verdict": choice, "reason": reason})


def test_a_red_flag_is_not_judged_without_a_reason(room, red_flag):
    page = judge(room, red_flag, "not_this")
    assert page.status_code == 422
    assert "A verdict on a red flag needs a reason" in text_of(page)
    assert not Verdict.objects.exists()


def test_a_reason_that_was_typed_stays_when_the_choice_is_wrong(room, red_flag):
    page = judge(room, red_flag, "maybe", "because of the reflexes")
    assert page.status_code == 422
    assert "because of the reflexes" in page.content.decode()


def test_the_latest_verdict_counts_and_the_first_is_kept(
    room, red_flag, ash, clock, visit_with_ash
):
    assert judge(room, red_flag, "cannot_tell", "no time").status_code == 302
    clock.shift(timedelta(minutes=5))
    judge(room, red_flag, "not_this", "reflexes fine")
    assert Verdict.objects.filter(flag=red_flag).count() == 2
    shown = read(brief(room, visit_with_ash)).find(id=f"verdict-{red_flag.pk}")
    assert "Not this" in shown.find(class_="given").get_text()
    assert "reflexes fine" in shown.find(class_="given").get_text()
    assert ash.name in shown.find(class_="given").get_text()


def test_another_flag_needs_no_reason(room, desk, visit_with_ash):
    submitted(desk, visit_with_ash)
    flag = Flag.objects.exclude(group="redflag").filter(is_suppressed=False).first()
    assert judge(room, flag, "confirmed").status_code == 302
    assert Verdict.objects.get().reason is None


def test_a_verdict_is_given_by_whoever_is_signed_in(room, red_flag, ash, birch):
    room.post(
        f"/flags/{red_flag.pk}/verdict/",
        {"verdict": "confirmed", "reason": "seen", "by": birch.pk, "by_id": birch.pk, "at": "2000"},
    )
    assert Verdict.objects.get().by == ash


def test_a_very_long_reason_is_refused(room, red_flag):
    assert judge(room, red_flag, "confirmed", "x" * 501).status_code == 422


# Notes -----------------------------------------------------------------------------------------


def write(browser, visit, text, action="save", **extra):
    return browser.post(f"/visits/{visit.pk}/note/", {"text": text, "action": action, **extra})


def test_a_draft_is_changed_until_it_is_signed(room, visit_with_ash, ash):
    write(room, visit_with_ash, "first")
    write(room, visit_with_ash, "second")
    assert Note.objects.get().text == "second"
    write(room, visit_with_ash, "third", "sign")
    note = Note.objects.get()
    assert (note.text, note.is_signed, note.author) == ("third", True, ash)


def test_a_signed_note_is_only_added_to(room, visit_with_ash):
    write(room, visit_with_ash, "as it was", "sign")
    page = write(room, visit_with_ash, "changed")
    assert page.status_code == 422
    assert "This note is signed. Add an addendum instead." in text_of(page)
    assert Note.objects.get().text == "as it was"
    room.post(f"/notes/{Note.objects.get().pk}/amend/", an_addendum("one thing more"))
    assert "one thing more" in text_of(brief(room, visit_with_ash))


def test_an_addendum_sent_twice_is_one(room, visit_with_ash):
    write(room, visit_with_ash, "as it was", "sign")
    form = read(brief(room, visit_with_ash)).select_one("#note form[data-keep]")
    sent = {"key": form.select_one("[name=key]")["value"], "text": "one thing more"}
    path = f"/notes/{Note.objects.get().pk}/amend/"
    assert [room.post(path, sent).status_code for _ in range(3)] == [302, 302, 302]
    assert [one.text for one in Addendum.objects.all()] == ["one thing more"]
    assert AuditEvent.objects.filter(action="amended").count() == 1
    # The control: the same words from a page that was drawn anew are another addendum.
    drawn = read(brief(room, visit_with_ash)).select_one("#note form[data-keep] [name=key]")
    room.post(path, {**sent, "key": drawn["value"]})
    assert Addendum.objects.count() == 2


def test_an_addendum_that_is_refused_keeps_its_words_and_its_key(room, visit_with_ash):
    write(room, visit_with_ash, "as it was", "sign")
    path = f"/notes/{Note.objects.get().pk}/amend/"
    empty = an_addendum("  ")
    page = read(room.post(path, empty))
    assert page.select_one("#note [name=key]")["value"] == empty["key"]
    late = room.post(path, {"text": "from an old page"})
    assert late.status_code == 422
    assert "This page was out of date" in text_of(late)
    assert "from an old page" in read(late).find(id="note-text").get_text()
    assert not Addendum.objects.exists()


def test_a_draft_cannot_be_amended(room, visit_with_ash):
    write(room, visit_with_ash, "draft")
    late = room.post(f"/notes/{Note.objects.get().pk}/amend/", an_addendum("more"))
    assert late.status_code == 404
    assert not Addendum.objects.exists()


def test_a_colleague_does_not_write_in_the_note(room, desk, birch, visit_with_ash):
    make_visit(desk, birch, visit_with_ash.patient, today_at(18))
    write(room, visit_with_ash, "by Ash")
    for action in ("save", "sign"):
        page = write(signed_in(birch), visit_with_ash, "by Birch", action)
        assert page.status_code == 422
        assert "A colleague has begun the note of this visit." in text_of(page)
        assert "by Birch" in page.content.decode()
    note = Note.objects.get()
    assert (note.text, note.is_signed) == ("by Ash", False)


def test_an_addendum_names_who_added_it(room, desk, birch, visit_with_ash):
    make_visit(desk, birch, visit_with_ash.patient, today_at(18))
    write(room, visit_with_ash, "by Ash", "sign")
    signed_in(birch).post(f"/notes/{Note.objects.get().pk}/amend/", an_addendum("seen too"))
    assert Addendum.objects.get().by == birch


def test_the_author_is_whoever_is_signed_in(room, visit_with_ash, ash, birch, desk):
    other = make_visit(desk, ash)
    write(room, visit_with_ash, "S", author=birch.pk, appointment=other.pk, patient="1")
    note = Note.objects.get()
    assert (note.author, note.appointment, note.patient) == (
        ash,
        visit_with_ash,
        visit_with_ash.patient,
    )


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_001, "a\x00b"])
def test_a_note_that_cannot_be_kept_is_422(text, room, visit_with_ash):
    assert write(room, visit_with_ash, text).status_code == 422
    assert not Note.objects.exists()


def test_titles_carry_the_reference_and_no_name(room, desk, visit_with_ash):
    submitted(desk, visit_with_ash, urgent_answers())
    for page in (brief(room, visit_with_ash), room.get("/today/")):
        title = BeautifulSoup(page.content, "html.parser").title.get_text()
        assert "Otter" not in title
        assert "Testwood" not in title


@pytest.mark.parametrize("make", [urgent_answers, calm_answers])
def test_each_line_leads_to_the_patients_own_answer_in_their_language(make, room, desk, ash):
    visit = make_visit(desk, ash)
    response = begin(desk, visit, "es")
    answer(response, make())
    tell(response)
    confirm(response)
    submit(response)
    page = read(brief(room, visit))
    lines = page.select("article.card .side .lines > li:has(.basis)")
    assert lines
    for line in lines:
        for quote in line.select("a.quote"):
            row = page.select_one(quote["href"])
            assert quote["lang"] == row.dt["lang"] == "es"
            assert quote["title"] == row.dt.text
        assert line.select("a.quote"), line
    anchors = {element["id"] for element in page.select("[id]")}
    assert {a["href"][1:] for a in page.select('main a[href^="#"]')} <= anchors
