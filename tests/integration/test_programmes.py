"""Home programmes: who may get one and when, what is kept, what the patient ticks and reads."""

import gzip
import re
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from clinic.models import AuditEvent, Message
from intake.commands import invitations, programme_links, programmes, sign_offs
from intake.commands.programmes import Wish
from intake.handouts import Chosen
from intake.models import (
    Flag,
    Invitation,
    LinkToken,
    PainSeen,
    Programme,
    ProgrammeDay,
    Verdict,
)
from intake.models.invitations import Purpose
from intake.queries.programmes import get_choosing, get_own
from intake.rules.pack import load_pack
from tests.clients import Browser, signed_in
from tests.factories.clinics import actor, within
from tests.factories.intakes import (
    begin,
    calm_answers,
    submitted,
)
from tests.factories.programmes import form_of, give, judge, open_programme, with_programme_link
from tests.factories.visits import days_ago, make_patient, make_visit, token_of
from tests.walking import read, text_of

WALK = Chosen("X-WALK", {}, "", is_asked=True)


@pytest.fixture
def visit(desk, visit_with_ash):
    submitted(desk, visit_with_ash)
    return visit_with_ash


@pytest.fixture
def url(visit):
    return f"/visits/{visit.pk}/programme/"


def today():
    return timezone.now().date()


# Giving ------------------------------------------------------------------------------------------


def test_a_programme_is_given_and_the_patient_gets_a_neutral_mail(ash, visit, url):
    response = signed_in(ash).post(url, form_of("X-MARCH-SEAT"), follow=True)
    assert "The programme is given" in text_of(response)
    programme = Programme.objects.get()
    assert programme.content["blocks"][0]["name"] == "Seated march"
    assert programme.chosen["X-MARCH-SEAT"]["dose"]["reps"] == 15
    mail = Message.objects.get(kind="programme")
    assert re.search(r"/i/[\w-]{43}/", mail.body)
    told = f"{mail.subject} {mail.body}".lower()
    assert not re.search("exercis|march|hip|pain|otter", told)
    assert AuditEvent.objects.filter(action="given").exists()


def test_a_preview_shows_the_handout_and_gives_nothing(ash, url):
    page = text_of(signed_in(ash).post(url, form_of("X-MARCH-SEAT") | {"action": "preview"}))
    assert "As the patient will get it" in page
    assert "2 sets, 15 repeats each. Once a day." in page
    assert not Programme.objects.exists()


def test_the_dose_and_how_it_goes_on_can_be_changed_within_bounds(ash, url):
    browser = signed_in(ash)
    changed = {"X-MARCH-SEAT.sets": 4, "X-MARCH-SEAT.progression": "As we said"}
    browser.post(url, form_of("X-MARCH-SEAT") | changed)
    [block] = Programme.objects.get().content["blocks"]
    assert (block["dose"], block["progression"]) == (
        "4 sets, 15 repeats each. Once a day.",
        "As we said",
    )
    wrong = browser.post(url, form_of("X-MARCH-SEAT") | {"X-MARCH-SEAT.sets": 40})
    assert wrong.status_code == 422
    assert "Sets: a number from 1 to 6" in text_of(wrong)
    assert Programme.objects.count() == 1


def test_nothing_chosen_is_refused(ash, url):
    response = signed_in(ash).post(url, form_of())
    assert response.status_code == 422
    assert programmes.NothingChosen.say in text_of(response)


def test_what_the_pack_keeps_for_the_therapists_hands_cannot_be_given(ash, visit, url):
    assert signed_in(ash).post(url, {"chosen": ["X-SELF-MASSAGE"]}).status_code == 422
    with pytest.raises(programmes.NeverGiven):
        give(ash, visit, Wish([Chosen("X-SELF-MASSAGE", {}, "")]))


def test_a_dose_out_of_bounds_does_not_pass_the_command_either(ash, visit):
    with pytest.raises(ValueError, match="not from 1 to 6"):
        give(ash, visit, Wish([Chosen("X-SLR", {"sets": 7}, "")]))


def test_without_an_address_the_handout_is_for_paper(desk, ash):
    visit = make_visit(desk, ash, make_patient(desk, email=""))
    page = signed_in(ash).post(f"/visits/{visit.pk}/programme/", form_of("X-WALK"), follow=True)
    assert "print the handout" in text_of(page)
    assert not Message.objects.filter(kind="programme").exists()


