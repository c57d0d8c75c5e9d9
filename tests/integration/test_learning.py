"""What the verdicts teach: misses, counts per pattern, cases to replay; nobody is ranked."""

import csv
import io
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.access import Role
from clinic.models import AuditEvent
from intake.commands import flags, misses
from intake.commands.learning import count_next
from intake.commands.rereading import reread_next
from intake.models import Export, Flag, Learned, Miss
from intake.queries.learning import ALWAYS, COUNTS, list_counts
from intake.queries.questionnaires import get_published
from intake.rules.answers import read_answers
from tests.clients import signed_in
from tests.factories.clinics import PASSWORD, actor, inside, make_clinic, make_staff
from tests.factories.intakes import answer, begin, calm_answers, submit, submitted, urgent_answers
from tests.factories.packs import publish_rehearsed, same_again
from tests.factories.visits import make_patient, make_visit
from tests.integration.test_statements import statements
from tests.walking import read, text_of


@pytest.fixture
def seen(desk, ash):
    """A sent intake of Ash's with an urgent flag, and her browser."""
    visit = make_visit(desk, ash)
    response = submitted(desk, visit, urgent_answers(problem__words="canary hurts"))
    missing = next(one for one in pack_of(response).patterns if one.id not in said(response))
    return SimpleNamespace(
        visit=visit,
        response=response,
        pattern=missing,
        url=f"/visits/{visit.pk}/missed/",
        room=signed_in(ash),
    )


def pack_of(response):
    return get_published(response.pack_id).pack


def said(response):
    return set(Flag.objects.filter(response=response).values_list("pattern", flat=True))


def judge(user, flag, choice, minutes=0):
    at = timezone.now() + timedelta(minutes=minutes)
    flags.judge(by=actor(user), at=at, flag=flag, choice=choice, reason="examined")


# Misses ----------------------------------------------------------------------------------------


def test_a_miss_takes_two_taps_from_the_brief(seen):
    brief = read(seen.room.get(f"/visits/{seen.visit.pk}/"))
    [first] = [link for link in brief.select("main a") if "no flag said" in link.get_text()]
    page = read(seen.room.get(first["href"]))
    [second] = page.select(f'button[name="pattern"][value="{seen.pattern.id}"]')
    assert second.get_text() == seen.pattern.name("en")
    back = seen.room.post(seen.url, {"pattern": seen.pattern.id})
    assert back.headers["Location"] == f"/visits/{seen.visit.pk}/"
    assert "1 noted" in text_of(seen.room.get(back.headers["Location"]))
    miss = Miss.objects.get()
    assert (miss.pattern, miss.words, miss.pack_id) == (
        seen.pattern.id,
        None,
        seen.response.pack_id,
    )


def test_something_else_says_what_and_is_sealed(seen):
    assert seen.room.post(seen.url, {"words": "A hernia of the groin"}).status_code == 302
    assert Miss.objects.get().words == "A hernia of the groin"
    assert b"hernia" not in bytes(Miss.objects.values_list("words", flat=True)[0])
    assert "Something else: A hernia of the groin" in text_of(seen.room.get(seen.url))


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({}, "Say what you found"),
        ({"pattern": "no-such-pattern"}, "no such pattern"),
        ({"words": "x" * 301}, "at most 300"),
    ],
)
def test_what_says_nothing_is_refused(seen, form, problem):
    page = seen.room.post(seen.url, form)
    assert page.status_code == 422
    assert problem in text_of(page)
    assert not Miss.objects.exists()


def test_what_a_flag_says_was_not_missed(seen):
    flag = Flag.objects.filter(response=seen.response, is_suppressed=False)[0]
    page = read(seen.room.get(seen.url))
    assert not page.select(f'button[value="{flag.pattern}"]')
    refused = seen.room.post(seen.url, {"pattern": flag.pattern})
    assert refused.status_code == 422
    assert "on the brief or noted already" in text_of(refused)


def test_a_miss_is_noted_once(seen):
    seen.room.post(seen.url, {"pattern": seen.pattern.id})
    assert seen.room.post(seen.url, {"pattern": seen.pattern.id}).status_code == 422
    assert Miss.objects.count() == 1


def test_a_slip_is_taken_back_stays_on_record_and_counts_no_more(seen):
    seen.room.post(seen.url, {"pattern": seen.pattern.id})
    miss = Miss.objects.get()
    for _ in range(2):
        seen.room.post(f"/misses/{miss.pk}/back/")
    assert Miss.objects.count() == 2
    assert sum(one.missed for one in list_counts()) == 0
    assert "Noted for this visit" not in text_of(seen.room.get(seen.url))
    assert seen.room.post(seen.url, {"pattern": seen.pattern.id}).status_code == 302, "again"
    assert sum(one.missed for one in list_counts()) == 1


