"""Notes in parts: merged between windows, put in from the brief, signed, and listed until then."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.models import AuditEvent, Urgency
from intake.commands import notes, programmes
from intake.demo.texts import KEPT
from intake.merging import Seen
from intake.models import Flag, Note, NoteBlock
from intake.soap import COMES_WITH, KEYS
from tests.clients import signed_in
from tests.factories.clinics import actor
from tests.factories.intakes import answer, begin, calm_answers, submitted, urgent_answers
from tests.factories.programmes import MARCH, give
from tests.factories.visits import make_patient, make_visit, today_at
from tests.walking import read, text_of


@pytest.fixture
def room(ash):
    """Ash's browser."""
    return signed_in(ash)


def page_of(browser, visit):
    return read(browser.get(f"/visits/{visit.pk}/note/"))


def seen_on(page):
    return page.select_one("[name=seen]")["value"]


def post(browser, visit, action="save", **fields):
    return browser.post(f"/visits/{visit.pk}/note/", {"action": action, **fields})


def autosave(browser, visit, **fields):
    return browser.post(f"/visits/{visit.pk}/note/save/", fields)


def box(page, part):
    return page.find(id=part).get_text().removeprefix("\n")


# Parts -------------------------------------------------------------------------------------------


def test_a_note_has_four_parts_and_room_for_anything_else(room, visit_with_ash):
    given = {key: f"text of {key}" for key in KEYS}
    assert post(room, visit_with_ash, **given).status_code == 302
    assert Note.objects.get().parts == given
    page = page_of(room, visit_with_ash)
    assert {key: box(page, key) for key in KEYS} == given


def test_the_brief_shows_the_parts_that_are_written_and_no_others(room, visit_with_ash):
    post(room, visit_with_ash, "sign", assessment="Iliopsoas", plan="See again")
    shown = read(room.get(f"/visits/{visit_with_ash.pk}/")).select(".soap-read > div")
    assert [each.get_text(" ", strip=True) for each in shown] == [
        "Assessment Iliopsoas",
        "Plan See again",
    ]


def test_a_signed_note_says_something_or_is_not_signed(room, visit_with_ash):
    post(room, visit_with_ash, plan="P")
    page = post(room, visit_with_ash, "sign", plan="  ")
    assert page.status_code == 422
    assert "Write something" in text_of(page)
    note = Note.objects.get()
    note.plan, note.signed_at = None, timezone.now()
    with pytest.raises(IntegrityError, match="signed_says_something"), transaction.atomic():
        note.save()


def test_a_signed_note_and_a_colleagues_draft_are_read_on_the_brief(
    room, desk, birch, visit_with_ash
):
    make_visit(desk, birch, visit_with_ash.patient, today_at(18))
    brief = f"/visits/{visit_with_ash.pk}/#note"
    post(room, visit_with_ash, plan="by Ash")
    other = signed_in(birch)
    assert other.get(f"/visits/{visit_with_ash.pk}/note/").headers["Location"] == brief
    seen_by_birch = read(other.get(f"/visits/{visit_with_ash.pk}/")).select_one("#note")
    assert "by Ash" in seen_by_birch.get_text()
    assert not seen_by_birch.select("a.button")
    post(room, visit_with_ash, "sign", plan="by Ash")
    assert room.get(f"/visits/{visit_with_ash.pk}/note/").headers["Location"] == brief


# Two windows -------------------------------------------------------------------------------------


def test_each_window_keeps_what_it_wrote_into_another_part(room, visit_with_ash):
    post(room, visit_with_ash, subjective="S", plan="P")
    drawn = seen_on(page_of(room, visit_with_ash))
    post(room, visit_with_ash, subjective="S by one", plan="P", seen=drawn)
    post(room, visit_with_ash, subjective="S", plan="P by two", seen=drawn)
    assert Note.objects.get().parts == {"subjective": "S by one", "plan": "P by two"}


def test_one_part_written_in_both_windows_is_shown_twice_and_lost_nowhere(room, visit_with_ash):
    drawn = seen_on(page_of(room, visit_with_ash))
    post(room, visit_with_ash, plan="by one", seen=drawn)
    refused = post(room, visit_with_ash, plan="by two", seen=drawn)
    assert refused.status_code == 422
    page = read(refused)
    assert box(page, "plan") == "by two"
    assert page.select_one("[data-other=plan] .written").get_text() == "by one"
    assert Note.objects.get().plan == "by one"
    post(room, visit_with_ash, plan="by one and two", seen=seen_on(page))
    assert Note.objects.get().plan == "by one and two"


