"""The staff's templates, each in every state, from plain values: no database, no view."""

import itertools
from datetime import UTC, date, datetime
from types import SimpleNamespace as Values

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path

pytestmark = pytest.mark.urls(__name__)

MORNING = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
SCRIPT = "<script>alert(1)</script>"
NAMES_WITH_ONE_PART = (
    "give",
    "verdict",
    "missed",
    "note",
    "amend",
    "book",
    "invite",
    "cancel",
    "desk_patient",
    "brief",
    "sheet",
    "note_save",
    "block",
    "pack",
    "export",
    "follow_up",
)
NAMES = (
    "clinic_texts",
    "desk",
    "call_first",
    "desk_search",
    "unsigned",
    "blocks",
    "fallen",
    "over",
    "follow_ups",
    "patient_create",
    "account_login",
    "account_logout",
    "mfa_index",
)


def nothing(request, key=None):
    return HttpResponse()


urlpatterns = [path(f"{name}/", nothing, name=name) for name in NAMES] + [
    path(f"{name}/<key>/", nothing, name=name) for name in NAMES_WITH_ONE_PART
]


class NoteForm(forms.Form):
    text = forms.CharField()


class PatientForm(forms.Form):
    name = forms.CharField(label="Full name")


class BookingForm(forms.Form):
    time = forms.TimeField(label="Time")
    overbook = forms.BooleanField(label="Book anyway (overbook on purpose)", required=False)


def page(template, **context):
    frame = {
        "clinic": Values(name="Example Clinic"),
        "user": Values(pk=7, name="Alba Demo", role="Therapist"),
        "nav": [{"label": "My patients", "url": "/today/", "is_current": True}],
        "csrf_token": "token",
    }
    return BeautifulSoup(render_to_string(template, {**frame, **context}), "html.parser")


def words(element):
    return " ".join(element.get_text(" ").split())


def source():
    return Values(
        id="S-DOHA15",
        cite="Weir 2015",
        url="https://example.org/doha",
        about="S-DOHA15 · consensus · read in part",
    )


def line(text="Worse lifting the leg", points="+2"):
    quote = Values(
        question="¿Qué lo empeora?",
        answer="Levantar la pierna",
        anchor="a-pain-worse",
        language="es",
        is_part=False,
    )
    return Values(
        text=text,
        points=points,
        basis_label="consensus definition",
        answers=(quote,),
        sources=(source(),),
        whose="",
        figure="",
    )


def flag(**changes):
    values = {
        "id": "f1",
        "name": "Iliopsoas tendon",
        "verdict": None,
        "verdict_label": "",
        "reason": "",
        "by": None,
        "at": None,
        "needs_reason": False,
    }
    return Values(**{**values, **changes})


def card(**changes):
    values = {
        "ids": ("f1",),
        "names": ("Iliopsoas tendon",),
        "group": "iliopsoas",
        "urgency": "routine",
        "urgency_label": "Routine",
        "tier": "some",
        "tier_label": "Some match",
        "group_label": "Iliopsoas",
        "score_label": "5 points; some match from 4, good match from 7",
        "message": "Check the hip joint too.",
        "advice": (),
        "rules": (),
        "for_lines": (line(),),
        "against_lines": (line("Worse coughing", "−1"),),
        "nothing_against": "Nothing the patient said.",
        "open_lines": (),
        "missing": (Values(question="Do you feel a snap?", anchor="a-snap-any", doubt=""),),
        "could_rise": ("Could become a good match.",),
        "tests": (
            Values(
                name="Hop",
                how="One leg",
                accuracy="None seen",
                cautions="Not now",
                figure="",
                sources=(),
            ),
        ),
        "settle": "Press the iliopsoas.",
        "is_changed": False,
        "changed_at": None,
        "settled_by": (),
        "raised_at": MORNING,
        "flags": (flag(),),
    }
    return Values(**{**values, **changes})


def red_card(**changes):
    return card(
        names=("Hip fracture",),
        group="redflag",
        urgency="same_day",
        urgency_label="Same day",
        tier=None,
        tier_label="",
        score_label="",
        flags=(flag(name="Hip fracture", needs_reason=True),),
        **changes,
    )


