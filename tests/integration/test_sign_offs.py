"""Clinical content is called a draft until an admin has recorded who signed that version."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from clinic.models import AuditEvent
from intake.commands import sign_offs
from intake.models import PackVersion, Rehearsal, SignOff
from tests.clients import signed_in
from tests.factories.clinics import actor, inside
from tests.factories.intakes import begin, submitted, urgent_answers
from tests.factories.packs import draft, publish_rehearsed
from tests.factories.visits import make_visit

DRAFT = "Clinical content not yet signed off"
FORM = {
    "clinician": "Dr Wren Clinician",
    "registration": "HCPC PH00000, lead physiotherapist",
    "signed_on": "2026-01-05",
}


@pytest.fixture
def pack(clinic):
    return PackVersion.objects.get()


@pytest.fixture
def room(ash):
    return signed_in(ash)


@pytest.fixture
def office(admin):
    return signed_in(admin)


def text_of(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def newer(pack):
    """The same patterns, published again as another version."""
    return publish_rehearsed(draft(lambda documents: None))


def sign(admin, pack, **changes):
    typed = {**FORM, "signed_on": date(2026, 1, 5), **changes}
    with inside(admin.clinic_id):
        return sign_offs.sign_off(by=actor(admin), at=timezone.now(), pack=pack, **typed)


def test_staff_pages_say_draft_until_the_signature_is_recorded(room, office, pack, desk, ash):
    visit = make_visit(desk, ash)
    submitted(desk, visit, urgent_answers())
    own = f"/visits/{visit.pk}/"
    pages = [own + page for page in ("", "note/", "programme/", "missed/", "scores/")]
    pages += ["/today/", "/calls/", "/learning/"]
    assert all(DRAFT in text_of(room.get(page)) for page in pages)
    assert office.post(f"/settings/packs/{pack.pk}/", FORM).status_code == 302
    assert not any(DRAFT in text_of(room.get(page)) for page in pages)
    foot = text_of(room.get(own))
    assert "signed off by Dr Wren Clinician (HCPC PH00000, lead physiotherapist), 5 Jan 2026" in (
        foot
    )
    office.post(f"/settings/packs/{pack.pk}/withdraw/")
    assert all(DRAFT in text_of(room.get(page)) for page in pages)


def test_an_intake_keeps_the_state_of_the_pack_it_was_sent_under(room, pack, admin, desk, ash):
    visit = make_visit(desk, ash)
    submitted(desk, visit)
    fresh = newer(pack)
    open_visit = make_visit(desk, ash)
    begin(desk, open_visit)
    sign(admin, fresh)
    assert DRAFT in text_of(room.get(f"/visits/{visit.pk}/"))
    assert DRAFT not in text_of(room.get(f"/visits/{open_visit.pk}/"))
    assert DRAFT in text_of(room.get("/today/")), "one of the two was read with a draft"
    sign(admin, pack)
    assert DRAFT not in text_of(room.get("/today/"))


def test_an_empty_day_speaks_of_the_pack_in_force(room, pack, admin):
    assert DRAFT in text_of(room.get("/today/"))
    sign(admin, pack)
    assert DRAFT not in text_of(room.get("/today/"))


def test_a_list_of_calls_without_a_call_has_nothing_to_be_signed_off(room, pack):
    assert DRAFT not in text_of(room.get("/calls/"))


def test_a_rehearsed_draft_is_called_a_draft_also_where_the_pack_in_force_is_signed(
    room, pack, admin
):
    sign(admin, pack)
    fresh = newer(pack)
    url = f"/learning/drafts/{Rehearsal.objects.get(content_hash=fresh.content_hash).pk}/"
    assert DRAFT in text_of(room.get(url))
    sign(admin, fresh)
    assert DRAFT not in text_of(room.get(url))


def test_another_clinics_signature_counts_for_that_clinic_only(
    pack, room, desk, ash, other_clinic, sorrel
):
    sign(sorrel, pack)
    visit = make_visit(desk, ash)
    submitted(desk, visit)
    assert DRAFT in text_of(room.get(f"/visits/{visit.pk}/"))


def test_the_record_shows_who_when_and_what_was_taken_back(office, pack, admin):
    office.post(f"/settings/packs/{pack.pk}/", FORM)
    office.post(f"/settings/packs/{pack.pk}/withdraw/")
    office.post(f"/settings/packs/{pack.pk}/", FORM | {"clinician": "Second Clinician"})
    page = text_of(office.get(f"/settings/packs/{pack.pk}/"))
    for said in ("Signed by Dr Wren", "Signature taken back", "Signed by Second", admin.name):
        assert said in page
    assert "Second Clinician" in text_of(office.get("/settings/"))
    trail = AuditEvent.objects.filter(subject_type="packversion", subject_id=str(pack.pk))
    assert list(trail.order_by("id").values_list("action", flat=True))[-3:] == [
        "signed off",
        "withdrew sign-off",
        "signed off",
    ]
    assert "Wren" not in str(list(trail.values()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"clinician": ""},
        {"registration": " "},
        {"signed_on": "2026-02-30"},
        {"signed_on": "2999-01-01"},
        {"clinician": "x" * 121},
    ],
)
def test_what_is_not_whole_is_not_recorded(wrong, office, pack):
    answer = office.post(f"/settings/packs/{pack.pk}/", FORM | wrong)
    assert answer.status_code == 422
    assert "Nothing is recorded" in text_of(answer)
    assert not SignOff.objects.exists()


def test_one_signature_stands_at_a_time(office, pack, admin):
    sign(admin, pack)
    again = office.post(f"/settings/packs/{pack.pk}/", FORM, follow=True)
    assert "Somebody has recorded a signature" in text_of(again)
    assert SignOff.objects.count() == 1
    with pytest.raises(sign_offs.AlreadySigned):
        sign(admin, pack)


def test_nothing_is_taken_back_twice(office, pack):
    again = office.post(f"/settings/packs/{pack.pk}/withdraw/", follow=True)
    assert "no signature to take back" in text_of(again)
    assert not SignOff.objects.exists()


def test_a_pack_that_was_never_published_does_not_exist(office):
    assert office.get("/settings/packs/999999/").status_code == 404
    assert office.post("/settings/packs/999999/", FORM).status_code == 404
    assert office.post("/settings/packs/999999/withdraw/").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 0},
        {"number": 2},
        {"number": 3, "clinician": ""},
        {"number": 3, "registration": ""},
        {"number": 3, "signed_on": None},
        {"number": 1},
    ],
)
def test_the_database_keeps_the_record_whole(wrong, pack, admin):
    first = sign(admin, pack)
    values = {
        "clinic_id": first.clinic_id,
        "pack": pack,
        "clinician": "Somebody",
        "registration": "x",
        "signed_on": date(2026, 1, 5),
        "by": admin,
        "at": timezone.now(),
        **wrong,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        SignOff.objects.create(**values)
    SignOff.objects.create(**values | WHOLE)


WHOLE = {"number": 3, "clinician": "Nobody", "registration": "x", "signed_on": date(2026, 1, 5)}


def test_a_row_is_neither_changed_nor_deleted(pack, admin):
    sign(admin, pack)
    for change in (
        lambda: SignOff.objects.update(clinician="Somebody else"),
        lambda: SignOff.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert SignOff.objects.get().clinician == FORM["clinician"]