def test_nothing_is_signed_over_another_windows_words(room, visit_with_ash):
    drawn = seen_on(page_of(room, visit_with_ash))
    post(room, visit_with_ash, plan="by one", seen=drawn)
    assert post(room, visit_with_ash, "sign", plan="by two", seen=drawn).status_code == 422
    assert not Note.objects.get().is_signed


def test_control_without_stamps_the_last_window_wins(visit_with_ash, ash):
    def save(text, seen):
        return notes.save_note(
            by=actor(ash),
            at=timezone.now(),
            appointment=visit_with_ash,
            parts={"plan": text},
            seen=seen,
            is_signed=False,
        )

    save("by one", None)
    save("by two", None)
    assert Note.objects.get().plan == "by two"
    drawn = Seen("", {"plan": "0" * 12})
    assert save("by three", drawn).differing == {"plan": "by two"}


# The patient answers meanwhile -------------------------------------------------------------------


def test_a_note_is_not_signed_over_answers_that_became_an_emergency_meanwhile(
    room, desk, visit_with_ash, clock
):
    response = begin(desk, visit_with_ash)
    answer(response, calm_answers())
    drawn = seen_on(page_of(room, visit_with_ash))
    clock.shift(timedelta(minutes=1))
    answer(response, urgent_answers())
    refused = post(room, visit_with_ash, "sign", plan="Nothing urgent", seen=drawn)
    assert refused.status_code == 422
    said = text_of(refused)
    assert "Not signed: the patient saved answers at" in said
    flag = Flag.objects.filter(urgency=Urgency.EMERGENCY, changed_at=None).first()
    assert f"{flag.evidence['name']} (emergency" in said[said.index("New: ") :]
    page = read(refused)
    assert box(page, "plan") == "Nothing urgent"
    note = Note.objects.get()
    assert (note.plan, note.is_signed) == ("Nothing urgent", False)
    written = AuditEvent.objects.filter(action__in=("saved", "held back"))
    trail = written.filter(subject_type__in=("note", "response"))
    acts = list(trail.order_by("id").values_list("subject_type", "action"))
    assert acts[-3:] == [("response", "saved"), ("note", "saved"), ("note", "held back")]
    # Told once, the therapist decides.
    again = post(room, visit_with_ash, "sign", plan="Sent to the hospital", seen=seen_on(page))
    assert again.status_code == 302
    assert Note.objects.get().is_signed


def test_control_a_note_is_signed_when_no_answer_moved(room, desk, visit_with_ash):
    answer(begin(desk, visit_with_ash), calm_answers())
    drawn = seen_on(page_of(room, visit_with_ash))
    assert post(room, visit_with_ash, "sign", plan="P", seen=drawn).status_code == 302
    assert Note.objects.get().is_signed


def test_control_without_the_stamp_of_the_answers_it_is_signed_over_them(
    room, desk, visit_with_ash, clock
):
    response = begin(desk, visit_with_ash)
    answer(response, calm_answers())
    drawn = re.sub(r" answers=\S+", "", seen_on(page_of(room, visit_with_ash)))
    clock.shift(timedelta(minutes=1))
    answer(response, urgent_answers())
    assert post(room, visit_with_ash, "sign", plan="P", seen=drawn).status_code == 302


def test_first_answers_and_answers_taken_back_hold_the_signing_back_too(
    room, desk, visit_with_ash, clock
):
    drawn = seen_on(page_of(room, visit_with_ash))
    response = begin(desk, visit_with_ash)
    answer(response, urgent_answers())
    first = post(room, visit_with_ash, "sign", plan="P", seen=drawn)
    assert "New: " in text_of(first)
    clock.shift(timedelta(minutes=1))
    answer(response, calm_answers())
    second = post(room, visit_with_ash, "sign", plan="P", seen=seen_on(read(first)))
    assert second.status_code == 422
    assert "No longer: " in text_of(second)


def test_a_draft_is_kept_whatever_the_patient_answers(room, desk, visit_with_ash):
    drawn = seen_on(page_of(room, visit_with_ash))
    answer(begin(desk, visit_with_ash), urgent_answers())
    kept = autosave(room, visit_with_ash, plan="P", seen=drawn)
    assert kept.status_code == 200
    # What was saved by itself does not count as having read the answers.
    held = post(room, visit_with_ash, "sign", plan="P", seen=kept.json()["seen"])
    assert held.status_code == 422


# Saved while it is typed -------------------------------------------------------------------------