def brief(**changes):
    shown = changes.get("cards", (red_card(), card()))
    row = Values(
        anchor="a-pain-worse",
        question="¿Qué lo empeora?",
        answers=("Levantar la pierna",),
        is_declined=False,
        language="es",
    )
    declined = Values(anchor="a-sex", question="Sex", answers=(), is_declined=True, language="es")
    left_out = Values(anchor="a-x", question="Snap?", answers=(), is_declined=False, language="es")
    values = {
        "visit_id": "v1",
        "patient_name": "Ximena Inventada",
        "patient_reference": "PV-00417",
        "birth_date": date(1999, 3, 3),
        "age": 27,
        "sex_label": "Female",
        "starts_at": MORNING,
        "therapist_name": "Alba Demo",
        "state": "submitted",
        "state_label": "Submitted",
        "begun_at": MORNING,
        "submitted_at": MORNING,
        "language_label": "Spanish",
        "completed_by_label": "the patient",
        "complaint": "Me duele la ingle",
        "complaint_language": "es",
        "goal": "Correr",
        "urgency": "same_day",
        "urgency_label": "Same day",
        "areas": ("groin_front_hip",),
        "main_area": "groin_front_hip",
        "side": "right",
        "areas_label": "Groin, right",
        "facts": (Values(label="Began", value="6 weeks ago"),),
        "history": (),
        "medicines": ("Blood thinner",),
        "cards": shown,
        "first_cards": shown,
        "worth_checking": (),
        "cannot_tell": (),
        "suppressed": (),
        "told": (),
        "answers": (Values(name="Problem", rows=(row, declined, left_out)),),
        "pack_version": "0.2.0",
        "questionnaire_version": "0.2.0",
        "sign_off_label": "",
    }
    return Values(**{**values, **changes})


def brief_page(shown=None, note=None, note_form=None, **context):
    return page(
        "intake/staff/brief.html",
        brief=shown or brief(),
        note=note,
        note_form=note_form or NoteForm(),
        **context,
    )


def visit(**changes):
    values = {
        "id": "v1",
        "starts_at": MORNING,
        "ends_at": MORNING.replace(minute=30),
        "patient_name": "Ximena Inventada",
        "patient_reference": "PV-00417",
        "age": 27,
        "state": "submitted",
        "state_label": "Submitted",
        "urgency": None,
        "urgency_label": "",
        "url": "/brief/v1/",
        "has_note": "none",
    }
    return Values(**{**values, **changes})


def desk_visit(**changes):
    values = {
        "id": "v1",
        "starts_at": MORNING,
        "ends_at": MORNING.replace(minute=30),
        "patient_name": "Ximena Inventada",
        "patient_id": "p1",
        "therapist_name": "Alba Demo",
        "state": "none",
        "state_label": "Not sent",
        "is_call_first": False,
        "is_cancelled": False,
        "is_overbooked": False,
        "patient_url": "/desk_patient/p1/",
        "invite_url": "/invite/v1/",
        "cancel_url": "/cancel/v1/",
        "invite_label": "Send intake",
    }
    return Values(**{**values, **changes})


def patient():
    return Values(
        id="p1",
        name="Ximena Inventada",
        reference="PV-00417",
        birth_date=date(1999, 3, 3),
        language_label="Spanish",
        email="ximena@demo.example",
        phone="+1 555 0199",
        visits=[desk_visit()],
    )


def desk_page(**changes):
    context = {
        "day": MORNING.date(),
        "previous_day": date(2026, 5, 11),
        "next_day": date(2026, 5, 13),
        "today": MORNING.date(),
        "visits": [desk_visit()],
        "therapists": [],
        "counts": Values(not_begun=1, under_way=0, submitted=0, call_first=0),
        "query": "",
        "results": None,
        "patient": None,
        "patient_form": PatientForm(),
        "booking_form": None,
        "clash": None,
        "message": None,
    }
    return page("intake/staff/desk.html", **{**context, **changes})


def every_page():
    return [
        brief_page(),
        brief_page(brief(state="none", cards=(), answers=())),
        page("intake/staff/today.html", days=[Values(label="Today", date=MORNING, visits=[])]),
        desk_page(patient=patient(), booking_form=BookingForm()),
        page("clinic/settings.html", staff=[], texts=Values(name="X"), versions=Values()),
    ]


# Every page


def test_every_page_has_one_main_one_heading_of_the_first_rank_and_a_way_past_the_header():
    for shown in every_page():
        assert len(shown.find_all("main")) == 1
        assert len(shown.find_all("h1")) == 1
        assert shown.select_one("a.skip")["href"] == "#" + shown.main["id"]


