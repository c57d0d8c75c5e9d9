"""Every table of states is whole, and docs/states.md says what it says."""

import itertools
from dataclasses import replace

import pytest

from clinic.models import TaskEvent
from clinic.states import REPORTS, TASK, Refused, States
from tests.spec import states as page
from tests.spec.states import ALL


def gaps(table: States) -> set[tuple[str, str]]:
    """Pairs of state and act that the table leaves open or answers twice."""
    pairs = set(itertools.product(table.states, table.acts))
    known = [*table.moves, *table.refusals]
    return (pairs ^ set(known)) | {pair for pair in known if known.count(pair) > 1}


def reached(table: States) -> set[str]:
    """Every state there is a way to."""
    found, before = {table.begins}, set()
    while found != before:
        before = set(found)
        found |= {to for (state, _), to in table.moves.items() if state in before}
    return found


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.noun)
def test_every_act_in_every_state_leads_somewhere_or_is_refused(table):
    assert gaps(table) == set()
    assert set(table.moves.values()) <= set(table.states)
    assert reached(table) == set(table.states)


def test_a_gap_is_noticed():
    moves = dict(TASK.moves)
    del moves["open", "take"]
    assert gaps(replace(TASK, moves=moves)) == {("open", "take")}


def test_a_refusal_is_a_sentence_that_names_who_has_it():
    with pytest.raises(Refused, match=r"^Ash has already taken this call\.$"):
        TASK.after("taken", "take", holder="Ash")


def test_only_a_report_closes_a_call_and_nothing_opens_it_again():
    closing = {act for (_, act), to in TASK.moves.items() if to == "closed"}
    assert closing < set(REPORTS)
    assert not any(state == "closed" for state, _ in TASK.moves)


def test_every_report_is_a_line_of_the_history():
    assert set(REPORTS) < set(TaskEvent.Kind.values)


def test_the_page_is_fresh():
    assert page.PAGE.read_text(encoding="utf-8") == page.render(), "run `make docs`"


def test_a_stale_page_fails_the_check(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(page, "PAGE", tmp_path / "states.md")
    assert page.main(["--check"]) == 1
    assert page.main([]) == 0
    assert page.main(["--check"]) == 0
    assert "fresh" in capsys.readouterr().out
