"""The main job, end to end: answered on a phone, read on one screen, judged, signed."""

import itertools
import re

import pytest
from playwright.sync_api import Page, expect

from tests.functional.people import Desk, Patient, Person, Therapist, next_time
from tests.functional.spanish import assert_spanish

ANSWERS = {
    "pain.area": ["groin_front_hip", "low_back"],
    "pain.main_area": "groin_front_hip",
    "pain.side": "right",
    "pain.onset_when": "w1_6",
    "rf.ces": ["bladder"],
    "rf.ces_when": "new_2w",
    "pain.avg": "6",
    "pain.worse": ["lift_leg", "stairs_up"],
}
WORDS = {
    "en": {
        "complaint": "It pinches when I lift my knee",
        "problem": "There is a problem",
        "birth date": "This is not the date of birth we have",
        "tries": "You have 4 tries left",
        "agree": "Tick the box if you agree",
        "one more": "One more question about that",
        "get help": "Get help now",
        "sent": "Your answers are sent",
        "already": "You have already sent your answers",
        "sign": "Enter your full name to sign",
        "better": "It is getting better",
        "worse": "It is getting worse",
    },
    "es": {
        "complaint": "Me pincha al levantar la rodilla",
        "problem": "Hay un problema",
        "birth date": "No es la fecha de nacimiento que tenemos",
        "tries": "Le quedan 4 intentos",
        "agree": "Marque la casilla si está de acuerdo",
        "one more": "Una pregunta más sobre eso",
        "get help": "Pida ayuda ahora",
        "sent": "Sus respuestas se han enviado",
        "already": "Ya ha enviado sus respuestas",
        "sign": "Escriba su nombre y apellidos para firmar",
        "better": "Va mejorando",
        "worse": "Va empeorando",
    },
}
BOTH = list(itertools.product(["en", "es"], ["phone", "desktop"]))


class Reader(Patient):
    """A patient who looks at the language of every page on the way."""

    def __init__(self, page: Page, language: str) -> None:
        super().__init__(page)
        self.language, self.says = language, WORDS[language]

    def reads(self, words: str) -> None:
        expect(self.page.get_by_text(self.says[words]).first).to_be_visible()
        self.looks()

    def looks(self) -> None:
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        if self.language == "es":
            assert_spanish(self.page)

    def go_on(self) -> None:
        super().go_on()
        self.looks()

    def at(self, address: str) -> None:
        assert re.search(rf"/intake/{address}/(#q-[\d-]+)?$", self.page.url), self.page.url


@pytest.mark.parametrize(("language", "size"), BOTH)
def test_an_intake_without_javascript_becomes_a_signed_note(window, signed_in, language, size):
    person = Person(language=language)
    desk = Desk(signed_in("desk"))
    link = desk.invite(person)
    page = window(size, java_script_enabled=False)
    patient = Reader(page, language)

    opens_the_link(patient, link, person)
    answers_until_the_warning(patient)
    goes_back_and_forward(patient)
    leaves_and_resumes(patient, link)
    checks_and_changes_one(patient)
    signs_and_sends_once(patient, person)
    reads_judges_and_writes(Therapist(signed_in("ash")), person, patient.says["complaint"])

    expect(desk.find(person)).to_contain_text("Submitted")


def opens_the_link(patient: Reader, link: str, person: Person) -> None:
    patient.open(link)
    patient.looks()
    patient.give_birth_date(person.born.replace(year=1948))
    patient.reads("birth date")
    patient.reads("tries")
    assert patient.page.title().startswith("Error:")
    patient.give_birth_date(person.born)
    patient.at("notice")
    patient.go_on()
    patient.reads("agree")
    patient.agree()
    patient.at("questions/about")


def answers_until_the_warning(patient: Reader) -> None:
    page = patient.page
    # What opened the link, and who agreed, is filled in: one of the three questions is open.
    patient.go_on()
    patient.reads("problem")
    expect(page.locator(".error-summary li")).to_have_count(1)
    patient.answer({})
    patient.go_on()
    patient.at("questions/problem")
    answers = {**ANSWERS, "problem.words": patient.says["complaint"]}
    patient.answer(answers)
    patient.go_on()
    patient.reads("one more")
    assert patient.questions().count("pain.main_area") == 1
    passed = patient.walk(answers, until="/intake/important/")
    asked_alone = [one for one in passed if "/safety-" in one]
    # Two questions, and the second page again with the one that its answer opens.
    assert len(asked_alone) == 3
    assert asked_alone[1].partition("#")[0] == asked_alone[2].partition("#")[0]
    patient.reads("get help")


def goes_back_and_forward(patient: Reader) -> None:
    page = patient.page
    patient.go_on()
    patient.walk(ANSWERS, until="/intake/questions/movement/")
    page.locator(".back a").click()
    patient.at("questions/details")
    expect(page.locator('[name="pain.avg"][value="6"]')).to_be_checked()
    expect(page.locator('[name="pain.worse"][value="stairs_up"]')).to_be_checked()
    page.go_back()
    patient.at("questions/movement")
    page.go_forward()
    patient.at("questions/details")
    expect(page.locator('[name="pain.avg"][value="6"]')).to_be_checked()
    patient.go_on()
    patient.at("questions/movement")


def leaves_and_resumes(patient: Reader, link: str) -> None:
    """The same browser needs no second birth date, and starts where the first open question is."""
    patient.answer({})
    patient.go_on()
    patient.at("questions/life")
    patient.page.goto("about:blank")
    patient.open(link)
    patient.at("questions/life")