def test_no_page_carries_a_script_or_a_style_of_its_own():
    for shown in every_page():
        assert not shown.find_all("style")
        assert not shown.find_all(style=True)
        assert all(script.get("src") for script in shown.find_all("script"))


def test_headings_never_skip_a_rank():
    for shown in every_page():
        ranks = [int(heading.name[1]) for heading in shown.find_all(["h1", "h2", "h3", "h4"])]
        steps = itertools.pairwise(ranks)
        assert all(below - above <= 1 for above, below in steps), ranks


def test_every_field_that_is_typed_in_has_a_label():
    for shown in every_page():
        labelled = {label.get("for") for label in shown.find_all("label")}
        typed = shown.select("input:not([type=hidden]), textarea, select")
        assert {field["id"] for field in typed} <= labelled


def test_every_form_that_writes_carries_the_token():
    forms_found = [form for shown in every_page() for form in shown.find_all("form")]
    assert forms_found
    for form in forms_found:
        assert form["method"] == "post"
        assert form.find("input", {"name": "csrfmiddlewaretoken"})["value"] == "token"


def test_the_frame_says_who_is_signed_in_and_where_one_is():
    shown = brief_page()
    assert words(shown.select_one(".me p")) == "Alba Demo Therapist"
    assert shown.select_one('nav [aria-current="page"]').text == "My patients"
    assert shown.select_one('form[action="/account_logout/"] button').text == "Sign out"


def test_a_visitor_sees_neither_navigation_nor_a_way_to_sign_out():
    shown = page("intake/staff/today.html", user=Values(name=""), nav=[], days=[])
    assert shown.select_one(".me") is None
    assert shown.select_one("nav") is None


def test_content_no_clinician_signed_off_is_called_that_wherever_a_page_says_so():
    line_of_draft = "Clinical content not yet signed off"
    assert line_of_draft in words(brief_page(pack_is_draft=True).header)
    assert line_of_draft in words(page("intake/staff/today.html", days=[], pack_is_draft=True))
    assert line_of_draft not in words(desk_page())
    assert line_of_draft not in words(brief_page(pack_is_draft=False).header)


# The brief


def test_a_brief_names_the_patient_by_two_identifiers_at_the_top_and_at_the_foot():
    shown = brief_page()
    for part in (shown.select_one(".patient"), shown.select_one(".foot")):
        assert "Ximena Inventada" in part.text
        assert "PV-00417" in part.text
        assert "3 Mar 1999" in part.text


def test_the_title_of_a_brief_tells_nothing_about_health_and_no_name():
    assert brief_page().title.text == "Brief PV-00417 – Example Clinic"


def test_what_matters_first_lists_each_card_with_its_strongest_line_for_and_against():
    first, second = brief_page().select(".finding")
    assert words(first).startswith("Same day Hip fracture")
    assert "For Worse lifting the leg" in words(second)
    assert "Against Worse coughing" in words(second)
    assert second.a["href"] == "#card-f1"


def test_a_finding_that_a_rule_raised_says_its_group_where_the_others_have_their_match():
    ruled = card(group="lookalike", group_label="Look-alike", tier=None, tier_label=None)
    finding = brief_page(brief(cards=(ruled,))).select_one(".finding")
    assert words(finding.div) == "Look-alike"


@pytest.mark.parametrize(
    ("reach", "said", "link"),
    [
        (
            Values(phone="07700 900123", email="o@p.example"),
            "Phone 07700 900123",
            "tel:07700900123",
        ),
        (
            Values(phone=None, email="o@p.example"),
            "Phone No phone number on file: o@p.example",
            None,
        ),
        (Values(phone=None, email=None), "Phone No phone number on file", None),
    ],
)
def test_the_number_to_phone_stands_in_the_header(reach, said, link):
    header = brief_page(brief(reach=reach)).select_one("header.patient")
    assert said in words(header)
    assert [one["href"] for one in header.select("a")] == ([link] if link else [])


def test_urgency_is_told_by_a_word_and_a_shape():
    for urgency in ("emergency", "same_day", "before_appointment", "routine"):
        mark = BeautifulSoup(
            render_to_string(
                "components/staff/urgency.html", {"urgency": urgency, "label": "The word"}
            ),
            "html.parser",
        )
        assert words(mark) == "The word"
        assert mark.svg.find(["path", "circle"])


