"""Who reaches what: every address, every sort of person, on rows that exist.

The table is the access matrix of the security design. An address without a row fails.
"""

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import get_resolver, reverse
from django.utils import timezone

from clinic.access import Permission, Role
from clinic.checks import routes
from clinic.guards import Guard
from clinic.models import Appointment, Task, User
from intake.commands import invitations
from intake.models import FollowUp, InstrumentVersion, Invitation, LinkSession, Programme, Rehearsal
from intake.queries.visits import whole_visits
from tests.clients import Browser, signed_in, with_link
from tests.factories.clinics import inside, make_staff
from tests.factories.intakes import answer, begin, calm_answers
from tests.factories.programmes import open_programme
from tests.factories.visits import make_visit, open_link, today_at
from tests.integration.world import (
    Side,
    denials,
    fingerprint,
    has_canary,
    make_side,
    marked_patient,
    some_texts,
)

# What comes back -----------------------------------------------------------------------------
OPEN, LOGIN, WRONG_ROLE, ABSENT, DEAD, CODE = "open", "login", "403", "404", "dead link", "code"
DENIED = (LOGIN, WRONG_ROLE, ABSENT, DEAD, CODE)

PATIENTS = ("patient", "patient2", "unopened", "second_device", "expired", "revoked")
STAFF = ("desk", "ash", "birch", "sorrel", "admin")
ACTORS = ("anon", *PATIENTS, *STAFF, "gone")


def for_everybody() -> dict[str, str]:
    return dict.fromkeys(ACTORS, OPEN)


def for_patients() -> dict[str, str]:
    cells = dict.fromkeys(ACTORS, DEAD)
    return cells | {"patient": OPEN, "patient2": OPEN, "second_device": CODE}


def for_staff(**cells: str) -> dict[str, str]:
    """Whoever is not named among the staff reaches it."""
    return dict.fromkeys(ACTORS, LOGIN) | dict.fromkeys(STAFF, OPEN) | cells


CLINICAL = {"desk": WRONG_ROLE, "birch": ABSENT, "sorrel": ABSENT, "admin": WRONG_ROLE}
# Whichever therapist comes first takes an urgent call; until then she reads nothing of it.
OF_THE_CLINIC = {"desk": WRONG_ROLE, "sorrel": ABSENT, "admin": WRONG_ROLE}
OWN_LIST = {"admin": WRONG_ROLE}  # Sorrel reaches the list of her own clinic
AT_THE_DESK = {"sorrel": ABSENT, "admin": WRONG_ROLE}
OF_THE_ADMIN = dict.fromkeys(("desk", "ash", "birch", "sorrel"), WRONG_ROLE)


@dataclass(frozen=True)
class World:
    """One side is Ash's clinic, where everything lies; the other is Sorrel's."""

    here: Side
    there: Side
    draft: Appointment
    draft_key: str


@dataclass(frozen=True)
class Row:
    """How an address is asked for, and what each sort of person gets."""

    cells: dict[str, str]
    method: str = "get"
    args: Callable[[World], list[Any]] = lambda world: []
    form: Callable[[World], dict[str, Any]] = lambda world: {}


def of_visit(world: World) -> list[Any]:
    return [world.here.visit.pk]


def of_open_visit(world: World) -> list[Any]:
    return [world.here.open_visit.pk]


def of_instrument(world: World) -> list[Any]:
    with inside(world.here.clinic.pk):
        return [InstrumentVersion.objects.get().pk]


def of_pack(world: World) -> list[Any]:
    return [world.here.response.pack_id]


def of_follow_up(world: World) -> list[Any]:
    with inside(world.here.clinic.pk):
        return [FollowUp.objects.get(note=world.here.note).pk]


def of_programme(world: World) -> list[Any]:
    with inside(world.here.clinic.pk):
        return [Programme.objects.get().pk]


def of_task(world: World) -> list[Any]:
    with inside(world.here.clinic.pk):
        return [Task.objects.get(appointment=world.here.visit).pk]


def of_rehearsal(world: World) -> list[Any]:
    return [Rehearsal.objects.get().pk]


def of_patient(world: World) -> list[Any]:
    return [world.here.visit.patient_id]


def a_booking(world: World) -> dict[str, Any]:
    day = (timezone.now() + timedelta(days=3)).date().isoformat()
    therapist = world.here.therapist.pk
    return {"therapist": therapist, "day": day, "time": "09:00", "minutes": "30"}


