"""Log lines: one JSON object each, without tokens and without the words of an error."""

import json
import logging

import pytest

from clinic.logs import JsonFormatter


def line(message, *args, error=None, **extra):
    """One record as it is written."""
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("previsit", logging.INFO, "f.py", 1, message, args, exc_info)
    vars(record).update(extra)
    return JsonFormatter().format(record)


def raised(error):
    try:
        raise error
    except type(error) as caught:
        return caught


def test_a_line_is_one_json_object():
    said = json.loads(line("It went %s", "well"))
    assert (said["message"], said["level"], said["logger"]) == ("It went well", "INFO", "previsit")
    assert "\n" not in line("two\nlines")


@pytest.mark.parametrize(
    "address",
    ["/i/SECRET-token_1/", "GET /i/SECRET", 'link "/i/SECRET/"', "http://x/i/SECRET/?a=1"],
)
def test_the_token_of_a_link_is_never_written(address):
    assert "SECRET" not in line("Not Found: %s", address)
    assert "/i/…" in json.loads(line("Not Found: %s", address))["message"]


def test_two_tokens_in_one_line_both_go():
    assert "SECRET" not in line("/i/SECRET1/ then /i/SECRET2/")


def test_an_error_is_named_and_not_quoted():
    said = line("It broke", error=raised(ValueError("canary of a patient")))
    assert json.loads(said)["exception"] == "ValueError"
    assert "canary" not in said


def test_the_place_of_an_error_is_its_innermost_frames():
    where = json.loads(line("It broke", error=raised(KeyError("x"))))["where"]
    assert where[-1].split(" ")[-1] == "raised"
    assert len(where) <= 5


@pytest.mark.parametrize("name", ["request_id", "count", "seconds", "state"])
def test_known_extras_are_kept(name):
    assert json.loads(line("x", **{name: 3}))[name] == 3


def test_other_extras_are_not():
    said = line("x", patient="canary", request="canary", answers={"a": "canary"})
    assert "canary" not in said