def test_each_urgency_has_a_shape_of_its_own():
    mark = "components/staff/urgency.html"
    urgencies = ("emergency", "same_day", "before_appointment", "routine")
    drawn = [render_to_string(mark, {"urgency": urgency, "label": ""}) for urgency in urgencies]
    assert len({html.split("<svg")[1] for html in drawn}) == 4


def test_every_link_inside_a_brief_leads_to_something_on_it():
    shown = brief_page(brief(worth_checking=(card(ids=("w1",)),), answers=brief().answers))
    for_sale = {element["id"] for element in shown.find_all(id=True)}
    links = [a["href"][1:] for a in shown.select('main a[href^="#"]')]
    assert links
    assert set(links) - {"a-snap-any"} <= for_sale


def test_no_id_stands_twice_on_a_brief():
    ids = [element["id"] for element in brief_page(brief(cards=(card(),))).find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_a_card_shows_for_against_and_not_answered_side_by_side_with_points():
    shown = brief_page(brief(cards=(card(),))).select_one(".card")
    headings = [heading.text for heading in shown.select(".sides h4")]
    assert headings == ["For", "Against", "Not answered", "What would settle it"]
    assert [points.text for points in shown.select(".points")] == ["+2", "−1"]
    assert "5 points; some match from 4, good match from 7" in words(shown)


def test_a_question_answered_with_a_doubt_says_that_it_was_answered():
    doubted = Values(question="Medicines?", anchor="", doubt="answered, but not sure of all")
    page = brief_page(brief(cards=(card(missing=(doubted,)),)))
    missing = words(page.select_one(".side-missing"))
    assert "Medicines? (answered, but not sure of all)" in missing


def test_a_line_leads_to_the_patients_own_answer_and_quotes_it():
    line_shown = brief_page().select_one(".side-for li")
    assert {a["href"] for a in line_shown.find_all("a")} == {"#a-pain-worse"}
    quote = line_shown.select_one(".quote")
    assert (quote.text, quote["lang"], quote["title"]) == (
        "Levantar la pierna",
        "es",
        "¿Qué lo empeora?",
    )


def test_a_card_with_nothing_against_says_so():
    shown = brief_page(brief(cards=(card(against_lines=(), missing=(), could_rise=()),)))
    assert "Nothing the patient said." in words(shown.select_one(".side-against"))
    assert "Everything it asks was answered." in words(shown.select_one(".side-missing"))


def test_sources_are_one_click_away_and_say_whether_they_were_read():
    how_to_test, sources = brief_page().select(".card .more")[0].find_all("details")
    assert not sources.has_attr("open")
    assert "Weir 2015" in sources.text
    assert "S-DOHA15 · consensus · read in part" in words(sources)
    assert sources.a["rel"] == ["noopener", "noreferrer"]
    assert "One leg" in how_to_test.text


def test_the_caution_of_a_test_is_in_sight_without_a_click():
    tests = brief_page().select_one(".settle .tests")
    assert words(tests) == "Hop Caution: Not now"


def test_a_brief_shows_nothing_that_looks_like_a_probability():
    shown = brief_page()
    assert not shown.find_all(["progress", "meter"])
    assert "%" not in shown.main.text


def test_a_merged_card_takes_one_verdict_for_each_pattern():
    merged = card(names=("Tendon", "Bursa"), flags=(flag(), flag(id="f2", name="Bursa")))
    shown = brief_page(brief(cards=(merged,)))
    assert [form["action"] for form in shown.select(".verdict form")] == [
        "/verdict/f1/#verdict-f1",
        "/verdict/f2/#verdict-f2",
    ]
    assert words(shown.select_one(".card h3")) == "Tendon / Bursa"


def test_a_verdict_is_one_of_three_buttons_with_a_reason():
    form = brief_page(brief(cards=(red_card(),))).select_one(".verdict form")
    assert [(b["name"], b["value"]) for b in form.find_all("button", {"name": True})] == [
        ("verdict", "confirmed"),
        ("verdict", "not_this"),
        ("verdict", "cannot_tell"),
    ]
    assert form.select_one("input[name=reason]")
    assert "(needed)" in words(form.label)


def test_a_given_verdict_says_who_when_and_why_and_can_be_changed():
    given = flag(
        verdict="not_this", verdict_label="Not this", reason="MRI clear", by="Alba", at=MORNING
    )
    shown = brief_page(brief(cards=(card(flags=(given,)),)))
    assert "Not this – “MRI clear” Alba, 12 May 2026 09:00" in words(shown.select_one(".verdict"))
    assert "Not this, Alba" in words(shown.select_one(".finding"))
    assert not shown.select_one(".verdict details").has_attr("open")


def test_a_refused_verdict_is_named_at_the_top_and_at_its_field_with_what_was_typed():
    error = Values(flag_id="f1", text="Write why.", reason='he said "no"')
    shown = brief_page(brief(cards=(red_card(),)), verdict_error=error)
    assert shown.title.text.startswith("Error: ")
    assert shown.select_one(".problem a")["href"] == "#reason-f1"
    field = shown.select_one("#reason-f1")
    assert field["value"] == 'he said "no"'
    assert field["aria-invalid"] == "true"
    assert "Write why." in shown.find(id=field["aria-describedby"]).text


def test_a_changed_answer_is_said_in_words():
    shown = brief_page(brief(cards=(card(is_changed=True, changed_at=MORNING),)))
    assert "Answer changed 12 May 09:00" in words(shown.select_one(".card header"))
    assert "The patient has since changed an answer" in words(shown.select_one(".finding"))


def test_a_flag_that_a_later_answer_settled_is_not_called_changed():
    later = Values(question="Since when?", answer="Longer ago", language="en")
    settled = card(is_changed=True, changed_at=MORNING, settled_by=(later,))
    shown = brief_page(brief(cards=(settled,)))
    header = words(shown.select_one(".card header"))
    assert "Settled by a later answer 12 May 09:00" in header
    assert "Since when? Longer ago" in header
    assert "Answer changed" not in header


def test_no_pattern_is_not_an_all_clear():
    shown = brief_page(brief(cards=()))
    said = words(shown.select_one(".findings"))
    assert "No match. Nothing in the answers reached a pattern or a warning." in said
    assert "This is not an all-clear" in said
    assert shown.select_one(".cards") is None


def test_what_is_only_worth_checking_is_not_called_nothing():
    possible = card(ids=("w1",), names=("Psoas", "Bursa"), tier="possible")
    said = words(brief_page(brief(cards=(), worth_checking=(possible,))).select_one(".findings"))
    assert "No match. Worth checking: Psoas / Bursa. This is not an all-clear" in said
    assert "Nothing in the answers reached" not in said


def test_what_does_not_fit_together_is_said_on_the_first_screen_in_a_line_each():
    left = Values(say="Always there, yet something eases it", is_left=True, holds=True)
    asked = Values(say="Never worse, yet worse at night", is_left=False, holds=True)
    shown = brief_page(brief(unfit=(left, asked))).select_one(".findings .unfit")
    assert [words(one) for one in shown.select("li")] == [
        "Always there, yet something eases it (left so)",
        "Never worse, yet worse at night",
    ]
    assert shown.a["href"] == "#misfits"


def test_medicines_stand_above_the_history():
    titles = [words(one) for one in brief_page().select(".background h2")]
    assert titles == ["Key facts", "Medicines", "History"]


def test_worth_checking_is_short_with_its_card_one_click_away():
    possible = card(ids=("w1",), tier="possible", tier_label="Worth checking")
    shown = brief_page(brief(worth_checking=(possible,))).select_one("#worth-checking")
    assert "Press the iliopsoas." in words(shown.li)
    assert shown.select_one("details .card .verdict form")


def test_what_cannot_be_told_names_the_missing_answers_and_the_unchecked_danger():
    open_flag = Values(name="Deep infection", group="redflag", missing=("Any fever?", "Chills?"))
    shown = brief_page(brief(cannot_tell=(open_flag,))).select_one("#cannot-tell li")
    assert words(shown) == "Not checked: Deep infection Any fever? · Chills?"


def test_what_the_patient_was_told_stands_with_whether_it_was_confirmed_as_read():
    told = Values(text="Llame hoy", language="es", shown_at=MORNING, confirmed_at=None)
    shown = brief_page(brief(told=(told,))).select_one(".told li")
    assert shown.find(lang="es").text == "Llame hoy"
    assert "Shown 12 May 09:00, not confirmed as read" in words(shown)


def test_what_is_held_back_is_named():
    shown = brief_page(brief(suppressed=("Low back pain", "Tight hip")))
    assert "Low back pain, Tight hip" in words(shown.select_one(".held"))


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("none", "No intake has been sent."), ("invited", "Sent, not begun.")],
)
def test_without_answers_a_brief_says_what_to_do_next_and_still_takes_a_note(state, sentence):
    shown = brief_page(brief(state=state, cards=(), answers=(), submitted_at=None, begun_at=None))
    assert sentence in words(shown.select_one(".standing"))
    assert shown.select_one(".glance") is None
    assert shown.select_one("#note a.button")["href"] == "/note/v1/"


