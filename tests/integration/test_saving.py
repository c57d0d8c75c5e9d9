"""No answer is ever lost: saving while typing, two windows, a session that ends, going back."""

from datetime import timedelta

import pytest

from clinic.models import AuditEvent
from intake.models import Flag, LinkSession, PatientMessage, Response
from tests.clients import Browser, with_link
from tests.factories.intakes import answer, begin, calm_answers, submitted
from tests.factories.visits import invite, make_patient, make_visit, open_link
from tests.walking import filled, post, read, sign, text_of, url_of, walk

PROBLEM = "/intake/questions/problem/"
BORN = {"day": "27", "month": "3", "year": "1980"}


@pytest.fixture
def draft(desk, visit_with_ash):
    """Begun, and the first page answered."""
    response = begin(desk, visit_with_ash)
    return answer(response, {"about.completed_by": "self", "about.dob": "1980-03-27"})


@pytest.fixture
def phone(draft, visit_with_ash):
    return with_link(open_link(visit_with_ash))


@pytest.fixture
def laptop(draft, visit_with_ash):
    return with_link(open_link(visit_with_ash))


def saved(draft):
    return Response.objects.get(pk=draft.pk).answers


def seen_on(browser, url=PROBLEM):
    """The stamps of a page as it is drawn now."""
    return read(browser.get(url)).find("input", {"name": "seen"})["value"]


def type_in(browser, seen, *, page="problem", **changes):
    """What the script sends: only what changed."""
    named = {name.replace("__", "."): value for name, value in changes.items()}
    only = {name.removesuffix(".declined") for name in named}
    return browser.post(f"/intake/save/{page}/", {"seen": seen, "only": [*only], **named})


# As it is typed ---------------------------------------------------------------------------------


def test_an_answer_is_saved_while_it_is_typed_and_nothing_else_is_touched(phone, draft):
    answer(draft, {"pain.area": ["low_back"]})
    said = type_in(phone, seen_on(phone), problem__words="It hu")
    assert (said.status_code, said.json()["refused"]) == (200, [])
    assert saved(draft)["problem.words"] == "It hu"
    assert saved(draft)["pain.area"] == ["low_back"]
    again = type_in(phone, said.json()["seen"], problem__words="It hurts")
    assert again.json()["refused"] == []
    assert saved(draft)["problem.words"] == "It hurts"


def test_the_same_batch_twice_is_one_answer_and_no_quarrel(phone, draft):
    """The connection broke after the save: the script sends the same again."""
    seen = seen_on(phone)
    first = type_in(phone, seen, problem__words="It hurts")
    second = type_in(phone, seen, problem__words="It hurts")
    assert first.json() == second.json()
    assert not second.json()["differ"]


def test_what_cannot_be_taken_costs_nothing_else(phone, draft):
    said = type_in(phone, seen_on(phone), problem__words="It hurts", pain__avg="much")
    assert said.json()["refused"] == []  # the scale is on another page and nobody asked here
    said = type_in(phone, seen_on(phone), problem__words="Still", pain__area=["low_back", "none"])
    assert said.json()["refused"] == ["pain.area"]
    assert saved(draft)["problem.words"] == "Still"
    assert "pain.area" not in saved(draft)


def test_an_answer_that_is_taken_back_while_typing_is_gone(phone, draft):
    answer(draft, {"pain.area": ["low_back"]})
    said = phone.post("/intake/save/problem/", {"seen": seen_on(phone), "only": ["pain.area"]})
    assert said.status_code == 200
    assert "pain.area" not in saved(draft)


def test_nothing_named_saves_nothing(phone, draft):
    before = saved(draft)
    phone.post("/intake/save/about/", {"seen": seen_on(phone, "/intake/questions/about/")})
    assert saved(draft) == before


