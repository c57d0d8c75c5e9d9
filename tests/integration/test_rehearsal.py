"""Rehearsal: a draft replayed on what was sent, published only then, open intakes read again."""

import io
import threading
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.access import Role, system
from clinic.models import AuditEvent
from intake.commands import flags
from intake.commands.questionnaires import NotRehearsed, WouldVanish, publish
from intake.commands.rehearsals import begin_rehearsal, replay_next
from intake.commands.rereading import reread_next
from intake.management.commands.worker import work_off
from intake.models import Flag, PackVersion, Rehearsal, RehearsalPart, Rereading
from intake.queries.rehearsals import changes_here
from intake.queries.replaying import replay_sent
from intake.rehearsing import Stretch, Tally
from intake.rules.pack import load_pack
from tests.clients import signed_in
from tests.factories.clinics import actor, inside, make_clinic, make_staff
from tests.factories.intakes import (
    answer,
    begin,
    calm_answers,
    confirm,
    submit,
    submitted,
    tell,
    urgent_answers,
)
from tests.factories.packs import (
    always,
    calmer,
    draft,
    never,
    publish_rehearsed,
    rehearse,
    same_again,
)
from tests.factories.visits import make_visit
from tests.walking import read, text_of

LATER = timedelta(minutes=5)


@pytest.fixture
def admin(clinic):
    return make_staff(clinic, Role.ADMIN, "Ada Admin")


@pytest.fixture
def sent(desk, ash):
    """An urgent intake and a calm one, sent; `red` is a red flag of the first."""
    loud = submitted(desk, make_visit(desk, ash), urgent_answers())
    submitted(desk, make_visit(desk, ash), calm_answers())
    flag = Flag.objects.filter(response=loud, group="redflag", is_suppressed=False)[0]
    return SimpleNamespace(response=loud, flag=flag, red=flag.pattern)


def replayed(pack, clock):
    """Rehearsed a while after everything was sent."""
    clock.shift(LATER)
    return rehearse(pack)


def change(rehearsal, pattern):
    return next(one for one in changes_here(rehearsal) if one.pattern == pattern)


# Replaying -------------------------------------------------------------------------------------


def test_a_draft_that_changes_nothing_changes_nothing(sent, clock):
    rehearsal = replayed(same_again(), clock)
    assert (rehearsal.read, rehearsal.vanished, rehearsal.is_done) == (2, 0, True)
    changes = changes_here(rehearsal)
    assert not any(one.is_any for one in changes)
    stood = Flag.objects.filter(changed_at=None, is_suppressed=False).count()
    assert sum(one.same for one in changes) == stood > 0


def test_a_red_flag_that_would_vanish_is_counted_with_its_verdict(sent, clock, ash):
    flags.judge(by=actor(ash), at=timezone.now(), flag=sent.flag, choice="not_this", reason="r")
    flags.judge(
        by=actor(ash), at=timezone.now() + LATER, flag=sent.flag, choice="confirmed", reason="r"
    )
    rehearsal = replayed(draft(never(sent.red)), clock)
    one = change(rehearsal, sent.red)
    assert (one.lost, one.lost_confirmed, one.lost_not_this, one.vanished) == (1, 1, 0, 1)
    assert rehearsal.vanished == 1


def test_what_a_draft_would_add_is_counted(sent, clock):
    rehearsal = replayed(draft(always("look.nslbp")), clock)
    one = change(rehearsal, "look.nslbp")
    stood = Flag.objects.filter(pattern="look.nslbp", is_suppressed=False).count()
    assert (one.gained + one.same, one.same) == (2, stood)
    assert rehearsal.vanished == 0


def test_a_rehearsal_changes_nothing_that_was_said(sent, clock):
    before = list(Flag.objects.order_by("pk").values_list("pk", "evidence_hash", "changed_at"))
    replayed(draft(never(sent.red)), clock)
    after = list(Flag.objects.order_by("pk").values_list("pk", "evidence_hash", "changed_at"))
    assert after == before
    assert AuditEvent.objects.filter(action="rehearsed").count() == 1


def test_an_unfinished_intake_is_not_rehearsed(desk, ash, clock):
    answer(begin(desk, make_visit(desk, ash)), urgent_answers())
    assert replayed(same_again(), clock).read == 0


def test_the_same_draft_again_takes_only_what_was_sent_since(sent, desk, ash, clock):
    assert replayed(same_again(), clock).read == 2
    assert replayed(same_again(), clock).read == 2
    submitted(desk, make_visit(desk, ash), calm_answers())
    again = replayed(same_again(), clock)
    assert (again.read, Rehearsal.objects.count()) == (3, 1)


