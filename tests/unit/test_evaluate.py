"""`manage.py evaluate`: lines in, lines out, no database."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from intake.fhir.responses import VALUES
from intake.management.commands import evaluate
from intake.rules.answers import as_json
from intake.rules.document import complete, row
from intake.rules.findings import find
from intake.rules.pack import load_pack
from tests.spec.cases import cases

ROOT = Path(__file__).resolve().parents[2]
PACK = load_pack()


class Input(io.BytesIO):
    """Standard input as the command takes it: bytes behind `buffer`."""

    @property
    def buffer(self):
        return self


@pytest.fixture
def run(monkeypatch):
    """Runs the command on lines of standard input: (rows, errors, exit status)."""

    def run_on(lines: list[bytes], *arguments: str, **options):
        monkeypatch.setattr(sys, "stdin", Input(b"\n".join(lines)))
        out, err, status = io.StringIO(), io.StringIO(), 0
        try:
            call_command("evaluate", *arguments, stdout=out, stderr=err, **options)
        except SystemExit as stopped:
            status = stopped.code
        rows = [json.loads(line) for line in out.getvalue().splitlines()]
        return rows, err.getvalue().splitlines(), status

    return run_on


def derived_of(case) -> dict:
    age, bmi = case.answers.age, case.answers.bmi
    return ({} if age is None else {"age": age}) | ({} if bmi is None else {"bmi": float(bmi)})


def own(case) -> bytes:
    document = {"id": case.id, "answers": as_json(case.answers), "derived": derived_of(case)}
    return json.dumps(document).encode()


def fhir_values(link_id: str, value: object) -> list[dict]:
    key = VALUES[PACK.questionnaire.item(link_id).type][0]
    listed = value if isinstance(value, list) else [value]
    if key == "valueCoding":
        return [{"valueCoding": {"code": code}} for code in listed]
    return [{key: each} for each in listed]


def fhir(case, born: str) -> bytes:
    answered = {"about.dob": born, **as_json(case.answers)}
    items = [
        {"linkId": link_id, "answer": fhir_values(link_id, value)}
        for link_id, value in answered.items()
    ]
    resource = {
        "resourceType": "QuestionnaireResponse",
        "id": case.id,
        "authored": "2025-06-02T09:00:00Z",
        "item": [{"linkId": "all", "item": items}],
    }
    return json.dumps(resource).encode()


def test_every_case_comes_out_in_order_as_the_rules_find_it(run):
    rows, errors, status = run([own(case) for case in cases()])

    assert (errors, status) == ([], 0)
    assert rows == [json.loads(json.dumps(row(PACK, case.id, case.findings))) for case in cases()]


def test_a_fhir_response_gives_the_same_row_as_our_own_document(run):
    some = [case for case in cases() if case.answers.age and not case.answers.bmi][::9]
    born = {case.id: f"{2025 - case.answers.age}-06-02" for case in some}

    ours, _, _ = run([own(case) for case in some])
    theirs, errors, status = run([fhir(case, born[case.id]) for case in some])
    assert (errors, status) == ([], 0)
    assert theirs == ours


def test_complete_answers_what_was_left_out(run):
    case = next(case for case in cases() if case.id == "V109")
    rows, _, _ = run([own(case)], complete=True)

    filled = complete(PACK.questionnaire, case.answers)
    assert rows == [json.loads(json.dumps(row(PACK, case.id, find(PACK, filled))))]
    assert rows[0]["cannot_tell"] != run([own(case)])[0][0]["cannot_tell"]


GOOD = b'{"id": 1, "answers": {"rf.now": ["chest"]}}'


def test_a_bad_line_is_told_with_its_number_and_the_rest_goes_on(run):
    lines = [GOOD, b"{", b"", b'{"answers": {"x": 1}}', b"  \t\r", GOOD, b'{"answers": 1}', GOOD]
    rows, errors, status = run(lines)

    assert [found["id"] for found in rows] == [1, 1, 1]
    assert [error.split(": ")[0] for error in errors] == ["line 2", "line 4", "line 7"]
    assert errors[1] == "line 4: 'x': no such item"
    assert status == 2


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"resourceType": "Patient"}',
        b'{"answers": {"about.height_cm": 1e999999999}}',
        b'{"answers": {"about.height_cm": NaN}}',
        b'{"answers": {"rf.now": "chest"}}',
        b'{"answers": {"rf.now": ["chest"], "rf.now": ["none"]}}',
        b'{"id": "' + b"x" * 1_000_001 + b'", "answers": {}}',
        b'{"answers": {"about.dob": "2999-01-01"}}',
        b'{"answers": {"problem.words": "\\u0000"}}',
        b"{" + b'"resourceType": "QuestionnaireResponse", "item": [{"linkId": "a"}, {}]}',
    ],
)
def test_no_line_stops_the_others(run, line: bytes):
    rows, errors, status = run([line, GOOD])

    assert [found["id"] for found in rows] == [1]
    assert len(errors) == 1
    assert errors[0].startswith("line 1: ")
    assert errors[0].isprintable()
    assert status == 2


def test_an_id_comes_back_as_it_was_though_it_is_not_quite_text(run):
    rows, errors, _ = run([b'{"id": "\\ud800 \xc3\xb1", "answers": {}}'])

    assert (rows[0]["id"], errors) == ("\ud800 ñ", [])


def test_a_byte_order_mark_and_windows_line_ends_are_taken(run):
    rows, errors, status = run([b"\xef\xbb\xbf" + GOOD + b"\r", GOOD + b"\r"])

    assert (len(rows), errors, status) == (2, [], 0)


def test_a_line_as_long_as_allowed_is_read(run, monkeypatch):
    monkeypatch.setattr(evaluate, "LONGEST_LINE", len(GOOD) + 1)
    rows, errors, _ = run([GOOD, GOOD + b"  ", GOOD])

    assert len(rows) == 2
    assert errors == [f"line 2: longer than {len(GOOD) + 1} bytes"]


def test_files_are_read_one_after_the_other_and_a_missing_one_is_told(run, tmp_path):
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_bytes(GOOD + b"\n{\n")
    two.write_bytes(GOOD)
    rows, errors, status = run([], str(one), str(tmp_path / "none"), str(two))

    assert (len(rows), status) == (2, 2)
    assert errors[0].startswith(f"{one}: line 2: not JSON")
    assert errors[1] == f"{tmp_path / 'none'}: cannot be read: No such file or directory"


def test_a_dash_is_standard_input(run, tmp_path):
    file = tmp_path / "one.jsonl"
    file.write_bytes(GOOD)

    assert len(run([GOOD, GOOD], "-", str(file))[0]) == 3


def without_settings() -> dict[str, str]:
    """No database, no keys, not even a language: what a bare shell has."""
    return {"PATH": os.environ["PATH"], "LC_ALL": "C"}


def test_it_runs_in_a_bare_shell_without_a_database():
    done = subprocess.run(
        [sys.executable, "manage.py", "evaluate"],
        input=own(cases()[0]) + b"\n{\n",
        capture_output=True,
        cwd=ROOT,
        env=without_settings(),
        timeout=60,
    )

    assert json.loads(done.stdout)["id"] == "V01"
    assert done.stderr.startswith(b"line 2: not JSON")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)


def test_a_reader_that_has_seen_enough_is_no_error():
    lines = b"\n".join(own(case) for case in cases()) + b"\n"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "manage.py", "evaluate"],
        input=lines,
        stdout=writer,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=without_settings(),
        timeout=60,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (0, b"")