def test_an_unfinished_intake_shows_what_is_there_and_says_that_it_is_unfinished():
    shown = brief_page(brief(state="begun", submitted_at=None))
    assert "Unfinished." in words(shown.select_one(".standing"))
    assert shown.select_one(".card")


def test_answers_stand_word_for_word_in_their_language():
    answered, declined, left_out = brief_page().select(".answers dl > div")
    assert answered.dd.text == "Levantar la pierna"
    assert answered.dd["lang"] == "es"
    assert declined.dd.text == "Preferred not to say"
    assert left_out.dd.text == "Not answered"
    assert brief_page().blockquote["lang"] == "es"


def test_what_a_patient_typed_never_becomes_markup():
    typed = Values(
        anchor="a-w", question="Why?", answers=(SCRIPT,), is_declined=False, language="en"
    )
    shown = brief_page(
        brief(
            patient_name=SCRIPT,
            complaint=SCRIPT,
            goal=SCRIPT,
            facts=(Values(label="Began", value=SCRIPT),),
            medicines=(SCRIPT,),
            answers=(Values(name="Problem", rows=(typed,)),),
            cards=(card(flags=(flag(verdict="confirmed", reason=SCRIPT, at=MORNING),)),),
        ),
        note=draft_of(SCRIPT, author=SCRIPT),
    )
    assert shown.main.find("script") is None
    assert shown.blockquote.text == SCRIPT
    assert shown.select_one(".soap-read dd").text == SCRIPT


