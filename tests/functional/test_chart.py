"""The body chart under a thumb, by keyboard and without JavaScript."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.functional.looks import (
    assert_accessible,
    assert_finger_sized,
    assert_no_sideways_scroll,
)
from tests.functional.people import Desk, Patient, Person, Therapist

ANSWERS = {
    "about.sex": "male",
    "problem.words": "It hurts when I kick.",
    "pain.area": ["groin_front_hip", "knee"],
    "pain.main_area": "groin_front_hip",
    "pain.side": "right",
}
# For each place the widest run of pixels in a row, and in a column, on which a tap means it.
REACH = """
() => {
  const box = document.querySelector(".taps").getBoundingClientRect();
  const [wide, high] = [Math.floor(box.width), Math.floor(box.height)];
  const placeAt = (x, y) => {
    const hit = document.elementFromPoint(box.left + x, box.top + y);
    return [...(hit?.classList ?? [])].find(name => name.startsWith("tap-"))?.slice(4);
  };
  const rows = [...Array(high).keys()].map(y => [...Array(wide).keys()].map(x => placeAt(x, y)));
  const columns = [...Array(wide).keys()].map(x => rows.map(row => row[x]));
  const longest = lines => {
    const best = {};
    for (const line of lines)
      line.reduce((run, place, at) => {
        run = place === line[at - 1] ? run + 1 : 1;
        if (place) best[place] = Math.max(best[place] ?? 0, run);
        return run;
      }, 0);
    return best;
  };
  const [across, down] = [longest(rows), longest(columns)];
  const least = one => [one, Math.min(across[one], down[one])];
  return Object.fromEntries(Object.keys(across).map(least));
}
"""


def at_the_chart(window, signed_in, person: Person, size: str = "phone", **options) -> Patient:
    patient = Patient(window(size, **options))
    patient.begin(Desk(signed_in("desk")).invite(person), person)
    patient.walk(ANSWERS, until="/intake/questions/problem/")
    return patient


def box_of(page: Page, place: str) -> Locator:
    return page.locator(f'[name="pain.area"][value="{place}"]')


def tap(page: Page, x: float, y: float) -> None:
    """A place on the figure, in its own units: 200 wide, 268 high."""
    figure = page.locator(".taps")
    figure.evaluate("one => one.scrollIntoView()")
    box = figure.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * x / 200, box["y"] + box["height"] * y / 268)


GROIN, LOW_BACK = (25, 117), (140, 70)


@pytest.mark.parametrize("java_script", [True, False])
def test_a_tap_on_the_figure_ticks_the_box_and_names_it(window, signed_in, java_script):
    options = {"java_script_enabled": java_script, "has_touch": True}
    page = at_the_chart(window, signed_in, Person(), **options).page
    chosen = page.locator(".chosen")
    expect(chosen).to_be_hidden()
    tap(page, *GROIN)
    expect(box_of(page, "groin_front_hip")).to_be_checked()
    tap(page, *LOW_BACK)
    expect(box_of(page, "low_back")).to_be_checked()
    # Without JavaScript the browser goes to the box in the list.
    seen = page.locator(".taps") if java_script else box_of(page, "low_back")
    expect(seen).to_be_in_viewport()
    expect(chosen.locator("li:visible")).to_have_text(["Groin or front of the hip", "Lower back"])
    tap(page, *GROIN)
    expect(box_of(page, "groin_front_hip")).not_to_be_checked()
    expect(chosen.locator("li:visible")).to_have_text(["Lower back"])


def test_the_groin_is_large_enough_for_a_thumb(window, signed_in):
    page = at_the_chart(window, signed_in, Person()).page
    page.locator(".taps").evaluate("one => one.scrollIntoView()")
    reach = page.evaluate(REACH)
    assert reach["groin_front_hip"] >= 44
    # Where the body is narrow, the rows of the list are the way that is large enough.
    for place in ("pubic", "genitals", "inner_thigh", "outer_thigh", "side_hip", "flank"):
        assert reach[place] >= 16, place


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_chart_can_be_read_and_reached_at_every_width(window, signed_in, width):
    page = at_the_chart(window, signed_in, Person()).page
    page.set_viewport_size({"width": width, "height": 800})
    page.locator(".taps").evaluate("one => one.scrollIntoView()")
    tap_left = page.locator(".taps").bounding_box()
    page.mouse.click(
        tap_left["x"] + tap_left["width"] * GROIN[0] / 200,
        tap_left["y"] + tap_left["height"] * GROIN[1] / 268,
    )
    expect(box_of(page, "groin_front_hip")).to_be_checked()
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    assert_finger_sized(page)


def test_the_list_alone_does_it_all_by_keyboard(window, signed_in):
    page = at_the_chart(window, signed_in, Person()).page
    first = page.locator('[name="pain.area"]').first
    first.focus()
    page.keyboard.press("Space")
    expect(first).to_be_checked()
    page.keyboard.press("Tab")
    focused = page.evaluate("[document.activeElement.name, document.activeElement.value]")
    assert focused == ["pain.area", "deep_hip"]
    names = [
        box.get_attribute("value")
        for box in page.locator(".body-map").get_by_role("checkbox").all()
    ]
    assert len(names) == len(set(names)), "each place is there once"
    expect(page.get_by_role("group", name="Hip and groin")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Knee", exact=True)).to_have_count(1)


def test_each_place_is_told_about_and_reaches_the_therapist(window, signed_in):
    person = Person()
    patient = at_the_chart(window, signed_in, person, java_script_enabled=False)
    page = patient.page
    patient.walk(ANSWERS, until="/intake/places/")
    assert_finger_sized(page)
    assert_no_sideways_scroll(page)
    groin = page.get_by_role("group", name="Groin or front of the hip")
    groin.get_by_label("Deep ache").check()
    groin.get_by_label("6", exact=True).check(force=True)
    patient.go_on()
    patient.walk(ANSWERS)
    expect(page.get_by_text("6 of 10")).to_be_visible()
    patient.sign(person)
    therapist = Therapist(signed_in("ash"))
    therapist.open_brief(person)
    figure = therapist.page.locator(".where .body-figure")
    for mark, place in ((".main", "groin_front_hip"), (".now:not(.main)", "knee")):
        drawn = figure.locator(mark)
        expect(drawn).to_have_attribute("href", re.compile(f"#right-{place}$"))
        assert drawn.bounding_box()["width"] > 5  # the file with the shapes has come
    expect(therapist.page.locator(".each-place")).to_contain_text(
        "Groin or front of the hip Deep ache, 6 of 10"
    )
    assert_accessible(therapist.page)