def test_a_red_flag_is_on_the_staffs_side_as_soon_as_it_is_typed(phone, draft):
    page = next(each for each in safety_pages(phone, draft) if "rf.ces" in each)
    said = type_in(phone, page["rf.ces"], page=page["key"], rf__ces=["bladder"])
    assert said.json()["warning"] == ""  # its follow-up is still to be answered on this page
    said = type_in(phone, said.json()["seen"], page=page["key"], rf__ces=["bladder", "saddle"])
    answer(draft, {"rf.ces_when": "new_2w"})
    assert Flag.objects.filter(response=draft, changed_at=None, urgency=3).exists()
    said = type_in(phone, seen_on(phone, page["url"]), page=page["key"], rf__ces=["saddle"])
    assert "is-emergency" in said.json()["warning"]
    assert PatientMessage.objects.get(response=draft).confirmed_at is None
    assert url_of(phone.get("/intake/", follow=True)) == "/intake/important/"


def safety_pages(browser, draft):
    """The safety pages by the stamps on them."""
    answer(draft, {key: value for key, value in calm_answers().items() if key[:3] != "rf."})
    url = url_of(browser.get("/intake/", follow=True))
    while "/safety-" in url:
        key = url.rstrip("/").rpartition("/")[2]
        seen = seen_on(browser, url)
        yield {"key": key, "url": url} | dict.fromkeys(
            (pair.partition("=")[0] for pair in seen.split()[1:]), seen
        )
        page = read(browser.get(url))
        url = url_of(post(browser, url, filled(page, calm_answers())))


def test_typing_after_sending_changes_nothing(desk, visit_with_ash, phone, draft):
    seen = seen_on(phone)
    answer(draft, calm_answers())
    walk(phone, {})
    sign(phone)
    before = saved(draft)
    assert type_in(phone, seen, problem__words="More").status_code == 409
    assert saved(draft) == before


# Two windows ------------------------------------------------------------------------------------


def whole(seen, **changes):
    named = {name.replace("__", "."): value for name, value in changes.items()}
    return {"seen": seen, **named}


def test_two_devices_that_answer_different_questions_are_merged(phone, laptop, draft):
    on_phone, on_laptop = seen_on(phone), seen_on(laptop)
    post(phone, PROBLEM, whole(on_phone, problem__words="My hip"))
    left = laptop.post(PROBLEM, whole(on_laptop, pain__area=["groin_front_hip"]))
    assert left.status_code in (302, 422)
    assert "different answers" not in text_of(left)
    assert saved(draft)["problem.words"] == "My hip"
    assert saved(draft)["pain.area"] == ["groin_front_hip"]


def test_an_old_page_sent_again_unchanged_puts_nothing_back(phone, laptop, draft):
    answer(draft, {"problem.words": "Old words"})
    old = seen_on(phone)
    post(laptop, PROBLEM, whole(seen_on(laptop), problem__words="New words"))
    post(phone, PROBLEM, whole(old, problem__words="Old words"))
    assert saved(draft)["problem.words"] == "New words"


def quarrel(phone, laptop):
    """The same question answered differently; the page that the second one gets."""
    on_phone, on_laptop = seen_on(phone), seen_on(laptop)
    post(phone, PROBLEM, whole(on_phone, problem__words="My left hip"))
    shown = laptop.post(
        PROBLEM, whole(on_laptop, problem__words="My right hip", pain__area=["low_back"])
    )
    return on_laptop, shown


def test_two_different_answers_are_both_shown_and_neither_is_lost(phone, laptop, draft):
    _seen, shown = quarrel(phone, laptop)
    assert shown.status_code == 422
    page = read(shown)
    assert "My left hip" in page.find("label", {"for": "q-4-there"}).get_text()
    assert page.find("textarea", {"name": "problem.words"}).get_text() == "My right hip"
    assert page.select_one(".error-summary a")["href"] == "#q-4-there"
    assert saved(draft)["problem.words"] == "My left hip"
    assert saved(draft)["pain.area"] == ["low_back"]


def resolve(browser, shown, choice):
    """Press Continue on that page, with one of its two radios."""
    page = read(shown)
    sent = {"seen": page.find("input", {"name": "seen"})["value"]}
    sent["problem.words"] = page.find("textarea", {"name": "problem.words"}).get_text()
    sent["pain.area"] = ["low_back"]
    if choice:
        radio = page.find("input", {"id": f"q-4-{choice}"})
        sent[radio["name"]] = radio["value"]
    return browser.post(PROBLEM, sent)