def test_without_an_intake_nothing_was_missed(desk, ash):
    visit = make_visit(desk, ash)
    assert signed_in(ash).get(f"/visits/{visit.pk}/missed/").status_code == 404


def test_an_unfinished_intake_can_have_missed_something(desk, ash, seen):
    visit = make_visit(desk, ash)
    answer(begin(desk, visit), {"pain.area": ["groin_front_hip"]})
    url = f"/visits/{visit.pk}/missed/"
    assert seen.room.post(url, {"pattern": seen.pattern.id}).status_code == 302


def test_the_database_wants_to_know_what_was_missed(seen, ash):
    row = Miss(
        clinic_id=ash.clinic_id,
        patient_id=seen.response.appointment.patient_id,
        response=seen.response,
        pack_id=seen.response.pack_id,
        by=ash,
        at=timezone.now(),
    )
    with pytest.raises(IntegrityError, match="miss_says_what"), transaction.atomic():
        row.save(force_insert=True)


# Counts ----------------------------------------------------------------------------------------


def row_of(pattern):
    return next(one for one in list_counts() if one.pattern == pattern)


def test_the_latest_verdict_on_each_shown_flag_is_counted(seen, desk, ash, birch):
    other = submitted(desk, make_visit(desk, birch), urgent_answers())
    flag = Flag.objects.filter(response=seen.response, group="redflag", is_suppressed=False)[0]
    twin = Flag.objects.get(response=other, pattern=flag.pattern)
    judge(ash, flag, "not_this")
    judge(ash, flag, "confirmed", minutes=1)
    judge(birch, twin, "cannot_tell")
    one = row_of(flag.pattern)
    assert (one.shown, one.confirmed, one.not_this, one.cannot_tell) == (2, 1, 0, 1)
    assert (one.decided, one.percent) == (1, "")


def test_of_a_few_verdicts_page_and_file_tell_the_counts_and_no_share(seen, ash):
    flag = Flag.objects.filter(response=seen.response, group="redflag", is_suppressed=False)[0]
    judge(ash, flag, "confirmed")
    row = read(seen.room.get("/learning/")).select_one(f"tr:has([data-pattern='{flag.pattern}'])")
    share = " ".join(row.select("td")[5].get_text(" ").split())
    assert share == "1 of 1 too few for a share"
    said = seen.room.get("/learning/verdicts.csv").content.decode()
    told = next(one for one in csv.DictReader(io.StringIO(said)) if one["pattern"] == flag.pattern)
    assert told["confirmed"] == "1"
    assert {told["confirmed of decided (from 10 on)"], told["low 95 %"], told["high 95 %"]} == {""}


def test_a_flag_held_back_or_taken_back_by_an_answer_is_not_counted_as_shown(desk, ash):
    draft = answer(begin(desk, make_visit(desk, ash)), urgent_answers())
    held, changed = Flag.objects.filter(response=draft, is_suppressed=False)[:2]
    assert (row_of(held.pattern).shown, row_of(changed.pattern).shown) == (1, 1), "the control"
    Flag.objects.filter(pk=held.pk).update(is_suppressed=True)
    Flag.objects.filter(pk=changed.pk).update(changed_at=timezone.now())
    assert {one.pattern for one in list_counts()}.isdisjoint({held.pattern, changed.pattern})


def test_the_page_and_the_file_say_the_same(seen, ash):
    seen.room.post(seen.url, {"pattern": seen.pattern.id})
    page = read(seen.room.get("/learning/"))
    table = [
        [cell.get_text(strip=True) for cell in row.select("th, td")]
        for row in page.select("tbody tr")
    ]
    said = seen.room.get("/learning/verdicts.csv")
    rows = list(csv.DictReader(io.StringIO(said.content.decode())))
    assert said.headers["Content-Type"].startswith("text/csv")
    assert [row["name"] for row in rows] == [row[0] for row in table]
    assert [row["shown"] for row in rows] == [row[2] for row in table]
    missed = next(row for row in rows if row["pattern"] == seen.pattern.id)
    assert (missed["shown"], missed["found without a flag"]) == ("0", "1")


def test_no_number_is_of_a_person(seen, ash, birch):
    flag = Flag.objects.filter(response=seen.response)[0]
    judge(ash, flag, "confirmed")
    seen.room.post(seen.url, {"pattern": seen.pattern.id})
    assert "by_id" not in COUNTS
    assert "user" not in COUNTS
    for url in ("/learning/", "/learning/verdicts.csv"):
        page = signed_in(birch).get(url)
        main = text_of(page).split("What the verdicts teach")[-1]
        assert ash.name not in main
        assert (
            page.content.replace(birch.name.encode(), b"") == page.content or ash.name not in main
        )