def test_typing_is_saved_with_the_time_and_new_stamps(room, visit_with_ash):
    drawn = seen_on(page_of(room, visit_with_ash))
    first = autosave(room, visit_with_ash, seen=drawn, subjective="It h").json()
    assert (first["differ"], first["at"]) == ({}, timezone.localtime().strftime("%H:%M"))
    second = autosave(room, visit_with_ash, seen=first["seen"], subjective="It hurts").json()
    assert second["differ"] == {}
    assert Note.objects.get().parts == {"subjective": "It hurts"}
    # Sent again because its answer was lost: nothing changes.
    again = autosave(room, visit_with_ash, seen=first["seen"], subjective="It hurts").json()
    assert again["differ"] == {}
    assert AuditEvent.objects.filter(action="saved", subject_type="note").count() == 2


def test_typing_in_two_windows_is_told_with_the_other_text(room, visit_with_ash):
    drawn = seen_on(page_of(room, visit_with_ash))
    autosave(room, visit_with_ash, seen=drawn, plan="by one")
    told = autosave(room, visit_with_ash, seen=drawn, plan="by two").json()
    assert told["differ"]["plan"]["text"] == "by one"
    assert Note.objects.get().plan == "by one"
    stamp = told["differ"]["plan"]["stamp"]
    chosen = re.sub(r" plan=\w+", f" plan={stamp}", told["seen"])
    autosave(room, visit_with_ash, seen=chosen, plan="by two")
    assert Note.objects.get().plan == "by two"


def test_an_empty_page_begins_no_note(room, visit_with_ash):
    drawn = seen_on(page_of(room, visit_with_ash))
    assert autosave(room, visit_with_ash, seen=drawn, plan="").json()["seen"] == drawn
    assert not Note.objects.exists()


def test_the_script_hears_why_nothing_can_be_saved(room, desk, birch, visit_with_ash):
    make_visit(desk, birch, visit_with_ash.patient, today_at(18))
    post(room, visit_with_ash, plan="by Ash")
    refused = autosave(signed_in(birch), visit_with_ash, plan="by Birch")
    assert (refused.status_code, refused.json()["text"][:11]) == (409, "A colleague")
    post(room, visit_with_ash, "sign", plan="by Ash")
    late = autosave(room, visit_with_ash, plan="too late")
    assert (late.status_code, late.json()["text"][:19]) == (409, "This note is signed")
    assert autosave(room, visit_with_ash, plan="x" * 20_001).status_code == 422
    assert Note.objects.get().plan == "by Ash"


def test_line_ends_are_the_same_from_a_browser_and_from_the_database(room, visit_with_ash):
    post(room, visit_with_ash, plan="one\r\ntwo")
    assert Note.objects.get().plan == "one\ntwo"
    drawn = seen_on(page_of(room, visit_with_ash))
    post(room, visit_with_ash, plan="one\r\ntwo", subjective="more", seen=drawn)
    assert Note.objects.get().parts == {"subjective": "more", "plan": "one\ntwo"}


# Put in ------------------------------------------------------------------------------------------


def pieces_on(page):
    return {each["value"]: each["data-text"] for each in page.select("button[data-text]")}


def test_facts_of_the_brief_go_into_their_part_without_javascript(room, desk, visit_with_ash):
    submitted(desk, visit_with_ash, calm_answers(problem__words="It clicks"))
    post(room, visit_with_ash, subjective="Came with her dog.", insert="complaint")
    post(room, visit_with_ash, subjective=Note.objects.get().subjective, insert="signs")
    said = Note.objects.get().subjective
    assert said.startswith("Came with her dog.\nIn the patient's words: “It clicks”")
    assert "Asked in the intake:\n- " in said


def test_the_facts_are_said_without_any_word_of_likelihood(room, desk, visit_with_ash):
    submitted(desk, visit_with_ash, urgent_answers())
    flag = Flag.objects.filter(group="redflag").first()
    judged = {"verdict": "not_this", "reason": "Reflexes fine"}
    room.post(f"/flags/{flag.pk}/verdict/", judged)
    found = pieces_on(page_of(room, visit_with_ash))
    assert f"{flag.evidence['name']}: not this (Reflexes fine)" in found["verdicts"]
    assert {"complaint", "signs", "facts", "medicines", "scores"} <= set(found)
    said = " ".join(found.values()).lower()
    for word in ("%", "likely", "probab", "match", "points", "chance", "risk of"):
        assert word not in said, word