def test_what_a_therapist_typed_never_becomes_markup():
    typed = note_box(text=SCRIPT, other=SCRIPT, errors=(SCRIPT,))
    shown = note_page(typed)
    assert shown.main.find("script") is None
    assert shown.textarea.text.strip() == SCRIPT
    assert shown.select_one("[data-other] .written").text == SCRIPT
    assert shown.select_one("button[data-text]")["data-text"] == SCRIPT


# The note


SUBJECTIVE = Values(key="subjective", letter="S", name="Subjective", hint="what is reported")


def draft_of(text, **changes):
    values = {"id": "n1", "state": "draft", "author": "Alba", "author_id": 7, "saved_at": MORNING}
    written = (Values(part=SUBJECTIVE, text=text),)
    return Values(**{**values, "written": written, "addenda": (), **changes})


def note_box(**changes):
    piece = Values(key="complaint", label="Complaint", text=SCRIPT)
    values = {"text": "", "errors": (), "other": None, "pieces": (piece,), "blocks": ()}
    return Values(part=SUBJECTIVE, **{**values, **changes})


def note_page(box=None, **context):
    frame = {"brief": brief(), "seen": "m", "form": None, "note": None, "templates": ()}
    return page("intake/staff/note.html", **{**frame, "parts": [box or note_box()], **context})


def test_a_new_note_can_be_saved_as_a_draft_or_signed_and_signing_says_what_it_means():
    form = note_page().select_one("form.draft")
    assert form["action"] == "/note/v1/"
    assert [(b["name"], b["value"]) for b in form.select(".sign-bar button")] == [
        ("action", "save"),
        ("action", "sign"),
    ]
    assert "Signed, it cannot be changed, only added to." in words(form)


def test_what_the_other_window_wrote_is_hidden_until_there_is_something():
    assert note_page().select_one(".other").has_attr("hidden")
    shown = note_page(note_box(text="mine", other="theirs"))
    assert not shown.select_one(".other").has_attr("hidden")
    assert shown.select_one(".other .written").text == "theirs"
    assert shown.textarea.text.strip() == "mine"