@pytest.mark.parametrize(("choice", "words"), [("there", "My left hip"), ("here", "My right hip")])
def test_the_person_chooses_which_answer_stands(choice, words, phone, laptop, draft):
    _seen, shown = quarrel(phone, laptop)
    resolved = resolve(laptop, shown, choice)
    assert "different answers" not in text_of(resolved)
    assert saved(draft)["problem.words"] == words


def test_who_does_not_choose_is_asked_again(phone, laptop, draft):
    _seen, shown = quarrel(phone, laptop)
    again = resolve(laptop, shown, None)
    assert again.status_code == 422
    assert "different answers" in text_of(again)
    assert saved(draft)["problem.words"] == "My left hip"


def test_a_third_answer_after_the_choice_was_shown_is_asked_about_as_well(phone, laptop, draft):
    _seen, shown = quarrel(phone, laptop)
    post(phone, PROBLEM, whole(seen_on(phone), problem__words="Both hips"))
    again = resolve(laptop, shown, "here")
    assert "Both hips" in text_of(again)
    assert saved(draft)["problem.words"] == "Both hips"


def test_typing_against_another_device_is_told_and_takes_nothing(phone, laptop, draft):
    on_phone, on_laptop = seen_on(phone), seen_on(laptop)
    type_in(phone, on_phone, problem__words="My left hip")
    said = type_in(laptop, on_laptop, problem__words="My right hip").json()
    assert (said["differ"], said["refused"], said["seen"]) == (True, ["problem.words"], on_laptop)
    assert saved(draft)["problem.words"] == "My left hip"


def test_a_question_that_another_device_opened_is_not_wiped_by_a_page_without_it(
    phone, laptop, draft
):
    answer(draft, {"pain.area": ["low_back"]})
    old = seen_on(phone)
    answer(draft, {"pain.area": ["low_back", "knee"], "pain.main_area": "knee"})
    post(phone, PROBLEM, whole(old, problem__words="My back", pain__area=["low_back"]))
    assert saved(draft)["pain.main_area"] == "knee"
    assert saved(draft)["pain.area"] == ["low_back", "knee"]


def test_a_page_that_another_device_closed_still_keeps_what_was_typed_on_it(
    phone, draft, desk, visit_with_ash
):
    """It is kept aside, not believed, and is there with its words when it is asked again."""
    answer(draft, {"pain.area": ["low_back", "knee"]})
    old = seen_on(phone)
    answer(draft, {"pain.area": ["low_back"]})
    post(phone, PROBLEM, whole(old, pain__area=["low_back", "knee"], pain__main_area="knee"))
    assert saved(draft)["pain.main_area"] == "knee"
    assert "Knee" not in text_of(phone.get("/intake/check/"))
    answer(draft, {"pain.area": ["low_back", "knee"]})
    assert "pain.main_area" in Response.objects.get(pk=draft.pk).shown


# The end of a session ---------------------------------------------------------------------------


def test_what_was_typed_into_an_ended_session_comes_back_and_can_be_sent_again(
    phone, draft, desk, visit_with_ash, clock
):
    seen = seen_on(phone)
    clock.shift(timedelta(days=31))
    kept = phone.post(PROBLEM, whole(seen, problem__words="Typed “late” & <long>"))
    assert kept.status_code == 404
    page = read(kept)
    form = page.find(id="answers")
    sent = [(each["name"], each["value"]) for each in form.select("input[type=hidden]")]
    assert ("problem.words", "Typed “late” & <long>") in sent
    reopened = with_link(open_link(visit_with_ash))
    fields = {name: value for name, value in sent if name != "csrfmiddlewaretoken"}
    assert reopened.post(form["action"], fields).status_code in (302, 422)
    assert saved(draft)["problem.words"] == "Typed “late” & <long>"


def test_the_page_that_keeps_shows_nothing_that_is_saved(phone, draft):
    answer(draft, {"problem.words": "canarywords", "pain.area": ["knee"]})
    seen = seen_on(phone)
    LinkSession.objects.all().delete()
    kept = phone.post(PROBLEM, whole(seen, pain__area=["low_back"]))
    assert "canarywords" not in kept.content.decode()
    assert "Otter" not in kept.content.decode()