def test_parts_of_one_intake_each_find_every_intake_once(sent, desk, ash, clock, monkeypatch):
    monkeypatch.setattr("intake.commands.rehearsals.PART", 1)
    for _ in range(3):
        submitted(desk, make_visit(desk, ash), calm_answers())
    rehearsal = replayed(same_again(), clock)
    assert (rehearsal.parts, rehearsal.done, rehearsal.read) == (5, 5, 5)


def test_a_part_takes_the_same_statements_for_one_intake_and_for_many(sent, desk, ash, clock):
    counts = []
    for _ in range(2):
        clock.shift(LATER)
        with inside(None):
            rehearsal = begin_rehearsal(
                by=system(None, "tests"), at=timezone.now(), pack=same_again()
            )
        with inside(ash.clinic_id):
            part = RehearsalPart.objects.get(rehearsal=rehearsal, done_at=None)
            stretch = Stretch(part.first, part.end)
            replay_sent(part, stretch, Tally())
            with CaptureQueriesContext(connection) as captured:
                replay_sent(part, stretch, Tally())
            counts.append(len(captured))
            replay_next(clinic_id=ash.clinic_id, at=timezone.now())
        for _ in range(4):
            submitted(desk, make_visit(desk, ash), urgent_answers())
    assert counts == [3, 3]


def test_a_part_that_is_done_is_never_done_again(sent, clock):
    replayed(same_again(), clock)
    part = RehearsalPart.objects.get()
    with pytest.raises(IntegrityError, match="a part is done once"), transaction.atomic():
        part.save()
    assert replay_next(clinic_id=part.clinic_id, at=timezone.now()) is False


def test_each_clinic_counts_its_own(sent, clock, ash):
    elsewhere = make_clinic("Elsewhere")
    rehearsal = replayed(draft(never(sent.red)), clock)
    assert change(rehearsal, sent.red).lost == 1
    with inside(elsewhere.pk):
        assert changes_here(rehearsal) == ()


# Publishing ------------------------------------------------------------------------------------


def test_a_second_pack_is_rehearsed_before_it_goes_live(sent):
    with pytest.raises(NotRehearsed):
        publish(by=system(None, "tests"), at=timezone.now(), pack=same_again())


def test_the_database_refuses_a_pack_that_was_not_rehearsed(sent, clock):
    newest = PackVersion.objects.get()
    pack = same_again()
    with inside(None):
        begun = begin_rehearsal(by=system(None, "t"), at=timezone.now() + LATER, pack=pack)
    for rehearsal in (None, begun):
        row = PackVersion(
            content_hash=pack.content_hash,
            questionnaire_id=newest.questionnaire_id,
            version="9",
            content={},
            published_at=timezone.now(),
            rehearsal=rehearsal,
        )
        with pytest.raises(IntegrityError, match="rehearsed before"), transaction.atomic():
            row.save(force_insert=True)


@pytest.mark.parametrize("edit", [never, calmer])
def test_where_a_red_flag_would_vanish_an_admin_says_why(edit, sent, clock, admin):
    pack = draft(edit(sent.red))
    rehearsal = replayed(pack, clock)
    for by, reason in ((actor(admin), ""), (system(None, "tests"), "because")):
        with pytest.raises(WouldVanish):
            publish(by=by, at=timezone.now(), pack=pack, reason=reason)
    version = publish(by=actor(admin), at=timezone.now(), pack=pack, reason="It never held.")
    assert (version.vanished, version.reason) == (1, "It never held.")
    assert (version.published_by, version.rehearsal) == (admin, rehearsal)


@pytest.mark.parametrize("edit", [never, calmer])
def test_the_database_wants_a_reason_where_a_red_flag_would_vanish(edit, sent, clock):
    rehearsal = replayed(draft(edit(sent.red)), clock)
    row = PackVersion(
        content_hash=rehearsal.content_hash,
        questionnaire_id=PackVersion.objects.get().questionnaire_id,
        version="9",
        content={},
        published_at=timezone.now(),
        rehearsal=rehearsal,
        vanished=1,
        reason="because",
    )
    with pytest.raises(IntegrityError, match="vanishing_has_a_reason"), transaction.atomic():
        row.save(force_insert=True)
    row.vanished = 0
    with pytest.raises(IntegrityError, match="rehearsed before"), transaction.atomic():
        row.save(force_insert=True)


# The command -----------------------------------------------------------------------------------


def file_of(pack, folder):
    """A draft as a file of patterns."""
    file = folder / "patterns.yaml"
    file.write_text(yaml.safe_dump(pack.documents["patterns"], allow_unicode=True))
    return file


