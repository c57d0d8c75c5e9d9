"""Scores: what is shown is what anybody gets with a pencil, and nothing missing counts as zero."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.commands.instruments import own_files
from intake.fhir.instruments import read_instrument
from intake.instruments.items import Other
from intake.instruments.scoring import are_comparable, compare, compare_parts, score
from intake.rules.pack import load_pack
from intake.score_words import entry_of, sum_words
from intake.scores import pain_rule, points_of
from tests.unit.instruments.making import choice, question, scored, when

RULE = """
version: "1"
source: Invented
scores:
- id: pot
  name: Pot
  method: {method}
  items: [a, b, c, d]
  range: [{low}, {high}]
  better: {better}
  missing: {{allowed: {allowed}}}
  values: {{d: {{"true": 4, "false": 0}}}}
  cutoffs:
  - {{from: 2, label: Warm, source: Invented}}
  - {{from: 5, label: Hot, source: Invented}}
  change: {{points: 2, source: Invented}}
  source: Invented
"""
ITEMS = (
    choice("a", 0, 1, 2.5),
    choice("b", 0, 1, 3),
    question("c", "integer", extension=[
        {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueInteger": 0},
        {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 5},
    ]),
    question("d"),
)  # fmt: skip
COUNTS = {"a": {"o1": "0", "o2": "1", "o3": "2.5"}, "b": {"o1": "0", "o2": "1", "o3": "3"}}


def instrument(method="sum", allowed=1, better="lower", **more):
    limits = {"low": 0, "high": 14.5 if method == "sum" else 5, **more}
    text = RULE.format(method=method, allowed=allowed, better=better, **limits)
    reading = scored(text, *ITEMS)
    assert reading.instrument, reading.problems
    return reading.instrument


def worked(answers, **how):
    made = instrument(**how)
    return score(made.form, made.scores[0], answers)


def by_hand(link_id, value):
    if link_id == "d":
        return Fraction(4 if value else 0)
    return Fraction(COUNTS[link_id][value]) if link_id in COUNTS else Fraction(value)


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "a": st.sampled_from(["o1", "o2", "o3"]),
        "b": st.sampled_from(["o1", "o2", "o3"]),
        "c": st.integers(0, 5),
        "d": st.booleans(),
    },
)


@settings(max_examples=400)
@given(ANSWERS, st.sampled_from(["sum", "mean"]), st.integers(0, 3))
def test_what_is_shown_is_what_a_pencil_gives(answers, method, allowed):
    shown = worked(
        {key: (value,) for key, value in answers.items()}, method=method, allowed=allowed
    )
    counts = [by_hand(key, value) for key, value in answers.items()]
    if not counts or 4 - len(counts) > allowed:
        assert shown.value is None
        return
    exact = sum(counts, Fraction(0)) / len(counts) * (1 if method == "mean" else 4)
    assert abs(Fraction(shown.value) - exact) <= Fraction(1, 200)
    assert shown.value == shown.value.quantize(Decimal("0.01"))
    assert len(shown.missing) == 4 - len(counts)
    # The working on the page ends in the value that stands above it.
    assert (
        sum_words(shown).endswith(f"= {shown.value}")
        or Decimal(sum_words(shown).rpartition("= ")[2]) == shown.value
    )


@settings(max_examples=150)
@given(ANSWERS)
def test_a_missing_answer_is_never_zero(answers):
    """Leaving out an item that counts something else than the mean changes a sum, or ends it."""
    given = {key: (value,) for key, value in answers.items()}
    shown = worked(given, allowed=3)
    for part in shown.parts:
        assert (part.counts is None) is (part.link_id not in answers)
    if 0 < len(answers) < 4 and shown.value:
        assert shown.value > shown.added


def test_too_much_missing_gives_no_score():
    assert worked({"a": ("o3",), "b": ("o3",)}, allowed=1).value is None
    assert worked({"a": ("o3",), "b": ("o3",)}, allowed=2).value == Decimal(11)


def test_a_half_is_rounded_up_at_the_second_decimal():
    assert worked({"a": ("o3",), "b": ("o2",), "c": (0,)}, method="mean").value == Decimal("1.17")


@pytest.mark.parametrize(("count", "label"), [(1, None), (2, "Warm"), (4, "Warm"), (5, "Hot")])
def test_a_cut_off_applies_from_its_value_on(count, label):
    found = worked({"a": ("o1",), "b": ("o1",), "c": (count,), "d": (False,)})
    assert (found.band.label if found.band else None) == label


@pytest.mark.parametrize(
    ("better", "now", "before", "verdict"),
    [
        ("lower", 3, 5, "better"),
        ("lower", 5, 3, "worse"),
        ("higher", 5, 3, "better"),
        ("higher", 3, 5, "worse"),
        ("lower", 4, 5, "small"),
        ("lower", 5, 5, "same"),
    ],
)
def test_a_change_counts_from_the_declared_points_on(better, now, before, verdict):
    rule = instrument(better=better).scores[0]
    assert compare(rule, Decimal(now), Decimal(before)).verdict == verdict
    assert compare(rule, None, Decimal(before)) is None


def test_a_hidden_item_is_missing_and_words_written_in_count_nothing():
    open_choice = question(
        "b",
        "open-choice",
        answerOption=[
            {
                "valueString": "x",
                "extension": [
                    {
                        "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue",
                        "valueDecimal": 3,
                    }
                ],
            }
        ],
    )
    text = """