def test_what_the_examination_showed_is_put_in_and_the_tests_left_have_room(
    room, desk, visit_with_ash
):
    submitted(desk, visit_with_ash, urgent_answers())
    left = pieces_on(page_of(room, visit_with_ash))["tests"].split("\n")
    plan = read(room.get(f"/visits/{visit_with_ash.pk}/")).find(id="plan")
    test = plan.find("li")["id"].removeprefix("test-")
    given = {"outcome": "positive", "side": "left"}
    room.post(f"/visits/{visit_with_ash.pk}/tests/{test}/", given)
    found = pieces_on(page_of(room, visit_with_ash))
    assert found["results"] == f"{left[0]}Positive, left"
    assert found.get("tests", "") == "\n".join(left[1:])


def test_how_the_home_programme_goes_is_put_in_from_what_was_ticked(
    room, ash, visit_with_ash, desk
):
    submitted(desk, visit_with_ash)
    assert not {"home", "exercises"} & set(pieces_on(page_of(room, visit_with_ash)))
    programme, day = give(ash, visit_with_ash), timezone.localdate()
    programmes.tick(
        by=actor(ash),
        at=timezone.now(),
        programme=programme,
        day=day,
        done=[MARCH.id],
        during=3,
        following=None,
        today=day,
        zone=visit_with_ash.clinic.zone,
    )
    found = pieces_on(page_of(room, visit_with_ash))
    since = f"{day.day} {day:%b %Y}"
    assert found["home"] == (f"Home programme since {since}: done on 1 of 1 day, pain during 3")
    name, dose = found["exercises"].split("\n")[1].removeprefix("- ").split(": ", 1)
    assert found["exercises"].startswith(f"Home programme, given {since}:")
    assert (name, programme.language) == ("Seated march", "en")
    assert "15" in dose
    post(room, visit_with_ash, plan="", insert="exercises")
    assert Note.objects.get().plan == found["exercises"]
    programmes.end(by=actor(ash), at=timezone.now(), patient_id=visit_with_ash.patient_id)
    ended = pieces_on(page_of(room, visit_with_ash))
    assert "exercises" not in ended
    assert ended["home"] == f"Home programme since {since}, ended {since}: " + (
        "done on 1 of 1 day, pain during 3"
    )


def test_no_text_that_a_clinic_comes_with_says_that_exercises_were_given():
    texts = [text for block in COMES_WITH for text in block.texts.values()]
    texts += [text for _, text, _ in KEPT]
    assert texts
    assert not any(
        re.search("exercises? (?:were )?(?:shown|given)", text.lower()) for text in texts
    )


def test_what_was_not_answered_is_put_in_as_not_answered(room, desk, visit_with_ash):
    answer(begin(desk, visit_with_ash), {"rf.now": ["none"]})
    said = pieces_on(page_of(room, visit_with_ash))["signs"]
    assert "Not answered" in said


def test_a_none_of_these_names_what_it_denies_in_english(room, desk, visit_with_ash):
    response = begin(desk, visit_with_ash, language="es")
    answer(response, {"rf.now": ["none"]})
    said = pieces_on(page_of(room, visit_with_ash))["signs"]
    assert "Do you have any of these right now? None of these (I fainted" in said


def test_a_template_fills_every_part_below_what_is_written(room, visit_with_ash):
    first = COMES_WITH[0]
    post(room, visit_with_ash, subjective="Mine", insert=first.id)
    note = Note.objects.get()
    assert note.subjective == f"Mine\n{first.texts['subjective']}"
    assert note.plan == first.texts["plan"]


def test_a_button_that_is_not_there_puts_nothing_in(room, visit_with_ash):
    post(room, visit_with_ash, plan="P", insert="no-such-block")
    assert Note.objects.get().parts == {"plan": "P"}


# Blocks ------------------------------------------------------------------------------------------


def keep(browser, name="Sitting", path="/notes/blocks/", **texts):
    return browser.post(path, {"name": name, **texts})


def test_a_block_stands_above_its_part_for_whoever_may_use_it(room, desk, birch, visit_with_ash):
    make_visit(desk, birch, visit_with_ash.patient, today_at(18))
    keep(room, "Only mine", plan="Sit less")
    keep(room, "For all", plan="Walk more", is_shared="on")
    names = [each.get_text() for each in page_of(room, visit_with_ash).select("#part-plan button")]
    assert names[:2] == ["For all", "Only mine"]
    theirs = page_of(signed_in(birch), visit_with_ash).select("#part-plan button.own")
    assert [each.get_text() for each in theirs] == ["For all"]