def checks_and_changes_one(patient: Reader) -> None:
    page = patient.page
    patient.walk(ANSWERS)
    row = page.locator(".answers > div", has=page.get_by_text(patient.says["better"], exact=True))
    row.get_by_role("link").click()
    page.locator('[name="pain.trend"][value="worse"]').check()
    patient.go_on()
    patient.at("check")
    patient.reads("worse")
    expect(page.get_by_text(patient.says["better"], exact=True)).to_have_count(0)


def signs_and_sends_once(patient: Reader, person: Person) -> None:
    """Twice the same form, as a double click or Back makes it, gives one receipt."""
    page = patient.page
    page.goto("/intake/sign/")
    patient.go_on()
    patient.reads("sign")
    page.locator("#name").fill(person.name)
    page.locator("main form .button").dblclick()
    page.wait_for_url("**/intake/receipt/")
    patient.reads("sent")
    reference = page.locator(".sent strong")
    sent_as = reference.inner_text()
    expect(page.locator(".change")).to_have_count(0)
    page.goto("/intake/questions/about/")
    patient.reads("already")
    page.locator("main .button").click()
    expect(reference).to_have_text(sent_as)


def reads_judges_and_writes(therapist: Therapist, person: Person, complaint: str) -> None:
    page = therapist.page
    therapist.open_brief(person)
    expect(page.locator("blockquote")).to_have_text(complaint)
    expect(page.locator(".told-at")).to_contain_text("confirmed as read")
    card = therapist.card("cauda equina")
    expect(card.locator(".side-for")).to_be_visible()
    expect(card.locator(".side-against")).to_be_visible()
    card.locator(".side-for .lines a").first.click()
    answer = page.locator(":target")
    expect(answer).to_be_in_viewport()
    expect(answer.locator("dd").first).not_to_be_empty()
    judges(therapist)
    writes(page)


def judges(therapist: Therapist) -> None:
    """A red flag is not waved away without a reason, nor judged by the Enter key."""
    page, card = therapist.page, therapist.card("cauda equina")
    card.get_by_role("button", name="Not this").click()
    expect(page.get_by_role("alert")).to_contain_text("A verdict on a red flag needs a reason")
    assert page.title().startswith("Error:")
    card.get_by_label("Reason").fill("Long-standing, examined today")
    card.get_by_label("Reason").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Choose one of the three verdicts")
    expect(card.get_by_label("Reason")).to_have_value("Long-standing, examined today")
    card.get_by_role("button", name="Not this").click()
    given = card.locator(".verdict .given")
    expect(given).to_contain_text("Not this")
    expect(given).to_contain_text("Long-standing, examined today")
    expect(given).to_contain_text("Ash Demo-Therapist")


def writes(page: Page) -> None:
    """A draft can be changed, a signed note only added to."""
    page.get_by_role("link", name="Write the note").click()
    page.locator("#subjective").fill("Groin.")
    page.get_by_role("button", name="Save draft").click()
    page.locator("#plan").fill("Load.")
    page.get_by_role("button", name="Sign", exact=True).click()
    note = page.locator("#note")
    expect(note.locator(".signed")).to_contain_text("Signed by Ash Demo-Therapist")
    expect(note.get_by_role("button", name="Save draft")).to_have_count(0)
    page.get_by_label("Add to this note").fill("Called the patient at noon.")
    page.get_by_role("button", name="Add with my name and the time").click()
    expect(note.locator(".addenda")).to_contain_text("Called the patient at noon.")
    expect(note.locator(".written").first).to_have_text("Groin.")
    expect(note.locator(".written").nth(1)).to_have_text("Load.")


def test_pressing_send_twice_at_once_sends_once(window, signed_in):
    person = Person()
    patient = Patient(window("phone"))
    patient.begin(Desk(signed_in("desk")).invite(person), person)
    patient.walk({})
    page = patient.page
    page.goto("/intake/sign/")
    page.locator("#name").fill(person.name)
    # The form leaves twice before the first answer is back.
    page.evaluate("const f = document.querySelector('main form'); f.submit(); f.submit();")
    page.wait_for_url("**/intake/receipt/")
    reference = page.locator(".sent strong")
    sent_as = reference.inner_text()
    page.go_back()
    assert page.url.endswith("/intake/receipt/")
    expect(reference).to_have_text(sent_as)


def test_another_device_shows_nothing_before_the_code(window, signed_in):
    person = Person()
    desk = Desk(signed_in("desk"))
    link = desk.invite(person)
    first = Patient(window("phone"))
    first.begin(link, person)
    first.answer({"about.sex": "female"})
    first.go_on()

    other = Patient(window("desktop"))
    other.open(link)
    other.give_birth_date(person.born)
    assert other.page.url.endswith("/intake/code/")
    other.page.goto("/intake/questions/about/")
    assert other.page.url.endswith("/intake/code/")
    other.page.get_by_label("Code").fill("000000")
    other.go_on()
    expect(other.page.locator(".error-summary")).to_be_visible()
    desk.page.reload()
    code = re.search(r"\b\d{6}\b", desk.page.locator(".sent .written").inner_text())
    other.page.get_by_label("Code").fill(code.group())
    other.go_on()
    assert other.page.url.endswith("/intake/questions/problem/")


def test_the_language_is_switched_without_losing_an_answer(window, signed_in):
    person = Person()
    patient = Patient(window("phone", java_script_enabled=False))
    patient.begin(Desk(signed_in("desk")).invite(person, next_time()), person)
    page = patient.page
    page.locator('[name="about.sex"][value="male"]').check()
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator('[name="about.sex"][value="male"]')).to_be_checked()
    assert_spanish(page)
