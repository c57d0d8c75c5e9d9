"""The patient's way from the link to the receipt, page by page, without a browser."""

from datetime import timedelta
from itertools import groupby

import pytest
from django.db import IntegrityError, transaction

from clinic.models import AuditEvent, Message
from intake.models import Consent, Flag, LinkSession, LinkToken, PatientMessage, Response
from intake.rules.pack import build_pack, load_pack
from tests.clients import Browser, signed_in, with_link
from tests.factories.clinics import nowhere, within
from tests.factories.intakes import answer, begin, calm_answers, submitted
from tests.factories.packs import publish_rehearsed
from tests.factories.visits import invite, make_patient, make_visit, open_link
from tests.walking import asked, filled, go_on, post, read, sign, text_of, url_of, walk

BORN = {"day": "27", "month": "3", "year": "1980"}


@pytest.fixture
def token(desk, visit_with_ash):
    return invite(desk, visit_with_ash)


@pytest.fixture
def otter(visit_with_ash, token):
    """The patient's phone, the birth date given."""
    return with_link(open_link(visit_with_ash))


def response_of(visit):
    return Response.objects.get(appointment=visit)


def until(browser, key, answers=None):
    """Walk as far as the page `key`."""
    walk(browser, answers or calm_answers(), to=f"/intake/questions/{key}/")
    return browser.get(f"/intake/questions/{key}/")


# The link --------------------------------------------------------------------------------------


def test_looking_at_the_link_changes_nothing_and_it_still_opens(token, client, clinic):
    before = (LinkToken.objects.values().get(revoked_at=None), AuditEvent.objects.count())
    for _ in range(5):
        assert client.get(f"/i/{token}/").status_code == 200
        assert client.head(f"/i/{token}/").status_code == 200
    assert (LinkToken.objects.values().get(revoked_at=None), AuditEvent.objects.count()) == before
    assert not LinkSession.objects.exists()
    opened = client.post(f"/i/{token}/", BORN)
    assert (opened.status_code, opened.headers["Location"]) == (302, "/intake/")
    assert LinkSession.objects.count() == 1


def test_the_page_of_the_link_says_nothing_of_whom_it_is_for(token, client, patient_of_ash):
    words = text_of(client.get(f"/i/{token}/"))
    for secret in (patient_of_ash.family_name, patient_of_ash.reference, "1980", "Ash"):
        assert secret not in words


def test_a_wrong_birth_date_says_how_many_tries_are_left(token, client):
    wrong = client.post(f"/i/{token}/", {**BORN, "year": "1981"})
    assert wrong.status_code == 422
    assert "You have 4 tries left." in text_of(wrong)
    assert not LinkSession.objects.exists()


def test_a_date_that_is_none_costs_no_try(token, client):
    for odd in ({"day": "31", "month": "2", "year": "1980"}, {}, {**BORN, "year": "x" * 500}):
        assert client.post(f"/i/{token}/", odd).status_code == 422
    assert LinkToken.objects.get(revoked_at=None).tries == 0


def test_the_right_birth_date_gives_the_tries_back(token, client):
    for _ in range(4):
        client.post(f"/i/{token}/", {**BORN, "year": "1981"})
    assert client.post(f"/i/{token}/", BORN).status_code == 302
    assert LinkToken.objects.get(revoked_at=None).tries == 0


def test_after_the_fifth_wrong_date_the_right_one_comes_too_late(token, client):
    answers = [client.post(f"/i/{token}/", {**BORN, "year": "1981"}) for _ in range(5)]
    assert [each.status_code for each in answers] == [422] * 4 + [404]
    assert client.post(f"/i/{token}/", BORN).status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP"])
def test_another_address_buys_no_more_tries(header, token):
    for turn in range(5):
        odd = Browser(headers={header: f"203.0.113.{turn}"})
        odd.post(f"/i/{token}/", {**BORN, "year": "1981"})
    assert Browser().post(f"/i/{token}/", BORN).status_code == 404


def test_the_address_after_the_birth_date_holds_no_token(token, client):
    landed = client.post(f"/i/{token}/", BORN, follow=True)
    assert url_of(landed) == "/intake/notice/"
    assert token not in landed.content.decode()