def a_patient(world: World) -> dict[str, Any]:
    named = {"given_name": "Heron", "family_name": "Mockford", "birth_date": "1970-01-01"}
    return {**named, "language": "en", "email": "", "phone": ""}


TABLE = {
    "landing": Row(for_everybody()),
    "privacy": Row(for_everybody()),
    "accessibility": Row(for_everybody()),
    "alive": Row(for_everybody()),
    "language": Row(for_everybody(), "post", form=lambda world: {"language": "es", "next": "/"}),
    "account_login": Row(for_everybody()),
    "account_logout": Row(for_everybody()),
    "link": Row(for_everybody(), args=lambda world: [world.here.token]),
    "code": Row(for_patients() | {"second_device": OPEN}),
    "intake": Row(for_patients()),
    "kiosk": Row(for_everybody()),
    "kiosk_over": Row(for_everybody()),
    "awake": Row(for_patients(), "post"),
    "notice": Row(for_patients()),
    "again": Row(for_patients()),
    "still": Row(for_patients(), "post", lambda world: ["about"]),
    "page": Row(for_patients(), args=lambda world: ["about"]),
    "more": Row(for_patients(), args=lambda world: ["1-1"]),
    "save": Row(for_patients(), "post", lambda world: ["about"]),
    "later": Row(for_patients()),
    "warning": Row(for_patients()),
    "places": Row(for_patients()),
    "fit": Row(for_patients()),
    "check": Row(for_patients()),
    "sign": Row(for_patients()),
    "receipt": Row(for_patients()),
    "copy": Row(for_patients()),
    "programme": Row(for_patients()),
    "programme_code": Row(for_patients() | {"second_device": OPEN}),
    "exercises": Row(for_patients()),
    "exercises_copy": Row(for_patients()),
    "home": Row(for_staff()),
    "today": Row(for_staff(desk=WRONG_ROLE, admin=WRONG_ROLE)),
    "brief": Row(for_staff(**CLINICAL), args=of_visit),
    "sheet": Row(for_staff(**CLINICAL), args=of_visit),
    "scores": Row(for_staff(**CLINICAL), args=of_visit),
    "result": Row(
        for_staff(**CLINICAL),
        "post",
        lambda world: [world.here.open_visit.pk, "T-PALP"],
        lambda world: {"outcome": "positive", "side": "left"},
    ),
    "export": Row(for_staff(**CLINICAL), args=of_visit),
    "verdict": Row(
        for_staff(**CLINICAL),
        "post",
        lambda world: [world.here.flag.pk],
        lambda world: {"verdict": "confirmed", "reason": "examined"},
    ),
    "missed": Row(for_staff(**CLINICAL), args=of_visit),
    "miss_back": Row(for_staff(**CLINICAL), "post", lambda world: [world.here.miss.pk]),
    "learning": Row(for_staff(desk=WRONG_ROLE)),
    "verdict_table": Row(for_staff(desk=WRONG_ROLE)),
    "cases": Row(for_staff(desk=WRONG_ROLE, admin=WRONG_ROLE)),
    "give": Row(for_staff(**CLINICAL), args=of_visit),
    "handout": Row(for_staff(**CLINICAL), args=of_open_visit),
    "handout_copy": Row(for_staff(**CLINICAL), args=of_open_visit),
    "programme_link": Row(for_staff(**CLINICAL), "post", of_open_visit),
    "programme_end": Row(for_staff(**CLINICAL), "post", of_open_visit),
    "note": Row(
        for_staff(**CLINICAL), "post", of_open_visit, lambda world: {"text": "S", "action": "save"}
    ),
    "note_save": Row(for_staff(**CLINICAL), "post", of_open_visit, lambda world: {"text": "S"}),
    "unsigned": Row(for_staff(desk=WRONG_ROLE, admin=WRONG_ROLE)),
    "blocks": Row(for_staff(desk=WRONG_ROLE, admin=WRONG_ROLE)),
    "block": Row(
        for_staff(desk=WRONG_ROLE, birch=OPEN, sorrel=ABSENT, admin=WRONG_ROLE),
        "post",
        lambda world: [world.here.block.pk],
        lambda world: {"name": "B", "plan": "P", "is_shared": "on"},
    ),
    "amend": Row(
        for_staff(**CLINICAL),
        "post",
        lambda world: [world.here.note.pk],
        lambda world: {"text": "A", "key": str(uuid.uuid4())},
    ),
    "over": Row(for_staff(desk=WRONG_ROLE, admin=WRONG_ROLE)),
    "pain_seen": Row(
        for_staff(**CLINICAL),
        "post",
        of_programme,
        lambda world: {"until": timezone.now().isoformat()},
    ),
    "fallen": Row(for_staff(desk=WRONG_ROLE, admin=WRONG_ROLE)),
    "follow_ups": Row(for_staff(**OWN_LIST)),
    "follow_up": Row(for_staff(**AT_THE_DESK), "post", of_follow_up, a_booking),
    "follow_up_close": Row(
        for_staff(**AT_THE_DESK), "post", of_follow_up, lambda world: {"reason": "no_wish"}
    ),
    "follow_up_back": Row(for_staff(**AT_THE_DESK), "post", of_follow_up),
    "follow_up_tried": Row(for_staff(**AT_THE_DESK), "post", of_follow_up),
    "take_back": Row(for_staff(**CLINICAL), "post", of_follow_up),
    "calls": Row(for_staff(desk=WRONG_ROLE, admin=WRONG_ROLE)),
    "call_take": Row(for_staff(**OF_THE_CLINIC), "post", of_task),
    "call_report": Row(
        for_staff(**OF_THE_CLINIC),
        "post",
        of_task,
        lambda world: {"key": str(uuid.uuid4()), "done": "called"},
    ),
    "desk": Row(for_staff(**OWN_LIST)),
    "call_first": Row(for_staff(**OWN_LIST)),
    "desk_search": Row(for_staff(**OWN_LIST), "post", form=lambda world: {"q": "canary"}),
    "patient_create": Row(for_staff(**OWN_LIST), "post", form=a_patient),
    "desk_patient": Row(for_staff(**AT_THE_DESK), args=of_patient),
    "book": Row(for_staff(**AT_THE_DESK), "post", of_patient, a_booking),
    "invite": Row(for_staff(**AT_THE_DESK), "post", of_open_visit),
    "tablet": Row(for_staff(**AT_THE_DESK), "post", of_open_visit),
    "phone": Row(for_staff(**AT_THE_DESK), "post", of_open_visit),
    "cancel": Row(for_staff(**AT_THE_DESK), "post", of_open_visit),
    "settings": Row(for_staff(**OF_THE_ADMIN)),
    "clinic_texts": Row(for_staff(**OF_THE_ADMIN), "post", form=lambda world: some_texts()),
    "pack": Row(for_staff(**OF_THE_ADMIN), args=of_pack),
    "pack_withdraw": Row(for_staff(**OF_THE_ADMIN), "post", of_pack),
    "on_call": Row(for_staff(**OF_THE_ADMIN)),
    "instruments": Row(for_staff(**OF_THE_ADMIN)),
    "instrument_import": Row(for_staff(**OF_THE_ADMIN), "post", form=lambda world: {}),
    "instrument": Row(for_staff(**OF_THE_ADMIN), args=of_instrument),
    "instrument_ask": Row(
        for_staff(**OF_THE_ADMIN), "post", of_instrument, lambda world: {"is_asked": "yes"}
    ),
    "rehearsals": Row(for_staff(**OF_THE_ADMIN)),
    "rehearsal": Row(for_staff(**OF_THE_ADMIN), args=of_rehearsal),
    "rehearsal_publish": Row(for_staff(**OF_THE_ADMIN), "post", of_rehearsal),
    "changed": Row(for_staff(desk=WRONG_ROLE, admin=WRONG_ROLE), args=of_rehearsal),
    "account_reauthenticate": Row(for_staff()),
    "account_change_password": Row(for_staff()),
    "usersessions_list": Row(for_staff()),
    "mfa_index": Row(for_staff()),
    "mfa_authenticate": Row(for_staff()),
    "mfa_reauthenticate": Row(for_staff()),
    "mfa_activate_totp": Row(for_staff()),
    "mfa_deactivate_totp": Row(for_staff()),
    "mfa_view_recovery_codes": Row(for_staff()),
    "mfa_generate_recovery_codes": Row(for_staff()),
    "mfa_download_recovery_codes": Row(for_staff()),
    "mfa_list_webauthn": Row(for_staff()),
    "mfa_add_webauthn": Row(for_staff()),
    "mfa_reauthenticate_webauthn": Row(for_staff()),
    "mfa_remove_webauthn": Row(for_staff(), args=lambda world: [1]),
    "mfa_edit_webauthn": Row(for_staff(), args=lambda world: [1]),
    "mfa_login_webauthn": Row(for_staff()),
}
# The library guards these; it keeps no trail of ours.
OF_THE_LIBRARY = ("account_", "mfa_", "usersessions_")