def test_a_visit_without_an_intake_still_counts_as_not_sent(desk, ash):
    visit = make_visit(desk, ash)
    browser = signed_in(ash)
    page = browser.get(f"/visits/{visit.pk}/programme/")
    assert "nothing below was checked against answers" in text_of(page)
    browser.post(f"/visits/{visit.pk}/programme/", form_of("X-WALK"))
    assert "No intake has been sent" in text_of(browser.get(f"/visits/{visit.pk}/"))


# What speaks against -----------------------------------------------------------------------------


SORE_KNEE = {
    "pain__area": ["groin_front_hip", "knee"],
    "pain__main_area": "groin_front_hip",
    "pain__side": "left",
}


@pytest.fixture
def sore_knee(desk, visit_with_ash):
    submitted(desk, visit_with_ash, calm_answers(**SORE_KNEE))
    return visit_with_ash


def test_the_answer_that_speaks_against_is_shown_word_for_word(ash, sore_knee):
    page = text_of(signed_in(ash).get(f"/visits/{sore_knee.pk}/programme/"))
    assert "Against: sore kneecap without padding" in page
    assert "Where does it hurt or feel wrong?" in page or "Where" in page
    assert load_pack().questionnaire.item("pain.area").options[0].text("en") in page


def test_a_contraindicated_exercise_needs_a_reason_that_is_kept(ash, sore_knee):
    url = f"/visits/{sore_knee.pk}/programme/"
    browser = signed_in(ash)
    refused = browser.post(url, form_of("X-HALF-KNEEL"))
    assert refused.status_code == 422
    assert programmes.ReasonMissing.say in text_of(refused)
    browser.post(url, form_of("X-HALF-KNEEL") | {"X-HALF-KNEEL.reason": "thick cushion"})
    kept = Programme.objects.get().chosen["X-HALF-KNEEL"]
    assert kept["reason"] == "thick cushion"
    assert kept["against"] == ["sore kneecap without padding"]


# Under 18 ----------------------------------------------------------------------------------------


@pytest.fixture
def young(desk, ash):
    born = date(today().year - 15, 1, 1)
    return make_visit(desk, ash, make_patient(desk, birth_date=born))


@pytest.fixture
def there(young, clock):
    """The visit of the young patient has begun."""
    clock.move_to(young.starts_at)
    return young


def test_under_18_only_after_the_therapist_has_seen_the_patient(ash, there):
    url = f"/visits/{there.pk}/programme/"
    browser = signed_in(ash)
    assert "I have seen this patient in person" in text_of(browser.get(url))
    refused = browser.post(url, form_of("X-WALK"))
    assert refused.status_code == 422
    assert programmes.NotSeen.say in text_of(refused)
    browser.post(url, form_of("X-WALK", is_seen="on"))
    kept = Programme.objects.get()
    assert kept.seen_at is not None
    assert kept.by_id == ash.pk


def test_nobody_has_seen_a_child_before_any_visit_began(desk, ash, young):
    url = f"/visits/{young.pk}/programme/"
    refused = signed_in(ash).post(url, form_of("X-WALK", is_seen="on"))
    assert refused.status_code == 422
    assert programmes.NotYetMet.say in text_of(refused)
    earlier = make_visit(desk, ash, young.patient, starts_at=days_ago(3))
    assert signed_in(ash).post(url, form_of("X-WALK", is_seen="on")).status_code == 302
    assert Programme.objects.get().appointment_id != earlier.pk


def test_the_database_refuses_a_child_nobody_has_seen(ash, there):
    programme = give(ash, there, Wish([WALK], is_seen=True))
    copied = {field.name: getattr(programme, field.name) for field in Programme._meta.fields}
    del copied["id"]
    programmes.end(by=actor(ash), at=timezone.now(), patient_id=there.patient_id)
    for seen_at in (None, there.starts_at - timedelta(seconds=1)):
        with pytest.raises(IntegrityError, match="under 18"), transaction.atomic():
            Programme.objects.create(**copied | {"number": 2, "seen_at": seen_at})


def test_a_grown_up_is_not_asked_about(ash, url):
    assert "in person" not in text_of(signed_in(ash).get(url))


# Frozen ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["content", "chosen", "language", "safe_because", "number"])
def test_what_was_given_does_not_change(ash, visit, column):
    programme = give(ash, visit)
    value = {"content": {}, "chosen": {}, "language": "es", "number": 7}.get(column, "x")
    setattr(programme, column, value)
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        programme.save(update_fields=[column])