def test_a_link_lives_fourteen_days(token, client, clock):
    clock.shift(timedelta(days=14) - timedelta(seconds=1))
    assert client.get(f"/i/{token}/").status_code == 200
    clock.shift(timedelta(seconds=1))
    assert client.get(f"/i/{token}/").status_code == 404


def test_a_browser_that_opened_the_link_goes_on_where_it_stopped(token, client):
    post(client, f"/i/{token}/", BORN)
    post(client, "/intake/notice/", {"agree": "on", "role": "self"})
    again = client.get(f"/i/{token}/", follow=True)
    assert url_of(again) == "/intake/questions/about/"


# Another device --------------------------------------------------------------------------------


def code_of(visit):
    message = Message.objects.filter(patient=visit.patient, kind="code").latest("created_at")
    return message.body.split("code is ")[1][:6]


def test_another_device_sees_what_was_saved_only_after_the_code(
    token, client, visit_with_ash, desk
):
    answer(begin(desk, visit_with_ash), {"problem.words": "canarywords"})
    token = invite(desk, visit_with_ash)
    landed = client.post(f"/i/{token}/", BORN, follow=True)
    assert url_of(landed) == "/intake/code/"
    for path in ("/intake/", "/intake/check/", "/intake/questions/problem/", "/intake/receipt/"):
        held = client.get(path)
        assert held.headers["Location"] == "/intake/code/"
    assert post(client, "/intake/code/", {"code": "000000"}).status_code == 422
    opened = post(client, "/intake/code/", {"code": f" {code_of(visit_with_ash)} "})
    assert url_of(opened).startswith("/intake/questions/")
    assert "canarywords" in client.get("/intake/questions/problem/").content.decode()


def test_the_code_is_given_up_after_three_guesses(token, client, visit_with_ash, desk):
    begin(desk, visit_with_ash)
    client.post(f"/i/{invite(desk, visit_with_ash)}/", BORN)
    for guess in ("000001", "000002", "000003"):
        client.post("/intake/code/", {"code": guess})
    late = client.post("/intake/code/", {"code": code_of(visit_with_ash)})
    assert late.status_code == 422


def test_the_code_lives_ten_minutes(token, client, visit_with_ash, desk, clock):
    begin(desk, visit_with_ash)
    client.post(f"/i/{invite(desk, visit_with_ash)}/", BORN)
    clock.shift(timedelta(minutes=10, seconds=1))
    assert client.post("/intake/code/", {"code": code_of(visit_with_ash)}).status_code == 422


def test_no_more_than_five_codes_an_hour_are_sent(visit_with_ash, desk):
    begin(desk, visit_with_ash)
    token = invite(desk, visit_with_ash)
    codes = [Browser().post(f"/i/{token}/", BORN).status_code for _ in range(7)]
    assert codes == [302] * 5 + [404] * 2
    assert Message.objects.filter(kind="code").count() == 5


def test_the_mail_with_the_code_has_no_link_and_no_name(visit_with_ash, desk, client):
    begin(desk, visit_with_ash)
    client.post(f"/i/{invite(desk, visit_with_ash)}/", BORN)
    mail = Message.objects.get(kind="code")
    for secret in ("/i/", "Otter", "Testwood", "pain", "Ash"):
        assert secret not in mail.body + mail.subject


# From the notice to the receipt ----------------------------------------------------------------


def test_the_whole_way_from_the_notice_to_the_receipt(otter, visit_with_ash):
    passed = walk(otter, calm_answers())
    assert passed[:2] == ["/intake/notice/", "/intake/questions/about/"]
    in_order = [url for url, _ in groupby(passed)]  # a follow-up opens on the page it follows
    assert len(in_order) == len(set(in_order)), "nobody is sent back"
    received = sign(otter)
    response = response_of(visit_with_ash)
    assert url_of(received) == "/intake/receipt/"
    assert str(response.pk)[:8].upper() in text_of(received)
    assert response.is_submitted
    assert response.signer == "Otter Testwood"
    assert response.pack is not None


def test_nothing_is_asked_before_the_notice_is_agreed_to(otter, visit_with_ash):
    for path in ("/intake/questions/about/", "/intake/check/", "/intake/sign/", "/intake/receipt/"):
        assert url_of(otter.get(path, follow=True)) == "/intake/notice/"
    refused = otter.post("/intake/notice/", {})
    assert refused.status_code == 422
    assert "Tick the box if you agree" in text_of(refused)
    assert "Choose who you are" in text_of(refused)
    assert not Response.objects.exists()