def test_a_block_is_changed_and_taken_away_and_notes_keep_their_text(room, visit_with_ash):
    keep(room, plan="Sit less")
    block = NoteBlock.objects.get()
    post(room, visit_with_ash, plan="", insert=str(block.pk))
    path = f"/notes/blocks/{block.pk}/"
    keep(room, "Standing", path, plan="Stand more", objective="Stood")
    block.refresh_from_db()
    assert (block.name, block.texts) == ("Standing", {"plan": "Stand more", "objective": "Stood"})
    room.post(path, {"drop": "yes"})
    assert not NoteBlock.objects.exists()
    assert Note.objects.get().plan == "Sit less"
    assert room.post(path, {"drop": "yes"}).status_code == 404


def test_a_colleagues_own_block_does_not_exist(room, birch):
    keep(signed_in(birch), plan="Birch's words")
    path = f"/notes/blocks/{NoteBlock.objects.get().pk}/"
    assert keep(room, path=path, plan="Ash's words").status_code == 404
    assert room.post(path, {"drop": "yes"}).status_code == 404
    assert "Birch's words" not in room.get("/notes/blocks/").content.decode()
    assert NoteBlock.objects.get().texts == {"plan": "Birch's words"}


@pytest.mark.parametrize(
    "fields", [{"name": "", "plan": "P"}, {"name": "N"}, {"name": "N", "plan": "x" * 4001}]
)
def test_a_block_without_a_name_or_a_text_is_422_and_keeps_what_was_typed(fields, room):
    page = room.post("/notes/blocks/", fields)
    assert page.status_code == 422
    assert "There is a problem" in text_of(page)
    assert fields.get("plan", "") in page.content.decode()
    assert not NoteBlock.objects.exists()


# Left to do --------------------------------------------------------------------------------------


def listed(browser, title, url="/notes/"):
    section = read(browser.get(url)).find(id=title)
    return [link.get_text() for link in section.parent.select("th a")] if section else []


def test_notes_not_signed_are_listed_until_they_are_the_oldest_first(room, desk, ash):
    at = {name: today_at(9) - timedelta(days=days) for name, days in (("New", 0), ("Old", 40))}
    visits = {
        name: make_visit(desk, ash, make_patient(desk, given_name=name), at[name]) for name in at
    }
    for visit in visits.values():
        post(room, visit, plan="P")
    assert listed(room, "drafts-title") == ["Old Testwood", "New Testwood"]
    post(room, visits["Old"], "sign", plan="P")
    assert listed(room, "drafts-title") == ["New Testwood"]


def test_the_list_is_of_this_therapists_notes(room, desk, birch, visit_with_ash):
    post(room, visit_with_ash, plan="P")
    assert listed(signed_in(birch), "drafts-title") == []


def test_visits_that_are_over_without_a_note_are_listed_for_a_week(room, desk, ash):
    for name, at in (
        ("Over", today_at(9)),
        ("Coming", today_at(15)),
        ("Lastweek", today_at(9) - timedelta(days=6)),
        ("Longago", today_at(9) - timedelta(days=9)),
    ):
        make_visit(desk, ash, make_patient(desk, given_name=name), at)
    assert listed(room, "missing-title") == ["Lastweek Testwood", "Over Testwood"]


def test_a_long_list_comes_by_key_without_doubles(room, desk, ash):
    patient = make_patient(desk)
    for turn in range(65):
        at = today_at(9) - timedelta(days=turn // 30, minutes=-15 * (turn % 30))
        visit = make_visit(desk, ash, patient, at, minutes=10)
        notes.save_note(
            by=actor(ash), at=at, appointment=visit, parts={"plan": "P"}, is_signed=False
        )
    seen, url = [], "/notes/"
    while url:
        page = read(room.get(url))
        seen += [link["href"] for link in page.select("th a")]
        further = page.select_one("section .further a")
        url = further and further["href"]
    assert len(seen) == len(set(seen)) == 65
    assert room.get("/notes/?after=nonsense").status_code == 200


def test_the_day_says_how_many_are_left(room, desk, visit_with_ash, ash):
    assert "Notes to sign" in text_of(room.get("/today/"))
    post(room, visit_with_ash, plan="P")
    assert "1 note to sign" in text_of(room.get("/today/"))
    old = make_visit(desk, ash, starts_at=today_at(9) - timedelta(days=30))
    post(room, old, plan="P")
    assert "2 notes to sign" in text_of(room.get("/today/"))
