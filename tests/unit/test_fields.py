"""Sealed fields: the row they belong to is part of the lock, and nothing goes around it."""

import uuid
from datetime import UTC, datetime

import pytest

from clinic.encryption import Tampered
from clinic.fields import Sealed, SealedField, SealedText
from intake.models import Note, Response

TEXT = Note._meta.get_field("text")
ANSWERS = Response._meta.get_field("answers")
AT = datetime(2026, 5, 12, tzinfo=UTC)


def note(**changes) -> Note:
    return Note(**{"clinic_id": 1, "text": "canarynote", "saved_at": AT, **changes})


def stored(row, field):
    """What the database would hold."""
    return field.get_db_prep_value(field.pre_save(row, add=True), connection=None)


def read(row_id, value, clinic_id=1) -> Note:
    """A row as it comes from the database."""
    row = Note(id=row_id, clinic_id=clinic_id)
    row.__dict__["text"] = TEXT.from_db_value(value, None, None)
    return row


def test_the_database_sees_bytes_without_the_text():
    value = stored(note(), TEXT)
    assert isinstance(value, bytes)
    assert b"canary" not in value


def test_a_row_reads_what_was_written():
    row = note()
    assert read(row.pk, stored(row, TEXT)).text == "canarynote"


@pytest.mark.parametrize("value", [{}, [], {"pain.avg": 3, "goal": "ñ"}, None, "x", 1.5, True])
def test_json_comes_back_as_it_was(value):
    row = Response(clinic_id=1, answers=value)
    if value is None:
        assert stored(row, ANSWERS) is None
    else:
        assert ANSWERS.open(stored(row, ANSWERS), row=row.pk, clinic=1) == value


def test_a_value_in_another_row_or_clinic_does_not_open():
    row = note()
    for there in (read(uuid.uuid4(), stored(row, TEXT)), read(row.pk, stored(row, TEXT), 2)):
        with pytest.raises(Tampered):
            assert there.text


def test_a_value_in_another_column_does_not_open():
    row = Response(clinic_id=1, answers={"a": 1})
    with pytest.raises(Tampered):
        Response._meta.get_field("shown").open(stored(row, ANSWERS), row=row.pk, clinic=1)


def test_a_value_that_nobody_opened_is_written_back_as_it_is():
    row = note()
    value = stored(row, TEXT)
    again = read(row.pk, value)
    assert stored(again, TEXT) == value


def test_a_value_is_opened_once(monkeypatch):
    row = note()
    again = read(row.pk, stored(row, TEXT))
    opened = []
    monkeypatch.setattr(
        SealedText, "open", lambda field, value, **where: opened.append(value) or "x"
    )
    assert again.text == again.text == "x"
    assert len(opened) == 1


def test_plain_text_never_reaches_the_database():
    with pytest.raises(TypeError, match="can only be written by saving its row"):
        TEXT.get_db_prep_value("plain", connection=None)


@pytest.mark.parametrize("lookup", ["exact", "contains", "in", "gt", "startswith", "regex"])
def test_nothing_is_searched_in_a_sealed_field(lookup):
    with pytest.raises(TypeError, match="nothing can be searched in it"):
        TEXT.get_lookup(lookup)
    assert TEXT.get_lookup("isnull")


def test_the_base_seals_nothing_by_itself():
    for act in (SealedField().to_bytes, SealedField().from_bytes):
        with pytest.raises(TypeError, match="SealedText or SealedJSON"):
            act(b"x")


def test_a_sealed_value_is_told_from_plain_bytes():
    assert isinstance(TEXT.from_db_value(b"x", None, None), Sealed)
    assert TEXT.from_db_value(None, None, None) is None


def test_every_sealed_field_of_ours_has_a_row_made_in_python_and_a_clinic():
    from django.apps import apps

    sealed = [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField)
    ]
    assert len(sealed) > 10
    for model, field in sealed:
        assert model._meta.pk.default is uuid.uuid4, field
        assert model._meta.get_field("clinic")