# The people ----------------------------------------------------------------------------------


@pytest.fixture
def world(kept: None) -> World:
    here, there = make_side("Testford House"), make_side("Elsewhere")
    draft = make_visit(here.desk, here.therapist, marked_patient(here.desk, 3), today_at(16))
    answer(begin(here.desk, draft), calm_answers(problem__words="canarydraft"))
    return World(here, there, draft, open_link(draft))


def browser_of(name: str, world: World) -> Browser:
    """Each sort of person, as far as they have come."""
    if name in ("anon", "unopened"):
        return Browser()
    if name in PATIENTS:
        browser = with_link(key_of(name, world))
        browser.cookies[settings.PROGRAMME_COOKIE_NAME] = programme_key_of(name, world)
        return browser
    user = user_of(name, world)
    with_second_factor(user)
    browser = signed_in(user)
    if name == "gone":
        User.objects.filter(pk=user.pk).update(is_active=False)
    return browser


def user_of(name: str, world: World) -> User:
    clinic = world.here.clinic
    made = {
        "birch": lambda: make_staff(clinic, Role.THERAPIST, "Birch Therapist"),
        "admin": lambda: make_staff(clinic, Role.ADMIN, "Ada Admin"),
        "gone": lambda: make_staff(clinic, Role.THERAPIST, "Gone Therapist"),
        "desk": lambda: world.here.desk,
        "ash": lambda: world.here.therapist,
        "sorrel": lambda: world.there.therapist,
    }
    return made[name]()