def test_nobody_is_taken_for_the_patient_before_they_say_so(otter, visit_with_ash):
    assert read(otter.get("/intake/notice/")).select("input[checked]") == []
    refused = otter.post("/intake/notice/", {"agree": "on"})
    assert refused.status_code == 422
    page = read(refused)
    assert page.select_one('.error-summary a[href="#role-self"]').get_text() == "Choose who you are"
    assert page.select_one("#agree").has_attr("checked")
    assert not Response.objects.filter(appointment=visit_with_ash).exists()
    wrong = otter.post("/intake/notice/", {"role": "carer"})
    assert read(wrong).select_one("#role-carer").has_attr("checked")


def test_signing_before_anything_was_agreed_to_starts_at_the_beginning(otter):
    form = {"name": "Otter", "key": "00000000-0000-4000-8000-000000000000"}
    assert url_of(post(otter, "/intake/sign/", form)) == "/intake/notice/"
    assert not Response.objects.exists()


def test_signing_before_everything_is_answered_leads_back(otter, visit_with_ash):
    post(otter, "/intake/notice/", {"agree": "on", "role": "self"})
    assert url_of(otter.get("/intake/sign/", follow=True)) == "/intake/check/"
    form = {"name": "Otter", "key": "00000000-0000-4000-8000-000000000000"}
    assert url_of(post(otter, "/intake/sign/", form)) == "/intake/check/"
    assert not response_of(visit_with_ash).is_submitted


def test_what_was_agreed_to_is_kept_word_for_word(otter, visit_with_ash, clinic):
    page = read(otter.get("/intake/notice/"))
    post(otter, "/intake/notice/", {"agree": "on", "role": "self"})
    consent = Consent.objects.get(response=response_of(visit_with_ash))
    shown = [" ".join(each.get_text().split()) for each in page.select(".prose p")]
    assert [" ".join(each.split()) for each in consent.text.split("\n\n")] == shown
    assert clinic.name in consent.text
    assert consent.language == "en"


def test_a_signature_needs_a_name_and_a_key(otter):
    walk(otter, calm_answers())
    for form in ({"name": "", "key": "x"}, {"name": "Otter"}, {"name": "  ", "key": "1"}):
        assert otter.post("/intake/sign/", form).status_code == 422
    assert not Response.objects.filter(submitted_at__isnull=False).exists()


def test_sending_again_with_the_same_key_gives_the_same_receipt(otter, visit_with_ash):
    walk(otter, calm_answers())
    key = read(otter.get("/intake/sign/")).find("input", {"name": "key"})["value"]
    pages = [post(otter, "/intake/sign/", {"name": "Otter", "key": key}) for _ in range(2)]
    assert [url_of(page) for page in pages] == ["/intake/receipt/"] * 2
    assert AuditEvent.objects.filter(action="submitted").count() == 1


def test_after_sending_every_page_says_so_and_changes_nothing(otter, visit_with_ash):
    walk(otter, calm_answers())
    sign(otter)
    kept = response_of(visit_with_ash).answers
    late = otter.post("/intake/questions/impact/", {"impact.activity": "9"})
    assert late.status_code == 409
    assert "You have already sent your answers" in text_of(late)
    assert otter.get("/intake/questions/impact/").status_code == 409
    assert url_of(otter.get("/intake/check/", follow=True)) == "/intake/receipt/"
    other_key = {"name": "Otter", "key": "00000000-0000-4000-8000-000000000000"}
    assert otter.post("/intake/sign/", other_key).status_code == 409
    assert response_of(visit_with_ash).answers == kept


def test_after_sending_the_link_is_dead_and_only_this_browser_has_the_receipt(
    otter, visit_with_ash, token
):
    elsewhere = with_link(open_link(visit_with_ash))
    walk(otter, calm_answers())
    sign(otter)
    assert otter.get("/intake/receipt/").status_code == 200
    assert elsewhere.get("/intake/receipt/").status_code == 404
    assert Browser().get(f"/i/{token}/").status_code == 404


