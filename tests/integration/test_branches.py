"""No trap in any branch: what can be sent is what has every shown required question answered."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic.walls import enter_clinic
from intake.commands import responses
from intake.forms.answers import AnswersForm
from intake.models import Response
from intake.queries.pages import get_draft
from intake.rules.answers import Answers, read_answers
from intake.rules.pack import load_pack
from intake.rules.questions import Item, offers_decline
from intake.rules.state import AnswerState
from intake.rules.truth import YES
from intake.wording import missing_items
from tests.factories.intakes import answer, begin, patient_actor, stories, submit

QUESTIONNAIRE = load_pack().questionnaire
CONDITIONAL = [item.link_id for item in QUESTIONNAIRE.items if item.ask_if and item.required]


# The oracle: written once more, the slow and plain way ------------------------------------------


def open_questions(raw: Mapping[str, Any], declined: set[str], on: date) -> set[str]:
    """Shown, required, neither answered nor declined; a hidden answer opens nothing."""
    given_answers = read_answers(QUESTIONNAIRE, raw, on=on).values
    believed: dict[str, Any] = {}
    found = set()
    for item in QUESTIONNAIRE.items:
        state = AnswerState(QUESTIONNAIRE.by_id, Answers(values=believed, on=on))
        if item.ask_if is not None and item.ask_if.evaluate(state) is not YES:
            continue
        value = given_answers.get(item.link_id)
        if item.options_from and value not in believed.get(item.options_from, ()):
            value = None
        if value is not None:
            believed[item.link_id] = value
        elif item.required and item.link_id not in declined:
            found.add(item.link_id)
    return found


# Every branch, from the vignettes ---------------------------------------------------------------


def cases(link_id: str, *, is_shown: bool) -> list[dict[str, Any]]:
    """Whole answers of vignettes in which the question is shown, or hidden."""
    on, found = timezone.now().date(), []
    for story in stories(on):
        shown = QUESTIONNAIRE.shown(read_answers(QUESTIONNAIRE, story.answers, on=on))
        if (link_id in {item.link_id for item in shown}) is is_shown:
            found.append(dict(story.answers))
    return found


def is_complete(raw: Mapping[str, Any], declined: tuple[str, ...] = ()) -> bool:
    answers = read_answers(QUESTIONNAIRE, raw, on=timezone.now().date())
    return not missing_items(QUESTIONNAIRE, QUESTIONNAIRE.in_force(answers), declined)


@pytest.mark.parametrize("link_id", CONDITIONAL)
def test_a_question_blocks_while_it_is_shown_and_never_when_it_is_hidden(link_id):
    shown, hidden = cases(link_id, is_shown=True), cases(link_id, is_shown=False)
    assert shown
    assert hidden
    for raw in shown[:10]:
        without = {key: value for key, value in raw.items() if key != link_id}
        assert not is_complete(without)
        assert is_complete(without, (link_id,))
        assert is_complete(raw)
    for raw in hidden[:10]:
        assert is_complete({key: value for key, value in raw.items() if key != link_id})


@pytest.mark.parametrize("link_id", CONDITIONAL)
def test_an_answer_that_is_hidden_is_kept_not_believed_and_comes_back(
    link_id, desk, visit_with_ash
):
    """Through the command that saves: first shown, then hidden, then shown again."""
    shown = cases(link_id, is_shown=True)[0]
    hidden = cases(link_id, is_shown=False)[0]
    response = answer(begin(desk, visit_with_ash), shown)
    words = response.shown[link_id]
    response = answer(response, {key: hidden.get(key) for key in hidden if key != link_id})
    gone = [key for key in shown if key not in hidden and key != link_id]
    response = answer_nothing(response, gone)
    assert response.answers[link_id] == shown[link_id]
    assert link_id not in get_draft(response, timezone.now().date()).believed.values
    response = answer(response, {key: value for key, value in shown.items() if key != link_id})
    draft = get_draft(response, timezone.now().date())
    assert link_id in draft.believed.values
    assert response.shown[link_id]["answers"] == words["answers"]


def answer_nothing(response: Response, link_ids: list[str]) -> Response:
    """Save a page on which these were asked and left empty."""
    return responses.save_answers(
        by=patient_actor(response.invitation),
        at=timezone.now(),
        response_id=response.pk,
        page=responses.Page(frozenset(link_ids), {}, frozenset()),
        language="en",
        today=timezone.now().date(),
    )


# Any answers at all, through the form and the command --------------------------------------------


def controls(item: Item, draw: Any) -> list[tuple[str, str]]:
    """What the controls of one question send: an answer, a refusal, or nothing."""
    way = draw(st.sampled_from(["answer", "answer", "answer", "answer", "decline", "nothing"]))
    if way == "decline" and offers_decline(item):
        return [(f"{item.link_id}.declined", "1")]
    if way == "nothing":
        return []
    if item.type == "date":
        year = draw(st.integers(1930, 2020))
        parts = (("day", "3"), ("month", "4"), ("year", str(year)))
        return [(f"{item.link_id}.{part}", value) for part, value in parts]
    if item.type in ("text", "decimal"):
        return [(item.link_id, draw(st.sampled_from(["70", "171", "30"])))]
    if item.type == "scale_0_10":
        return [(item.link_id, str(draw(st.integers(0, 10))))]
    ids = [option.id for option in QUESTIONNAIRE.possible_options(item)]
    many = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True))
    return [(item.link_id, each) for each in (many if item.type == "multi" else many[:1])]


def fill_in(response: Response, draw: Any) -> Response:
    """Page after page as far as they go, each through the form that the view uses."""
    today, done = timezone.now().date(), 0
    while True:
        draft = get_draft(response, today)
        if done >= len(draft.pages):
            return response
        page = draft.pages[done]
        sent = QueryDict(mutable=True)
        for item in page.items:
            for name, value in controls(item, draw):
                sent.appendlist(name, value)
        form = AnswersForm(
            questionnaire=draft.questionnaire, items=page.items, saved=draft.saved, data=sent
        )
        form.is_valid()
        asked = responses.Page(form.asked, form.answers, frozenset(form.declined))
        response = responses.save_answers(
            by=patient_actor(response.invitation),
            at=timezone.now(),
            response_id=response.pk,
            page=asked,
            language="en",
            today=today,
        )
        done += 1


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_what_can_be_sent_is_what_has_every_shown_required_question_answered(
    data, desk, visit_with_ash
):
    today = timezone.now().date()
    with transaction.atomic():
        enter_clinic(visit_with_ash.clinic_id)
        response = fill_in(fill_in(begin(desk, visit_with_ash), data.draw), data.draw)
        expected = open_questions(response.answers, set(response.declined), today)
        draft = get_draft(response, today)
        assert {item.link_id for item in draft.missing()} == expected
        if expected:
            with pytest.raises(responses.Incomplete):
                submit(response)
        else:
            assert submit(response).is_submitted
        transaction.set_rollback(True)
    enter_clinic(visit_with_ash.clinic_id)


def test_both_outcomes_are_met(desk, visit_with_ash):
    """A control: the oracle says yes to whole answers and no to each hole in them."""
    today = timezone.now().date()
    whole = next(iter(stories(today))).answers
    assert open_questions(whole, set(), today) == set()
    without = ({key: value for key, value in whole.items() if key != hole} for hole in whole)
    holes = [each for each in without if open_questions(each, set(), today)]
    assert len(holes) > 20