def test_everybody_of_a_clinic_reads_the_same_counts_and_no_other_clinics(seen, ash, birch):
    flag = Flag.objects.filter(response=seen.response)[0]
    judge(ash, flag, "confirmed")
    own = signed_in(ash).get("/learning/verdicts.csv").content
    assert signed_in(birch).get("/learning/verdicts.csv").content == own
    elsewhere = make_staff(make_clinic("Elsewhere"), Role.THERAPIST, "Sorrel")
    rows = signed_in(elsewhere).get("/learning/verdicts.csv").content.decode().splitlines()
    assert len(rows) == 1, "the heading alone"


@pytest.mark.usefixtures("committed")
def test_the_page_takes_the_same_for_few_and_many(desk, ash):
    submitted(desk, make_visit(desk, ash), calm_answers())
    browser = signed_in(ash)
    browser.get("/learning/")
    few = statements(browser, "get", "/learning/")
    for _ in range(4):
        submitted(desk, make_visit(desk, ash), urgent_answers())
    many = statements(browser, "get", "/learning/")
    assert len(few) == len(many)
    assert sum("intake_verdict" in sql for sql in many) == 1
    # The last is the mark of the urgent calls, on every page of a therapist.
    assert len(many) <= 8, "\n".join(many)


# Cases -----------------------------------------------------------------------------------------


@pytest.fixture
def proved(seen, ash):
    """Her browser after she gave the password once more."""
    page = seen.room.get("/learning/cases/")
    assert page.headers["Location"] == "/account/reauthenticate/?next=/learning/cases/"
    seen.room.post("/account/reauthenticate/", {"password": PASSWORD})
    return seen.room


def test_cases_leave_only_after_the_password_and_a_reason(seen, proved):
    seen.room.post(seen.url, {"pattern": seen.pattern.id})
    assert "1 case of patients you treat" in text_of(proved.get("/learning/cases/"))
    refused = proved.post("/learning/cases/", {"reason": ""})
    assert refused.status_code == 422
    assert not Export.objects.exists()
    assert proved.post("/learning/cases/", {"reason": "for the pack's tests"}).status_code == 200
    export = Export.objects.get()
    assert (export.kind, export.count, export.reason) == ("cases", 1, "for the pack's tests")
    assert AuditEvent.objects.filter(action="exported", subject_id=str(export.pk)).exists()


def test_without_the_password_a_post_takes_nothing_out(seen):
    seen.room.post(seen.url, {"pattern": seen.pattern.id})
    page = seen.room.post("/learning/cases/", {"reason": "curious"})
    assert page.status_code == 302
    assert not Export.objects.exists()


def exported(seen, proved):
    seen.room.post(seen.url, {"pattern": seen.pattern.id})
    page = proved.post("/learning/cases/", {"reason": "for the pack's tests"})
    return page.content.decode()


def test_a_case_has_nobody_in_it(seen, proved):
    text = exported(seen, proved)
    patient, response = seen.visit.patient, seen.response
    born = patient.birth_date.isoformat()
    for marked in ("canary", patient.given_name, patient.reference, str(response.pk), born):
        assert marked not in text
    [case] = map(json.loads, text.splitlines())
    assert set(case) == {"id", "about", "kind", "derived", "answers", "expect"}
    items = pack_of(response).questionnaire
    assert {items.item(key).type for key in case["answers"]} <= {"choice", "multi", "scale_0_10"}
    assert case["id"] == "M1"


def test_a_case_is_found_to_be_what_the_intake_was(seen, proved, tmp_path):
    file = tmp_path / "misses.jsonl"
    file.write_text(exported(seen, proved))
    said = io.StringIO()
    call_command("evaluate", str(file), stdout=said)
    pack = pack_of(seen.response)
    raw, on = seen.response.answers, seen.response.submitted_at.date()
    answers = pack.questionnaire.in_force(read_answers(pack.questionnaire, raw, on=on))
    really = get_published(seen.response.pack_id).find(answers)
    replayed = json.loads(said.getvalue())
    assert [one["pattern"] for one in replayed["findings"]] == [one.pattern for one in really.shown]
    assert [one["score"] for one in replayed["findings"]] == [one.score for one in really.shown]
    case = json.loads(file.read_text())
    assert case["expect"] == {"has": [seen.pattern.id]}


