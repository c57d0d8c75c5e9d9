"""Instruments from the admin's file to the therapist's score."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.models import AuditEvent
from intake.commands import instruments
from intake.commands.responses import Incomplete
from intake.models import InstrumentResponse, InstrumentVersion, Response
from tests.clients import signed_in, with_link
from tests.factories.clinics import actor
from tests.factories.intakes import answer, begin, calm_answers, submit
from tests.factories.visits import make_visit, open_link
from tests.walking import post, read, sign, text_of, url_of, walk

FILES = Path(__file__).resolve().parents[1] / "instruments"
GARDEN = {
    "questionnaire": (FILES / "garden.json").read_text(encoding="utf-8"),
    "scoring": (FILES / "garden.yaml").read_text(encoding="utf-8"),
}


def garden(admin, *, is_asked=True):
    by, at = actor(admin), timezone.now()
    version = instruments.import_instrument(by=by, at=at, **GARDEN)
    instruments.ask(by=by, at=at, version=version, is_asked=is_asked)
    return version


@pytest.fixture
def otter(admin, desk, visit_with_ash):
    """A patient whose own questions are answered; the gate is asked."""
    garden(admin)
    answer(begin(desk, visit_with_ash), calm_answers(goal__main="Climb the hill"))
    return with_link(open_link(visit_with_ash))


def sheet(visit, key):
    return InstrumentResponse.objects.get(response__appointment=visit, instrument__key=key)


OWN, GATE = "urn:previsit:activities", "https://example.org/garden-gate"


# The admin -------------------------------------------------------------------------------------


def upload(browser, questionnaire, scoring=""):
    files = {"questionnaire": SimpleUploadedFile("q.json", questionnaire.encode())}
    if scoring:
        files["scoring"] = SimpleUploadedFile("s.yaml", scoring.encode())
    return browser.post("/settings/instruments/", files)


def test_a_file_is_looked_at_imported_and_switched_on(admin, clinic):
    browser = signed_in(admin)
    page = upload(browser, **GARDEN)
    assert page.status_code == 200
    assert "How loud is your garden gate?" in text_of(page)
    assert "only if squeak != silent" in text_of(page)
    assert not InstrumentVersion.objects.exists()
    hidden = {each["name"]: each["value"] for each in read(page).select("main input[type=hidden]")}
    kept = browser.post("/settings/instruments/import/", hidden, follow=True)
    version = InstrumentVersion.objects.get()
    assert url_of(kept) == f"/settings/instruments/{version.pk}/"
    assert (version.questionnaire, version.scoring) == tuple(GARDEN.values())
    assert not version.is_asked
    browser.post(f"/settings/instruments/{version.pk}/ask/", {"is_asked": "yes"})
    version.refresh_from_db()
    assert version.is_asked
    acts = AuditEvent.objects.filter(subject_id=str(version.pk)).values_list("action", flat=True)
    assert {"imported", "switched on"} <= set(acts)


def test_a_file_that_cannot_be_rendered_is_refused_with_item_and_reason(admin):
    wrong = GARDEN["questionnaire"].replace('"date"', '"attachment"')
    page = upload(signed_in(admin), wrong)
    assert page.status_code == 422
    assert "Item painted is of type 'attachment', which is not supported" in text_of(page)
    assert read(page).find("form", action="/settings/instruments/import/") is None


def test_what_was_changed_on_the_way_back_is_read_again(admin):
    wrong = {**GARDEN, "questionnaire": GARDEN["questionnaire"].replace('"date"', '"url"')}
    page = signed_in(admin).post("/settings/instruments/import/", wrong)
    assert page.status_code == 422
    assert not InstrumentVersion.objects.exists()


def test_a_file_that_is_too_large_or_no_text_is_refused(admin):
    browser = signed_in(admin)
    assert "larger than 256 KB" in text_of(upload(browser, " " * (256 * 1024 + 1)))
    files = {"questionnaire": SimpleUploadedFile("q.json", b"\xff\xfe\x00")}
    page = browser.post("/settings/instruments/", files)
    assert page.status_code == 422
    assert "not text in UTF-8" in text_of(page)


def test_importing_the_same_files_twice_keeps_one_version(admin):
    assert garden(admin).pk == garden(admin).pk
    assert InstrumentVersion.objects.count() == 1


def test_a_newer_version_takes_the_place_of_the_older(admin):
    older = garden(admin)
    changed = {**GARDEN, "questionnaire": GARDEN["questionnaire"].replace("howls", "howled")}
    newer = instruments.import_instrument(by=actor(admin), at=timezone.now(), **changed)
    instruments.ask(by=actor(admin), at=timezone.now(), version=newer, is_asked=True)
    older.refresh_from_db()
    assert (older.is_asked, newer.is_asked) == (False, True)


def test_our_own_scale_cannot_be_switched_off(admin, desk, visit_with_ash):
    begin(desk, visit_with_ash)
    own = InstrumentVersion.objects.get(is_own=True)
    signed_in(admin).post(f"/settings/instruments/{own.pk}/ask/", {"is_asked": "no"})
    own.refresh_from_db()
    assert own.is_asked


def test_the_database_changes_no_version(admin):
    version = garden(admin)
    version.questionnaire = "{}"
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        version.save()


# The patient -----------------------------------------------------------------------------------


def test_every_patient_is_asked_what_they_can_do_and_may_leave_it(desk, visit_with_ash):
    answer(begin(desk, visit_with_ash), calm_answers(goal__main="Climb the hill"))
    browser = with_link(open_link(visit_with_ash))
    form = {"impact.activity": "3", "impact.worry": "4", "goal.main": "Climb the hill"}
    page = post(browser, "/intake/questions/impact/", form)
    assert url_of(page) == "/intake/more/1-1/"
    assert read(page).find(id="i-3").get_text() == "Climb the hill"
    assert url_of(post(browser, "/intake/more/1-1/", {})) == "/intake/check/"
    assert sheet(visit_with_ash, OWN).is_whole


def test_an_activity_opens_the_question_how_well_it_goes(desk, visit_with_ash):
    answer(begin(desk, visit_with_ash), calm_answers())
    browser = with_link(open_link(visit_with_ash))
    form = {"i3": "Walk the dog", "i4": "4", "i5": "Ride a bike"}
    page = post(browser, "/intake/more/1-1/", form)
    assert "One more question about that" in text_of(page)
    assert read(page).find(attrs={"name": "i6"})
    assert url_of(post(browser, "/intake/more/1-1/", form)) == "/intake/check/"
    assert sheet(visit_with_ash, OWN).answers == {
        "activity.1": ["Walk the dog"],
        "activity.1.now": [4],
        "activity.2": ["Ride a bike"],
    }


def test_nothing_is_sent_while_a_required_question_of_an_instrument_is_open(otter, visit_with_ash):
    response = Response.objects.get(appointment=visit_with_ash)
    with pytest.raises(Incomplete):
        submit(response)
    page = otter.get("/intake/check/")
    assert "Still to answer" in text_of(page)
    assert read(page).select_one(".note a")["href"].startswith("/intake/more/2-1/?from=check")


def test_the_whole_way_through_an_instrument_to_the_receipt(otter, visit_with_ash):
    post(otter, "/intake/more/1-1/", {})
    page = post(otter, "/intake/more/2-1/", {"i2": "howls"})
    assert "Did anybody oil it this week?" in text_of(page)
    page = post(otter, "/intake/more/2-1/", {"i2": "howls", "i3": "false", "i4": "9"})
    assert "Enter 4 or less" in text_of(page)
    assert sheet(visit_with_ash, GATE).answers == {"squeak": ["howls"], "oil": [False]}
    page = post(otter, "/intake/more/2-1/", {"i2": "howls", "i3": "false", "i4": "2"})
    assert url_of(page) == "/intake/more/2-2/"
    assert read(page).find(id="i-7").get_text() == "Good morning"
    last = {"i5": ["blue"], "i5.other": "rust", "i6.day": "3", "i6.month": "5", "i6.year": "2024"}
    assert url_of(post(otter, "/intake/more/2-2/", {**last, "i7": "Hello"})) == "/intake/check/"
    page = otter.get("/intake/check/")
    assert "rust" in text_of(page)
    sign(otter)
    receipt = text_of(otter.get("/intake/receipt/"))
    assert "3 May 2024" in receipt
    assert "It howls" in receipt


def test_what_the_file_does_not_translate_is_marked_with_its_language(otter, visit_with_ash):
    otter.cookies["django_language"] = "es"
    post(otter, "/language/", {"language": "es", "next": "/intake/"})
    page = read(otter.get("/intake/more/2-1/"))
    assert page.html["lang"] == "es"
    assert page.h1.get_text() == "La puerta del jardín"
    assert not page.h1.has_attr("lang")
    labels = {each.get_text(): each.get("lang") for each in page.select(".option label")}
    assert labels["Ni un ruido"] is None
    assert labels["It howls"] == "en"


def test_after_sending_the_database_freezes_the_answers(otter, visit_with_ash):
    post(otter, "/intake/more/2-1/", {"i2": "silent", "i4": "2"})
    post(otter, "/intake/more/2-2/", {})
    sign(otter)
    row = sheet(visit_with_ash, GATE)
    row.answers = {}
    with pytest.raises(IntegrityError, match="do not change"), transaction.atomic():
        row.save()
    assert otter.post("/intake/more/2-1/", {"i2": "howls"}).status_code == 409


def test_switching_off_leaves_a_begun_intake_as_it_is(otter, admin, visit_with_ash):
    version = InstrumentVersion.objects.get(key=GATE)
    instruments.ask(by=actor(admin), at=timezone.now(), version=version, is_asked=False)
    assert otter.get("/intake/more/2-1/").status_code == 200


# The therapist ---------------------------------------------------------------------------------


def intake(desk, visit, activities, gate, **changes):
    """A whole intake with answers to both instruments, sent."""
    answer(begin(desk, visit), calm_answers(**changes))
    browser = with_link(open_link(visit))
    for url, pages in (("/intake/more/1-1/", activities), ("/intake/more/2-1/", gate)):
        for form in pages:
            post(browser, url, form)
    browser.post("/intake/again/", {"choice": "anew"})  # who was here before is asked about that
    walk(browser, {})
    sign(browser)


def test_the_brief_shows_scores_their_change_and_what_it_means(
    desk, ash, admin, visit_with_ash, clock
):
    garden(admin)
    walked = {"i3": "Walk the dog"}
    intake(
        desk, visit_with_ash, [walked, {**walked, "i4": "2"}],
        [{"i2": "howls"}, {"i2": "howls", "i3": "false", "i4": "4"}], pain__avg=7,
    )  # fmt: skip
    clock.shift(60 * 60)
    later = make_visit(desk, ash, visit_with_ash.patient)
    answer(begin(desk, later), calm_answers(pain__avg=4))
    browser = with_link(open_link(later))
    assert read(browser.get("/intake/more/1-1/")).find(id="i-3").get_text() == "Walk the dog"
    post(browser, "/intake/more/1-1/", walked)
    post(browser, "/intake/more/1-1/", {**walked, "i4": "6"})
    post(browser, "/intake/more/2-1/", {"i2": "squeaks"})
    post(browser, "/intake/more/2-1/", {"i2": "squeaks", "i3": "true"})
    sign(browser)
    brief = text_of(signed_in(ash).get(f"/visits/{later.pk}/"))
    assert "4 of 0 to 10, lower is better" in brief
    assert "-3 (better by at least the 2 points that matter)" in brief
    assert "6 of 0 to 10, higher is better; 2 of 3 items missing" in brief
    assert "+4 (better by at least the 2 points that matter)" in brief
    assert "Walk the dog +4 (better by at least the 3 points that matter)" in brief
    assert "Calm gate (Invented)" in brief
    working = text_of(signed_in(ash).get(f"/visits/{later.pk}/scores/"))
    assert "1 + 0 = 1; 1 / 2 × 3 = 1.5" in working
    assert "Childs" in working
    assert "Up to 1 of 3 may be missing" in working


def test_other_activities_than_the_last_time_are_not_compared(desk, ash, visit_with_ash, clock):
    first = {"i3": "Walk the dog"}
    intake(desk, visit_with_ash, [first, {**first, "i4": "2"}], [])
    clock.shift(60 * 60)
    later = make_visit(desk, ash, visit_with_ash.patient)
    other = {"i3": "Ride a bike"}
    intake(desk, later, [other, {**other, "i4": "6"}], [])
    assert "not the same activities as the last time" in text_of(
        signed_in(ash).get(f"/visits/{later.pk}/")
    )


def test_one_activity_is_compared_alone_while_it_is_named_as_it_was(
    desk, ash, visit_with_ash, clock
):
    first = {"i3": "Walk the dog", "i5": "Swim"}
    intake(desk, visit_with_ash, [first, {**first, "i4": "6", "i6": "5"}], [])
    clock.shift(60 * 60)
    later = make_visit(desk, ash, visit_with_ash.patient)
    other = {"i3": "Walk the dog", "i5": "Ride a bike"}
    intake(desk, later, [other, {**other, "i4": "3", "i6": "9"}], [])
    page = text_of(signed_in(ash).get(f"/visits/{later.pk}/scores/"))
    assert "Walk the dog 3 3 6 -3 (worse by at least the 3 points that matter)" in page
    assert "Ride a bike 9 9 none cannot be told" in page
    assert "3 points (Patient-Specific Functional Scale: about 2 points for the mean, 3 for" in page
    assert "not the same activities as the last time" in page


def test_an_unfinished_intake_shows_no_empty_scores(otter, ash, visit_with_ash):
    draft = Response.objects.get(appointment=visit_with_ash)
    answer(draft, {}, declined=["pain.avg"])
    brief = read(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))
    assert brief.select("#scores") == []
    post(otter, "/intake/more/2-1/", {"i2": "howls"})
    brief = read(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))
    assert [row.th.get_text() for row in brief.select("#scores tbody tr")] == [
        "Garden gate questions: Gate score"
    ]