def test_a_programme_and_its_days_cannot_be_deleted(ash, visit):
    programme = give(ash, visit)
    day = programmes.tick(
        by=actor(ash),
        at=timezone.now(),
        programme=programme,
        day=today(),
        done=[],
        during=1,
        following=None,
        today=today(),
        zone=visit.clinic.zone,
    )
    for row in (day, programme):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")


def test_a_change_is_a_new_version_and_the_old_one_is_kept(ash, visit):
    first = give(ash, visit)
    second = give(ash, visit, Wish([WALK]))
    first.refresh_from_db()
    assert (first.number, second.number) == (1, 2)
    assert first.ended_at is not None
    assert first.content["blocks"][0]["id"] == "X-MARCH-SEAT"
    assert Programme.objects.live().get() == second


def test_an_ended_programme_says_so(ash, visit, url):
    give(ash, visit)
    otter = with_programme_link(open_programme(visit))
    signed_in(ash).post(f"{url}end/")
    assert "Your programme is over" in text_of(otter.get("/programme/"))
    page = signed_in(ash).post(f"{url}end/", follow=True)
    assert "It had ended before" in text_of(page)


# The link ----------------------------------------------------------------------------------------

BORN = {"day": "27", "month": "3", "year": "1980"}


@pytest.fixture
def token(ash, visit):
    give(ash, visit)
    with within(visit.clinic):
        return token_of(programme_links.send_link(by=actor(ash), at=timezone.now(), visit=visit))


def test_the_link_opens_with_the_birth_date_and_not_without(token):
    otter = Browser()
    page = text_of(otter.get(f"/i/{token}/"))
    assert "Your page from the clinic" in page
    assert "Seated march" not in page
    assert otter.post(f"/i/{token}/", BORN | {"day": "28"}).status_code == 422
    assert otter.get("/programme/").status_code == 404
    assert otter.post(f"/i/{token}/", BORN).headers["Location"] == "/programme/"
    assert "Seated march" in text_of(otter.get("/programme/"))
    assert otter.get(f"/i/{token}/").headers["Location"] == "/programme/"


def test_a_programme_link_opens_no_intake_and_an_intake_no_programme(token, desk, ash, visit):
    otter = Browser()
    otter.post(f"/i/{token}/", BORN)
    assert otter.get("/intake/").status_code == 404
    with within(visit.clinic):
        invitation = Invitation.objects.get(appointment=visit)
        key = invitations.new_session(invitation=invitation, at=timezone.now()).key
    assert with_programme_link(key).get("/programme/").status_code == 404


def test_a_newer_link_kills_the_older_and_leaves_the_intakes_alone(token, desk, ash):
    patient = Programme.objects.get().patient
    other = make_visit(desk, ash, patient)
    begin(desk, other)
    with within(other.clinic):
        programme_links.send_link(by=actor(ash), at=timezone.now(), visit=other)
    assert Browser().get(f"/i/{token}/").status_code == 404
    live = LinkToken.objects.filter(revoked_at=None)
    assert {one.purpose for one in live} == {Purpose.INTAKE, Purpose.PROGRAMME}


def test_sending_the_intake_leaves_the_programmes_link_alive(ash, desk, visit_with_ash):
    give(ash, visit_with_ash)
    with within(visit_with_ash.clinic):
        sent = programme_links.send_link(by=actor(ash), at=timezone.now(), visit=visit_with_ash)
    key = open_programme(visit_with_ash)
    submitted(desk, visit_with_ash)
    assert Browser().get(f"/i/{token_of(sent)}/").status_code == 200
    assert with_programme_link(key).get("/programme/").status_code == 200


def test_after_twelve_weeks_it_is_dead_and_a_new_one_comes_by_mail(token, clock):
    clock.shift(timedelta(weeks=12, seconds=1))
    otter = Browser()
    assert otter.get(f"/i/{token}/").status_code == 404
    before = Message.objects.filter(kind="programme").count()
    assert "Thank you" in text_of(otter.post(f"/i/{token}/", {"ask": "1"}))
    assert Message.objects.filter(kind="programme").count() == before + 1
    for _ in range(9):
        otter.post(f"/i/{token}/", {"ask": "1"})
    assert Message.objects.filter(kind="programme").count() <= before + 5


