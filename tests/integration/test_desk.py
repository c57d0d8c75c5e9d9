"""The front desk: finding, making, booking, sending, and never a clinical word."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from clinic.models import Appointment, AuditEvent, Contact, Message, Patient
from intake.models import Invitation, LinkToken, Response
from tests.clients import Browser, signed_in
from tests.factories.intakes import answer, begin, submitted, urgent_answers
from tests.factories.visits import invite, make_patient, make_visit, today_at
from tests.walking import read, text_of

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def counter(desk):
    """The browser at the front desk."""
    return signed_in(desk)


def found(counter, text):
    """The names that a search finds."""
    page = counter.post(
        "/desk/search/", {"q": text}, headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert page.status_code == 200
    return [link.get_text() for link in read(page).find_all("a")]


# Finding ---------------------------------------------------------------------------------------


@pytest.fixture
def people(desk):
    names = [("José", "Núñez"), ("Zoë", "Straßer"), ("O'Brien", "van der Berg"), ("Ian", "Moss")]
    return [make_patient(desk, given_name=given, family_name=family) for given, family in names]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("jo", "José Núñez"),
        ("NUN", "José Núñez"),
        ("núñ", "José Núñez"),
        ("nuñez jos", "José Núñez"),
        ("zoe", "Zoë Straßer"),
        ("strasser", "Zoë Straßer"),
        ("o'b", "O'Brien van der Berg"),
        ("o’b", "O'Brien van der Berg"),
        ("van der", "O'Brien van der Berg"),
        ("o'brien van der b", "O'Brien van der Berg"),
        ("van der berg o'b", "O'Brien van der Berg"),
        ("ian", "Ian Moss"),
        ("  moss  ", "Ian Moss"),
        ("Nu\u0301n\u0303ez", "José Núñez"),
    ],
)
def test_a_few_letters_find_a_patient(text, name, people, counter):
    assert any(name in each for each in found(counter, text))


def test_the_reference_finds_a_patient_in_either_case(people, counter):
    assert "Ian Moss" in found(counter, people[3].reference.lower())[0]


@pytest.mark.parametrize(
    "text", ["", "   ", "%", "_", "*", "oss", "'; DROP TABLE", "\x00", "a" * 5000]
)
def test_what_is_no_beginning_of_a_name_finds_nobody(text, people, counter):
    assert found(counter, text) == []


def test_a_search_shows_no_more_than_twelve(desk, counter):
    for _ in range(14):
        make_patient(desk, family_name="Samename")
    assert len(found(counter, "samename")) == 12


def test_a_name_never_stands_in_an_address(people, counter):
    assert counter.get("/desk/search/", {"q": "moss"}).status_code == 405


def test_patients_of_another_clinic_are_not_found(people, counter, other_desk):
    make_patient(other_desk, given_name="Ian", family_name="Elsewhere")
    assert not any("Elsewhere" in each for each in found(counter, "ian"))


# Creating --------------------------------------------------------------------------------------

NEW = {
    "given_name": "Heron",
    "family_name": "Mockford",
    "birth_date": "1971-02-03",
    "language": "es",
    "email": "heron@patients.example",
    "phone": "07700 900124",
}


def test_a_patient_is_made_and_open_without_leaving_the_page(counter, clinic):
    page = counter.post("/desk/patients/", NEW, follow=True)
    patient = Patient.objects.get()
    assert page.request["PATH_INFO"] == f"/desk/patients/{patient.pk}/"
    assert f"Heron Mockford is added, reference {patient.reference}." in text_of(page)
    contact = Contact.objects.get(patient=patient)
    assert (contact.email, contact.phone) == (NEW["email"], NEW["phone"])
    assert patient.clinic == clinic


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"given_name": ""}, "Enter the given name"),
        ({"family_name": " "}, "Enter the family name"),
        ({"birth_date": ""}, "Enter the birth date"),
        ({"birth_date": "2030-02-30"}, "Enter a real date"),
        ({"birth_date": "2999-01-01"}, "The birth date has to lie in the past"),
        ({"birth_date": "1800-01-01"}, "The birth date has to lie in the past"),
        ({"email": "nobody"}, "Enter an e-mail address like name@example.org"),
        ({"phone": "ring me"}, "Enter a phone number in digits"),
        ({"language": "xx"}, "Select a valid choice"),
        ({"given_name": "x" * 81}, "at most 80 characters"),
    ],
)
def test_what_is_wrong_with_a_new_patient_is_said_and_the_rest_kept(changes, sentence, counter):
    page = counter.post("/desk/patients/", NEW | changes)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert "Mockford" in page.content.decode() or "family_name" in changes
    assert not Patient.objects.exists()


def test_extra_fields_in_a_form_change_nothing_else(counter, clinic, other_clinic, ash):
    extra = {
        "clinic": other_clinic.pk,
        "clinic_id": other_clinic.pk,
        "id": "1",
        "reference": "P-HACKED",
        "created_at": "2000-01-01",
        "is_superuser": "1",
        "role": "admin",
        "email_index": "x",
    }
    counter.post("/desk/patients/", NEW | extra)
    patient = Patient.objects.get()
    assert patient.clinic == clinic
    assert patient.reference != "P-HACKED"
    assert patient.created_at == timezone.now()


def test_two_patients_may_share_a_name_and_a_birth_date(counter):
    for _ in range(2):
        counter.post("/desk/patients/", NEW)
    assert len({patient.reference for patient in Patient.objects.all()}) == 2


# Booking ---------------------------------------------------------------------------------------


def booking(whom, **changes):
    day = timezone.now().date().isoformat()
    values = {"therapist": whom.pk, "day": day, "time": "09:00", "minutes": "30"}
    return values | changes


def test_a_visit_is_booked_at_the_time_of_the_clinic(counter, desk, ash):
    patient = make_patient(desk)
    page = counter.post(f"/desk/patients/{patient.pk}/book/", booking(ash), follow=True)
    visit = Appointment.objects.get()
    assert "Booked:" in text_of(page)
    assert visit.starts_at.astimezone(LONDON).strftime("%H:%M") == "09:00"
    assert visit.ends_at - visit.starts_at == timedelta(minutes=30)
    assert visit.created_by == desk


@pytest.mark.parametrize(("day", "utc"), [("2030-01-15", 9), ("2030-07-15", 8)])
def test_nine_o_clock_is_nine_o_clock_in_summer_and_winter(day, utc, counter, desk, ash):
    patient = make_patient(desk)
    counter.post(f"/desk/patients/{patient.pk}/book/", booking(ash, day=day))
    assert Appointment.objects.get().starts_at.hour == utc


def test_a_clash_is_said_in_a_sentence_and_what_was_typed_stays(counter, desk, ash):
    make_visit(desk, ash, starts_at=datetime.combine(timezone.now(), NINE, tzinfo=LONDON))
    patient = make_patient(desk, given_name="Late")
    page = counter.post(f"/desk/patients/{patient.pk}/book/", booking(ash, time="09:15"))
    assert page.status_code == 422
    assert "Not booked." in text_of(page)
    assert "Ash Therapist has another appointment at that time." in text_of(page)
    assert read(page).find("input", {"name": "time"})["value"] == "09:15"
    assert not Appointment.objects.filter(patient=patient).exists()


NINE = datetime(2000, 1, 1, 9).time()  # noqa: DTZ001 - a time of day


def test_a_patient_in_two_places_is_said_too(counter, desk, ash, birch):
    patient = make_patient(desk, given_name="Both")
    counter.post(f"/desk/patients/{patient.pk}/book/", booking(ash))
    page = counter.post(f"/desk/patients/{patient.pk}/book/", booking(birch, overbook="on"))
    assert "Both Testwood has another appointment at that time." in text_of(page)


def test_overbooking_on_purpose_is_kept_with_who_did_it(counter, desk, ash):
    for _ in range(2):
        patient = make_patient(desk)
        page = counter.post(
            f"/desk/patients/{patient.pk}/book/", booking(ash, overbook="on"), follow=True
        )
    assert Appointment.objects.filter(is_overbooked=True).count() == 2
    assert "Overbooked on purpose" in text_of(page)
    trail = AuditEvent.objects.filter(action="overbooked")
    assert {row.actor_id for row in trail} == {str(desk.pk)}


@pytest.mark.parametrize(
    "changes",
    [
        {"therapist": "0"},
        {"therapist": "x"},
        {"day": "soon"},
        {"time": "25:00"},
        {"minutes": "31"},
        {"minutes": "-30"},
        {"day": "", "time": ""},
        {"day": "9999-12-31", "time": "23:59"},
        {"day": "0001-01-01"},
    ],
)
def test_a_booking_that_cannot_be_is_422(changes, counter, desk, ash):
    patient = make_patient(desk)
    page = counter.post(f"/desk/patients/{patient.pk}/book/", booking(ash, **changes))
    assert page.status_code == 422
    assert not Appointment.objects.exists()


def test_nobody_is_booked_with_a_therapist_of_another_clinic(counter, desk, ash, sorrel, gone):
    patient = make_patient(desk)
    for therapist in (sorrel, gone, desk):
        page = counter.post(f"/desk/patients/{patient.pk}/book/", booking(therapist))
        assert page.status_code == 422
    assert not Appointment.objects.exists()


def test_cancelling_frees_the_time_and_says_who(counter, desk, ash, visit_with_ash):
    counter.post(f"/desk/visits/{visit_with_ash.pk}/cancel/")
    again = counter.post(f"/desk/visits/{visit_with_ash.pk}/cancel/")
    visit_with_ash.refresh_from_db()
    assert (visit_with_ash.cancelled_by, visit_with_ash.cancelled_at) == (desk, timezone.now())
    assert again.status_code == 404
    other = make_visit(desk, ash, starts_at=visit_with_ash.starts_at)
    assert other.cancelled_at is None


# Sending ---------------------------------------------------------------------------------------


def test_the_link_goes_to_the_outbox_not_to_the_mail_server(counter, visit_with_ash, mailoutbox):
    page = counter.post(f"/desk/visits/{visit_with_ash.pk}/invite/", follow=True)
    assert "is on its way" in text_of(page)
    assert Message.objects.get().sent_at is None
    assert mailoutbox == []


def test_the_mail_carries_no_name_and_no_reason(counter, desk, ash):
    patient = make_patient(desk, given_name="Heron", family_name="Mockford")
    visit = make_visit(desk, ash, patient)
    counter.post(f"/desk/visits/{visit.pk}/invite/")
    mail = Message.objects.get()
    said = (mail.subject + mail.body).lower()
    assert mail.address == Contact.objects.get(patient=patient).email
    for secret in ("heron", "mockford", patient.reference.lower(), "ash", "pain", "hip", "injury"):
        assert secret not in said, secret


def test_the_link_in_the_mail_has_the_origin_of_the_settings(desk, visit_with_ash, settings):
    settings.BASE_URL = "https://intake.example.org"
    forged = signed_in(desk, headers={"X-Forwarded-Host": "evil.example"})
    forged.post(f"/desk/visits/{visit_with_ash.pk}/invite/")
    body = Message.objects.get().body
    assert "https://intake.example.org/i/" in body
    assert "evil.example" not in body


def test_sending_again_kills_the_older_link_and_keeps_the_answers(counter, desk, visit_with_ash):
    first = invite(desk, visit_with_ash)
    answer(begin(desk, visit_with_ash), {"pain.side": "left"})
    counter.post(f"/desk/visits/{visit_with_ash.pk}/invite/")
    assert Browser().get(f"/i/{first}/").status_code == 404
    assert Response.objects.get().answers == {"pain.side": "left"}
    assert LinkToken.objects.filter(revoked_at=None).count() == 1
    assert Invitation.objects.count() == 1


def test_nothing_is_sent_without_an_address_or_after_the_answers_came(counter, desk, ash):
    silent = make_visit(desk, ash, make_patient(desk, email=""))
    page = counter.post(f"/desk/visits/{silent.pk}/invite/", follow=True)
    assert "has no e-mail on file" in text_of(page)
    sent = make_visit(desk, ash)
    submitted(desk, sent)
    before = Message.objects.count()
    page = counter.post(f"/desk/visits/{sent.pk}/invite/", follow=True)
    assert "has submitted already" in text_of(page)
    assert Message.objects.count() == before


def test_a_spanish_patient_gets_a_spanish_mail(counter, desk, ash):
    visit = make_visit(desk, ash, make_patient(desk, language="es"))
    counter.post(f"/desk/visits/{visit.pk}/invite/")
    assert "formulario" in Message.objects.get().subject.lower()


def test_only_hashes_of_links_are_kept_outside_the_mail(desk, visit_with_ash):
    token = invite(desk, visit_with_ash)
    link = LinkToken.objects.get()
    assert len(bytes(link.token_hash)) == 32
    assert token.encode() not in bytes(link.token_hash)
    assert len(token) >= 43  # 256 bits


# The day ---------------------------------------------------------------------------------------


def test_the_day_says_how_far_each_intake_is(counter, desk, ash):
    make_visit(desk, ash)
    invite(desk, make_visit(desk, ash))
    begin(desk, make_visit(desk, ash))
    submitted(desk, make_visit(desk, ash))
    submitted(desk, make_visit(desk, ash), urgent_answers())
    counts = {
        row.dt.get_text(): int(row.dd.get_text())
        for row in read(counter.get("/desk/")).select(".counts div")
    }
    assert counts == {"Call first": 1, "Not begun": 2, "Under way": 1, "Submitted": 2}


def test_no_desk_page_carries_a_clinical_word(counter, desk, ash):
    patient = make_patient(desk)
    visit = make_visit(desk, ash, patient)
    submitted(desk, visit, urgent_answers(problem__words="canarywords", goal__main="canarygoal"))
    posts = [
        ("/desk/search/", {"q": "otter"}),
        (f"/desk/patients/{patient.pk}/book/", {}),
        ("/desk/patients/", {}),
    ]
    pages = [counter.get("/desk/"), counter.get(f"/desk/patients/{patient.pk}/")]
    pages += [counter.post(url, form) for url, form in posts]
    pages += [counter.post(f"/desk/visits/{visit.pk}/invite/", follow=True)]
    for page in pages:
        said = page.content.decode().lower()
        for clinical in ("canary", "emergency", "red flag", "redflag", "same day", "rf.", "pain"):
            assert clinical not in said, clinical
    assert "Call first" in text_of(pages[0])


def test_pages_of_a_long_day_come_by_key_without_doubles(counter, desk, ash, birch):
    patients = [make_patient(desk) for _ in range(65)]
    for number, patient in enumerate(patients):
        therapist = (ash, birch)[number % 2]
        at = today_at(6) + timedelta(minutes=10 * (number // 2))
        make_visit(desk, therapist, patient, at, minutes=10)
    url, seen = "/desk/", []
    while url:
        page = read(counter.get(url))
        seen += [link["href"] for link in page.select("table.visits th a")]
        further = page.select_one(".further a")
        url = (
            further["href"] and f"/desk/{further['href'].removeprefix('/desk/')}" if further else ""
        )
    assert len(seen) == len(set(seen)) == 65


@pytest.mark.parametrize(
    "query",
    [
        "day=0001-01-01",
        "day=9999-12-31",
        "day=2026-13-45",
        "day=%00",
        "day=today",
        "after=x",
        "after=2026-11-20T09:00:00Z_1",
        "after=2026-11-20T09:00:00_1",
        "after=2026-99-99T99:99:99Z_1",
        "after=2026-11-20T09:00:00Z_99999999999999999",
        "after=2026-11-20T09:00:00Z_%D9%A3",
        "after=_",
        "after=%27%20OR%201%3D1",
        "clinic__isnull=1&pk__in=1&_connector=OR&order_by=password",
    ],
)
def test_an_odd_address_of_the_day_is_an_ordinary_page(query, counter, visit_with_ash):
    assert counter.get(f"/desk/?{query}").status_code == 200


def test_the_demo_shows_the_last_mail_and_no_other_clinic_does(
    counter, desk, visit_with_ash, settings
):
    token = invite(desk, visit_with_ash)
    url = f"/desk/patients/{visit_with_ash.patient_id}/"
    assert token not in counter.get(url).content.decode()
    settings.IS_DEMO = True
    assert token in counter.get(url).content.decode()


def test_the_therapists_of_the_clinic_who_are_there_can_be_booked(
    counter, desk, ash, birch, gone, sorrel
):
    page = read(counter.get(f"/desk/patients/{make_patient(desk).pk}/"))
    offered = [option.get_text() for option in page.select("select[name=therapist] option")]
    assert offered == ["Ash Therapist", "Birch Therapist"]