def test_the_receipt_repeats_the_answers_as_they_stood(otter):
    walk(otter, calm_answers(problem__words="It clicks when I climb <b>stairs</b>"))
    words = text_of(sign(otter))
    assert "It clicks when I climb <b>stairs</b>" in words
    assert "Ash Therapist" in words


# Spanish ---------------------------------------------------------------------------------------


def test_the_whole_way_in_spanish(otter, visit_with_ash):
    otter.post("/language/", {"language": "es", "next": "/intake/"})
    walk(otter, calm_answers())
    received = sign(otter)
    assert read(received).html["lang"] == "es"
    assert "Sus respuestas" in text_of(received)
    response = response_of(visit_with_ash)
    assert response.language == "es"
    assert Consent.objects.get(response=response).language == "es"
    assert {each["language"] for each in response.shown.values()} == {"es"}


def test_switching_the_language_keeps_what_was_just_typed(otter, visit_with_ash):
    page = until(otter, "problem")
    sent = filled(read(page), calm_answers(problem__words="Me duele")) | {"language": "es"}
    switched = post(otter, "/intake/questions/problem/", sent)
    assert url_of(switched) == "/intake/questions/problem/"
    assert read(switched).html["lang"] == "es"
    assert "Me duele" in switched.content.decode()


def test_an_answer_keeps_the_words_of_the_language_it_was_given_in(otter, visit_with_ash):
    until(otter, "problem")
    otter.post("/language/", {"language": "es", "next": "/intake/"})
    walk(otter, calm_answers())
    shown = response_of(visit_with_ash).shown
    assert shown["about.sex"]["language"] == "en"
    assert shown["pain.side"]["language"] == "es"


# Every page ------------------------------------------------------------------------------------


def test_the_words_that_are_kept_are_the_words_of_the_page(otter, visit_with_ash):
    """An answer is kept as the label of its control, under the legend of its question."""
    post(otter, "/intake/notice/", {"agree": "on", "role": "self"})
    answers, seen = calm_answers(), {}
    response = go_on(otter)
    while url_of(response) != "/intake/check/":
        page = read(response)
        for name in asked(page):
            seen[name] = words_of(page, name, answers.get(name))
        response = post(otter, url_of(response), filled(page, answers))
    kept = response_of(visit_with_ash).shown
    assert len(kept) > 25
    for name, given in kept.items():
        question, chosen = seen[name]
        assert given["question"] in question, name
        if chosen:
            assert given["answers"] == chosen, name


def words_of(page, name, value):
    """The question as it stands on the page, and the labels of the options chosen there.

    A number of the scale is read back as "2 of 10".
    """
    control = page.find(attrs={"name": name}) or page.find(attrs={"name": f"{name}.day"})
    box = control.find_parent(class_="card")
    chosen = [str(each) for each in (value if isinstance(value, list) else [value])]
    options = box.select(f'input[name="{name}"][type=radio], input[name="{name}"][type=checkbox]')
    labels = [
        " ".join(option.find_next_sibling("label").get_text().split())
        for option in options
        if option["value"] in chosen
    ]
    if box.select_one(".scale"):
        labels = [f"{label} of 10" for label in labels]
    return " ".join(box.get_text(" ").split()), labels


def test_an_error_keeps_the_valid_answers_and_says_where_it_is(otter, visit_with_ash):
    page = until(otter, "problem")
    sent = filled(read(page), calm_answers())
    del sent["pain.side"]
    refused = otter.post("/intake/questions/problem/", {**sent, "pain.trend": "made_up"})
    assert refused.status_code == 422
    summary = read(refused).find(class_="error-summary")
    assert [link["href"] for link in summary.find_all("a")] == [
        "#q-pain-side-right",
        "#q-pain-trend-better",
    ] or len(summary.find_all("a")) == 2
    saved = response_of(visit_with_ash).answers
    assert saved["pain.area"] == ["groin_front_hip"]
    assert "pain.side" not in saved
    assert "pain.trend" not in saved


def test_what_was_typed_wrongly_stands_there_again(otter):
    until(otter, "about")
    refused = otter.post(
        "/intake/questions/about/",
        {"about.dob.day": "31", "about.dob.month": "2", "about.dob.year": "1980"},
    )
    page = read(refused)
    typed = [
        page.find("input", {"name": f"about.dob.{part}"})["value"] for part in ("day", "month")
    ]
    assert refused.status_code == 422
    assert typed == ["31", "2"]