def test_a_second_device_gives_a_code_once_something_was_ticked(token, visit):
    with_programme_link(open_programme(visit)).post("/programme/", {"during": "1"})
    second = Browser()
    assert second.post(f"/i/{token}/", BORN).headers["Location"] == "/programme/"
    assert second.get("/programme/").headers["Location"] == "/programme/code/"
    code = re.search(r"\d{6}", Message.objects.filter(kind="code").latest("created_at").body)[0]
    assert second.post("/programme/code/", {"code": code}).headers["Location"] == "/programme/"
    assert second.get("/programme/").status_code == 200


# Ticking -----------------------------------------------------------------------------------------


@pytest.fixture
def otter(ash, visit):
    give(ash, visit, at=timezone.now() - timedelta(days=9))
    return with_programme_link(open_programme(visit))


def test_a_day_is_ticked_and_read_back(otter):
    sent = otter.post("/programme/", {"done": ["X-MARCH-SEAT"], "during": "3"})
    page = otter.get(sent.headers["Location"])
    assert "Saved" in text_of(page)
    assert "A little pain (up to 3 out of 10) is ok" in text_of(page)
    assert 'value="X-MARCH-SEAT" checked' in page.content.decode()
    kept = ProgrammeDay.objects.get()
    assert kept.answers == {"done": ["X-MARCH-SEAT"], "during": 3, "following": None}
    assert not kept.is_over


def test_too_much_pain_says_at_once_what_to_do_and_the_therapist_sees_it(otter, ash, visit):
    page = otter.post("/programme/", {"done": ["X-MARCH-SEAT"], "during": "7"}, follow=True)
    said = text_of(page)
    assert "stop the exercises and call the clinic" in said
    assert "020 7946 0101" in said
    assert ProgrammeDay.objects.get().is_over
    brief = " ".join(text_of(signed_in(ash).get(f"/visits/{visit.pk}/")).split())
    assert "done on 1 of 10 days, pain during 7, over the pain rule on 1 day" in brief


def words(page):
    return " ".join(page.get_text(" ").split())


def over_list(therapist):
    """Whose pain is over the rule, as one therapist's pages say."""
    browser = signed_in(therapist)
    return read(browser.get("/today/")), read(browser.get("/programmes/over/"))


@pytest.fixture
def hurting(otter):
    otter.post("/programme/", {"done": ["X-MARCH-SEAT"], "during": "7"})
    return otter


def tick_off(therapist):
    """As the page was drawn."""
    page = over_list(therapist)[1]
    form = page.select_one(".over-rule form")
    until = form.select_one("[name=until]")["value"]
    return signed_in(therapist).post(form["action"], {"until": until})


def test_too_much_pain_stands_on_the_therapists_list_until_it_is_seen(hurting, ash, visit):
    today_page, page = over_list(ash)
    assert "Programme: pain above the rule, 1 patient" in words(today_page)
    assert "Otter Testwood" in words(page)
    assert "pain during 7 of 10" in words(page)
    tick_off(ash)
    [seen] = PainSeen.objects.all()
    assert (seen.by, seen.programme.patient) == (ash, visit.patient)
    assert AuditEvent.objects.filter(action="saw the pain").count() == 1
    today_page, page = over_list(ash)
    assert "pain above the rule" not in words(today_page)
    assert page.select(".over-rule") == []


def test_pain_within_the_rule_stands_on_nobodys_list(otter, ash):
    otter.post("/programme/", {"done": ["X-MARCH-SEAT"], "during": "3"})
    today_page, page = over_list(ash)
    assert "pain above the rule" not in words(today_page)
    assert page.select(".over-rule") == []


def test_what_is_saved_after_the_page_was_drawn_is_told_anew(hurting, ash, clock):
    page = over_list(ash)[1]
    form = page.select_one(".over-rule form")
    clock.shift(60)
    hurting.post("/programme/", {"done": ["X-MARCH-SEAT"], "during": "9"})
    until = {"until": form.select_one("[name=until]")["value"]}
    signed_in(ash).post(form["action"], until)
    assert "pain during 9 of 10" in words(over_list(ash)[1])
    tick_off(ash)
    signed_in(ash).post(form["action"], until)  # the same page once more: nothing is left
    assert over_list(ash)[1].select(".over-rule") == []
    assert PainSeen.objects.count() == 1


def test_a_colleague_neither_sees_it_nor_ticks_it_off(hurting, ash, birch):
    assert over_list(birch)[1].select(".over-rule") == []
    url = over_list(ash)[1].select_one(".over-rule form")["action"]
    assert signed_in(birch).post(url, {"until": timezone.now().isoformat()}).status_code == 404
    assert PainSeen.objects.count() == 0


