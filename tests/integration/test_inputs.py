"""What people and machines send: never a fault of ours, never stored as something else."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clinic.models import Patient
from intake.forms.answers import AnswersForm
from intake.forms.patients import BirthDateForm, CodeForm
from intake.models import Response
from intake.rules.answered import Answers
from intake.rules.pack import load_pack
from tests.clients import Browser, signed_in, with_link
from tests.factories.intakes import answer, begin
from tests.factories.visits import invite, make_visit, open_link
from tests.walking import read

QUESTIONS = load_pack().questionnaire
ODD = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\u202e",
    "\ufeff",
    "\U0010ffff",
    "a" + "\u0301" * 200,
    "👩‍👧‍👦",
    "ﬁ ß İ ı",
    "٣",
    "x" * 100_000,
    "1e1000000",
    "9e999999999",
    "-1e-1000000",
    "NaN",
    "Infinity",
    "9" * 4000,
    "1_000",
    "0x1F",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "../../etc/passwd",
    "%s%n",
    "null",
    "[]",
]


def form_of(data, names=None):
    """A page that asks everything, or these, filled with `data`."""
    sent = QueryDict(mutable=True)
    for name, values in data.items():
        sent.setlist(name, values if isinstance(values, list) else [values])
    items = [item for item in QUESTIONS.items if names is None or item.link_id in names]
    saved = Answers(values={}, on=timezone.now().date())
    return AnswersForm(questionnaire=QUESTIONS, items=items, saved=saved, data=sent)


def controls():
    """The name of every control of every question."""
    names = []
    for item in QUESTIONS.items:
        parts = [".day", ".month", ".year"] if item.type == "date" else [""]
        names += [item.link_id + part for part in parts]
    return names


@pytest.mark.parametrize("odd", ODD)
def test_no_form_breaks_on_an_odd_value(odd):
    form = form_of(dict.fromkeys(controls(), odd))
    form.is_valid()
    for link_id, value in form.answers.items():
        assert QUESTIONS.item(link_id).type in ("text", "decimal"), (link_id, value)
    assert form.refused().errors or form.answers or not odd.strip()


@given(st.dictionaries(st.sampled_from(controls()), st.lists(st.text(max_size=30), max_size=3)))
def test_no_form_breaks_on_anything(data):
    form = form_of(data)
    form.is_valid()
    for link_id, value in form.answers.items():
        if QUESTIONS.item(link_id).type == "text":
            assert value == data[link_id][-1].replace("\r\n", "\n").strip()


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_birth_date_breaks(day, month, year):
    form = BirthDateForm({"day": day, "month": month, "year": year})
    assert form.is_valid() or form.errors


@given(st.text(max_size=40))
def test_a_code_is_six_digits_or_nothing(text):
    form = CodeForm({"code": text})
    if form.is_valid():
        assert len(form.cleaned_data["code"]) == 6


@pytest.mark.parametrize(
    ("typed", "kept"), [("172", 172), ("72,5", 72.5), (" 72.5 ", 72.5), ("072", 72)]
)
def test_a_number_is_taken_with_a_comma_or_a_point(typed, kept):
    form = form_of({"about.height_cm": typed, "about.weight_kg": typed}, {"about.weight_kg"})
    form.is_valid()
    assert form.answers == {"about.weight_kg": kept}


@pytest.mark.parametrize(
    "typed", ["1e2", "1e1000000", "NaN", "-5", "0", "9" * 13, "72.5.1", "7 2", "inf", "٧٢" * 9]
)
def test_a_number_that_is_none_is_refused(typed):
    form = form_of({"about.weight_kg": typed}, {"about.weight_kg"})
    form.is_valid()
    kept = form.answers.get("about.weight_kg")
    assert kept is None or Decimal(str(kept)) == Decimal(typed)
    assert kept is None or 1 < kept < 1000


# Over http -------------------------------------------------------------------------------------


@pytest.fixture
def phone(desk, visit_with_ash):
    response = begin(desk, visit_with_ash)
    answer(response, {"pain.side": "left"})
    return with_link(open_link(visit_with_ash))


@pytest.mark.parametrize("odd", [odd for odd in ODD if len(odd) < 50])
def test_an_odd_value_in_a_page_is_an_error_or_kept_as_it_is(odd, phone):
    page = phone.post("/intake/questions/problem/", {"problem.words": odd, "pain.side": odd})
    assert page.status_code == 422
    saved = Response.objects.get().answers
    assert saved.get("problem.words") in (None, odd.strip())
    assert saved["pain.side"] == "left"


@pytest.mark.parametrize("size", [1_000_001, 10_000_000])
def test_a_body_over_the_limit_is_refused(size, phone, desk):
    big = {"problem.words": "x" * size}
    assert phone.post("/intake/questions/problem/", big).status_code == 400
    assert Browser().post("/account/login/", {"login": "x" * size}).status_code == 400
    assert signed_in(desk).post("/desk/search/", {"q": "x" * size}).status_code == 400


def test_too_many_fields_are_refused(phone):
    many = {f"field{number}": "x" for number in range(5000)}
    assert phone.post("/intake/questions/problem/", many).status_code == 400


def test_a_file_where_none_is_asked_for_is_ignored(phone):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("../../x.svg", b"<svg onload=alert(1)>")
    page = phone.post("/intake/questions/problem/", {"problem.words": file})
    assert page.status_code == 422
    assert "problem.words" not in Response.objects.get().answers


def test_a_body_of_another_kind_is_an_empty_form(phone, desk):
    for kind in ("application/json", "text/plain", "application/xml"):
        deep = "[" * 100_000
        assert phone.post("/intake/questions/problem/", deep, content_type=kind).status_code == 422
        page = signed_in(desk).post("/desk/patients/", deep, content_type=kind)
        assert page.status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/i/%00/",
        "/i/%ff%fe/",
        "/i/..%2f..%2fetc/",
        "/i/" + "x" * 5000 + "/",
        "/intake/questions/%00/",
        "/intake/questions/" + "x" * 3000 + "/",
        "/visits/%00/",
        "/flags/00000000-0000-0000-0000-00000000000g/verdict/",
        "/desk/patients/99999999999999999999/",
        "/desk/?day=%00&after=%00",
        "//desk/",
        "/DESK/",
        "/desk/./",
        "/desk/..;/settings/",
        "/?x=" + "y" * 8000,
    ],
)
def test_an_odd_address_is_answered_and_not_broken(path, desk, phone):
    for browser in (Browser(), signed_in(desk), phone):
        assert browser.get(path).status_code in (200, 301, 302, 404)


@pytest.mark.parametrize("value", ["\x01", "x" * 10_000, "é", "%00", "', '", "=;"])
def test_an_odd_cookie_is_nobody(value, desk):
    browser = Browser()
    for name in ("intake", "staff", "csrf", "django_language"):
        browser.cookies[name] = value
    assert browser.get("/intake/").status_code == 404
    assert browser.get("/desk/").status_code == 302
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("guess", ["upper", "lower", "cut", "dot", "space", "one more"])
def test_a_token_that_is_nearly_right_is_wrong(guess, desk, visit_with_ash):
    token = invite(desk, visit_with_ash)
    near = {
        "upper": token.upper(),
        "lower": token.lower(),
        "cut": token[:-1],
        "dot": f"{token}.",
        "space": f"{token}%20",
        "one more": f"{token}A",
    }
    assert Browser().get(f"/i/{near[guess]}/").status_code == 404
    assert Browser().get(f"/i/{token}/").status_code == 200


# Names -----------------------------------------------------------------------------------------

NAMES = ["José", "Jose\u0301", "Nguyễn", "Łukasz", "Ægir", "İpek", "Straße", "👩‍👧", "O’Neil", "李"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_and_found_as_it_was_typed(name, desk, ash):
    browser = signed_in(desk)
    form = {"given_name": name, "family_name": "Mockford", "birth_date": "1970-01-01"}
    browser.post("/desk/patients/", {**form, "language": "en", "email": "", "phone": ""})
    assert Patient.objects.get().given_name == name
    for text in (name, name.upper(), name.lower()):
        page = browser.post("/desk/search/", {"q": text})
        assert "Mockford" in read(page).find(id="panel").get_text(), text


@pytest.mark.parametrize("field", ["given_name", "family_name"])
def test_a_name_with_a_null_byte_is_refused(field, desk):
    form = {"given_name": "A", "family_name": "B", "birth_date": "1970-01-01", "language": "en"}
    page = signed_in(desk).post("/desk/patients/", form | {field: "a\x00b"})
    assert page.status_code == 422
    assert not Patient.objects.exists()


def test_a_patient_cannot_sign_as_somebody_else(desk, ash, phone, visit_with_ash):
    """Extra fields in the patient's forms reach no column."""
    extra = {"by": ash.pk, "role": "therapist", "submitted_at": "2000-01-01", "urgency": "0"}
    phone.post("/intake/questions/problem/", {"pain.side": "right", "answers": "{}", **extra})
    response = Response.objects.get()
    assert response.submitted_at is None
    assert response.answers["pain.side"] == "right"
    assert set(response.answers) <= set(QUESTIONS.by_id)


def test_a_page_takes_only_the_questions_that_it_asks(phone):
    phone.post("/intake/questions/problem/", {"pain.side": "right", "impact.worry": "9"})
    assert "impact.worry" not in Response.objects.get().answers


def test_a_text_in_a_page_is_no_template(phone):
    phone.post("/intake/questions/problem/", {"problem.words": "{{7*7}} {% debug %} %(x)s {0}"})
    page = phone.get("/intake/questions/problem/").content.decode()
    kept = BeautifulSoup(page, "html.parser").find("textarea", {"name": "problem.words"})
    assert kept.get_text().strip() == "{{7*7}} {% debug %} %(x)s {0}"


def test_two_visits_of_one_patient_have_two_intakes(desk, ash, phone, visit_with_ash):
    second = make_visit(desk, ash, visit_with_ash.patient)
    begin(desk, second)
    phone.post("/intake/questions/problem/", {"pain.side": "right"})
    assert Response.objects.get(appointment=second).answers == {}
