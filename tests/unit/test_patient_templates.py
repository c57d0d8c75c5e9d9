"""Every page a patient sees, rendered from plain values: what it holds and what it must not."""

import ast
import gettext
import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from django import forms
from django.conf import settings as django_settings
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils import translation
from django.utils.translation import trim_whitespace

from intake.forms.patients import BirthDateForm, ConsentForm, SignForm

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "es")
CLINIC = SimpleNamespace(
    name="Pebble Lane Clinic",
    phone="555 010 020",
    emergency_number="999",
    urgent_line="811 000",
)
URGENCIES = ("emergency", "same_day", "before_appointment")
PATIENT_TEMPLATES = (
    "base_patient.html",
    "clinic/landing.html",
    "clinic/privacy.html",
    "clinic/accessibility.html",
    *(
        str(path.relative_to(ROOT / "templates"))
        for folder in ("intake/patient", "components", "crispy/patient")
        for path in sorted((ROOT / "templates" / folder).rglob("*.html"))
    ),
)


def option(question: str, value: str, text: str, **more: Any) -> dict[str, Any]:
    """One option as a page gives it."""
    return {
        "id": f"{question}-{value}",
        "value": value,
        "text": text,
        "is_checked": False,
        "is_exclusive": False,
    } | more


def asked(kind: str, *, id: str = "q-one", **more: Any) -> dict[str, Any]:
    """One question as a page gives it."""
    return {
        "id": id,
        "name": id.removeprefix("q-"),
        "kind": kind,
        "text": f"Question {id}?",
        "help": "",
        "required": True,
        "error": "",
        "value": None,
        "options": [],
        "groups": [],
        "declines": False,
        "is_declined": False,
        "low_anchor": None,
        "high_anchor": None,
        "max_length": None,
        "is_heading": False,
        "widget": None,
        "inputmode": None,
    } | more


def scale(**more: Any) -> dict[str, Any]:
    """A question from 0 to 10."""
    numbers = [option("q-scale", str(n), str(n), is_checked=n == 6) for n in range(11)]
    return asked(
        "scale_0_10",
        id="q-scale",
        options=numbers,
        low_anchor="No pain",
        high_anchor="Worst pain",
        **more,
    )


def ticks(**more: Any) -> dict[str, Any]:
    """A checklist with a way out."""
    options = [
        option("q-ticks", "fever", "Fever", is_checked=True),
        option("q-ticks", "none", "None of these", is_exclusive=True),
    ]
    return asked("multi", id="q-ticks", options=options, **more)


def places(groups: bool = False) -> dict[str, Any]:
    """The question with the figure."""
    options = [option("q-place", "knee", "Knee"), option("q-place", "flank", "My side")]
    question = asked("multi", id="q-place", widget="body_map_or_list", options=options)
    return question | {"groups": [{"name": "Leg", "options": options}] if groups else []}


def place(error: str = "") -> dict[str, Any]:
    """One chosen place with its two questions."""
    feels = [option("p-1-feel", "ache", "Deep ache", is_checked=True)]
    numbers = [option("p-1-strength", str(n), str(n)) for n in range(11)]
    ends = {"low_anchor": "No pain", "high_anchor": "Worst pain"}
    return {
        "id": "p-1",
        "name": "Knee",
        "feel": asked("multi", id="p-1-feel", options=feels, error=error),
        "strength": asked("scale_0_10", id="p-1-strength", options=numbers, **ends),
    }