def test_a_moment_that_cannot_be_read_ticks_nothing_off(hurting, ash):
    url = over_list(ash)[1].select_one(".over-rule form")["action"]
    answered = signed_in(ash).post(url, {"until": "soon"})
    assert answered.status_code == 422
    assert "pain during 7" in text_of(answered)
    assert PainSeen.objects.count() == 0


def test_what_was_seen_is_never_changed_nor_dated_ahead(hurting, ash, clinic):
    tick_off(ash)
    seen = PainSeen.objects.get()
    with within(clinic), pytest.raises(DatabaseError), transaction.atomic():
        PainSeen.objects.update(at=timezone.now())
    seen.pk, seen.until = uuid.uuid4(), seen.at + timedelta(seconds=1)
    with pytest.raises(IntegrityError, match="seen_after_it"), transaction.atomic():
        seen.save(force_insert=True)


def test_the_morning_after_is_asked_for_past_days_only(otter):
    yesterday = (today() - timedelta(days=1)).isoformat()
    assert "the next morning?" not in text_of(otter.get("/programme/"))
    otter.post(f"/programme/?day={yesterday}", {"done": ["X-MARCH-SEAT"], "during": "2"})
    assert "Tell us for yesterday" in text_of(otter.get("/programme/"))
    page = otter.post(
        f"/programme/?day={yesterday}",
        {"done": ["X-MARCH-SEAT"], "during": "2", "following": "5"},
        follow=True,
    )
    assert "stop the exercises" in text_of(page)
    assert "Tell us for yesterday" not in text_of(otter.get("/programme/"))


def test_only_today_and_the_last_seven_days_can_be_ticked(otter, visit):
    old = (today() - timedelta(days=8)).isoformat()
    otter.post(f"/programme/?day={old}", {"during": "2"})
    assert [each.day for each in ProgrammeDay.objects.all()] == [today()]
    programme = Programme.objects.get()
    for day in (today() - timedelta(days=8), today() + timedelta(days=1)):
        with pytest.raises(programmes.NoSuchDay):
            programmes.tick(
                by=actor(programme.by),
                at=timezone.now(),
                programme=programme,
                day=day,
                done=[],
                during=1,
                following=None,
                today=today(),
                zone=visit.clinic.zone,
            )


def test_a_day_can_be_changed_and_stays_one_row(otter):
    otter.post("/programme/", {"done": ["X-MARCH-SEAT"], "during": "7"})
    otter.post("/programme/", {"during": "1"})
    kept = ProgrammeDay.objects.get()
    assert kept.answers == {"done": [], "during": 1, "following": None}
    assert not kept.is_over


def test_a_wrong_number_is_refused_and_what_was_ticked_stays_on_the_page(otter):
    page = otter.post("/programme/", {"done": ["X-MARCH-SEAT"], "during": "11"})
    assert page.status_code == 422
    assert "Choose a number from 0 to 10" in text_of(page)
    assert 'value="X-MARCH-SEAT" checked' in page.content.decode()
    assert not ProgrammeDay.objects.exists()


def test_a_session_that_ended_gives_the_typed_day_back(otter):
    from intake.models import LinkSession

    LinkSession.objects.all().delete()
    page = otter.post("/programme/", {"done": ["X-MARCH-SEAT"], "during": "4"})
    assert page.status_code == 404
    assert 'name="during" value="4"' in page.content.decode()


def test_the_first_visit_is_light(otter):
    """The page, its style and its icon as the proxy sends them; it has no script."""
    page = otter.get("/programme/").content
    assert b"<script" not in page
    static = Path(settings.BASE_DIR) / "static"
    parts = [(static / name).read_bytes() for name in ("css/patient.css", "img/favicon.svg")]
    assert sum(len(gzip.compress(part, 6)) for part in (page, *parts)) < 14_000


def test_an_exercise_that_was_not_given_cannot_be_ticked(otter):
    assert otter.post("/programme/", {"done": ["X-YOGA"]}).status_code == 422


# Reading -----------------------------------------------------------------------------------------


def test_the_handout_holds_steps_stops_drawing_numbers_and_marks(otter):
    page = otter.get("/programme/exercises/")
    said = text_of(page)
    for words in (
        "Sit tall on a firm chair.",
        "Stop if: Pain rises while you exercise",
        "How much pain is fine?",
        "020 7946 0101",
        "999",
        "no clinician has checked",
    ):
        assert words in " ".join(said.split()), words
    assert "translation" not in said
    assert page.content.decode().count("<svg") == 1