def with_second_factor(user: User) -> None:
    """So that the pages about it have something to show."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)


def key_of(name: str, world: World) -> str:
    """The cookie of a patient's browser."""
    if name == "patient":
        return world.draft_key
    if name == "patient2":
        return open_link(world.here.open_visit)
    if name == "second_device":
        with inside(world.here.clinic.pk):
            invitation = Invitation.objects.get(appointment=world.draft)
            return invitations.new_session(
                invitation=invitation, at=timezone.now(), code="123456"
            ).key
    key = open_link(world.draft, at=timezone.now() - timedelta(days=31))
    if name == "revoked":
        LinkSession.objects.filter(key_hash=invitations.hashed(key)).delete()
    return key


def programme_key_of(name: str, world: World) -> str:
    """The cookie of the same person's browser for the programme."""
    old = timezone.now() - timedelta(weeks=12, seconds=1)
    key = open_programme(world.here.open_visit, at=old if name == "expired" else None)
    session = LinkSession.objects.filter(key_hash=invitations.hashed(key))
    if name == "revoked":
        session.delete()
    if name == "second_device":
        session.update(
            code_hash=invitations.code_hash("123456", invitations.hashed(key)),
            code_expires_at=timezone.now() + timedelta(minutes=10),
        )
    return key


# The walk ------------------------------------------------------------------------------------


def named_routes() -> dict[str, Any]:
    return {pattern.name: pattern for _, pattern in routes(get_resolver())}


def ask(browser: Browser, row: Row, name: str, world: World) -> Any:
    url = reverse(name, args=row.args(world))
    return getattr(browser, row.method)(url, row.form(world))


def outcome(response: Any) -> str:
    """What sort of answer this is."""
    goes_to = response.headers.get("Location", "")
    if response.status_code == 404:
        is_dead = settings.DEPLOYMENT_PHONE in response.content.decode()
        return DEAD if is_dead else ABSENT
    if response.status_code == 403:
        return WRONG_ROLE
    if goes_to.startswith(reverse("account_login")):
        return LOGIN
    if goes_to in (reverse("code"), reverse("programme_code")):
        return CODE
    return OPEN if response.status_code in (200, 204, 302) else str(response.status_code)


def walk(who: str, world: World, only: Iterable[str] = ()) -> dict[str, str]:
    """Every address that does not answer as the table says, and how it answers.

    What an answer that was granted did is undone; what denials did is left, and looked for.
    """
    clinics = (world.here.clinic, world.there.clinic)
    browser, wrong, views, refused = browser_of(who, world), {}, named_routes(), Counter()
    before, told = fingerprint(*clinics), denials(*clinics)
    for name in only or TABLE:
        with transaction.atomic():
            mark = transaction.savepoint()
            response = ask(browser, TABLE[name], name, world)
            got = outcome(response)
            if got not in DENIED:
                transaction.savepoint_rollback(mark)
        if got in (WRONG_ROLE, ABSENT):
            refused[views[name].callback.__name__] += 1
        if problem := wrong_with(who, name, got, response):
            wrong[name] = problem
    if fingerprint(*clinics) != before:
        wrong["the rows"] = "a denial changed one"
    if denials(*clinics) - told != refused:
        wrong["the trail"] = f"{denials(*clinics) - told}, not {refused}"
    return wrong


