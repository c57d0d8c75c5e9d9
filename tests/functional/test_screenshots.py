"""The pictures of the README, taken at every run and kept in the directory PREVISIT_SCREENSHOTS."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.functional.people import Desk, Patient, Person, Therapist, next_time

ANSWERS = {
    "problem.words": "It pinches in the groin when I lift my knee.",
    "pain.area": ["groin_front_hip", "front_thigh"],
    "pain.side": "right",
    "rf.ces": ["bladder"],
    "rf.ces_when": "new_2w",
    "pain.avg": "6",
    "pain.worse": ["lift_leg", "stairs_up", "sit_long"],
    "goal.main": "Run ten kilometres again",
}


class Album:
    """Takes pictures of what stands on the screen."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    def take(self, page: Page, name: str) -> None:
        page.wait_for_load_state()
        page.mouse.move(0, 0)  # nothing is pointed at
        path = self.directory / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        assert path.stat().st_size > 5_000


@pytest.fixture
def album(tmp_path: Path) -> Album:
    return Album(Path(os.environ.get("PREVISIT_SCREENSHOTS") or tmp_path))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_patients_pages(window, signed_in, album, language):
    person = Person(given="Lynx", family="Sampleson", language=language)
    patient = Patient(window("phone"))
    page = patient.page
    patient.open(Desk(signed_in("desk")).invite(person))
    album.take(page, f"patient-start-{language}")
    patient.give_birth_date(person.born)
    patient.agree()
    patient.go_on()
    album.take(page, f"patient-error-{language}")
    patient.walk(ANSWERS, until="/intake/questions/problem/")
    patient.answer(ANSWERS)
    page.evaluate("document.querySelector('.body-map').scrollIntoView()")
    album.take(page, f"patient-body-{language}")
    patient.walk(ANSWERS, until="/intake/questions/safety-13/")
    album.take(page, f"patient-safety-{language}")
    patient.walk(ANSWERS, until="/intake/important/")
    album.take(page, f"patient-warning-{language}")
    patient.walk(ANSWERS)
    album.take(page, f"patient-check-{language}")
    patient.sign(person)
    album.take(page, f"patient-receipt-{language}")


def test_the_staffs_pages(window, signed_in, album):
    person = Person(given="Sorrel", family="Exampleton")
    desk = Desk(signed_in("desk"))
    link = desk.invite(person, next_time())
    album.take(desk.page, "desk")
    patient = Patient(window("phone"))
    patient.begin(link, person)
    patient.walk(ANSWERS)
    patient.sign(person)
    therapist = Therapist(signed_in("ash"))
    therapist.page.goto("/today/")
    album.take(therapist.page, "therapist-list")
    therapist.open_brief(person)
    album.take(therapist.page, "brief")
    therapist.page.evaluate("document.querySelector('article.card').scrollIntoView()")
    album.take(therapist.page, "brief-cards")
    small = Therapist(signed_in("ash", "phone"))
    small.page.goto("/today/")
    album.take(small.page, "therapist-list-phone")
    small.open_brief(person)
    album.take(small.page, "brief-phone")
    album.take(signed_in("desk", "phone"), "desk-phone")
    album.take(signed_in("admin"), "settings")


def test_the_front_door_and_the_sign_in(window, album):
    page = window("phone")
    page.goto("/")
    album.take(page, "landing")
    wide = window()
    wide.goto("/account/login/")
    album.take(wide, "sign-in")