def test_a_draft_is_called_one_and_is_gone_on_with_by_its_author_only():
    shown = brief_page(note=draft_of("S pain")).select_one("#note")
    assert "Draft by Alba , saved 12 May 09:00 , not signed yet." in words(shown)
    assert shown.select_one(".written").text == "S pain"
    assert shown.select_one("a.button")["href"] == "/note/v1/"
    assert brief_page(note=draft_of("S", author_id=8)).select_one("#note a.button") is None


def test_a_signed_note_can_only_be_added_to():
    addendum = Values(text="Sides were swapped.", by="Alba", at=MORNING)
    signed = draft_of("S\nO", state="signed", signed_at=MORNING, addenda=(addendum,))
    shown = brief_page(note=signed).select_one("#note")
    assert shown.select_one(".written").text == "S\nO"
    assert "Sides were swapped. Alba, 12 May 2026 09:00" in words(shown.select_one(".addenda"))
    assert [form["action"] for form in shown.find_all("form")] == ["/amend/n1/#note"]
    assert shown.textarea.text == ""


def test_an_empty_addendum_is_refused_in_words_beside_the_field_and_at_the_top():
    signed = draft_of("S", state="signed", signed_at=MORNING)
    shown = brief_page(note=signed, note_form=NoteForm({"text": ""}))
    assert shown.title.text.startswith("Error: ")
    assert shown.select_one(".problem a")["href"] == "#note-text"
    assert "note-error" in shown.textarea["aria-describedby"].split()


# Today


def today_page(visits, urgent=()):
    day = Values(label="Today", date=MORNING.date(), visits=visits)
    return page("intake/staff/today.html", days=[day], urgent=urgent)


def test_urgent_patients_stand_first_with_their_day():
    hurry = visit(urgency="emergency", urgency_label="Emergency")
    shown = today_page([hurry], urgent=[hurry])
    first = shown.find("section")
    assert first.h2.text == "Look at these first"
    assert "Tue 09:00" in words(first.td)
    assert "Emergency" in words(first)


def test_a_row_is_one_link_named_by_the_patient():
    row = today_page([visit()]).select_one("tbody tr")
    assert [a.text for a in row.find_all("a")] == ["Ximena Inventada"]
    assert row.a["class"] == ["cover"]
    assert row.th["scope"] == "row"


def test_a_routine_visit_carries_no_mark():
    row = today_page([visit(urgency="routine", urgency_label="Routine")]).select_one("tbody tr")
    assert row.select_one(".mark") is None


def test_an_unsigned_note_is_said_on_the_list():
    rows = today_page([visit(has_note="draft"), visit(has_note="signed"), visit()])
    assert [words(cell) for cell in rows.select(".noted")] == [
        "Draft, not signed",
        "Signed",
        "none",
    ]


def test_a_day_without_visits_says_who_books():
    assert "The desk books them" in words(today_page([]))


# The desk


def test_the_desk_never_reads_why_somebody_is_called_first():
    shown = desk_page(
        visits=[desk_visit(is_call_first=True)], patient=patient(), booking_form=BookingForm()
    )
    assert "Call first" in words(shown.select_one("tbody tr"))
    assert "red flag" not in shown.text.lower()


def test_buttons_that_repeat_down_the_day_name_their_patient():
    row = desk_page().select_one("tbody tr")
    send, cancel = row.find_all("button")
    assert words(send) == "Send intake to Ximena Inventada, 12 May 09:00"
    assert words(cancel) == "Yes, cancel 09:00 Ximena Inventada, 12 May"


def test_a_cancelled_visit_offers_nothing_more_to_do():
    gone = desk_visit(is_cancelled=True, invite_url=None, cancel_url=None)
    row = desk_page(visits=[gone]).select_one("tbody tr")
    assert "Cancelled" in words(row)
    assert row.find("button") is None


def test_an_overbooked_visit_says_that_it_is_on_purpose():
    shown = desk_page(visits=[desk_visit(is_overbooked=True)])
    assert "Overbooked on purpose" in words(shown.table)


def test_an_empty_day_says_what_to_do_next():
    shown = desk_page(visits=[])
    assert shown.table is None
    assert "Find a patient or make a new one" in words(shown.select_one(".day"))


