"""An intake answered for somebody else: who it was, how they were asked, what is seen of it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from intake.models import Consent, PatientMessage, Response
from tests.clients import signed_in, with_link
from tests.factories.intakes import calm_answers, urgent_answers
from tests.factories.visits import invite, make_patient, make_visit, open_link
from tests.walking import filled, go_on, post, read, sign, text_of, url_of, walk


def child_of(desk, ash, years=12):
    """A visit of somebody that many years old."""
    born = timezone.now().date() - timedelta(days=int(years * 365.25) + 20)
    visit = make_visit(desk, ash, make_patient(desk, birth_date=born))
    invite(desk, visit)
    return visit


def answers_for(visit, **changes):
    born = visit.patient.birth_date.isoformat()
    return calm_answers(about__dob=born, **changes)


def agreed(visit, **form):
    """A browser past the notice."""
    browser = with_link(open_link(visit))
    browser.last = post(browser, "/intake/notice/", {"agree": "on", "role": "self", **form})
    return browser


def answer_all(browser, answers):
    """To the receipt, past questions that the answers do not know."""
    response = go_on(browser)
    while url_of(response) != "/intake/check/":
        page, url = read(response), url_of(response)
        form = filled(page, answers) if "/questions/" in url else {}
        for box in page.select("#answers fieldset, #answers .card"):
            controls = box.select("input[type=radio], input[type=checkbox]")
            named = [each for each in controls if not each["name"].endswith(".declined")]
            if named and named[0]["name"] not in form:
                form[named[0]["name"]] = named[-1]["value"]
        response = post(browser, url, form)
        assert response.status_code == 200, text_of(response)
    return response


def test_a_parent_is_asked_about_your_child_from_the_first_page(desk, ash):
    visit = child_of(desk, ash)
    parent = agreed(visit, role="parent")
    page = text_of(parent.last)
    assert "About your child" in page
    assert "What is your child’s date of birth?" in page
    assert "Answer about the person who has the problem." in page
    checked = read(parent.last).select_one('[name="about.completed_by"][checked]')
    assert checked["value"] == "parent"


def test_a_carer_of_an_adult_reads_the_patient(desk, visit_with_ash):
    invite(desk, visit_with_ash)
    carer = agreed(visit_with_ash, role="carer")
    assert "What is the patient’s date of birth?" in text_of(carer.last)


def test_whoever_says_so_only_in_the_first_question_is_asked_so_from_then_on(desk, ash):
    visit = child_of(desk, ash)
    browser = agreed(visit, assent="adult_here")
    page = read(browser.last)
    answers = answers_for(visit, about__completed_by="parent")
    response = post(browser, url_of(browser.last), filled(page, answers))
    assert "what brings your child here?" in text_of(response)


def test_words_are_kept_as_the_carer_read_them_and_stand_on_the_receipt_and_the_brief(desk, ash):
    visit = child_of(desk, ash)
    parent = agreed(visit, role="parent")
    checked = answer_all(parent, answers_for(visit, about__completed_by="parent"))
    question = "What does your child do in most weeks?"
    assert question in text_of(checked)
    received = text_of(sign(parent, "Pat Parent"))
    assert question in received
    assert "Pat Parent (parent or carer" in received.replace("( ", "(")
    shown = Response.objects.get(appointment=visit).shown
    assert shown["life.activity"]["question"] == question
    brief = text_of(signed_in(ash).get(f"/visits/{visit.pk}/"))
    assert question in brief
    assert "Filled in by a parent or carer" in brief
    assert "the words of a parent or carer" in brief
    assert "Signed by Pat Parent (a parent or carer)" in brief
    assert "in English, by a parent or carer" in brief


def test_the_consent_keeps_who_agreed(desk, ash):
    visit = child_of(desk, ash)
    agreed(visit, role="parent")
    consent = Consent.objects.get(response__appointment=visit)
    assert (consent.role, consent.assent) == ("parent", "")


# Under the clinic's age -----------------------------------------------------------------------


def test_a_child_alone_is_asked_to_get_a_parent(desk, ash):
    visit = child_of(desk, ash)
    held = agreed(visit).last
    assert "Please get a parent or carer" in text_of(held)
    assert not Response.objects.filter(appointment=visit).exists()


@pytest.mark.parametrize("assent", ["adult_here", "old_enough"])
def test_a_child_may_go_on_and_the_therapist_sees_how(desk, ash, assent):
    visit = child_of(desk, ash)
    went_on = agreed(visit, role="self", assent=assent)
    assert url_of(went_on.last) == "/intake/questions/about/"
    consent = Consent.objects.get(response__appointment=visit)
    assert (consent.role, consent.assent) == ("self", assent)
    assert "by alone, saying" in text_of(signed_in(ash).get(f"/visits/{visit.pk}/"))


def test_the_age_is_the_clinics(desk, ash, clinic):
    clinic.age_of_consent = 14
    clinic.save()
    assert "under 14" in text_of(agreed(child_of(desk, ash, years=13)).last)
    assert url_of(agreed(child_of(desk, ash, years=15)).last) == "/intake/questions/about/"


def test_an_adults_agreement_says_nothing_of_age(desk, visit_with_ash):
    invite(desk, visit_with_ash)
    agreed(visit_with_ash, assent="old_enough")
    assert Consent.objects.get(response__appointment=visit_with_ash).assent == ""


# Messages -------------------------------------------------------------------------------------


def test_a_warning_to_a_carer_is_framed_and_keeps_the_words_of_the_pack(desk, visit_with_ash):
    invite(desk, visit_with_ash)
    carer = agreed(visit_with_ash, role="carer")
    walk(carer, urgent_answers(about__completed_by="parent"), to="/intake/important/")
    told = PatientMessage.objects.get(response__appointment=visit_with_ash)
    assert told.text.startswith("This is for the parent or carer.")
    assert told.text in text_of(carer.get("/intake/important/"))


def test_who_answered_does_not_change_once_it_is_sent(desk, visit_with_ash):
    invite(desk, visit_with_ash)
    browser = with_link(open_link(visit_with_ash))
    walk(browser, calm_answers())
    sign(browser)
    for change in ({"role": "parent"}, {"way": "phone"}, {"voice": "carer"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Response.objects.filter(appointment=visit_with_ash).update(**change)