def page_of(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The context of a page of questions."""
    page = {
        "key": "details",
        "section_name": "More about the pain",
        "number": 4,
        "total": 7,
        "is_first": False,
        "back_url": "/before/",
        "questions": list(questions),
    }
    context = {"errors": [], "new_question": None, "action": "/here/", **more}
    return {"page": page | context.pop("page", {}), **context}


EVERY_KIND = (
    asked("choice", id="q-who", options=[option("q-who", "self", "I am the patient")]),
    asked("date", id="q-born", value={"day": "27", "month": "3", "year": "1962"}),
    asked("text", id="q-words", required=False, max_length=300, help="A few words.", value="Hip"),
    asked("decimal", id="q-height", required=False, value="172"),
    scale(),
    ticks(declines=True),
    places(),
)
WRONG = tuple({**question, "error": f"Mend {question['id']}"} for question in EVERY_KIND)
WRONG_LINKS = [
    {"href": "#q-who-self", "text": "Mend q-who"},
    {"href": "#q-born-day", "text": "Mend q-born"},
    {"href": "#q-words", "text": "Mend q-words"},
    {"href": "#q-scale-0", "text": "Mend q-scale"},
]


def sections(change_url: str | None) -> list[dict[str, Any]]:
    """Answers read back."""
    blank = {"answers": [], "change_url": change_url, "is_declined": False, "is_missing": False}
    return [
        {
            "name": "Your problem",
            "rows": [
                blank | {"question": "Where?", "answers": ["Knee", "My side"]},
                blank | {"question": "Private?", "is_declined": True},
                blank | {"question": "Needed?", "is_missing": True},
                blank | {"question": "Height?"},
            ],
        }
    ]


def receipt(**more: Any) -> dict[str, Any]:
    """The context of the receipt."""
    sent = {
        "reference": "PL-4K7P",
        "sent_at": datetime(2026, 3, 8, 9, 5, tzinfo=UTC),
        "signer": "Testina Sample",
        "appointment_at": datetime(2026, 3, 9, 14, 30, tzinfo=UTC),
        "therapist": "Robin Example",
        "message": None,
        "sections": sections(None),
    }
    return {"receipt": sent | more}


def message(urgency: str) -> dict[str, str]:
    """A safety message as a page gives it."""
    return {"urgency": urgency, "text": "Please have this looked at."}


NOTICE = {"version": "1", "is_draft": True, "paragraphs": ["We keep your answers."]}
WRONG_DATE = {"day": "31", "month": "2", "year": "1960"}
INCOMPLETE = {"missing": [{"text": "Needed?", "url": "/p/"}], "is_complete": False}
PAIR = {
    "id": "odd",
    "question": "Is that right?",
    "told": [{"link_id": "a", "question": "How bad?", "answers": ["9"], "language": "en"}],
}
EACH_PLACE = {"skip_url": "/s/", "action": "/here/"}
NOT_SAID = ConsentForm.base_fields["role"].error_messages["required"]
STATES: dict[str, tuple[str, dict[str, Any]]] = {
    "landing": ("clinic/landing.html", {}),
    "privacy": ("clinic/privacy.html", {}),
    "accessibility": ("clinic/accessibility.html", {}),
    "link": ("intake/patient/link.html", {"form": BirthDateForm(), "tries_left": None}),
    "link, wrong": ("intake/patient/link.html", {"form": BirthDateForm({}), "tries_left": 3}),
    "dead link": ("intake/patient/dead_link.html", {"phone": "555 010 020", "clinic": None}),
    "notice": ("intake/patient/notice.html", {"notice": NOTICE, "form": ConsentForm()}),
    "notice, wrong": (
        "intake/patient/notice.html",
        {
            "notice": NOTICE,
            "form": ConsentForm({}),
            "errors": [{"href": "#role-self", "text": NOT_SAID}],
        },
    ),
    "page": ("intake/patient/page.html", page_of(*EVERY_KIND)),
    "page, wrong": ("intake/patient/page.html", page_of(*WRONG, errors=WRONG_LINKS)),
    "page, new": ("intake/patient/page.html", page_of(*EVERY_KIND, new_question="ticks")),
    "one question": ("intake/patient/page.html", page_of(ticks(is_heading=True))),
    "one text": ("intake/patient/page.html", page_of(asked("text", is_heading=True))),
    "grouped places": ("intake/patient/page.html", page_of(places(groups=True))),
    "each place": (
        "intake/patient/places.html",
        {"page": {"places": [place()], "back_url": "/b/"}, "errors": [], **EACH_PLACE},
    ),
    "each place, wrong": (
        "intake/patient/places.html",
        {
            "page": {"places": [place(error="Tick answers from the list")], "back_url": "/b/"},
            "errors": [{"href": "#p-1-feel-ache", "text": "Tick answers from the list"}],
            **EACH_PLACE,
        },
    ),
    "a second look": ("intake/patient/fit.html", {"pairs": [PAIR]}),
    "check": (
        "intake/patient/check.html",
        {"sections": sections("/p/"), "is_complete": True, "missing": [], "next_url": "/sign/"},
    ),
    "check, incomplete": (
        "intake/patient/check.html",
        {"sections": sections("/p/"), "next_url": "/sign/", **INCOMPLETE},
    ),
    "sign": (
        "intake/patient/sign.html",
        {"statement": ["It is true."], "form": SignForm(), "submit_key": "key-1"},
    ),
    "sign, wrong": (
        "intake/patient/sign.html",
        {"statement": ["It is true."], "form": SignForm({"name": ""}), "submit_key": "key-1"},
    ),
    "receipt": ("intake/patient/receipt.html", receipt()),
    "receipt, urgent": ("intake/patient/receipt.html", receipt(message=message("same_day"))),
    "sent already": ("intake/patient/sent_already.html", {}),
} | {
    f"warning, {urgency}": ("intake/patient/warning.html", {"message": message(urgency)})
    for urgency in URGENCIES
}


def drawn(name: str, context: dict[str, Any], language: str = "en") -> BeautifulSoup:
    """The page as a patient gets it."""
    names = {"en": "English", "es": "Español"}
    common = {
        "clinic": CLINIC,
        "language": language,
        "languages": [
            {"code": code, "name": names[code], "is_current": code == language} for code in names
        ],
        "csrf_token": "token",
    }
    with translation.override(language):
        html = render_to_string(name, common | context)
    return BeautifulSoup(html, "html.parser")


def state(name: str, language: str = "en") -> BeautifulSoup:
    """One of the states above."""
    return drawn(*STATES[name], language)


def one_question(question: dict[str, Any]) -> BeautifulSoup:
    """A question without its page."""
    return drawn("components/question.html", {"question": question})


def words(found: Tag | None) -> str:
    """What a person reads there."""
    assert found is not None
    return " ".join(found.get_text(" ").split())


every_state = pytest.mark.parametrize("name", STATES)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_state
@every_language
def test_every_page_says_its_language_and_has_one_heading(name: str, language: str) -> None:
    page = state(name, language)
    assert page.html["lang"] == language
    assert len(page.find_all("h1")) == 1
    assert len(page.find_all("main")) == 1


@every_state
def test_every_title_ends_with_the_clinic(name: str) -> None:
    title = words(state(name).title)
    assert title.endswith("– Previsit" if name == "dead link" else "– Pebble Lane Clinic")


@every_state
@every_language
def test_no_page_needs_a_script_or_an_inline_style(name: str, language: str) -> None:
    page = state(name, language)
    assert page.find_all("style") == []
    assert all(script["src"] and script.has_attr("defer") for script in page.find_all("script"))
    assert page.select("[style], [onclick], [onload]") == []


@every_state
def test_no_page_shows_a_place_that_was_not_filled(name: str) -> None:
    assert not re.search(r"\{[A-Z_%]|None\b(?! of)", state(name).get_text())


@every_state
@every_language
def test_every_id_stands_once_and_every_reference_finds_its_place(name: str, language: str) -> None:
    page = state(name, language)
    ids = [tag["id"] for tag in page.select("[id]")]
    assert sorted(ids) == sorted(set(ids))
    wanted = [tag["for"] for tag in page.select("label[for]")]
    for attribute in ("aria-describedby", "aria-labelledby"):
        wanted += [id for tag in page.select(f"[{attribute}]") for id in tag[attribute].split()]
    wanted += [tag["href"][1:] for tag in page.select('a[href^="#"]')]
    assert set(wanted) <= set(ids)


@every_state
def test_every_input_has_a_label_and_a_name(name: str) -> None:
    page = state(name)
    labelled = {tag["for"] for tag in page.select("label[for]")}
    inputs = page.select("input:not([type=hidden]), textarea")
    assert {tag["id"] for tag in inputs} <= labelled
    assert all(tag["name"] for tag in inputs)


@every_state
def test_every_page_offers_the_other_language_and_only_that(name: str) -> None:
    buttons = state(name, "es").select("form.languages button")
    assert [(b["name"], b["value"], b["lang"], words(b)) for b in buttons] == [
        ("language", "en", "en", "English")
    ]


@every_state
def test_every_page_says_that_nobody_watches_it_and_whom_to_call(name: str) -> None:
    foot = words(state(name).find("footer"))
    assert "not watched all the time" in foot
    assert ("the emergency number of the place" if name == "dead link" else "call 999") in foot


@every_state
def test_every_form_is_checked_by_the_clinic_and_not_by_the_browser(name: str) -> None:
    page = state(name)
    for form in page.select("main form"):
        assert form["method"] == "post"
        assert form.find("input", {"name": "csrfmiddlewaretoken"})
        assert form.select("input:not([type=hidden])") == [] or form.has_attr("novalidate")
    assert page.select("[required], [type=number], [maxlength]") == []


@pytest.mark.parametrize("name", [name for name in STATES if name.endswith(", wrong")])
@every_language
def test_a_page_with_errors_says_so_first(name: str, language: str) -> None:
    page = state(name, language)
    summary = page.find(class_="error-summary")
    title = {"en": "There is a problem", "es": "Hay un problema"}[language]
    assert words(page.title).startswith("Error: ")
    assert (summary["role"], summary["tabindex"]) == ("alert", "-1")
    assert words(summary.find("h2")) == title
    assert summary.find_next("h1") is not None
    for link in summary.find_all("a"):
        assert page.find(id=link["href"][1:]).name in ("input", "textarea")
        assert words(link) in words(page.find("form", class_=lambda c: c != "languages"))


@pytest.mark.parametrize("name", [name for name in STATES if not name.endswith(", wrong")])
def test_a_page_without_errors_has_no_summary(name: str) -> None:
    page = state(name)
    assert page.find(class_="error-summary") is None
    assert page.select("[aria-invalid]") == []
    assert "Error" not in words(page.title)


def test_a_page_of_several_questions_has_the_section_as_heading() -> None:
    page = state("page")
    assert words(page.h1) == "More about the pain"
    assert words(page.title).startswith("More about the pain (4 of 7)")
    assert words(page.find(class_="progress")) == "Section 4 of 7"
    assert page.select_one(".back a")["href"] == "/before/"


def test_a_single_question_is_itself_the_heading() -> None:
    page = state("one question")
    assert words(page.h1) == "Question q-ticks?"
    assert page.h1.parent.name == "legend"
    assert "More about the pain" in words(page.find(class_="progress"))
    assert words(state("one text").h1.find("label")) == "Question q-one?"


def test_the_first_page_says_it_before_the_first_question_and_leads_nowhere_back() -> None:
    page = drawn(
        "intake/patient/page.html", page_of(scale(), page={"is_first": True, "back_url": ""})
    )
    note = page.select_one("main .note")
    assert "not watched all the time" in words(note)
    assert note.find_next("fieldset") is not None
    assert page.find(class_="back") is None


def test_a_page_of_unknown_length_shows_no_progress() -> None:
    page = drawn("intake/patient/page.html", page_of(scale(), page={"total": None}))
    assert page.find(class_="progress") is None
    assert words(page.title) == "More about the pain – Pebble Lane Clinic"


def test_a_question_that_opened_another_is_thanked_for() -> None:
    assert "One more question about that" in words(state("page, new").find(role="status"))
    assert state("page").find("p", class_="note", role="status") is None


def test_the_order_is_question_hint_error_answer() -> None:
    html = str(one_question(ticks(help="We ask everyone.", error="Tick one")))
    places = [html.index(text) for text in ("Question q-ticks?", "We ask", "Tick one", "<input")]
    assert places == sorted(places)


def test_options_keep_what_was_chosen() -> None:
    boxes = one_question(ticks()).select("input[type=checkbox]")
    assert [(box["value"], box.has_attr("checked")) for box in boxes] == [
        ("fever", True),
        ("none", False),
    ]


def test_an_exclusive_option_stands_after_an_or() -> None:
    page = one_question(ticks())
    assert words(page.find(class_="or")) == "or"
    assert words(page.find(class_="or").find_next(class_="option")) == "None of these"


@pytest.mark.parametrize("is_declined", [True, False])
def test_a_question_that_may_be_declined_has_a_box_for_it(is_declined: bool) -> None:
    page = one_question(ticks(declines=True, is_declined=is_declined))
    box = page.find("input", {"name": "ticks.declined"})
    assert (box["value"], box.has_attr("checked")) == ("1", is_declined)
    assert words(box.find_next("label")) == "I would rather not say"


def test_other_questions_cannot_be_declined() -> None:
    assert one_question(ticks()).select('[name$=".declined"]') == []


def test_what_may_stay_empty_is_marked_and_nothing_else_is() -> None:
    marked = {q["id"]: "(optional)" in words(one_question(q)) for q in EVERY_KIND}
    assert [id for id, is_marked in marked.items() if is_marked] == ["q-words", "q-height"]


def test_the_scale_is_eleven_radios_whose_ends_have_words() -> None:
    page = one_question(scale())
    radios = page.select("input[type=radio]")
    assert [radio["value"] for radio in radios] == [str(n) for n in range(11)]
    assert [radio["value"] for radio in radios if radio.has_attr("checked")] == ["6"]
    anchors = page.find(id=page.fieldset["aria-describedby"])
    assert words(anchors) == "0 No pain 10 Worst pain"


def test_a_date_is_three_short_texts_that_a_phone_can_fill() -> None:
    inputs = one_question(EVERY_KIND[1]).select("input")
    assert [tag["name"] for tag in inputs] == ["born.day", "born.month", "born.year"]
    assert [tag["value"] for tag in inputs] == ["27", "3", "1962"]
    assert {tag["inputmode"] for tag in inputs} == {"numeric"}
    assert [tag["autocomplete"] for tag in inputs] == ["bday-day", "bday-month", "bday-year"]


def test_a_text_keeps_what_was_written_and_says_how_much_fits() -> None:
    page = one_question(asked("text", value="<b>hip</b> & groin", max_length=300))
    assert page.textarea.string == "<b>hip</b> & groin"
    assert "up to 300 letters" in words(page.find(id="q-one-hint"))


def test_a_number_brings_up_the_right_keys() -> None:
    assert one_question(asked("decimal")).input["inputmode"] == "decimal"
    assert one_question(asked("number", inputmode="numeric")).input["inputmode"] == "numeric"


def test_places_are_a_list_and_the_figure_only_mirrors_it() -> None:
    page = one_question(places())
    assert [box["value"] for box in page.select("input[type=checkbox]")] == ["knee", "flank"]
    figure = page.select_one(".body-map svg")
    assert figure["aria-hidden"] == "true"
    assert figure.select("a, input, label, [tabindex]") == []


def test_tapping_a_place_on_the_figure_ticks_its_box_in_the_list() -> None:
    page = one_question(places())
    boxes = {box["id"]: box["value"] for box in page.select("input[type=checkbox]")}
    taps = page.select(".taps[aria-hidden=true] label")
    assert [(tap["class"][1], boxes[tap["for"]]) for tap in taps] == [
        ("tap-knee", "knee"),
        ("tap-flank", "flank"),
    ]
    assert all(words(tap) == "" for tap in taps)


def test_every_place_that_is_drawn_can_be_tapped_and_is_named_once_it_is_chosen() -> None:
    rules = (ROOT / "static" / "css" / "figure.css").read_text()
    # The ring deep in the joint lies over the groin: it is ticked in the list.
    for place in set(drawable_places()) - {"deep_hip"}:
        assert f".tap-{place} {{ clip-path: polygon(" in rules, place
    for place in {*drawable_places(), "leg_unsure", "elsewhere"}:
        assert f":has([value={place}]:checked) .r-{place}" in rules, place
    assert words(one_question(places()).select_one(".chosen")) == "You have chosen: Knee My side"


def test_places_in_groups_have_a_legend_each() -> None:
    page = one_question(places(groups=True))
    assert [words(legend) for legend in page.select(".places legend")] == ["Leg"]
    assert len(page.select("input[type=checkbox]")) == 2


def drawable_places() -> list[str]:
    """The options of pain.area that are a place on the figure."""
    pack = yaml.safe_load((ROOT / "intake" / "content" / "items.yaml").read_text())
    area = next(item for item in pack["items"] if item["linkId"] == "pain.area")
    nowhere = {"elsewhere", "none", "leg_unsure"}
    return [option["id"] for option in area["options"] if option["id"] not in nowhere]


def test_the_figure_draws_every_place_of_the_questionnaire() -> None:
    figure = one_question(places()).select_one(".body-map svg")
    rules = (ROOT / "static" / "css" / "figure.css").read_text()
    for place in drawable_places():
        assert figure.select(f".r-{place}"), place
        assert f":has([value={place}]:checked) .r-{place}" in rules


def test_a_place_that_has_sides_is_drawn_on_both() -> None:
    figure = one_question(places()).select_one(".body-map svg")
    for place in set(drawable_places()) - {"pubic", "genitals"}:
        left, right = (figure.select(f".on-{side} .r-{place}") for side in ("left", "right"))
        assert len(left) == len(right) > 0
    assert len(figure.select(".on-middle .region")) == 2


def test_the_right_of_the_patient_is_at_the_left_of_the_front_view() -> None:
    figure = one_question(places()).select_one(".body-map svg")
    front, back = figure.select("svg > svg")
    assert front.find(class_="r-lower_tummy")
    assert back.find(class_="r-low_back")
    for view, mirrored in ((front, "right"), (back, "left")):
        assert view.select_one(f".on-{mirrored}")["transform"] == "scale(-1 1)"
        assert len(view.select("g[class^=on-][transform]")) == 1


def shape(drawn: Tag, *, is_mirrored: bool) -> tuple[object, ...]:
    """What is drawn, in which view, and whether the other way round."""
    outline = [drawn.get(name) for name in ("d", "cx", "cy", "r", "rx", "ry")]
    return (drawn.find_parent("svg")["x"], is_mirrored, *outline)


def test_a_therapist_sees_each_place_as_the_patient_ticked_it() -> None:
    ticked = one_question(places()).select_one(".body-map svg")
    file = (ROOT / "static" / "img" / "body.svg").read_text()
    parts = BeautifulSoup(file, "html.parser")
    sides = {f"{side}-{place}" for side in ("left", "right") for place in drawable_places()}
    assert {part["id"] for part in parts.select("[id]")} == {"body", "around"} | sides
    for name in sides:
        side, _, place = name.partition("-")
        theirs = ticked.select(f":is(.on-{side}, .on-middle) .r-{place}")
        marked = [one for one in parts.select(f"#{name} > svg > *") if not one.has_attr("fill")]
        assert {shape(one, is_mirrored=one.has_attr("transform")) for one in marked} == {
            shape(one, is_mirrored=one.parent.has_attr("transform")) for one in theirs
        }, name
    assert len(parts.select("#body g g > *")) == len(ticked.select(".region"))


def parts_of(figure: Tag, marks: str) -> set[str]:
    """The parts of the file that a therapist's figure marks so."""
    return {use["href"].partition("body.svg#")[2] for use in figure.select(marks)}


@pytest.mark.parametrize(
    ("side", "sides"),
    [
        ("left", {"left"}),
        ("right", {"right"}),
        ("both", {"left", "right"}),
        ("middle", {"left", "right"}),
        (None, {"left", "right"}),
    ],
)
def test_a_marked_figure_says_in_words_what_it_shows(side: str | None, sides: set[str]) -> None:
    now = {"areas": ("knee", "flank"), "main_area": "knee", "side": side}
    then = {"last_areas": ("buttock",), "last_side": "left", "title": "Knee and side"}
    figure = drawn("components/staff/body_figure.html", now | then).svg
    assert parts_of(figure, ".main") == {f"{one}-knee" for one in sides}
    assert parts_of(figure, ".now:not(.main)") == {f"{one}-flank" for one in sides}
    assert parts_of(figure, ".was") == {"left-buttock"}
    # What lies around the body comes last: it cuts each mark to the shape of the body.
    assert [use.get("class") for use in figure.select("use")][-2:] == [["was"], None]
    assert (figure["role"], figure["aria-label"]) == ("img", "Knee and side")
    assert not figure.has_attr("aria-hidden")


@pytest.mark.parametrize(
    ("urgency", "heading", "button"),
    [
        ("emergency", "Get help now", "tel:999"),
        ("same_day", "Get advice today", "tel:811000"),
        ("before_appointment", "Please note", None),
    ],
)
def test_a_warning_says_how_urgent_it_is_and_whom_to_call(
    urgency: str, heading: str, button: str | None
) -> None:
    page = state(f"warning, {urgency}")
    alert = page.find(role="alert")
    assert words(alert.h1) == heading
    assert "Please have this looked at." in words(alert)
    assert [a["href"] for a in alert.select("a.button")] == ([button] if button else [])
    assert ("Do not wait" in words(page.main)) is (urgency != "before_appointment")
    assert words(page.select_one("main form button")) == "I have read this – go on"


def test_a_warning_gives_nothing_away_in_its_title() -> None:
    titles = {words(state(f"warning, {urgency}").title) for urgency in URGENCIES}
    assert titles == {"Please read this – Pebble Lane Clinic"}


def test_answers_read_back_can_each_be_changed() -> None:
    rows = state("check").select(".answers > div")
    assert [words(row.select_one("dd")) for row in rows] == [
        "Knee My side",
        "I would rather not say",
        "Not answered",
        "Not provided",
    ]
    assert [words(row.a) for row in rows] == [
        "Change : Where?",
        "Change : Private?",
        "Answer : Needed?",
        "Change : Height?",
    ]


def test_only_complete_answers_lead_on_to_the_signature() -> None:
    assert state("check").select_one("main a.button")["href"] == "/sign/"
    incomplete = state("check, incomplete")
    assert incomplete.select("main a.button") == []
    assert words(incomplete.select_one(".note a")) == "Needed?"


def test_signing_names_the_receiver_and_sends_one_key() -> None:
    form = state("sign").select_one("main form")
    assert form.find("input", {"name": "key"})["value"] == "key-1"
    assert form.find("input", {"name": "name"})["autocomplete"] == "name"
    assert words(form.button) == "Sign and send to Pebble Lane Clinic"


def test_a_link_says_how_many_tries_are_left_only_after_a_wrong_one() -> None:
    assert "You have 3 tries left." in words(state("link, wrong").main)
    assert "left" not in words(state("link").main)


def test_a_wrong_birth_date_stays_as_it_was_typed() -> None:
    page = drawn("intake/patient/link.html", {"form": BirthDateForm(WRONG_DATE), "tries_left": 4})
    assert [tag["value"] for tag in page.select(".date input")] == ["31", "2", "1960"]


def test_a_dead_link_says_nothing_about_its_reason_but_how_to_get_another() -> None:
    page = state("dead link")
    assert page.select_one("main a.button")["href"] == "tel:555010020"
    assert "new link" in words(page.main)


def test_a_draft_notice_says_that_it_is_one() -> None:
    assert "draft" in words(state("notice").main)
    final = {"notice": NOTICE | {"is_draft": False}, "form": ConsentForm()}
    assert "draft" not in words(drawn("intake/patient/notice.html", final).main)


def test_the_receipt_says_what_happens_next_and_changes_nothing() -> None:
    page = state("receipt")
    for text in ("PL-4K7P", "Robin Example", "Monday 9 March 2026, 2:30 p.m.", "Testina Sample"):
        assert text in words(page.main)
    assert page.main.select("form, .change, .warning") == []


def test_who_signed_stands_in_brackets_without_a_gap() -> None:
    page = drawn("intake/patient/receipt.html", receipt(role="self"))
    assert "Testina Sample (the patient)" in words(page.main)


def test_the_receipt_in_spanish_has_spanish_dates() -> None:
    assert "lunes 9 de marzo de 2026, 14:30" in words(state("receipt", "es").main)


def test_an_urgent_message_stands_on_the_receipt_too() -> None:
    page = state("receipt, urgent")
    assert "Please have this looked at." in words(page.select_one(".warning.is-same_day"))
    assert "You do not need to do anything else" not in words(page.main)


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_error_pages_are_the_same_bytes_for_everybody(status: int) -> None:
    first, second = (
        str(drawn(f"{status}.html", context, language))
        for context, language in (({}, "en"), ({"clinic": None, "user": "someone"}, "es"))
    )
    assert first == second
    assert BeautifulSoup(first, "html.parser").select_one("[lang=es] h2")


class Staff(forms.Form):
    """One field of each sort that the crispy pack draws."""

    email = forms.EmailField(label="E-mail", help_text="As on your card")
    nickname = forms.CharField(required=False)
    role = forms.ChoiceField(choices=[("desk", "Front desk")], widget=forms.RadioSelect)
    is_active = forms.BooleanField(label="Active")
    token = forms.CharField(widget=forms.HiddenInput, initial="t")


def crispy(form: forms.Form) -> BeautifulSoup:
    """The form as the pack draws it."""
    template = Template("{% load crispy_forms_tags %}{% crispy form %}")
    return BeautifulSoup(template.render(Context({"form": form, "csrf_token": "c"})), "html.parser")


def test_a_crispy_field_stands_in_the_order_label_hint_error_input() -> None:
    page = crispy(Staff({"email": "no"}))
    field = page.find(id="id_email").parent
    assert [child.name for child in field.find_all(recursive=False)] == [
        "label",
        "div",
        "div",
        "input",
    ]
    assert field["class"] == ["field", "has-error"]
    described = field.input["aria-describedby"].split()
    assert [words(page.find(id=id)) for id in described] == [
        "As on your card",
        "Error: Enter a valid email address.",
    ]


def test_crispy_draws_choices_boxes_hidden_fields_and_what_is_optional() -> None:
    page = crispy(Staff())
    assert words(page.fieldset.legend) == "Role"
    assert words(page.fieldset.select_one(".option label")) == "Front desk"
    assert words(page.find(id="id_is_active").find_next("label")) == "Active"
    assert page.find(id="id_token")["type"] == "hidden"
    assert words(page.find("label", {"for": "id_nickname"})) == "Nickname (optional)"
    assert page.form.has_attr("novalidate")


def messages_of(name: str) -> list[str]:
    """The English words that a template gives to the catalogue, as the catalogue keys them."""
    nodes = get_template(name).template.nodelist
    found = []
    for node in nodes.get_nodes_by_type(TranslateNode):
        context = node.message_context.var + "\x04" if node.message_context else ""
        found.append(context + node.filter_expression.var.literal)
    for node in nodes.get_nodes_by_type(BlockTranslateNode):
        for tokens in filter(None, (node.singular, node.plural)):
            found.append(trim_whitespace(node.render_token_list(tokens)[0]))
    return found


def written_catalogue() -> dict[str, list[str]]:
    """The .po file: English key to its Spanish words."""
    text = (ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for entry in text.strip().split("\n\n")[1:]:
        parts: dict[str, str] = {}
        for line in entry.splitlines():
            if line.startswith("#"):
                continue
            keyword, _, literal = line.rpartition(' "') if line[0] != '"' else ("", "", line[1:])
            key = keyword or list(parts)[-1]
            parts[key] = parts.get(key, "") + ast.literal_eval(f'"{literal}')
        context = parts["msgctxt"] + "\x04" if "msgctxt" in parts else ""
        spanish = [words for key, words in parts.items() if key.startswith("msgstr")]
        for english in ("msgid", "msgid_plural"):
            if english in parts:
                found[context + parts[english]] = spanish
    return found


def test_every_word_of_the_patients_pages_is_in_spanish_too() -> None:
    catalogue = written_catalogue()
    missing = {
        message
        for name in PATIENT_TEMPLATES
        for message in messages_of(name)
        if not all(catalogue.get(message, [""]))
    }
    assert missing == set()


def test_the_built_catalogue_is_the_written_one() -> None:
    built_file = Path(django_settings.LOCALE_PATHS[0]) / "es" / "LC_MESSAGES" / "django.mo"
    with built_file.open("rb") as file:
        built = gettext.GNUTranslations(file)
    for english, spanish in written_catalogue().items():
        context, _, message = english.rpartition("\x04")
        if len(spanish) == 1:
            translated = built.pgettext(context, message) if context else built.gettext(message)
            assert translated == spanish[0]
    assert built.ngettext("You have %(tries)s try left.", "", 1) == "Le queda %(tries)s intento."
