"""A score over time: what is drawn, what is compared, whose word a meaningful change is."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from intake.instruments.scoring import Change, Rule
from intake.rules.pack import load_pack
from intake.scores import Sent, pain_rule
from intake.trends import BROKEN, MOST, Intake, Past, drawn, list_trends
from tests.unit.instruments.making import choice, scored

SCORING = """
version: "N"
source: Invented
scores:
- id: warm
  name: Warmth
  method: sum
  items: [pot]
  range: [0, 3]
  better: higher
  missing: {allowed: 0}
  source: Invented
"""
DAY = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
OWN = Rule(
    id="own",
    name="Own activities",
    method="mean",
    items=("a",),
    least=Decimal(0),
    most=Decimal(10),
    better="higher",
    may_miss=0,
    source="I-PSFS",
    values={},
    change=Change(Decimal(2), "I-PSFS"),
    same=("named",),
)


def pains(*values):
    """One intake a week."""
    return [Intake(DAY + timedelta(weeks=n), value, ()) for n, value in enumerate(values)]


def only(found):
    (trend,) = found
    return trend


def test_every_score_stands_in_the_table_with_its_change_and_what_it_means():
    trend = only(list_trends(load_pack(), pains(8, 6, 5, 5, 9)))
    assert [(time.value, time.change, time.meaning) for time in trend.times] == [
        ("8", "", ""),
        ("6", "-2", "meaningfully better"),
        ("5", "-1", "less than is meaningful"),
        ("5", "+0", "no change"),
        ("9", "+4", "meaningfully worse"),
    ]
    assert [time.matters for time in trend.times] == [False, True, False, False, True]


def test_whose_word_it_is_and_whether_that_was_read():
    trend = only(list_trends(load_pack(), pains(8, 3)))
    assert trend.matters.startswith("2 points (Numeric pain rating scale: 2 points (MDC 2;")
    assert [source.id for source in trend.sources] == ["S-CHILDS05"]


def test_one_score_is_no_trend_and_a_missing_one_is_not_zero():
    assert list_trends(load_pack(), pains(8)) == ()
    assert list_trends(load_pack(), pains(8, None)) == ()
    trend = only(list_trends(load_pack(), pains(8, None, 3)))
    assert [time.value for time in trend.times] == ["8", "3"]


def test_only_the_latest_are_drawn():
    trend = only(list_trends(load_pack(), pains(*range(10), 0)))
    assert [time.value for time in trend.times] == ["3", "4", "5", "6", "7", "8", "9", "0"]
    assert len(trend.times) == MOST


def test_a_point_stands_by_its_day_and_its_score():
    at = [DAY, DAY + timedelta(days=1), DAY + timedelta(days=4)]
    rule = pain_rule(load_pack())
    pasts = [Past(each, Decimal(value), {}) for each, value in zip(at, (10, 5, 0), strict=True)]
    trend = only(drawn(load_pack(), "Pain", rule, pasts))
    assert [(time.x, time.y) for time in trend.times] == [(30, 16), (93, 48), (282, 80)]


def test_two_on_one_moment_are_still_drawn():
    rule = pain_rule(load_pack())
    pasts = [Past(DAY, Decimal(4), {}), Past(DAY, Decimal(2), {})]
    assert [time.x for time in only(drawn(load_pack(), "Pain", rule, pasts)).times] == [30, 30]


def test_the_line_breaks_where_other_activities_were_named():
    walk, swim = {"named": ("Walk",)}, {"named": ("Swim",)}
    pasts = [
        Past(DAY + timedelta(days=n), Decimal(value), given)
        for n, (value, given) in enumerate([(2, walk), (4, walk), (9, swim), (9, swim)])
    ]
    trend = only(drawn(load_pack(), "What you can do", OWN, pasts))
    assert len(trend.lines) == 2
    assert [time.meaning for time in trend.times] == [
        "",
        "meaningfully better",
        BROKEN,
        "no change",
    ]
    assert trend.times[2].change == ""


def test_another_version_of_an_instrument_is_left_out_and_counted():
    old, new = (
        scored(SCORING.replace("N", number), choice("pot", 0, 3)).instrument for number in "12"
    )
    times = [
        Intake(
            DAY + timedelta(days=n),
            None,
            (Sent("urn:teapots", "1", one, {"pot": (key,)}, {}, None),),
        )
        for n, (one, key) in enumerate([(old, "o1"), (new, "o1"), (new, "o2")])
    ]
    trend = only(list_trends(load_pack(), times))
    assert [time.value for time in trend.times] == ["0", "3"]
    assert trend.others == 1
    assert trend.times[1].meaning == "no threshold declared"
