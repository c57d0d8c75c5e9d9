"""Which questionnaires are taken, and what is said of those that are not."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.commands.instruments import own_files
from intake.fhir.instruments import read_instrument
from intake.fhir.limits import LARGEST_FILE, MOST_ITEMS, MOST_OPTIONS
from intake.fhir.questionnaires import read_questionnaire
from intake.instruments.enabling import shown
from intake.instruments.items import Other
from tests.unit.instruments.making import (
    BASE,
    choice,
    form_of,
    question,
    read,
    reasons,
    scored,
    text_of,
    when,
)

GROUP = {"linkId": "g", "type": "group", "text": "G"}


def ext(name, **value):
    return {"url": BASE + name, **value}


REFUSED = {
    "an unknown type": (question("q", "attachment"), "type 'attachment'"),
    "no text": ({"linkId": "q", "type": "boolean"}, "has no text"),
    "control characters": (question("q") | {"text": "a\u202eb"}, "no plain text"),
    "a hidden item": (
        question("q", extension=[ext("questionnaire-hidden", valueBoolean=True)]), "is hidden"
    ),
    "a calculated item": (
        question("q", extension=[{"url": "http://x.example/sdc-calculatedExpression"}]),
        "is not supported",
    ),
    "a modifier": (question("q", modifierExtension=[]), "modifierExtension"),
    "a read-only item": (question("q", readOnly=True), "read-only"),
    "a unit": (
        question("q", "decimal", extension=[ext("questionnaire-unit", valueCoding={})]), "unit"
    ),
    "a choice without options": (question("q", "choice"), "has no options"),
    "options that are no choice": (
        question("q", "string", answerOption=[{"valueString": "a"}]), "is no choice"
    ),
    "an option that is a reference": (
        question("q", "choice", answerOption=[{"valueReference": {}}]), "option 1 is no coding"
    ),
    "two options of one code": (
        question("q", "choice", answerOption=[{"valueString": "a"}] * 2), "of the same code"
    ),
    "a value set elsewhere": (
        question("q", "choice", answerValueSet="http://x.example/vs"), "does not list"
    ),
    "a group that repeats within one that repeats": (
        {**GROUP, "repeats": True,
         "item": [{**GROUP, "linkId": "q", "repeats": True, "item": [question("r")]}]},
        "repeats within a group",
    ),
    "a group that repeats too often": (
        {**GROUP, "repeats": True, "item": [question("r")],
         "extension": [ext("questionnaire-maxOccurs", valueInteger=11)]},
        "from 1 to 10",
    ),
    "a group that repeats beyond the limit": (
        {**GROUP, "repeats": True, "item": [question(f"r{n}") for n in range(60)]},
        "more than 200 items",
    ),
    "a repeating yes or no": (question("q", repeats=True), "only once"),
    "a repeating text between questions": (question("q", "display", repeats=True), "repeats"),
    "more repeats than there is room for": (
        question("q", "date", repeats=True,
                 extension=[ext("questionnaire-maxOccurs", valueInteger=21)]),
        "from 1 to 20",
    ),
    "more answers to start with than it takes": (
        question("q", "string", repeats=True, initial=[{"valueString": "a"}] * 3,
                 extension=[ext("questionnaire-maxOccurs", valueInteger=2)]),
        "more answers than it takes",
    ),
    "limits the wrong way round": (
        question(
            "q", "integer",
            extension=[ext("minValue", valueInteger=3), ext("maxValue", valueInteger=2)],
        ),
        "lowest value above its highest",
    ),
    "a limit of another type": (
        question("q", "integer", extension=[ext("minValue", valueDate="2020-01-01")]),
        "'minValue' does not fit",
    ),
    "an initial answer of another type": (
        question("q", "integer", initial=[{"valueString": "x"}]), "'initial' does not fit"
    ),
    "two initial answers": (
        question("q", "integer", initial=[{"valueInteger": 1}, {"valueInteger": 2}]),
        "more than one",
    ),
    "an initial answer beyond the limit": (
        question(
            "q", "integer", initial=[{"valueInteger": 9}],
            extension=[ext("maxValue", valueInteger=2)],
        ),
        "does not take",
    ),
    "a condition on itself": (
        question("q", enableWhen=[when("q", "exists", answerBoolean=True)]), "asked before it"
    ),
    "items that are no list": (question("q") | {"item": {}}, "'item' is not a list"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_rendered_is_refused_with_item_and_reason(name):
    item, reason = REFUSED[name]
    found = reasons(item)
    assert any(reason in why for _, why in found), found
    assert {where for where, _ in found} <= {"q", "g", ""}


CONDITIONS = {
    "a later question": when("later", "=", answerBoolean=True),
    "an unknown operator": when("first", "like", answerBoolean=True),
    "an answer of another type": when("first", "=", answerInteger=1),
    "the order of yes and no": when("first", ">", answerBoolean=True),
    "an option that is not offered": when("pick", "=", answerCoding={"code": "o9"}),
    "two answers at once": when("first", "=", answerBoolean=True, answerInteger=1),
    "existing without yes or no": when("first", "exists", answerInteger=1),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_that_can_never_be_told_is_refused(name):
    items = (question("first"), choice("pick", 0, 1))
    found = reasons(*items, question("q", enableWhen=[CONDITIONS[name]]), question("later"))
    assert [where for where, _ in found] == ["q"]


def test_two_questions_that_wait_for_each_other_are_refused():
    one = question("one", enableWhen=[when("two", "exists", answerBoolean=True)])
    two = question("two", enableWhen=[when("one", "exists", answerBoolean=True)])
    assert ("one", "depends on 'two', which is no question asked before it") in reasons(one, two)


def test_several_conditions_have_to_say_whether_all_or_any():
    both = [when("a", "exists", answerBoolean=True)] * 2
    item = question("q", enableWhen=both)
    assert reasons(question("a"), item) == [("q", "has several conditions but no enableBehavior")]
    assert reasons(question("a"), item | {"enableBehavior": "any"}) == []


def test_a_link_id_that_is_there_twice_is_refused():
    assert reasons(question("q"), question("q")) == [("q", "is there twice")]


def nested(levels):
    item = question("deep")
    for level in range(levels):
        item = {**GROUP, "linkId": f"g{level}", "item": [item]}
    return item


def test_files_that_are_deep_long_or_large_are_refused():
    assert "levels deep" in reasons(nested(12))[0][1]
    assert reasons(*(question(f"q{n}") for n in range(MOST_ITEMS + 1)))[0] == (
        "", f"the file has more than {MOST_ITEMS} items"
    )  # fmt: skip
    options = [{"valueString": f"o{n}"} for n in range(MOST_OPTIONS + 1)]
    assert "options" in reasons(question("q", "choice", answerOption=options))[0][1]
    assert "larger" in read_questionnaire(" " * (LARGEST_FILE + 1)).problems[0].reason
    assert "too deeply" in read_questionnaire("[" * 100_000).problems[0].reason


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"a": NaN}', '{"a": 1, "a": 2}', '{"resourceType": "Patient"}']
)
def test_what_is_no_questionnaire_is_refused(text):
    assert read_questionnaire(text).form is None
    assert read_questionnaire(text).problems


@pytest.mark.parametrize(
    "head",
    [
        {"title": None},
        {"status": "retired"},
        {"url": "javascript:alert(1)"},
        {"subjectType": ["Group"]},
        {"modifierExtension": []},
        {"item": []},
    ],
)
def test_a_head_that_is_not_sound_is_refused(head):
    assert reasons(question("q"), **head)


def test_what_is_left_out_is_told_and_not_refused():
    item = question(
        "q", extension=[ext("questionnaire-itemControl"), {"url": "http://x.example/y"}]
    )
    found = read(item, language=None)
    assert found.form is not None
    told = [(one.item, one.reason) for one in found.ignored]
    assert ("q", "extension http://x.example/y is not read") in told
    assert any("does not name its language" in reason for _, reason in told)


def test_markup_and_addresses_stay_text():
    found = form_of(question("q") | {"text": "<script>x</script> http://x.example"})
    assert found.items[0].text.text("en") == "<script>x</script> http://x.example"


def test_options_come_from_a_value_set_within_the_file():
    concept = {"code": "a", "display": "Ah", "designation": [{"language": "es", "value": "Aj"}]}
    values = {
        "resourceType": "ValueSet",
        "id": "v",
        "compose": {"include": [{"concept": [concept]}]},
    }
    found = form_of(question("q", "choice", answerValueSet="#v"), contained=[values])
    assert found.items[0].options[0].text.words == {"en": "Ah", "es": "Aj"}


def test_every_kind_of_answer_is_read_with_its_limits_and_its_beginning():
    found = form_of(
        question("d", "decimal", initial=[{"valueDecimal": 1.5}],
                 extension=[ext("maxValue", valueInteger=2)]),
        question("t", "date", initial=[{"valueDate": "2024-05-03"}]),
        question("o", "open-choice", repeats=True, initial=[{"valueString": "else"}],
                 answerOption=[{"valueInteger": 3, "initialSelected": True}]),
    ).by_id  # fmt: skip
    assert (found["d"].initial, found["d"].most) == ((Decimal("1.5"),), Decimal(2))
    assert found["t"].initial == (date(2024, 5, 3),)
    assert found["o"].initial == (Other("else"), "3")


def test_texts_within_a_question_are_its_help_and_its_ends():
    parts = [
        {"linkId": "h", "type": "display", "text": "Help"},
        {"linkId": "l", "type": "display", "text": "Low", "extension": [
            ext("questionnaire-itemControl", valueCodeableConcept={"coding": [{"code": "lower"}]})
        ]},
    ]  # fmt: skip
    item = form_of(question("q", "integer", item=parts)).items[0]
    assert (item.help.text("en"), item.lower.text("en")) == ("Help", "Low")


def test_a_page_is_a_group_of_the_first_level_or_what_stands_between():
    items = (question("a"), question("b"), {**GROUP, "item": [question("c")]}, question("d"))
    assert [[i.link_id for i in page.items] for page in form_of(*items).pages] == [
        ["a", "b"], ["g", "c"], ["d"],
    ]  # fmt: skip


def test_our_own_scale_is_sound_and_wholly_in_both_languages():
    reading = read_instrument(*own_files())
    assert (reading.problems, reading.ignored) == ((), ())
    texts = [reading.instrument.form.title]
    for item in reading.instrument.form.items:
        texts += [text for text in (item.text, item.help, item.lower, item.upper) if text]
    assert all(set(text.words) == {"en", "es"} for text in texts)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5) | st.sampled_from(["q", "choice", "Coding", "exists", BASE + "minValue"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([
            "linkId", "type", "text", "_text", "item", "answerOption", "valueCoding", "valueString",
            "code", "display", "extension", "url", "enableWhen", "question", "operator",
            "answerBoolean", "answerCoding", "initial", "valueDecimal", "required", "repeats",
            "maxLength", "answerValueSet", "enableBehavior", "prefix",
        ]), inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(JUNK, max_size=4), st.dictionaries(st.sampled_from(
    ["title", "url", "language", "contained", "identifier", "subjectType", "status", "extension"]
), JUNK, max_size=3))  # fmt: skip
def test_no_file_makes_the_reader_raise(items, head):
    found = read_questionnaire(text_of(*items, **head))
    assert (found.form is None) is bool(found.problems)


@settings(max_examples=150)
@given(st.data())
def test_one_broken_value_in_a_sound_file_never_makes_it_raise(data):
    document = json.loads(own_files()[0])
    holder, key = document, "item"
    for _ in range(data.draw(st.integers(0, 6))):
        inner = holder[key]
        if isinstance(inner, list) and inner:
            holder, key = inner, data.draw(st.integers(0, len(inner) - 1))
        elif isinstance(inner, dict) and inner:
            holder, key = inner, data.draw(st.sampled_from(sorted(inner)))
    holder[key] = data.draw(JUNK)
    found = read_questionnaire(json.dumps(document))
    assert (found.form is None) is bool(found.problems)


@pytest.mark.parametrize("kind", ["date", "text", "string", "integer", "decimal"])
def test_what_is_typed_may_repeat_as_often_as_the_file_says(kind):
    limited = [ext("questionnaire-maxOccurs", valueInteger=3)]
    form = form_of(
        question("a", kind, repeats=True),
        question("b", kind, repeats=True, extension=limited),
        question("c", kind),
    )
    assert [item.times for item in form.items] == [20, 3, 1]
    assert [item.has_rows for item in form.items] == [True, True, False]


def test_a_group_that_repeats_is_laid_out_once_for_each_time():
    group = {
        **GROUP,
        "repeats": True,
        "extension": [ext("questionnaire-maxOccurs", valueInteger=3)],
        "item": [
            question("a"),
            question("b", "string", enableWhen=[when("a", "=", answerBoolean=True)]),
        ],
    }
    form = form_of(group, question("last"))
    copies = ["g#2", "a#2", "b#2", "g#3", "a#3", "b#3"]
    assert [item.link_id for item in form.items] == ["g", "a", "b", *copies, "last"]
    assert form.by_id["b#2"].conditions[0].question == "a#2"
    assert form.by_id["b#2"].parents == ("g#2",)
    assert len({item.number for item in form.items}) == len(form.items)
    assert [len(page.items) for page in form.pages] == [9, 1]
    found = shown(form, {"a#2": (True,)})
    assert [item.link_id for item in found] == ["g", "a", "g#2", "a#2", "b#2", "last"]


def test_nothing_outside_depends_on_a_group_that_repeats_and_nothing_in_it_is_scored():
    group = {**GROUP, "repeats": True, "item": [question("a", "integer")]}
    found = reasons(group, question("q", enableWhen=[when("a", "exists", answerBoolean=True)]))
    assert found == [("q", "depends on 'a', which stands in a group that repeats")]
    rules = """
version: "1"
source: Invented
scores:
- {id: s, name: S, method: sum, items: [a], range: [0, 9], better: lower, source: Invented}
"""
    refused = scored(rules, group)
    assert any(
        "in a group that repeats and cannot be scored" in one.reason for one in refused.problems
    )