def wrong_with(who: str, name: str, got: str, response: Any) -> str:
    """What is wrong with one cell, empty if nothing is."""
    expected = TABLE[name].cells[who]
    if got != expected:
        return f"{got}, not {expected}"
    if who == "sorrel" and name != "link" and "Testford House" in response.content.decode():
        return "shows the other clinic"
    if got != OPEN and has_canary(response):
        return "a denial that carries what it denies"
    return ""


def test_every_address_has_a_row():
    assert set(named_routes()) == set(TABLE)


@pytest.mark.parametrize("who", ACTORS)
def test_everybody_reaches_what_the_matrix_grants_and_nothing_else(who, world):
    assert walk(who, world) == {}


@pytest.mark.parametrize(
    "permission", [each for each in Permission if each is not Permission.OPEN_HOME]
)
def test_the_walk_notices_a_permission_that_is_not_asked_for(permission, world, monkeypatch):
    asked = {
        name
        for name, pattern in named_routes().items()
        if getattr(pattern.callback, "guard", None)
        and pattern.callback.guard.permission is permission
    }
    really = User.may
    monkeypatch.setattr(
        User, "may", lambda user, wanted: wanted is permission or really(user, wanted)
    )
    refused = {name for name in asked if WRONG_ROLE in TABLE[name].cells.values()}
    noticed = set()
    for who in ("desk", "ash", "admin"):
        theirs = {name for name in refused if TABLE[name].cells[who] == WRONG_ROLE}
        assert set(walk(who, world, theirs)) == theirs
        noticed |= theirs
    assert noticed == refused


def test_the_walk_notices_that_any_therapist_reads_any_patient(world, monkeypatch):
    visits = type(Appointment.objects.all())
    monkeypatch.setattr(visits, "treated_by", lambda rows, user: rows.visible_to(user))
    monkeypatch.setattr(
        visits, "patients_of", lambda rows, user: rows.visible_to(user).values("patient_id")
    )
    # Worded before by another test, which knew better.
    monkeypatch.setattr(whole_visits, "worded", whole_visits.worded.__wrapped__)
    assert set(walk("birch", world)) == {
        *("brief", "sheet", "scores", "export", "result", "verdict", "note"),
        *("note_save", "amend"),
        *("missed", "miss_back"),
        *("give", "handout", "handout_copy", "programme_link", "programme_end"),
    }


def test_the_walk_notices_a_canary_in_a_denial(world, monkeypatch):
    monkeypatch.setattr(
        "intake.guards.render",
        lambda *_, **__: HttpResponse(f"{settings.DEPLOYMENT_PHONE} canary", status=404),
    )
    assert walk("anon", world, ["check"]) == {"check": "a denial that carries what it denies"}


# Around the table ----------------------------------------------------------------------------

METHODS = ("get", "head", "post", "put", "patch", "delete", "trace", "options")
ADMINS = (
    Permission.READ_SETTINGS,
    Permission.WRITE_SETTINGS,
    Permission.KEEP_INSTRUMENTS,
    Permission.SIGN_OFF_PACK,
    Permission.PUBLISH_PACK,
)
REACHES = {"public": "anon", "patient": "patient", "staff": "ash"}


def test_every_other_method_is_refused_and_changes_nothing(world):
    clinics = (world.here.clinic, world.there.clinic)
    browsers = {who: browser_of(who, world) for who in ("anon", "patient", "ash", "admin")}
    before, wrong = fingerprint(*clinics), {}
    for name, pattern in named_routes().items():
        guard: Guard | None = getattr(pattern.callback, "guard", None)
        if guard is None:
            continue
        who = "admin" if guard.permission in ADMINS else REACHES[guard.audience]
        url = reverse(name, args=TABLE[name].args(world))
        for method in METHODS:
            if method.upper() not in guard.methods:
                got = getattr(browsers[who], method)(url).status_code
                if got != 405:
                    wrong[name, method] = got
    assert wrong == {}
    assert fingerprint(*clinics) == before


