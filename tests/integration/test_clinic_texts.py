"""The clinic's own words: saved by its admin, versioned, read by its patients, never raw."""

import re

import pytest
from django.db import DatabaseError, transaction

from clinic.models import AuditEvent, Clinic, ClinicTexts
from intake.models import Consent, Response
from intake.notices import PLACES, own_words, wrong_places
from tests.clients import Browser, signed_in, with_link
from tests.factories.intakes import calm_answers, urgent_answers
from tests.factories.visits import invite, open_link
from tests.integration.world import some_texts
from tests.walking import filled, go_on, post, read, sign, text_of, url_of, walk

NOTICE = {
    "notice_en": "{CLINIC_NAME} keeps this.\n\nCall {CLINIC_PHONE} or {URGENT_LINE}.",
    "notice_es": "{CLINIC_NAME} guarda esto.\n\nLlame al {EMERGENCY_NUMBER}.",
}


def save(admin, **changes):
    return signed_in(admin).post("/settings/texts/", {**some_texts(), **changes}, follow=True)


@pytest.fixture
def otter(desk, visit_with_ash):
    invite(desk, visit_with_ash)
    return with_link(open_link(visit_with_ash))


def test_a_patient_reads_the_clinics_own_notice_in_each_language(admin, otter):
    save(admin, **NOTICE)
    page = text_of(otter.get("/intake/notice/"))
    assert "Testford House keeps this. Call 020 7946 0101 or NHS 111." in page
    assert "Version of this text: clinic-1" in page
    assert "draft" not in page
    otter.post("/language/", {"language": "es", "next": "/"})
    assert "guarda esto. Llame al 999." in text_of(otter.get("/intake/notice/"))


def test_a_consent_keeps_the_version_that_was_shown(admin, otter, visit_with_ash):
    save(admin, **NOTICE)
    post(otter, "/intake/notice/", {"agree": "on", "role": "self"})
    save(admin, **NOTICE | {"notice_en": "Another text"})
    consent = Consent.objects.get(response__appointment=visit_with_ash)
    assert consent.version == "clinic-1"
    assert consent.text == "Testford House keeps this.\n\nCall 020 7946 0101 or NHS 111."
    assert ClinicTexts.objects.count() == 2


def test_without_own_words_the_default_stands_and_says_that_it_is_a_draft(admin, otter):
    save(admin)
    page = text_of(otter.get("/intake/notice/"))
    assert "This text is a draft" in page
    assert "Your answers go to Testford House." in page


def test_the_clinics_own_statement_is_what_is_signed(admin, otter, visit_with_ash):
    save(admin, statement_en="I agree with {CLINIC_NAME}.", statement_es="De acuerdo.")
    walk(otter, calm_answers())
    sign(otter)
    assert Response.objects.get(appointment=visit_with_ash).statement == (
        "I agree with Testford House."
    )


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("notice_en", "Call {PHONE}.", "Nothing stands for {PHONE}"),
        ("notice_en", "Call {CLINIC_PHONE.", "Nothing stands for {"),
        ("statement_es", "Por {clinic_name}", "Nothing stands for {clinic_name}"),
        ("hours_en", "From {HOURS}", "Write this without braces"),
        ("name", "{CLINIC_NAME}", "Write this without braces"),
        ("urgent_line", "", "This field is required"),
        ("emergency_number", "call us", "Enter the emergency number in digits"),
        ("hours_es", "", "Write this in every language"),
        ("age_of_consent", "40", "less than or equal to 18"),
    ],
)
def test_what_a_patient_could_not_read_is_refused_with_a_sentence(admin, field, text, said):
    statement = {"statement_en": "Yes", "statement_es": "Sí"}
    refused = save(admin, **{**NOTICE, **statement, field: text})
    assert refused.status_code == 422
    assert said in text_of(refused)
    assert not ClinicTexts.objects.exists()


def test_saving_leaves_a_trace_and_saving_the_same_again_does_not(admin):
    save(admin)
    save(admin)
    assert AuditEvent.objects.filter(action="saved", subject_type="clinictexts").count() == 1
    assert Clinic.objects.get(pk=admin.clinic_id).name == "Testford House"


def test_a_saved_version_never_changes(admin):
    save(admin)
    with pytest.raises(DatabaseError), transaction.atomic():
        ClinicTexts.objects.update(number=7)


def test_the_hours_stand_on_the_link_the_receipt_and_the_dead_link(admin, desk, visit_with_ash):
    save(admin)
    token = invite(desk, visit_with_ash)
    hours = "The clinic is open: Monday to Friday, 8 to 6"
    assert hours in text_of(Browser().get(f"/i/{token}/"))
    assert hours in text_of(Browser().get("/i/unknown/"))
    otter = with_link(open_link(visit_with_ash))
    walk(otter, calm_answers())
    assert hours in text_of(sign(otter))


def test_a_dead_link_speaks_for_no_clinic_where_there_are_two(admin, other_clinic):
    save(admin)
    assert "The clinic is open" not in text_of(Browser().get("/i/unknown/"))


# No place is shown raw -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_of_a_patient_shows_a_place_that_was_not_filled(admin, otter, language):
    save(admin, **NOTICE)
    otter.post("/language/", {"language": language, "next": "/"})
    answers, response, passed = urgent_answers(), go_on(otter), 0
    while url_of(response) != "/intake/check/":
        assert_filled(response)
        url, passed = url_of(response), passed + 1
        assert passed < 80
        form = (
            filled(read(response), answers)
            if "/questions/" in url
            else {"agree": "on", "role": "self"}
        )
        response = post(otter, url, form)
    for last in (response, otter.get("/intake/sign/"), sign(otter)):
        assert_filled(last)


def assert_filled(response):
    assert not re.search(r"\{\s*[A-Za-z_]+\s*\}|\{[A-Z_]", response.content.decode()), url_of(
        response
    )


def test_every_place_is_filled_and_nothing_else_is_one():
    text = " ".join(f"{{{place}}}" for place in PLACES)
    assert wrong_places(text) == []
    filled_in = own_words(text, version="1", language="en", places=dict.fromkeys(PLACES, "x"))
    assert filled_in.paragraphs == ("x x x x",)
    assert wrong_places("{X} } {") == ["{X}", "{", "}"]
    assert wrong_places("{CLINIC_NAME.x}") == ["{CLINIC_NAME.x}"]
