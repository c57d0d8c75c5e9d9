"""What is hidden, what the patient reads, what the therapist sees on one card."""

from dataclasses import replace
from datetime import date

import pytest

from intake.rules.answers import read_answers
from intake.rules.compiled import build, compile_pack
from intake.rules.conditions import AnyChosen
from intake.rules.expressions import Expressions
from intake.rules.findings import (
    Finding,
    Findings,
    cards,
    fill_placeholders,
    find,
    patient_message,
)
from intake.rules.pack import load_pack
from intake.rules.state import AnswerState

ON = date(2025, 6, 2)
PACK = load_pack()


def found(*patterns: str, **changes) -> Findings:
    """Findings of these patterns, as urgent as the patterns are."""
    shown = [
        Finding(
            pattern=id,
            group=PACK.pattern(id).group,
            urgency=PACK.pattern(id).urgency,
            tier="some" if PACK.pattern(id).thresholds else None,
            score=None,
            low=None,
            high=None,
            firm=None,
            for_lines=(),
            against_lines=(),
            missing=(),
            could_rise=(),
            tests=(),
        )._replace(**changes)
        for id in patterns
    ]
    return Findings(tuple(shown), (), ())


def test_a_suppressor_counts_though_it_is_suppressed_itself():
    red_hot, septic, child = "rf.red_hot", "rf.septic_joint", "rf.septic_child"
    always = AnyChosen("pain.area", frozenset({"low_back"}))
    chain = (
        replace(PACK.pattern(red_hot), condition=always, suppressed_by=frozenset({septic})),
        replace(PACK.pattern(septic), condition=always, suppressed_by=frozenset({child})),
        replace(PACK.pattern(child), condition=always),
    )
    pack = replace(PACK, patterns=chain)
    answers = read_answers(PACK.questionnaire, {"pain.area": ["low_back"]}, on=ON)

    for findings in (find(pack, answers), build(pack)(answers)):
        assert [finding.pattern for finding in findings.shown] == [child]
        assert findings.suppressed == (red_hot, septic)


def test_what_is_ruled_out_hides_nothing_and_is_still_found():
    red_hot, septic, child = "rf.red_hot", "rf.septic_joint", "rf.septic_child"
    always = AnyChosen("pain.area", frozenset({"low_back"}))
    both = frozenset({septic, child})
    trio = (
        replace(PACK.pattern(red_hot), condition=always, suppressed_by=both),
        replace(PACK.pattern(septic), condition=always, suppressed_by=frozenset()),
        replace(PACK.pattern(child), condition=always),
    )
    pack = replace(PACK, patterns=trio)
    answers = read_answers(PACK.questionnaire, {"pain.area": ["low_back"]}, on=ON)

    for ruled_out, hidden in (
        ((), (red_hot,)),
        ({septic}, (red_hot,)),
        ({septic, "nothing.known"}, (red_hot,)),
        ({septic, child}, ()),
        ({red_hot}, (red_hot,)),
    ):
        plain, fast = find(pack, answers, set(ruled_out)), build(pack)(answers, ruled_out)
        assert plain == fast
        assert plain.suppressed == hidden
        assert {one.pattern for one in plain.shown} == {red_hot, septic, child} - set(hidden)


def test_nothing_found_is_routine():
    assert Findings((), (), ()).urgency == "routine"
    assert found("rf.aaa", "look.hip_oa").urgency == "emergency"


def test_the_patient_reads_the_most_urgent_message():
    message = patient_message(PACK, found("rf.aaa", "ilio.strain"), "es")

    assert (message.pattern, message.urgency, message.for_carer) == ("rf.aaa", "emergency", False)
    assert message.text == PACK.pattern("rf.aaa").patient_message("es")


def test_a_pattern_only_worth_checking_says_nothing_to_the_patient():
    possible = found("ilio.tendinopathy", tier="possible").shown
    some = found("look.hip_oa").shown

    assert patient_message(PACK, Findings(possible, (), ()), "en") is None
    message = patient_message(PACK, Findings((*possible, *some), (), ()), "en")
    assert message.pattern == "look.hip_oa"


def test_without_a_finding_there_is_no_message():
    assert patient_message(PACK, Findings((), (), ()), "en") is None


@pytest.mark.parametrize(("age", "for_carer"), [(17, True), (18, False), (None, False)])
def test_a_message_about_a_child_is_for_the_carer(age, for_carer):
    assert patient_message(PACK, found("rf.scfe"), "en", age=age).for_carer is for_carer


NUMBERS = {"emergency_number": "112", "urgent_line": "061", "clinic_phone": "555 0100"}


def test_the_clinics_numbers_are_filled_in():
    text = "Call {EMERGENCY_NUMBER}, {URGENT_LINE} or {CLINIC_PHONE}."

    assert fill_placeholders(text, **NUMBERS) == "Call 112, 061 or 555 0100."


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Call {PHONE}.", NUMBERS),
        ("Call {}.", NUMBERS),
        ("Call {CLINIC_PHONE.", NUMBERS),
        ("Call CLINIC_PHONE}.", NUMBERS),
        ("Call {{CLINIC_PHONE}}.", NUMBERS),
        ("Call {CLINIC_PHONE}.", NUMBERS | {"clinic_phone": " "}),
        ("Call {CLINIC_PHONE}.", NUMBERS | {"clinic_phone": "{CLINIC_PHONE}"}),
    ],
)
def test_a_text_with_a_placeholder_left_is_refused(text, numbers):
    with pytest.raises(ValueError, match="place"):
        fill_placeholders(text, **numbers)


def test_every_message_of_the_pack_can_be_filled_in():
    for pattern in PACK.patterns:
        for language in PACK.questionnaire.languages:
            filled = fill_placeholders(pattern.patient_message(language), **NUMBERS)
            assert "{" not in filled


def test_patterns_that_share_evidence_are_one_card_at_the_higher_tier():
    tendon = found("ilio.tendinopathy", tier="possible", urgency="routine").shown
    hip = found("look.hip_oa").shown
    bursa = found("ilio.bursitis", tier="strong").shown

    first, second = cards(PACK, Findings((*tendon, *hip, *bursa), (), ()))
    assert first.findings == (*tendon, *bursa)
    assert (first.tier, first.urgency) == ("strong", "routine")
    assert second.findings == hip


def test_a_rule_is_a_card_without_a_tier():
    (card,) = cards(PACK, found("rf.aaa"))

    assert (card.tier, card.urgency) == (None, "emergency")


def test_a_pack_is_compiled_once():
    assert compile_pack(PACK) is compile_pack(replace(PACK))


def test_a_condition_that_is_none_of_ours_cannot_be_compiled():
    class Strange:
        def parts(self):
            return ()

    with pytest.raises(TypeError, match="Strange"):
        Expressions(PACK.questionnaire, []).yes(Strange())


def test_texts_and_birth_dates_are_not_kept_by_the_compiled_rules():
    bits = Expressions(PACK.questionnaire, []).bits
    raw = {"problem.words": "my own words", "about.dob": "1980-01-01", "about.height_cm": 170}
    bits.read(read_answers(PACK.questionnaire, raw, on=ON))

    assert not bits.of_answer


def test_a_question_that_does_not_apply_is_shown_to_nobody():
    state = AnswerState(PACK.questionnaire.by_id, read_answers(PACK.questionnaire, {}, on=ON))

    assert state.is_shown("pain.area")
    assert not state.is_shown("rf.ces_when")
