"""The demo's patients who come for the third time: their briefs have something to compare."""

import pytest
from django.utils import timezone

from clinic.models import Appointment, User
from clinic.walls import inside_clinic
from intake.demo.seed import make_clinic
from intake.demo.series import TIMES, seed_series
from intake.models import InstrumentVersion
from tests.clients import signed_in
from tests.factories.clinics import inside
from tests.walking import text_of


@pytest.fixture
def demo(clinic):
    with inside_clinic(None):
        made = make_clinic()
    seed_series(at=timezone.now())
    return made


def test_a_brief_of_the_demo_compares_three_kinds_of_scores(demo):
    with inside(demo.pk):
        ash = User.objects.get(email="ash@demo.example")
        visits = list(Appointment.objects.filter(therapist=ash).order_by("starts_at"))
    assert len({visit.patient_id for visit in visits}) == 1
    assert len(visits) == len(TIMES)
    page = text_of(signed_in(ash).get(f"/visits/{visits[-1].pk}/"))
    assert "-3 (better by at least the 2 points that matter)" in page
    assert "Your last week: Good week 8 of 0 to 9, higher is better. Good week" in page
    assert "Walk the dog for an hour +3 (better by at least the 3 points" in page or (
        "Pasear al perro una hora +3 (better by at least the 3 points" in page
    )


def test_the_invented_questionnaire_is_asked_of_nobody_else(demo):
    with inside(demo.pk):
        assert not InstrumentVersion.objects.get(key="urn:previsit:demo:week").is_asked


def test_it_is_made_once(demo):
    with inside(demo.pk):
        before = Appointment.objects.count()
    seed_series(at=timezone.now())
    with inside(demo.pk):
        assert Appointment.objects.count() == before