def called(name, *words):
    said = io.StringIO()
    status = 0
    try:
        call_command(name, *map(str, words), processes=1, stdout=said, stderr=said)
    except SystemExit as stop:
        status = stop.code
    return status, said.getvalue()


def test_the_command_writes_a_table_and_ends_with_3_where_a_red_flag_would_vanish(
    sent, clock, tmp_path
):
    clock.shift(LATER)
    status, said = called("rehearse", file_of(draft(never(sent.red)), tmp_path))
    assert status == 3
    assert "2 intakes replayed with 9.9.9" in said
    assert "1 VANISH" in said
    assert "1 red flags of past intakes would vanish." in said


def test_the_command_ends_well_where_nothing_changes(sent, clock, tmp_path):
    clock.shift(LATER)
    file_of(same_again(), tmp_path)
    status, said = called("rehearse", tmp_path)
    assert (status, "nothing changes" in said) == (0, True)


@pytest.mark.parametrize("words", [[], ["/no/such/draft"]])
def test_the_command_wants_a_draft(db, words):
    with pytest.raises(CommandError):
        called("rehearse", *words)


def test_publishing_by_command_rehearses_first_and_wants_the_reason_of_an_admin(
    sent, clock, tmp_path, admin, ash
):
    clock.shift(LATER)
    file = file_of(draft(never(sent.red)), tmp_path)
    status, said = called("publish_pack", file)
    assert (status, PackVersion.objects.count()) == (3, 1)
    assert "1 red flags of past intakes would vanish." in said
    with pytest.raises(CommandError, match="is no admin"):
        called("publish_pack", file, "--by", ash.email, "--reason", "because")
    status, said = called("publish_pack", file, "--by", admin.email, "--reason", "because")
    assert status == 0
    assert PackVersion.objects.get(version="9.9.9").reason == "because"


def test_publishing_the_shipped_pack_again_rehearses_nothing(sent):
    status, said = called("publish_pack")
    assert (status, Rehearsal.objects.count()) == (0, 0)
    assert load_pack().version in said


# The pages -------------------------------------------------------------------------------------


def brought(browser, pack):
    text = yaml.safe_dump(pack.documents["patterns"], allow_unicode=True)
    return browser.post(
        "/settings/rehearsals/", {"patterns": SimpleUploadedFile("p.yaml", text.encode())}
    )


def test_an_admin_brings_a_draft_looks_at_it_and_publishes_it(sent, clock, admin):
    clock.shift(LATER)
    browser = signed_in(admin)
    url = brought(browser, draft(never(sent.red))).headers["Location"]
    assert "Part 0 of 1 is replayed" in text_of(browser.get(url))
    assert "Publish 9.9.9" not in text_of(browser.get(url))
    assert replay_next(clinic_id=admin.clinic_id, at=timezone.now())
    page = text_of(browser.get(url))
    assert "1 red flag would vanish" in page
    assert "Of past intakes: 1." in page
    refused = browser.post(f"{url}publish/", {"reason": ""})
    assert refused.status_code == 422
    assert "Say why this is right" in text_of(refused)
    assert browser.post(f"{url}publish/", {"reason": "It never held."}).status_code == 302
    page = text_of(browser.get(url))
    assert "by Ada Admin" in page
    assert "It never held." in page
    assert "Published" in text_of(browser.get("/settings/rehearsals/"))


def test_what_was_sent_meanwhile_is_replayed_before_a_draft_is_published(
    sent, clock, admin, desk, ash
):
    rehearsal = replayed(same_again(), clock)
    submitted(desk, make_visit(desk, ash), calm_answers())
    clock.shift(LATER)
    browser, url = signed_in(admin), f"/settings/rehearsals/{rehearsal.pk}/"
    page = browser.post(f"{url}publish/", {}, follow=True)
    assert "Not all intakes are replayed yet" in text_of(page)
    assert PackVersion.objects.count() == 1
    replay_next(clinic_id=admin.clinic_id, at=timezone.now())
    assert browser.post(f"{url}publish/", {}).headers["Location"] == "/settings/rehearsals/"
    assert PackVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"a: &x [1]\nb: *x\n", "aliases are not read"),
        (b"meta: [", "patterns"),
        (b"\xff\xfe", "not text"),
        (b"patterns: []", "patterns"),
    ],
)
def test_a_draft_that_is_none_is_refused_in_words(admin, text, problem):
    file = SimpleUploadedFile("p.yaml", text)
    page = signed_in(admin).post("/settings/rehearsals/", {"patterns": file})
    assert page.status_code == 422
    assert problem in text_of(page)
    assert not Rehearsal.objects.exists()