def test_a_stranger_gets_the_same_page_whoever_the_cookie_was_of(phone, draft):
    sent = whole("", problem__words="Mine")
    LinkSession.objects.all().delete()
    pages = [each.post(PROBLEM, sent) for each in (phone, Browser(), with_link("made-up"))]
    assert len({text_of(each) for each in pages}) == 1
    assert {each.status_code for each in pages} == {404}


def test_a_device_that_owes_a_code_keeps_what_is_typed_and_saves_nothing(
    phone, draft, desk, visit_with_ash
):
    seen = seen_on(phone)
    second = Browser()
    second.post(f"/i/{invite(desk, visit_with_ash)}/", BORN)
    kept = second.post(PROBLEM, whole(seen, problem__words="Mine"))
    assert (kept.status_code, saved(draft).get("problem.words")) == (404, None)
    assert read(kept).find("input", {"name": "problem.words"})["value"] == "Mine"


def test_what_was_typed_for_one_person_is_never_saved_for_another(phone, draft, desk, ash):
    """A shared tablet: another link was opened in a second tab, and its cookie replaced ours."""
    seen = seen_on(phone)
    visit = make_visit(desk, ash, make_patient(desk, given_name="Heron"))
    theirs = begin(desk, visit)
    tablet = with_link(open_link(visit))
    page = tablet.post(PROBLEM, whole(seen, problem__words="Otter's words"))
    script = type_in(tablet, seen, problem__words="Otter's words")
    assert (page.status_code, script.status_code) == (404, 404)
    assert saved(theirs) == {}
    assert read(page).find("input", {"name": "problem.words"})["value"] == "Otter's words"


def test_the_kept_page_changes_its_language_without_losing_a_word(phone, draft):
    LinkSession.objects.all().delete()
    kept = phone.post(PROBLEM, whole("", problem__words="Mine", language="es"))
    assert read(kept).html["lang"] == "es"
    assert read(kept).find("input", {"name": "problem.words"})["value"] == "Mine"
    assert kept.cookies["django_language"].value == "es"


# One page ---------------------------------------------------------------------------------------


def test_one_invalid_answer_costs_neither_the_others_nor_itself(phone, draft):
    answer(draft, {"problem.words": "Old"})
    wrong = whole(seen_on(phone), problem__words="x" * 5000, pain__area=["low_back"])
    shown = phone.post(PROBLEM, wrong)
    assert shown.status_code == 422
    assert saved(draft) | {"pain.area": ["low_back"], "problem.words": "Old"} == saved(draft)
    assert read(shown).find("textarea", {"name": "problem.words"}).get_text() == "x" * 5000


def test_another_language_keeps_what_could_not_be_taken(phone, draft):
    wrong = whole(seen_on(phone), problem__words="x" * 5000, language="es")
    shown = phone.post(PROBLEM, wrong)
    assert read(shown).html["lang"] == "es"
    assert read(shown).find("textarea", {"name": "problem.words"}).get_text() == "x" * 5000


def test_a_follow_up_opened_beside_a_wrong_answer_is_drawn_at_once(phone, draft):
    wrong = whole(seen_on(phone), problem__words="x" * 5000, pain__area=["low_back", "knee"])
    shown = phone.post(PROBLEM, wrong)
    assert shown.status_code == 422
    assert read(shown).find("input", {"name": "pain.main_area"})


def test_a_page_is_not_put_back_by_the_browser_after_going_back(phone, draft):
    page = phone.get(PROBLEM)
    assert read(page).find(id="answers")["autocomplete"] == "off"
    assert page.headers["Cache-Control"] == "no-store"


def test_each_save_is_in_the_trail_without_a_word_of_it(phone, draft):
    type_in(phone, seen_on(phone), problem__words="canarywords")
    newest = AuditEvent.objects.filter(action="saved").latest("pk")
    assert newest.subject_id == str(draft.pk)
    assert "canary" not in str(newest.__dict__)


def test_nothing_is_saved_into_what_was_sent_from_another_window(desk, ash, patient_of_ash):
    visit = make_visit(desk, ash, patient_of_ash)
    response = submitted(desk, visit)
    browser = with_link(open_link(visit))
    assert type_in(browser, "", problem__words="Late").status_code == 409
    assert browser.post(PROBLEM, {"problem.words": "Late"}).status_code == 409
    assert saved(response)["problem.words"] != "Late"
