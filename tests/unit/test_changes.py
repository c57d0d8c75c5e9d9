"""What differs from the intake before."""

from datetime import date

from hypothesis import given

from intake.changes import list_changes
from intake.rules.answers import read_answers
from tests.unit.rules.strategies import ON, QUESTIONNAIRE, shown_answers


def told(**answers):
    raw = {key.replace("__", "."): value for key, value in answers.items()}
    return read_answers(QUESTIONNAIRE, raw, on=ON)


def changes(before, now):
    return list_changes(QUESTIONNAIRE, before, QUESTIONNAIRE, now)


def test_one_answer_that_changed_is_told_as_before_and_now():
    (one,), same = changes(
        told(pain__side="left", pain__trend="same"), told(pain__side="right", pain__trend="same")
    )
    assert (one.before, one.now, one.gone, one.new) == ("Left", "Right", "", "")
    assert one.anchor == "a-pain-side"
    assert same == 1


def test_of_two_lists_what_is_new_and_gone_is_told():
    (one,), _same = changes(told(pain__feel=["ache", "sharp"]), told(pain__feel=["sharp", "stiff"]))
    words = {option.id: option.text("en") for option in QUESTIONNAIRE.item("pain.feel").options}
    assert (one.gone, one.new) == (words["ache"], words["stiff"])


def test_warning_signs_come_first():
    found, _same = changes(
        told(pain__side="left", rf__night="quiet"), told(pain__side="right", rf__night="wakes")
    )
    assert [one.is_safety for one in found] == [True, False]


def test_an_answer_that_is_not_reached_yet_is_no_change():
    assert changes(told(pain__side="left"), told()) == ((), 0)


def test_an_answer_that_is_declined_now_is_one():
    before, now = told(rf__night="quiet"), told()
    (one,), _same = list_changes(QUESTIONNAIRE, before, QUESTIONNAIRE, now, ["rf.night"])
    assert one.now == "preferred not to say"


def test_a_question_that_was_not_asked_then_says_so_unless_it_found_nothing():
    cancer = told(hx__conditions=["cancer"], hx__cancer_when="now5")
    found, _same = changes(told(hx__conditions=["none"]), cancer)
    assert [one.before for one in found if one.anchor == "a-hx-cancer-when"] == ["not asked"]
    assert changes(told(), told(pain__past=["none"]))[0] == ()


def test_free_text_is_not_compared():
    assert changes(told(problem__words="a"), told(problem__words="b")) == ((), 0)


@given(shown_answers(), shown_answers())
def test_every_pair_of_intakes_can_be_compared(before, now):
    found, same = changes(before, now)
    assert same + len(found) <= len(now.values) + len(before.values)
    assert all(one.before != one.now or one.new or one.gone for one in found)


@given(shown_answers())
def test_an_intake_differs_from_itself_in_nothing(answers):
    found, same = changes(answers, answers)
    assert found == ()
    words = [key for key in answers.values if QUESTIONNAIRE.item(key).type == "text"]
    assert same == len(answers.values) - len(words)


def test_a_birth_date_is_written_out():
    (one,), _same = changes(told(about__dob="1980-03-27"), told(about__dob="1981-03-27"))
    assert str(date(1981, 3, 27).year) in one.now
