"""The audit trail and the logs: everything leaves a trace, and no trace holds a secret (D-02)."""

import json
import logging

import pytest

from clinic.access import Actor, Kind
from clinic.commands.audit import Anonymous, record
from clinic.logs import JsonFormatter
from clinic.models import AuditEvent
from intake.models import Response, Verdict
from tests import databases
from tests.clients import Browser, signed_in, with_link
from tests.factories.clinics import inside
from tests.factories.intakes import answer, begin, calm_answers
from tests.factories.visits import invite, make_visit, open_link
from tests.integration.world import CANARY, CANARY_PHONE, has_canary, make_side
from tests.walking import post


def trail(**wanted):
    return list(AuditEvent.objects.filter(**wanted).order_by("id"))


# Every read ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "path", "kind"),
    [
        ("ash", "/today/", "day"),
        ("ash", "/visits/{visit}/", "brief"),
        ("desk", "/desk/", "desk"),
        ("desk", "/desk/patients/{patient}/", "desk"),
        ("admin", "/settings/", "settings"),
    ],
)
def test_each_page_read_leaves_one_row(who, path, kind, request, visit_with_ash):
    user = request.getfixturevalue(who)
    browser = signed_in(user)
    url = path.format(visit=visit_with_ash.pk, patient=visit_with_ash.patient_id)
    before = AuditEvent.objects.count()
    page = browser.get(url)
    [row] = trail(action="read")
    assert AuditEvent.objects.count() == before + 1
    assert (row.actor_kind, row.actor_id, row.subject_type) == ("staff", str(user.pk), kind)
    assert row.request_id == page.headers["X-Request-ID"]
    named = {"brief": visit_with_ash.pk, "desk": visit_with_ash.patient_id}
    assert row.subject_id in ("", str(named.get(kind)))


def test_a_live_search_leaves_a_row_without_what_was_typed(desk):
    headers = {"X-Requested-With": "XMLHttpRequest"}
    signed_in(desk).post("/desk/search/", {"q": "canary"}, headers=headers)
    [row] = trail(action="searched")
    assert "canary" not in str(vars(row))


def test_every_step_of_an_intake_is_in_the_trail(desk, visit_with_ash, client):
    token = invite(desk, visit_with_ash)
    born = {"day": "27", "month": "3", "year": "1980"}
    post(client, f"/i/{token}/", {**born, "year": "1981"})
    post(client, f"/i/{token}/", born)
    post(client, "/intake/notice/", {"agree": "on", "role": "self"})
    actions = [row.action for row in trail(actor_kind="patient")]
    assert actions == ["birth date wrong", "opened", "began"]


def test_a_red_flag_is_in_the_trail_at_once(desk, visit_with_ash):
    response = begin(desk, visit_with_ash)
    answer(response, {"rf.now": ["chest"]})
    [row] = trail(action="urgent flag raised")
    assert row.subject_id == str(response.pk)


# What a row may hold ---------------------------------------------------------------------------


def test_nobody_writes_without_a_name(desk):
    nameless = Actor(Kind.STAFF, "", desk.clinic_id)
    with pytest.raises(Anonymous):
        record(by=nameless, action="read", subject=desk)
    assert not trail(action="read")


def test_rows_hold_ids_and_nothing_of_what_they_tell(kept):
    side = make_side("Testford House")
    with inside(side.clinic.pk):
        rows = [str(vars(row)).lower() for row in AuditEvent.objects.all()]
    assert len(rows) > 10
    assert not [row for row in rows if CANARY in row or CANARY_PHONE in row]


def test_times_are_the_databases_not_the_hosts(desk, clock):
    """The clock of the test stands at noon; the database's does not."""
    from datetime import UTC, datetime

    stands = datetime.now(UTC)
    signed_in(desk).get("/desk/")
    assert trail(action="read")[0].at != stands


# A trail that cannot be written ----------------------------------------------------------------

SCRATCH = "previsit_trail"
NO_TRAIL = """
CREATE FUNCTION no_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.action = ANY(ARRAY[{}]) THEN RAISE EXCEPTION 'no room for the trail'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER no_trail BEFORE INSERT ON clinic_auditevent
    FOR EACH ROW EXECUTE FUNCTION no_trail();
"""


def silence(*actions):
    """From here on the trail of the scratch database takes no such row."""
    with databases.as_owner(SCRATCH) as owner:
        owner.execute(NO_TRAIL.format(", ".join(f"'{action}'" for action in actions)))