def test_a_long_day_goes_on_from_where_the_page_ends():
    shown = desk_page(next_key="2026-05-12T09:00:00Z_7").select_one(".day .further a")
    assert shown["href"] == "/desk/?day=2026-05-12&after=2026-05-12T09%3A00%3A00Z_7"


def test_search_posts_the_name_and_keeps_what_was_typed():
    form = desk_page(query='O"Neil').select_one("form.find")
    assert form["method"] == "post"
    assert form.select_one("#q")["value"] == 'O"Neil'
    assert form.select_one("[name=shown_day]")["value"] == "2026-05-12"


def test_results_are_counted_aloud_and_told_apart_by_birth_date():
    found = Values(
        id=1, name="Ximena", reference="PV-1", birth_date=date(1999, 3, 3), url="/desk_patient/p1/"
    )
    shown = desk_page(query="x", results=[found]).select_one("#results")
    assert shown.select_one("[role=status]").text == "1 patient found"
    assert words(shown.li) == "Ximena PV-1 born 3 Mar 1999"


def test_nobody_found_says_what_to_try_and_nothing_is_said_before_a_search():
    nobody = desk_page(query="zz", results=[]).select_one("#results")
    assert "Nobody found for “zz”. Try fewer letters" in words(nobody)
    assert words(desk_page().select_one("#results")) == ""


def test_booking_is_offered_for_a_chosen_patient_without_the_overbook_box():
    shown = desk_page(patient=patient(), booking_form=BookingForm())
    assert shown.select_one('form[action="/book/p1/#panel"] [name=time]')
    assert shown.select_one("[name=overbook]") is None


def test_a_clash_is_said_and_only_then_may_be_overbooked():
    shown = desk_page(
        patient=patient(), booking_form=BookingForm({"time": "10:00"}), clash="Alba is taken."
    )
    assert "Not booked. Alba is taken." in words(shown.select_one('.problem[role="alert"]'))
    assert shown.select_one("[name=overbook]")["type"] == "checkbox"
    assert shown.select_one("[name=time]")["value"] == "10:00"


def test_a_wrong_new_patient_form_stands_open_with_its_error():
    shown = desk_page(patient_form=PatientForm({"name": ""}))
    assert shown.title.text.startswith("Error: ")
    assert shown.select_one("details.new").has_attr("open")
    assert not desk_page().select_one("details.new").has_attr("open")


def test_confirmations_stand_in_a_region_that_is_read_aloud():
    told = Values(level_tag="success")
    shown = desk_page(messages=[told])
    assert shown.select_one('.confirmations[role="status"] p.success')


def test_the_mail_shown_in_the_demonstration_keeps_its_lines_and_its_link():
    mail = Values(to="x@demo.example", subject="Before your visit", body="A\nB", link="/link/abc/")
    sent = desk_page(message=mail).select_one(".sent")
    assert sent.select_one(".written").text == "A\nB"
    assert sent.a["href"] == "/link/abc/"


def test_names_at_the_desk_never_become_markup():
    shown = desk_page(
        visits=[desk_visit(patient_name=SCRIPT)], query=SCRIPT, results=[], clash=SCRIPT
    )
    assert shown.main.find("script") is None


# Settings and sign-in


def test_settings_show_staff_texts_and_versions():
    gone = Values(name="Old", email="o@demo.example", role="Desk", is_active=False, last_login=None)
    pack = Values(id=7, version="0.2.0", hash="b4", published_at=MORNING, signed_off_by="")
    shown = page(
        "clinic/settings.html",
        staff=[gone],
        texts=Values(name="Example Clinic", phone="1", emergency_number="112", urgent_line="111"),
        versions=Values(questionnaires=[], packs=[pack]),
    )
    staff, questionnaires, packs = shown.find_all("table")
    assert words(staff.tbody) == "Old o@demo.example Desk Deactivated never"
    assert words(questionnaires.tbody) == "None published yet."
    assert "not yet signed off" in words(packs)


def test_the_sign_in_page_lists_accounts_in_the_demonstration_only():
    account = Values(email="a@demo.example", password="demo", role="Therapist", name="Alba")
    shown = page("account/login.html", user=None, nav=[], form=NoteForm(), demo_accounts=[account])
    form = shown.select_one(".demo form")
    assert form.select_one("[name=login]")["value"] == "a@demo.example"
    assert words(form.button) == "Alba Therapist"
    assert page("account/login.html", user=None, form=NoteForm()).select_one(".demo") is None
