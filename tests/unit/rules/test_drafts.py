"""Drafts of the pack from files and texts, and answers that were checked before."""

from datetime import date
from decimal import Decimal

import pytest
import yaml

from intake.rules.answers import read_answers, recall_answers
from intake.rules.pack import (
    CONTENT,
    PackError,
    build_pack,
    draft_of_patterns,
    load_pack,
    read_documents,
    read_draft,
)

TODAY = date(2026, 11, 20)


def test_a_draft_of_one_file_is_the_shipped_pack_with_that_file(tmp_path):
    file = tmp_path / "patterns.yaml"
    text = (CONTENT / "patterns.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("version: 0.2.0", "version: 0.3.0", 1), encoding="utf-8")
    for path in (file, tmp_path):
        pack = build_pack(read_draft(path))
        assert pack.version == "0.3.0"
        assert pack.questionnaire.content_hash == load_pack().questionnaire.content_hash


def test_a_draft_without_a_file_of_a_pack_is_refused(tmp_path):
    (tmp_path / "notes.yaml").write_text("a: 1")
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(PackError, match="holds no file of a pack"):
            read_draft(path)


def test_a_draft_that_cannot_be_read_is_refused_with_its_name(tmp_path):
    (tmp_path / "patterns.yaml").write_text("meta: [")
    with pytest.raises(PackError, match="cannot be read"):
        read_draft(tmp_path)


def test_patterns_as_text_make_the_same_pack():
    text = yaml.safe_dump(read_documents()["patterns"], allow_unicode=True)
    assert draft_of_patterns(text).content_hash == load_pack().content_hash


@pytest.mark.parametrize(
    ("text", "problem"),
    [("a: &x [1]\nb: *x\n", "aliases"), ("a: [", "patterns"), ("1", "patterns")],
)
def test_a_text_that_is_no_draft_is_refused(text, problem):
    with pytest.raises(PackError, match=problem):
        draft_of_patterns(text)


def test_answers_recalled_are_those_that_were_read():
    questionnaire = load_pack().questionnaire
    raw = {
        "about.dob": "1980-03-27",
        "about.sex": "female",
        "about.height_cm": 171.5,
        "pain.feel": ["ache"],
        "pain.avg": 0,
        "goal.main": "",
        "pain.past": [],
    }
    recalled = recall_answers(questionnaire, raw, on=TODAY)
    assert recalled == read_answers(questionnaire, raw, on=TODAY)
    assert recalled.values["about.height_cm"] == Decimal("171.5")
    assert recalled.values["pain.avg"] == 0


def test_an_answer_to_no_question_is_not_recalled():
    with pytest.raises(KeyError):
        recall_answers(load_pack().questionnaire, {"no.such": "x"}, on=TODAY)