def test_a_page_whose_reading_cannot_be_recorded_is_not_shown(committed):
    with databases.scratch(SCRATCH):
        side = make_side("Testford House")
        silence("read", "searched")
        therapist = signed_in(side.therapist, raise_request_exception=False)
        desk = signed_in(side.desk, raise_request_exception=False)
        answers = [
            therapist.get("/today/"),
            therapist.get(f"/visits/{side.visit.pk}/"),
            desk.get("/desk/"),
            desk.get(f"/desk/patients/{side.visit.patient_id}/"),
            desk.post("/desk/search/", {"q": "canary"}),
        ]
    assert [each.status_code for each in answers] == [500] * 5
    assert not any(has_canary(each) for each in answers)


def test_what_cannot_be_recorded_does_not_happen(committed):
    with databases.scratch(SCRATCH):
        side = make_side("Testford House")
        silence("judged confirmed", "submitted", "cancelled")
        visit = make_visit(side.desk, side.therapist)
        answer(begin(side.desk, visit), calm_answers())
        patient = with_link(open_link(visit), raise_request_exception=False)
        therapist = signed_in(side.therapist, raise_request_exception=False)
        desk = signed_in(side.desk, raise_request_exception=False)
        sent = patient.post(
            "/intake/sign/", {"name": "Otter", "key": "00000000-0000-4000-8000-000000000000"}
        )
        judged = therapist.post(
            f"/flags/{side.flag.pk}/verdict/", {"verdict": "confirmed", "reason": "r"}
        )
        cancelled = desk.post(f"/desk/visits/{visit.pk}/cancel/")
        with inside(side.clinic.pk):
            assert not Response.objects.get(appointment=visit).is_submitted
            assert not Verdict.objects.filter(choice="confirmed").exists()
            visit.refresh_from_db()
        assert visit.cancelled_at is None
        assert url_after(patient) == "/intake/more/1-1/"  # to be gone through, not sent
    assert {sent.status_code, judged.status_code, cancelled.status_code} == {500}


def url_after(patient):
    return patient.get("/intake/", follow=True).request["PATH_INFO"]


def test_a_refusal_that_cannot_be_recorded_still_refuses(committed):
    with databases.scratch(SCRATCH):
        side = make_side("Testford House")
        silence("denied")
        desk = signed_in(side.desk, raise_request_exception=False)
        page = desk.get(f"/visits/{side.visit.pk}/")
    assert page.status_code == 500
    assert not has_canary(page)


# Logs ------------------------------------------------------------------------------------------


@pytest.fixture
def lines():
    """Every log line of the test, as production writes it, from DEBUG up."""
    written = []

    class Keep(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    handler = Keep(level=logging.INFO)
    handler.setFormatter(JsonFormatter())
    root, django = logging.getLogger(), logging.getLogger("django")
    before = (root.level, django.level)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    django.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(before[0])
    django.setLevel(before[1])


def test_no_line_holds_a_name_an_answer_or_a_link(kept, lines, monkeypatch):
    side = make_side("Testford House")
    key = open_link(side.open_visit)
    patient = with_link(key, raise_request_exception=False)
    therapist = signed_in(side.therapist, raise_request_exception=False)
    desk = signed_in(side.desk, raise_request_exception=False)
    Browser().get(f"/i/{side.token}x/")
    Browser().post(f"/i/{side.token}/", {"day": "1", "month": "1", "year": "1999"})
    patient.get("/intake/canary/")
    desk.get(f"/visits/{side.visit.pk}/")
    desk.post("/desk/search/", {"q": "canary"})
    monkeypatch.setattr("intake.views.briefs.get_brief", explode)
    monkeypatch.setattr("intake.views.desk.show_desk", explode)
    monkeypatch.setattr("intake.queries.notices.get_newest_texts", explode)
    for page in (
        therapist.get(f"/visits/{side.visit.pk}/"),
        desk.get("/desk/"),
        patient.get("/intake/notice/"),
    ):
        assert page.status_code == 500
        assert not has_canary(page)
    said = "\n".join(lines)
    assert len(lines) > 5
    for secret in ("canarygiven", "canarynote", "canarywords", side.token, key, CANARY_PHONE):
        assert secret not in said, secret
    assert all(json.loads(line)["message"] for line in lines)


def explode(*_, **__):
    raise ValueError("canarynote of canarygiven, canarywords 07700 900999")


def test_a_line_names_the_request_and_the_place_of_a_fault(lines):
    try:
        explode()
    except ValueError:
        logging.getLogger("previsit").exception("It broke", extra={"request_id": "abc"})
    line = json.loads(lines[-1])
    assert line["exception"] == "ValueError"
    assert line["request_id"] == "abc"
    assert "test_trail.py" in line["where"][-1]
    assert "canary" not in lines[-1]