version: "1"
source: Invented
scores:
- {id: s, name: S, method: sum, items: [a, b], range: [0, 7], better: lower, source: Invented,
   values: {a: {"true": 4, "false": 0}}}
"""
    hidden = {**open_choice, "enableWhen": [when("a", "=", answerBoolean=True)]}
    reading = scored(text, question("a"), hidden)
    made = reading.instrument
    assert made, reading.problems
    rule = made.scores[0]
    assert score(made.form, rule, {"a": (False,), "b": ("x",)}).missing == ("b",)
    assert score(made.form, rule, {"a": (True,), "b": (Other("y"),)}).value is None
    assert score(made.form, rule, {"a": (True,), "b": ("x",)}).value == 7


WRONG = {
    "an unknown item": ("items: [a, b, c, d]", "items: [a, b, c, x]", "no item 'x'"),
    "an item twice": ("items: [a, b, c, d]", "items: [a, a, c, d]", "twice"),
    "a range that is too small": ("range: [0, 14.5]", "range: [0, 9]", "does not hold every score"),
    "every item may be missing": ("allowed: 1", "allowed: 4", "every item"),
    "no values for yes and no": (
        'values: {d: {"true": 4, "false": 0}}', "values: {}",
        "true and false",
    ),
    "falling cut-offs": ("from: 5", "from: 1", "have to rise"),
    "a cut-off without a source": (", label: Hot, source: Invented", ", label: Hot", "'source'"),
    "an unknown method": ("method: sum", "method: median", "sum or mean"),
    "no direction": ("better: lower", "better: up", "higher or lower"),
    "an unknown key": ("  better: lower", "  better: lower\n  weight: 3", "unknown key 'weight'"),
    "a change of nothing": ("points: 2", "points: 0", "more than 0"),
    "no yaml": ("version:", "version: [", "neither YAML nor JSON"),
    "an alias": ("source: Invented\nscores", "source: &x Invented\nother: *x\nscores", "aliases"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_scoring_that_does_not_fit_is_refused(name):
    old, new, reason = WRONG[name]
    text = RULE.format(method="sum", allowed=1, better="lower", low=0, high=14.5)
    assert old in text
    reading = scored(text.replace(old, new, 1), *ITEMS)
    assert reading.instrument is None
    assert any(reason in problem.reason for problem in reading.problems), reading.problems


def test_a_choice_without_ordinal_values_cannot_be_scored():
    item = question("a", "choice", answerOption=[{"valueString": "x"}])
    reading = scored(
        RULE.format(method="sum", allowed=1, better="lower", low=0, high=14.5), item, *ITEMS[1:]
    )
    assert "item 'a' has an option without an ordinal value" in reading.problems[0].reason


def test_our_scales_take_the_change_that_the_pack_names():
    pack, own = load_pack(), read_instrument(*own_files()).instrument
    assert pain_rule(pack).change.points == 2
    for rule in own.scores:
        assert rule.change.points == points_of(entry_of(pack, rule.change.source))
        assert rule.better == entry_of(pack, rule.source)["better"]


def test_own_activities_are_compared_only_with_themselves():
    rule = read_instrument(*own_files()).instrument.scores[0]
    walk, ride = {"activity.1": ("Walk the dog",)}, {"activity.1": ("Ride",)}
    assert are_comparable(rule, walk, {"activity.1": ("walk the dog ",)})
    assert not are_comparable(rule, walk, ride)


def test_one_item_alone_is_compared_only_where_it_is_declared_and_counted_both_times():
    text = RULE.format(method="sum", allowed=3, better="lower", low=0, high=14.5)
    made = scored(f"{text}  change_each: {{points: 2, source: Invented}}\n", *ITEMS).instrument
    before = {"a": ("o3",), "b": ("o1",), "c": (4,)}
    now = {"a": ("o1",), "b": ("o2",), "d": (True,)}
    rule = made.scores[0]
    alone = compare_parts(score(made.form, rule, now), score(made.form, rule, before), now, before)
    assert {key: (str(one.difference), one.verdict) for key, one in alone.items()} == {
        "a": ("-2.5", "better"),
        "b": ("1", "small"),
    }
    plain_rule = instrument(allowed=3).scores[0]
    assert (
        compare_parts(
            score(made.form, plain_rule, now), score(made.form, plain_rule, before), now, before
        )
        == {}
    )