def test_a_page_that_is_hidden_never_blocks(otter, visit_with_ash):
    """`pain.main_area` is required, and asked only where two places hurt."""
    until(otter, "problem")
    shown = {"pain.area": ["groin_front_hip", "knee"]}
    opened = post(otter, "/intake/questions/problem/", {**calm_problem(), **shown})
    assert url_of(opened) == "/intake/questions/problem/"
    assert "pain.main_area" in asked(read(opened))
    assert "Thank you. One more question about that." in text_of(opened)
    gone = post(otter, "/intake/questions/problem/", calm_problem())
    assert url_of(gone) != "/intake/questions/problem/"


def calm_problem():
    names = ("problem.words", "pain.area", "pain.side", "pain.onset_when", "pain.onset_how")
    answers = calm_answers()
    return {name: answers[name] for name in (*names, "pain.trend", "pain.past")}


def test_an_answer_to_a_hidden_question_is_kept_aside_and_returns(otter, visit_with_ash):
    until(otter, "problem")
    two = {**calm_problem(), "pain.area": ["groin_front_hip", "knee"]}
    post(otter, "/intake/questions/problem/", two)
    post(otter, "/intake/questions/problem/", {**two, "pain.main_area": "knee"})
    post(otter, "/intake/questions/problem/", {**calm_problem(), "pain.main_area": "knee"})
    aside = response_of(visit_with_ash)
    assert "pain.main_area" not in asked(read(otter.get("/intake/questions/problem/")))
    assert aside.answers["pain.main_area"] == "knee"
    post(otter, "/intake/questions/problem/", {**calm_problem(), "pain.area": two["pain.area"]})
    page = read(otter.get("/intake/questions/problem/"))
    assert page.find("input", {"name": "pain.main_area", "value": "knee"}).has_attr("checked")


def test_an_unanswered_safety_question_is_never_taken_for_no(otter, visit_with_ash):
    page = until(otter, "safety-13")
    blank = otter.post("/intake/questions/safety-13/", {})
    assert blank.status_code == 422
    assert "rf.ces" not in response_of(visit_with_ash).answers
    assert page.status_code == 200
    declined = post(otter, "/intake/questions/safety-13/", {"rf.ces.declined": "1"})
    assert url_of(declined) != "/intake/questions/safety-13/"
    response = response_of(visit_with_ash)
    assert response.declined == ["rf.ces"]
    assert "rf.ces" not in response.answers


def test_a_declined_question_stands_on_the_brief_as_not_told(otter, visit_with_ash, ash):
    until(otter, "safety-13")
    post(otter, "/intake/questions/safety-13/", {"rf.ces.declined": "1"})
    walk(otter, calm_answers())
    sign(otter)
    brief = text_of(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))
    assert "Cannot be told yet" in brief


def test_none_and_another_box_together_are_refused(otter):
    until(otter, "safety-12")
    refused = otter.post("/intake/questions/safety-12/", {"rf.now": ["none", "chest"]})
    assert refused.status_code == 422
    assert "not both" in text_of(refused)


def test_going_on_later_starts_at_the_first_open_question(otter, visit_with_ash):
    until(otter, "safety-15")
    again = with_link(open_link(visit_with_ash))
    assert url_of(go_on(again)) == "/intake/questions/safety-15/"


def test_a_page_that_does_not_exist_leads_to_where_the_patient_is(otter):
    until(otter, "problem")
    assert url_of(otter.get("/intake/questions/no-such/", follow=True)) == (
        "/intake/questions/problem/"
    )


def test_change_leads_to_the_page_and_back_to_the_check(otter):
    walk(otter, calm_answers())
    change = read(otter.get("/intake/check/")).select_one(".change a")["href"]
    assert "?from=check" in change
    changed = otter.post(change, {**filled(read(otter.get(change)), calm_answers())}, follow=True)
    assert url_of(changed) == "/intake/check/"


def test_the_check_names_what_is_still_open(otter, visit_with_ash):
    until(otter, "impact")
    page = otter.get("/intake/check/")
    assert "Still to answer" in text_of(page)
    assert not read(page).find("a", class_="button")