def test_only_own_patients_become_cases(seen, desk, birch, ash):
    other = submitted(desk, make_visit(desk, birch, make_patient(desk)), calm_answers())
    with inside(birch.clinic_id):
        misses.note_miss(
            by=actor(birch), at=timezone.now(), response=other, pattern="", words="a hernia"
        )
    seen.room.post("/account/reauthenticate/", {"password": PASSWORD})
    assert "No miss is noted" in text_of(seen.room.get("/learning/cases/"))


def test_something_else_expects_nothing_and_keeps_its_words(seen, proved):
    seen.room.post(seen.url, {"words": "A hernia of the groin"})
    text = proved.post("/learning/cases/", {"reason": "to look at"}).content.decode()
    assert json.loads(text)["expect"] == {}
    assert "hernia" not in text


# Counted once a day ----------------------------------------------------------------------------


def counted_whole():
    """The counts without what is kept."""
    kept = Learned.objects.get()
    Learned.objects.filter(pk=kept.pk).update(until=ALWAYS, counts=[])
    found = list_counts()
    Learned.objects.filter(pk=kept.pk).update(until=kept.until, counts=kept.counts)
    return found


def test_what_is_kept_and_what_came_since_are_the_whole(desk, ash, clock):
    with inside(ash.clinic_id):
        sent = [submitted(desk, make_visit(desk, ash), urgent_answers()) for _ in range(3)]
        older = list(Flag.objects.filter(response=sent[0], is_suppressed=False))
        judge(ash, older[0], "confirmed")
        judge(ash, older[1], "not_this")
        changed = answer(begin(desk, make_visit(desk, ash)), urgent_answers())
        judge(ash, Flag.objects.filter(response=changed)[0], "confirmed")
        answer(changed, calm_answers())
        clock.shift(timedelta(days=2))
        assert count_next(clinic_id=ash.clinic_id, at=timezone.now())
        assert list_counts() == counted_whole()
        judge(ash, older[0], "cannot_tell", minutes=5)
        judge(ash, older[2], "confirmed", minutes=5)
        submitted(desk, make_visit(desk, ash), calm_answers())
        last = submitted(desk, make_visit(desk, ash), urgent_answers())
        judge(ash, Flag.objects.filter(response=last)[0], "not_this")
        now = list_counts()
    assert now == counted_whole()
    assert sum(one.confirmed for one in now) == 2
    assert Learned.objects.get().counts


def test_an_intake_that_is_counted_is_not_read_again(desk, ash, clock):
    """The control of the last: what is kept stands, whatever the rows say."""
    submitted(desk, make_visit(desk, ash), urgent_answers())
    clock.shift(timedelta(days=2))
    assert count_next(clinic_id=ash.clinic_id, at=timezone.now())
    assert sum(one.shown for one in list_counts())
    Learned.objects.update(counts=[])
    assert not list_counts()


def test_it_is_counted_once_a_day(desk, ash, clock):
    at = timezone.now()
    assert count_next(clinic_id=ash.clinic_id, at=at)
    assert not count_next(clinic_id=ash.clinic_id, at=at + timedelta(hours=23))
    assert count_next(clinic_id=ash.clinic_id, at=at + timedelta(hours=25))


def by_version(pattern):
    """What stands for a pattern, by pack: how often shown, confirmed, not this."""
    found = {one.pack: one for one in list_counts() if one.pattern == pattern}
    return {pack: (one.shown, one.confirmed, one.not_this) for pack, one in found.items()}


def test_a_verdict_counts_for_the_pack_whose_card_was_judged(desk, ash, clock):
    """Also where a newer pack has read the open intake again since."""
    response = answer(begin(desk, make_visit(desk, ash)), urgent_answers())
    flag = Flag.objects.filter(response=response, group="redflag", is_suppressed=False)[0]
    old = flag.pack.version
    judge(ash, flag, "confirmed")
    clock.shift(timedelta(minutes=5))
    newer = publish_rehearsed(same_again())
    while reread_next(clinic_id=ash.clinic_id, at=timezone.now()):
        pass
    with inside(ash.clinic_id):
        flag = Flag.objects.get(pk=flag.pk)
        assert flag.pack == newer, "the control: the flag is the new pack's now"
        assert by_version(flag.pattern) == {old: (1, 1, 0)}
        submit(response)
        clock.shift(timedelta(days=2))
        assert count_next(clinic_id=ash.clinic_id, at=timezone.now())
        assert by_version(flag.pattern) == {old: (1, 1, 0)}
        judge(ash, flag, "cannot_tell")
        assert by_version(flag.pattern) == {newer.version: (1, 0, 0)}
        assert list_counts() == counted_whole()