def test_the_admins_pages_hold_no_patient(sent, clock, admin):
    rehearsal = replayed(draft(never(sent.red)), clock)
    patient = sent.response.patient
    for url in ("/settings/rehearsals/", f"/settings/rehearsals/{rehearsal.pk}/"):
        page = signed_in(admin).get(url)
        assert patient.reference not in text_of(page)
        assert patient.family_name not in text_of(page)


def test_a_therapist_sees_which_of_her_own_patients_briefs_would_change(
    sent, clock, ash, birch, desk
):
    submitted(desk, make_visit(desk, birch), urgent_answers())
    rehearsal = replayed(draft(never(sent.red)), clock)
    url = f"/learning/drafts/{rehearsal.pk}/"
    page = read(signed_in(ash).get(url))
    [row] = page.select("tbody tr")
    assert sent.response.patient.reference in row.get_text()
    assert load_pack().pattern(sent.red).name("en") in row.get_text()


# Open intakes ----------------------------------------------------------------------------------


@pytest.fixture
def opened(desk, ash):
    """An urgent intake under way."""
    response = answer(begin(desk, make_visit(desk, ash)), urgent_answers())
    flag = Flag.objects.filter(response=response, group="redflag", is_suppressed=False)[0]
    return SimpleNamespace(response=response, flag=flag, red=flag.pattern)


@pytest.fixture
def agreed(admin):
    """Publishes a draft in which a red flag vanishes, with a reason."""
    return partial(publish_rehearsed, by=actor(admin), reason="It never held.")


def reread_all(clinic):
    while reread_next(clinic_id=clinic.pk, at=timezone.now()):
        pass


def open_flags(response):
    flags = Flag.objects.filter(response=response, changed_at=None)
    return set(flags.values_list("pattern", flat=True))


def test_a_red_flag_of_an_open_intake_does_not_vanish_without_a_reason(opened, clock, admin):
    pack = draft(never(opened.red))
    rehearsal = replayed(pack, clock)
    assert (rehearsal.read, rehearsal.vanished) == (0, 0), "the control: nothing was sent"
    with pytest.raises(WouldVanish), transaction.atomic():
        publish(by=actor(admin), at=timezone.now(), pack=pack)
    with pytest.raises(WouldVanish), transaction.atomic():
        publish(by=system(None, "t"), at=timezone.now(), pack=pack, reason="It never held.")
    version = publish(by=actor(admin), at=timezone.now(), pack=pack, reason="It never held.")
    assert (version.vanished, version.reason) == (1, "It never held.")


def test_the_page_and_the_command_name_what_open_intakes_would_lose(opened, clock, admin, tmp_path):
    pack = draft(never(opened.red))
    rehearsal = replayed(pack, clock)
    browser, url = signed_in(admin), f"/settings/rehearsals/{rehearsal.pk}/"
    name = pack.by_id[opened.red].name("en")
    assert f"Of intakes that are open now, at all clinics: {name} (1)." in text_of(browser.get(url))
    assert browser.post(f"{url}publish/", {}).status_code == 422
    status, said = called("rehearse", file_of(pack, tmp_path))
    assert status == 3
    assert f"1 of intakes that are open now would vanish: {name}" in said


@pytest.mark.parametrize("edit", [always("look.nslbp"), lambda documents: None])
def test_a_draft_that_takes_no_warning_from_an_open_intake_needs_no_reason(
    edit, opened, clock, admin
):
    pack = draft(edit)
    replayed(pack, clock)
    assert publish(by=actor(admin), at=timezone.now(), pack=pack).vanished == 0


def test_what_another_clinic_has_open_counts_as_well(opened, clock, clinic):
    pack = draft(never(opened.red))
    replayed(pack, clock)
    other = make_clinic()
    stranger = make_staff(other, Role.ADMIN, "Noa Next")
    with inside(other.pk), pytest.raises(WouldVanish), transaction.atomic():
        publish(by=actor(stranger), at=timezone.now(), pack=pack)


def test_an_open_intake_is_read_again_by_a_new_pack(opened, clock, clinic, agreed):
    clock.shift(LATER)
    version = agreed(draft(lambda pack: [never(opened.red)(pack), always("look.nslbp")(pack)]))
    assert opened.red in open_flags(opened.response), "the control: nobody has read it again yet"
    reread_all(clinic)
    gone = Flag.objects.get(pk=opened.flag.pk)
    assert gone.closed_by == version
    assert gone.changed_at is not None
    assert "look.nslbp" in open_flags(opened.response)
    assert AuditEvent.objects.filter(action="read again").count() == 1