# Red flags -------------------------------------------------------------------------------------


def test_a_red_flag_shows_its_message_at_once_and_asks_to_confirm(otter, visit_with_ash, clinic):
    until(otter, "safety-12")
    told = post(otter, "/intake/questions/safety-12/", {"rf.now": ["chest"]})
    assert url_of(told) == "/intake/important/"
    assert clinic.emergency_number in text_of(told)
    assert "{" not in text_of(told), "a placeholder was left"
    assert url_of(go_on(otter)) == "/intake/important/"
    assert url_of(otter.get("/intake/check/", follow=True)) == "/intake/important/"
    message = PatientMessage.objects.get()
    assert message.confirmed_at is None
    on = post(otter, "/intake/important/")
    assert url_of(on) == "/intake/questions/safety-13/"
    message.refresh_from_db()
    assert message.confirmed_at is not None


def test_nothing_is_signed_past_a_message_that_was_not_confirmed(otter, visit_with_ash):
    walk(otter, calm_answers())
    told = post(otter, "/intake/questions/safety-12/?from=check", {"rf.now": ["chest"]})
    assert url_of(told) == "/intake/important/"
    assert url_of(otter.get("/intake/sign/", follow=True)) == "/intake/important/"
    form = {"name": "Otter", "key": "00000000-0000-4000-8000-000000000000"}
    assert url_of(post(otter, "/intake/sign/", form)) == "/intake/important/"
    assert not response_of(visit_with_ash).is_submitted


def test_a_message_is_shown_once(otter, visit_with_ash):
    until(otter, "safety-12")
    post(otter, "/intake/questions/safety-12/", {"rf.now": ["chest"]})
    post(otter, "/intake/important/")
    again = post(otter, "/intake/questions/safety-12/", {"rf.now": ["chest"]})
    assert url_of(again) == "/intake/questions/safety-13/"
    assert PatientMessage.objects.count() == 1


def test_a_red_flag_in_an_unfinished_form_is_first_for_the_therapist(
    otter, visit_with_ash, ash, desk
):
    make_visit(desk, ash, make_patient(desk, given_name="Heron"))
    until(otter, "safety-12")
    post(otter, "/intake/questions/safety-12/", {"rf.now": ["chest"]})
    page = read(signed_in(ash).get("/today/"))
    first = page.find(class_="urgent")
    assert "Otter" in first.get_text()
    assert "Heron" not in first.get_text()
    assert "Under way" in first.get_text() or "Begun" in first.get_text()


def test_the_desk_reads_call_first_and_never_why(otter, visit_with_ash, desk):
    until(otter, "safety-12")
    post(otter, "/intake/questions/safety-12/", {"rf.now": ["chest"]})
    page = signed_in(desk).get("/desk/")
    words = text_of(page)
    assert "Call first" in words
    for clinical in ("chest", "emergency", "red flag", "collapse", "rf."):
        assert clinical not in read(page).find("tbody").get_text().lower()


def test_a_changed_answer_closes_the_flag_and_keeps_it(otter, visit_with_ash, ash):
    until(otter, "safety-12")
    post(otter, "/intake/questions/safety-12/", {"rf.now": ["chest"]})
    post(otter, "/intake/important/")
    post(otter, "/intake/questions/safety-12/", {"rf.now": ["none"]})
    flag = Flag.objects.get()
    assert flag.changed_at is not None
    assert response_of(visit_with_ash).urgency == 0
    brief = text_of(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))
    assert "Answer changed" in brief


def test_a_flag_that_its_own_follow_up_closes_is_settled_and_not_changed(
    otter, visit_with_ash, ash
):
    until(otter, "safety-13")
    page = "/intake/questions/safety-13/"
    post(otter, page, {"rf.ces": ["both_legs"]})
    assert Flag.objects.get(pattern="rf.ces").changed_at is None
    post(otter, page, {"rf.ces": ["both_legs"], "rf.ces_when": "long_same"})
    flag = Flag.objects.get(pattern="rf.ces")
    assert flag.changed_at is not None
    assert [one["answers"] for one in flag.settled_by] == [["Longer ago, and it stays the same"]]
    brief = text_of(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))
    assert "Settled by a later answer" in brief
    assert "Answer changed" not in brief


