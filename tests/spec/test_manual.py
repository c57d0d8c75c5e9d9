"""docs/patterns.md says what the tests show."""

from intake.rules.pack import load_pack
from tests.spec import manual


def test_the_manual_is_fresh():
    assert manual.MANUAL.read_text(encoding="utf-8") == manual.render(), "run `make docs`"


def test_the_manual_has_a_chapter_for_every_pattern():
    text = manual.render()

    assert [id for id in load_pack().by_id if f"\n### {id}\n" not in text] == []


def test_a_stale_manual_fails_the_check(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(manual, "MANUAL", tmp_path / "docs" / "patterns.md")
    assert manual.main(["--check"]) == 1

    assert manual.main([]) == 0
    assert manual.main(["--check"]) == 0

    manual.MANUAL.write_text(manual.render() + "by hand\n", encoding="utf-8")
    assert manual.main(["--check"]) == 1
    assert "stale" in capsys.readouterr().out