def test_a_signed_pack_takes_the_draft_mark_off_what_is_given_from_then_on(ash, admin, visit):
    first = give(ash, visit)
    sign_offs.sign_off(
        by=actor(admin),
        at=timezone.now(),
        pack=first.pack,
        clinician="Dr Signer",
        registration="PH 1",
        signed_on=today(),
    )
    second = give(ash, visit)
    first.refresh_from_db()
    assert (first.content["is_draft"], second.content["is_draft"]) == (True, False)
    otter = with_programme_link(open_programme(visit))
    assert "no clinician has checked" not in text_of(otter.get("/programme/exercises/"))


@pytest.mark.filterwarnings("default")
def test_the_handout_can_be_taken_away_as_a_pdf(otter, ash, url):
    for copy in (
        otter.get("/programme/exercises/copy/"),
        signed_in(ash).get(f"{url}handout/copy/"),
    ):
        assert copy.headers["Content-Type"] == "application/pdf"
        assert copy.content.startswith(b"%PDF-")
        assert "previsit.pdf" in copy.headers["Content-Disposition"]


def test_without_the_library_the_page_says_to_print(otter, monkeypatch):
    monkeypatch.setattr("intake.views.programmes.as_sheet", lambda *_: None)
    page = text_of(otter.get("/programme/exercises/copy/"))
    assert "You can also print this page" in page
    assert "PDF" not in page


def test_spanish_is_given_in_spanish_and_marked(desk, ash):
    visit = make_visit(desk, ash, make_patient(desk, language="es"))
    give(ash, visit)
    otter = with_programme_link(open_programme(visit))
    otter.post("/language/", {"language": "es", "next": "/"})
    said = " ".join(text_of(otter.get("/programme/exercises/")).split())
    for words in (
        "Marcha sentado",
        "Pare si nota: El dolor aumenta durante el ejercicio",
        "La traducción no se ha revisado todavía",
    ):
        assert words in said
    handout = signed_in(ash).get(f"/visits/{visit.pk}/programme/handout/")
    assert "Pare si nota:" in text_of(handout)
    otter.post("/programme/", {"during": "9"})
    assert "deje los ejercicios y llame a la clínica" in text_of(otter.get("/programme/"))


def test_the_therapist_sees_each_day_in_a_table_and_a_line(otter, ash, url):
    otter.post("/programme/", {"done": ["X-MARCH-SEAT"], "during": "2"})
    yesterday = (today() - timedelta(days=1)).isoformat()
    otter.post(f"/programme/?day={yesterday}", {"done": [], "during": "6"})
    page = signed_in(ash).get(url)
    body = page.content.decode()
    assert "<polyline" in body
    assert body.count('<th scope="row">') == 10
    assert "over the pain rule" in text_of(page)


def test_the_line_stands_on_the_sheet_of_the_brief_as_well(ash, visit, monkeypatch):
    give(ash, visit)
    drawn = []
    monkeypatch.setattr("intake.views.briefs.one_sheet", lambda draw: drawn.append(draw(8)) or b"")
    signed_in(ash).get(f"/visits/{visit.pk}/sheet/")
    assert "nothing ticked yet" in drawn[0]


def test_the_suggestions_are_those_of_the_answers(ash, visit):
    with within(visit.clinic):
        choosing = get_choosing(visit, today(), visit.clinic.zone)
    raised = Flag.objects.filter(response__appointment=visit, changed_at=None)
    named = {pattern for one in choosing.choice.suggestions for pattern in one.because}
    assert named <= {one.pattern for one in raised if one.tier != "possible"}


def test_a_ruled_out_pattern_suggests_nothing_any_more(desk, ash, visit):
    raised = Flag.objects.filter(response__appointment=visit, changed_at=None)
    assert raised
    judge(ash, raised, "not_this")
    with within(visit.clinic):
        choosing = get_choosing(visit, today(), visit.clinic.zone)
    assert not any(one.because for one in choosing.choice.suggestions)
    assert Verdict.objects.exists()


def test_nobody_sees_another_patients_programme(ash, desk, visit):
    give(ash, visit)
    other = make_visit(desk, ash)
    begin(desk, other)
    with within(other.clinic):
        invitation = Invitation.objects.get(appointment=other)
        assert get_own(invitation.pk, other.clinic.zone) is None