def test_a_method_override_is_not_a_method(world):
    browser = signed_in(world.here.desk)
    url = reverse("cancel", args=[world.here.open_visit.pk])
    for headers in ({"X-HTTP-Method-Override": "POST"}, {"X-HTTP-Method": "POST"}):
        assert browser.get(url, {"_method": "post"}, headers=headers).status_code == 405
    with inside(world.here.clinic.pk):
        assert Appointment.objects.get(pk=world.here.open_visit.pk).cancelled_at is None


def test_an_unknown_row_and_a_foreign_one_answer_with_the_same_bytes(world):
    ash, birch = signed_in(world.here.therapist), browser_of("birch", world)
    sorrel = signed_in(world.there.therapist)
    visit = world.here.visit.pk
    bodies = {
        ash.get("/visits/999999999/").content,
        ash.get(f"/visits/{world.there.visit.pk}/").content,
        birch.get(f"/visits/{visit}/").content,
        sorrel.get(f"/visits/{visit}/").content,
        sorrel.get(f"/desk/patients/{world.here.visit.patient_id}/").content,
        sorrel.post(f"/notes/{world.here.note.pk}/amend/", {"text": "x"}).content,
        ash.get("/no/such/page/").content,
    }
    assert len(bodies) == 1


def test_every_dead_link_is_the_same_page(world, clock):
    with inside(world.here.clinic.pk):
        invitation = Invitation.objects.get(appointment=world.here.open_visit)
        revoked = world.here.token
        guessed = invitations.new_link(invitation=invitation, at=timezone.now())
        invitation.linktoken_set.filter(revoked_at=None).update(tries=5)
    pages = {scrubbed(Browser().get(f"/i/{token}/")) for token in ("unknown", revoked, guessed)}
    with inside(world.here.clinic.pk):
        expired = invitations.new_link(invitation=invitation, at=timezone.now())
    clock.shift(timedelta(days=14, seconds=1))
    pages.add(scrubbed(Browser().get(f"/i/{expired}/")))
    pages.add(scrubbed(Browser().post(f"/i/{expired}/", {"day": 27, "month": 3, "year": 1980})))
    assert len(pages) == 1


def scrubbed(response: Any) -> str:
    """A page without what differs on every page: the token against forged posts, its address."""
    assert response.status_code == 404
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return re.sub(r"/i/[^/]+/", "/i/…/", text)


def test_a_denial_outlives_the_request_that_was_refused(committed, clinic, desk, ash, birch):
    visit = make_visit(desk, ash)
    assert signed_in(birch).get(f"/visits/{visit.pk}/").status_code == 404
    assert denials(clinic) == {"brief": 1}


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/metrics",
        "/health/",
        "/healthz",
        "/schema/",
        "/api/",
        "/debug/",
        "/__debug__/",
        "/docs/",
        "/.git/config",
        "/.env",
        "/backup.sql",
        "/settings.py",
        "/static/../manage.py",
        "/account/signup/",
        "/account/password/reset/",
        "/accounts/login/",
        "/account/email/",
        "/i/",
        "/intake/questions/",
        "/visits/",
        "/flags/",
    ],
)
def test_what_nobody_made_is_not_there(path, desk):
    for browser in (Browser(), signed_in(desk)):
        response = browser.get(path)
        assert response.status_code == 404 or outcome(response) == LOGIN
        assert b"Traceback" not in response.content


def test_a_forged_post_is_refused(world):
    browser = signed_in(world.here.desk, enforce_csrf_checks=True)
    before = fingerprint(world.here.clinic)
    for name, row in TABLE.items():
        if row.method == "post" and row.cells["desk"] == OPEN:
            response = ask(browser, row, name, world)
            assert response.status_code == 403, name
            assert not has_canary(response)
    assert fingerprint(world.here.clinic) == before


def test_a_signed_in_therapist_carries_no_patient_in_the_session(world):
    browser = signed_in(world.here.therapist)
    browser.get(f"/visits/{world.here.visit.pk}/")
    kept = " ".join(f"{key}={value}" for key, value in browser.session.items())
    assert str(world.here.visit.patient.reference) not in kept
    assert "patient" not in kept


def test_row_security_holds_where_a_view_forgets_whose_row_it_is(world, monkeypatch):
    monkeypatch.setattr(type(Appointment.objects.all()), "treated_by", lambda rows, user: rows)
    monkeypatch.setattr(type(Appointment.objects.all()), "visible_to", lambda rows, user: rows)
    response = signed_in(world.there.therapist).get(f"/visits/{world.here.visit.pk}/")
    assert response.status_code == 404
    assert connection.vendor == "postgresql"
