"""What may be answered and what is refused at the door."""

from datetime import date
from decimal import Decimal

import pytest

from intake.rules import derived
from intake.rules.answers import AnswerError, Answers, as_json, read_answer, read_answers
from intake.rules.conditions import AnyChosen, NumberIs
from intake.rules.pack import load_pack
from intake.rules.state import AnswerState

ON = date(2025, 6, 2)
QUESTIONNAIRE = load_pack().questionnaire


def read(raw, **derived):
    return read_answers(QUESTIONNAIRE, raw, on=ON, derived=derived)


def test_every_type_of_answer_is_read():
    given = read(
        {
            "about.dob": "1980-02-29",
            "about.sex": "female",
            "problem.words": "  it hurts\r\nhere ",
            "pain.area": ["low_back", "knee"],
            "pain.main_area": "knee",
            "pain.avg": 7,
            "about.height_cm": 172.5,
        }
    )

    assert given.values == {
        "about.dob": date(1980, 2, 29),
        "about.sex": "female",
        "problem.words": "it hurts\nhere",
        "pain.area": ("low_back", "knee"),
        "pain.main_area": "knee",
        "pain.avg": 7,
        "about.height_cm": Decimal("172.5"),
    }


def test_a_checklist_is_kept_in_the_order_of_its_options_and_each_once():
    assert read({"pain.area": ["knee", "low_back", "knee"]}).values == {
        "pain.area": ("low_back", "knee")
    }


def test_blank_answers_are_left_out():
    assert read({"pain.area": [], "problem.words": " \n"}).values == {}


def test_an_exclusive_option_beside_others_drops_none_of_them():
    answers = read({"rf.unwell": ["fever", "none"]})
    assert answers.values == {"rf.unwell": ("fever", "none")}


REFUSED = [
    ("pain.nowhere", ["x"], "no such item"),
    ("about.sex", "mal", "has no option 'mal'"),
    ("about.sex", "", "has no option ''"),
    ("about.sex", None, "exactly one option"),
    ("about.sex", ["male"], "exactly one option"),
    ("about.sex", True, "exactly one option"),
    ("pain.area", "knee", "takes a list of options"),
    ("pain.area", {"knee": True}, "takes a list of options"),
    ("pain.area", ["elbow"], "has no option 'elbow'"),
    ("pain.area", [["knee"]], "exactly one option"),
    ("pain.area", [1], "exactly one option"),
    ("pain.main_area", "elbow", "has no option 'elbow'"),
    ("pain.avg", 11, "from 0 to 10"),
    ("pain.avg", -1, "from 0 to 10"),
    ("pain.avg", "7", "from 0 to 10"),
    ("pain.avg", 7.5, "from 0 to 10"),
    ("pain.avg", True, "from 0 to 10"),
    ("about.height_cm", "172", "must be a number"),
    ("about.height_cm", True, "must be a number"),
    ("about.height_cm", float("nan"), "ordinary size"),
    ("about.height_cm", float("inf"), "ordinary size"),
    ("about.height_cm", Decimal("sNaN"), "ordinary size"),
    ("about.height_cm", Decimal("1e999999999"), "ordinary size"),
    ("about.height_cm", Decimal("1e-999999999"), "must lie between"),
    ("about.height_cm", 10**400, "must be a number"),
    ("about.height_cm", 0, "ordinary size"),
    ("about.height_cm", -172, "ordinary size"),
    ("about.height_cm", 1.72, "must lie between 30 and 260"),
    ("about.weight_kg", 7000, "must lie between 1 and 500"),
    ("about.weight_kg", Decimal("70.1234567890123456"), "more than 15 digits"),
    ("about.dob", "2025-06-03", "lies in the future"),
    ("about.dob", "1880-01-01", "more than 130 years back"),
    ("about.dob", "2023-02-29", "not a day of the calendar"),
    ("about.dob", "19800229", "written YYYY-MM-DD"),
    ("about.dob", "1980-W09-5", "written YYYY-MM-DD"),
    ("about.dob", "1980-02", "written YYYY-MM-DD"),
    ("about.dob", "1980-02-01T00:00", "written YYYY-MM-DD"),
    ("about.dob", "１９８０-02-01", "written YYYY-MM-DD"),
    ("about.dob", 1980, "written YYYY-MM-DD"),
    ("problem.words", 1, "must be text"),
    ("problem.words", "x" * 301, "longer than 300 characters"),
    ("problem.words", "a\x00b", "not text"),
    ("problem.words", "a\x1bb", "not text"),
    ("problem.words", "a\ud800b", "not text"),
]