def test_a_flag_that_is_open_was_settled_by_nothing(otter):
    until(otter, "safety-12")
    post(otter, "/intake/questions/safety-12/", {"rf.now": ["chest"]})
    flag = Flag.objects.get()
    flag.settled_by = [{"question": "?", "answers": ["!"], "language": "en"}]
    with pytest.raises(IntegrityError, match="settled_is_closed"), transaction.atomic():
        flag.save()


def test_a_flag_that_comes_back_is_a_new_one(otter, visit_with_ash, clock):
    until(otter, "safety-12")
    for answer_given in ("chest", "none", "chest"):
        clock.shift(timedelta(minutes=1))
        post(otter, "/intake/questions/safety-12/", {"rf.now": [answer_given]})
    assert Flag.objects.filter(changed_at=None).count() == 1
    assert Flag.objects.exclude(changed_at=None).count() == 1


def test_a_flag_keeps_the_words_it_was_raised_with(otter, visit_with_ash):
    until(otter, "safety-12")
    post(otter, "/intake/questions/safety-12/", {"rf.now": ["chest"]})
    evidence = Flag.objects.get().evidence
    assert evidence["name"]
    assert evidence["for"][0]["say"]
    assert all(line["sources"] for line in evidence["for"])


def test_the_patient_never_reads_an_interpretation(otter):
    """No pattern name, tier or score on any page but the message of a red flag."""
    answers, pack = calm_answers(), load_pack()
    asked_texts = str(pack.documents["items"])
    names = [name for each in pack.patterns if (name := each.name("en")) not in asked_texts]
    assert len(names) > 30
    post(otter, "/intake/notice/", {"agree": "on", "role": "self"})
    response, pages = go_on(otter), []
    while url_of(response) != "/intake/check/":
        pages.append(text_of(response))
        response = post(otter, url_of(response), filled(read(response), answers))
    pages += [text_of(response), text_of(sign(otter))]
    for name in names:
        assert not any(name in page for page in pages), name


# Versions --------------------------------------------------------------------------------------


def publish_another():
    """The shipped pack with one more word in a question."""
    documents = {name: dict(part) for name, part in load_pack().documents.items()}
    items = [dict(item) for item in documents["items"]["items"]]
    items[0]["en"] += " (reworded)"
    documents["items"] = {**documents["items"], "items": items}
    with nowhere():
        return publish_rehearsed(build_pack(documents))


def test_a_draft_stays_on_its_questions_when_others_are_published(
    otter, visit_with_ash, desk, ash, clock, clinic
):
    until(otter, "about")
    pinned = response_of(visit_with_ash).questionnaire_id
    # The first pack may have been published by the real clock, which can be past noon.
    clock.shift(timedelta(days=1))
    newer = publish_another()
    assert "(reworded)" not in text_of(otter.get("/intake/questions/about/"))
    walk(otter, calm_answers())
    sign(otter)
    sent = response_of(visit_with_ash)
    assert sent.questionnaire_id == pinned != newer.questionnaire_id
    assert sent.pack.questionnaire_id == pinned
    other = make_visit(desk, ash)
    assert begin(desk, other).questionnaire_id == newer.questionnaire_id
    assert "(reworded)" in text_of(with_link(open_link(other)).get("/intake/questions/about/"))


def test_the_pack_is_pinned_when_the_answers_are_sent(desk, ash, visit_with_ash):
    response = submitted(desk, visit_with_ash)
    assert response.pack.version == load_pack().version
    assert response.pack.content_hash == load_pack().content_hash


def test_each_link_writes_its_own_intake_only(otter, visit_with_ash, desk, ash, clinic):
    other = make_visit(desk, ash)
    heron = with_link(open_link_of(desk, other))
    until(otter, "problem")
    walk(heron, calm_answers(problem__words="of the other"))
    with within(clinic):
        assert "problem.words" not in response_of(visit_with_ash).answers
        assert response_of(other).answers["problem.words"] == "of the other"


def open_link_of(desk, visit):
    invite(desk, visit)
    return open_link(visit)


def test_a_session_ends_after_thirty_days(otter, clock):
    post(otter, "/intake/notice/", {"agree": "on", "role": "self"})
    clock.shift(timedelta(days=30, seconds=1))
    assert otter.get("/intake/").status_code == 404
