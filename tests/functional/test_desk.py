"""The front desk's one page: found, made, booked and sent without leaving it."""

from playwright.sync_api import Locator, Page, expect

from tests.functional.people import ASH, Desk, Patient, Person, next_time

# A day on which only these tests book.
QUIET = "/desk/?day=2031-03-05"


def test_a_few_letters_find_a_patient_while_they_are_typed(signed_in):
    desk, person = Desk(signed_in("desk")), Person()
    desk.create(person)
    page = desk.page
    page.goto("/desk/")
    page.get_by_label("Find a patient").press_sequentially(person.family.lower())
    found = page.locator("#results li", has_text=person.name)
    expect(found).to_have_count(1)
    expect(page.locator("#results [role=status]")).to_contain_text("found")
    assert page.url.endswith("/desk/")
    found.get_by_role("link").click()
    expect(page.get_by_role("heading", name=person.name)).to_be_visible()
    expect(page.locator("table.visits")).to_be_visible()


def test_the_button_finds_them_without_javascript(signed_in):
    desk, person = Desk(signed_in("desk")), Person()
    desk.create(person)
    page = signed_in("desk", java_script_enabled=False)
    page.goto("/desk/")
    page.get_by_label("Find a patient").fill(f"{person.given[:3]} {person.family}")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#results li", has_text=person.name)).to_be_visible()
    assert person.family.lower() not in page.url.lower()


def test_nobody_found_says_what_to_do(signed_in):
    page = signed_in("desk")
    page.get_by_label("Find a patient").press_sequentially("zzzz")
    expect(page.locator("#results [role=status]")).to_contain_text("Try fewer letters")


def test_a_patient_is_created_beside_the_day_and_a_mistake_keeps_what_was_typed(signed_in):
    desk, person = Desk(signed_in("desk")), Person()
    page = desk.page
    page.locator("summary", has_text="New patient").click()
    page.get_by_label("Family name").fill(person.family)
    page.get_by_role("button", name="Create the patient").click()
    expect(page.get_by_text("Enter the given name")).to_be_visible()
    assert page.get_by_label("Family name").input_value() == person.family
    page.get_by_label("Given name").fill(person.given)
    page.get_by_label("Birth date").fill(person.born.isoformat())
    page.get_by_role("button", name="Create the patient").click()
    expect(page.get_by_role("heading", name=person.name)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("table.visits")).to_be_visible()


def test_a_taken_time_is_refused_in_a_sentence_and_overbooked_on_purpose_by_keyboard(signed_in):
    desk, first, second = Desk(signed_in("desk")), Person(), Person()
    page, time = desk.page, next_time()
    page.goto(QUIET)
    desk.create(first)
    desk.book(time)
    page.goto(QUIET)
    desk.create(second)

    books_by_keyboard(page, time)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(f"Not booked. {ASH} has another appointment at that time.")
    assert page.get_by_label("Time").input_value() == time
    expect(desk.row(second)).to_have_count(0)

    tab_to(page, page.get_by_label("Book anyway"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Book", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Booked:")).to_be_visible()
    expect(desk.row(second)).to_contain_text("Overbooked on purpose")


def books_by_keyboard(page: Page, time: str) -> None:
    tab_to(page, page.get_by_label("Therapist"))
    page.keyboard.type("Ash")
    tab_to(page, page.get_by_label("Time"))
    hours, minutes = (int(part) for part in time.split(":"))
    page.keyboard.type(f"{hours % 12 or 12:02}{minutes:02}{'AM' if hours < 12 else 'PM'}")
    tab_to(page, page.get_by_label("Length"))
    page.keyboard.type("20")
    tab_to(page, page.get_by_role("button", name="Book", exact=True))
    page.keyboard.press("Enter")


def tab_to(page: Page, target: Locator) -> None:
    """Nothing but the Tab key, as often as it takes."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"The Tab key never reaches {target}")


def test_a_patient_cannot_be_in_two_places_even_on_purpose(signed_in):
    desk, person, time = Desk(signed_in("desk")), Person(), next_time()
    desk.create(person)
    desk.book(time)
    desk.book(time, therapist="Birch Demo-Therapist")
    alert = desk.page.get_by_role("alert")
    expect(alert).to_contain_text(f"{person.name} has another appointment at that time.")


def test_sending_again_kills_the_older_link(window, signed_in):
    desk, person = Desk(signed_in("desk")), Person()
    old = desk.invite(person)
    new = desk.send()
    assert new != old
    patient = Patient(window("phone"))
    patient.open(old)
    expect(patient.page.get_by_role("heading", level=1)).to_have_text("This link does not work")
    patient.open(new)
    patient.give_birth_date(person.born)
    assert patient.page.url.endswith("/intake/notice/")


def test_five_wrong_birth_dates_close_the_link(window, signed_in):
    person = Person()
    patient = Patient(window("phone"))
    patient.open(Desk(signed_in("desk")).invite(person))
    for _ in range(5):
        patient.give_birth_date(person.born.replace(year=1999))
    expect(patient.page.get_by_role("heading", level=1)).to_have_text("This link does not work")


def test_a_cancelled_visit_leaves_the_day_and_frees_its_time(signed_in):
    desk, first, second = Desk(signed_in("desk")), Person(), Person()
    page, time = desk.page, next_time()
    page.goto(QUIET)
    desk.create(first)
    desk.book(time)
    row = desk.row(first)
    row.locator("summary").click()
    row.get_by_role("button", name="Yes, cancel").click()
    expect(page.get_by_role("status").filter(has_text="Cancelled:")).to_be_visible()
    expect(desk.row(first)).to_have_count(0)
    page.goto(QUIET)
    desk.create(second)
    desk.book(time)
    expect(desk.row(second)).to_be_visible()


def test_the_desk_reads_no_brief(signed_in, window):
    therapist = signed_in("ash")
    address = therapist.locator("a.cover").first.get_attribute("href")
    page = signed_in("desk")
    assert page.goto(address).status in (403, 404)
    assert page.goto("/today/").status == 403