@pytest.mark.parametrize(("item", "given", "reason"), REFUSED)
def test_a_wrong_answer_is_refused_with_its_item_and_a_reason(item, given, reason):
    with pytest.raises(AnswerError) as refused:
        read({item: given})

    assert refused.value.item.strip("'") == item
    assert reason in refused.value.reason


def test_a_refusal_never_repeats_what_a_patient_wrote():
    with pytest.raises(AnswerError) as refused:
        read({"problem.words": "my secret\x00"})

    assert "secret" not in str(refused.value)


def test_a_strange_item_is_named_in_one_short_printable_line():
    with pytest.raises(AnswerError) as refused:
        read({"a\nb" + "x" * 500: 1})

    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 100


def test_tabs_and_line_breaks_are_text():
    assert read_answer(QUESTIONNAIRE, "goal.main", "a\tb\nc", on=ON) == "a\tb\nc"


def test_a_date_may_come_as_a_date():
    assert read({"about.dob": date(1980, 1, 1)}).values["about.dob"] == date(1980, 1, 1)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"age": 35.0}, "whole number of years"),
        ({"age": -1}, "whole number of years"),
        ({"age": 131}, "whole number of years"),
        ({"age": True}, "whole number of years"),
        ({"age": None}, "whole number of years"),
        ({"bmi": "27"}, "must be a number"),
        ({"bmi": 0}, "ordinary size"),
        ({"height": 170}, "no such derived value"),
    ],
)
def test_a_wrong_derived_value_is_refused(given, reason):
    with pytest.raises(AnswerError, match=reason):
        read({}, **given)


def test_given_age_and_bmi_stand_in_for_what_they_come_from():
    given = read({"about.dob": "1980-01-01"}, age=12, bmi=31.5, athlete=True)

    assert derived.age(given) == 12
    assert derived.bmi(given) == Decimal("31.5")
    assert derived.athlete(given) is None


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("2000-06-02", date(2025, 6, 2), 25),
        ("2000-06-03", date(2025, 6, 2), 24),
        ("2004-02-29", date(2025, 2, 28), 20),
        ("2004-02-29", date(2025, 3, 1), 21),
        ("2025-06-02", date(2025, 6, 2), 0),
    ],
)
def test_age_is_whole_years_on_the_day_of_answering(born, on, years):
    assert derived.age(read_answers(QUESTIONNAIRE, {"about.dob": born}, on=on)) == years


def test_body_mass_index_is_exact():
    assert derived.bmi(read({"about.height_cm": 170, "about.weight_kg": 86.7})) == 30


def test_answers_are_written_as_json_has_them():
    raw = {
        "about.dob": "1980-02-29",
        "about.sex": "female",
        "pain.area": ["low_back"],
        "pain.avg": 0,
        "about.height_cm": 172,
        "about.weight_kg": 70.5,
    }

    written = as_json(read(raw))
    assert written == raw
    assert type(written["about.height_cm"]) is int


def test_a_type_error_is_never_turned_into_no():
    state = AnswerState(QUESTIONNAIRE.by_id, Answers({"pain.avg": 5, "about.sex": "male"}, ON))

    with pytest.raises(TypeError, match="not options"):
        AnyChosen("pain.avg", frozenset({"x"})).evaluate(state)
    with pytest.raises(TypeError, match="not a number"):
        NumberIs("about.sex", ()).evaluate(state)
