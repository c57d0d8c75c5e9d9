"""What stays in a browser's history, tabs and storage says nothing of a patient.

That no address and no storage does is looked at in every test (`watch.py`); here it is shown that
the watch sees, and that titles are as silent.
"""

import re

from tests.functional.people import Desk, Patient, Person, Therapist
from tests.functional.watch import ADDRESS, Watch

SECTIONS = (
    "About you|Your problem|Safety questions|More about the pain|How you move|Your week"
    "|What matters to you"
)
TITLES = re.compile(
    r"(?:Error: )?(?:Before your visit|How we use your answers|Please read this|Some more questions"
    rf"|(?:{SECTIONS}) \([1-7] of 7\)|Check your answers|Sign and send|Your answers are sent)"
    r" – Demo Movement Clinic"
)


def test_the_titles_of_an_intake_say_where_one_is_and_nothing_else(window, signed_in):
    person = Person()
    patient = Patient(window("phone"))
    patient.open(Desk(signed_in("desk")).invite(person))
    page = patient.page
    said = {page.title()}
    patient.give_birth_date(person.born)
    said.add(page.title())
    patient.agree()
    while not page.url.endswith("/intake/check/"):
        said.add(page.title())
        if not page.url.endswith("/intake/important/"):
            patient.answer({"rf.ces": ["bladder"]})
        patient.go_on()
    said.add(page.title())
    patient.sign(person)
    said.add(page.title())
    assert [title for title in said if not TITLES.fullmatch(title)] == []
    assert len(said) > 10


def test_a_brief_is_titled_by_its_reference_and_a_desk_by_nothing(signed_in):
    desk, person = Desk(signed_in("desk")), Person()
    desk.invite(person)
    assert desk.page.title() == "Front desk – Demo Movement Clinic"
    therapist = Therapist(signed_in("ash"))
    therapist.open_brief(person)
    title = therapist.page.title()
    assert re.fullmatch(r"Brief P-[A-Z0-9]{6} – Demo Movement Clinic", title)


def test_nothing_of_a_patient_is_in_the_log(window, signed_in, site):
    """Neither a name nor an answer nor, but for the demo's mail, a link."""
    person = Person(family="Unmistakeable")
    patient = Patient(window("phone"))
    link = Desk(signed_in("desk")).invite(person)
    patient.begin(link, person)
    patient.answer({})
    patient.go_on()
    patient.answer({"problem.words": "Sesquipedalian pain"})
    patient.go_on()
    said = site.log.read_text() if site.log.is_file() else ""
    mails = re.sub(r"^Content-Type: text/plain.*?^-{79}$", "", said, flags=re.DOTALL | re.MULTILINE)
    for private in ("Unmistakeable", "Sesquipedalian", link.split("/")[-2]):
        assert private not in mails


def test_the_watch_sees_what_it_should(browser, site):
    page = browser.new_page()
    watch = Watch(page, site.url)
    page.goto(site.url)
    page.evaluate("console.error('a complaint')")
    page.evaluate("localStorage.setItem('answer', 'kept')")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=/static/none.png>')")
    page.wait_for_load_state("networkidle")
    for tell_tale in ("/visits/1/?name=Ash", "/desk/?q=Otter", "/intake/questions/about/?sex=male"):
        assert not ADDRESS.fullmatch(tell_tale)
    said = " ".join(watch.close())
    assert "a complaint" in said
    assert "404 for a part of a page" in said
    assert "kept in the browser" in said