def test_the_brief_says_that_the_pack_changed_and_not_an_answer(opened, clock, clinic, ash, agreed):
    clock.shift(LATER)
    agreed(draft(never(opened.red)))
    reread_all(clinic)
    page = text_of(signed_in(ash).get(f"/visits/{opened.response.appointment_id}/"))
    assert "Changed by pack 9.9.9" in page
    assert "raised on an earlier answer" not in page


def test_an_answer_that_changes_is_still_called_that(opened, ash):
    calm = {**calm_answers()}
    answer(opened.response, calm)
    assert not Flag.objects.filter(closed_by__isnull=False).exists()
    assert Flag.objects.get(pk=opened.flag.pk).changed_at is not None


@pytest.mark.parametrize("way", ["save", "send"])
def test_who_saves_before_the_worker_has_come_is_not_said_to_have_changed_an_answer(
    way, opened, clock, ash, agreed
):
    clock.shift(LATER)
    version = agreed(draft(never(opened.red)))
    if way == "save":
        answer(opened.response, {"goal.main": "Dance"})
    else:
        tell(opened.response)
        confirm(opened.response)
        submit(opened.response)
    gone = Flag.objects.get(pk=opened.flag.pk)
    assert (gone.closed_by, gone.settled_by) == (version, None)
    page = text_of(signed_in(ash).get(f"/visits/{opened.response.appointment_id}/"))
    assert "Changed by pack 9.9.9" in page
    assert "raised on an earlier answer" not in page


def test_an_answer_that_changes_under_a_new_pack_is_still_called_that(opened, clock):
    clock.shift(LATER)
    publish_rehearsed(draft(always("look.nslbp")))
    answer(opened.response, {**calm_answers()})
    gone = Flag.objects.get(pk=opened.flag.pk)
    assert gone.changed_at is not None
    assert gone.closed_by is None


def test_reading_again_twice_is_the_same_as_once(opened, clock, clinic, agreed):
    clock.shift(LATER)
    agreed(draft(never(opened.red)))
    reread_all(clinic)
    once = list(Flag.objects.order_by("pk").values())
    Rereading.objects.update(last=None, finished_at=None, done=0)
    reread_all(clinic)
    assert list(Flag.objects.order_by("pk").values()) == once


def test_what_was_sent_keeps_what_it_said(sent, clock, clinic, admin):
    pack = draft(never(sent.red))
    replayed(pack, clock)
    publish(by=actor(admin), at=timezone.now(), pack=pack, reason="It never held.")
    reread_all(clinic)
    assert Flag.objects.get(pk=sent.flag.pk).changed_at is None
    assert not Rereading.objects.exists(), "nothing was open"


def test_an_intake_that_is_sent_before_its_turn_is_left_alone(opened, clock, clinic, agreed):
    clock.shift(LATER)
    agreed(draft(never(opened.red)))
    tell(opened.response)
    confirm(opened.response)
    submit(opened.response)
    before = list(Flag.objects.order_by("pk").values())
    reread_all(clinic)
    assert list(Flag.objects.order_by("pk").values()) == before


def test_the_progress_is_shown(opened, desk, ash, clock, clinic, admin):
    answer(begin(desk, make_visit(desk, ash)), calm_answers())
    clock.shift(LATER)
    publish_rehearsed(draft(always("look.nslbp")))
    browser = signed_in(admin)
    assert "0 of 2" in text_of(browser.get("/settings/rehearsals/"))
    reread_next(clinic_id=clinic.pk, at=timezone.now())
    assert "1 of 2" in text_of(browser.get("/settings/rehearsals/"))
    reread_all(clinic)
    assert "2 of 2, done" in text_of(browser.get("/settings/rehearsals/"))


def test_an_intake_on_other_questions_stays_with_its_pack(opened, clock, clinic):
    def reworded(documents):
        documents["items"]["items"][0]["en"] += " (reworded)"

    clock.shift(LATER)
    publish_rehearsed(draft(reworded))
    assert not Rereading.objects.exists()


def test_the_worker_does_both(opened, sent, clock, clinic):
    clock.shift(LATER)
    publish_rehearsed(draft(always("look.nslbp"), "9.1.0"))
    with inside(None):
        begin_rehearsal(by=system(None, "t"), at=timezone.now() + LATER, pack=same_again())
    work_off(threading.Event())
    assert Rereading.objects.get().finished_at is not None
    assert Rehearsal.objects.get(version="9.0.0").is_done
