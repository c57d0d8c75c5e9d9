"""A language is a folder: nothing a patient reads stands elsewhere, and nothing is missing."""

import ast
import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from intake import languages
from intake.rules.pack import load_pack
from tests import pseudo
from tests.unit.test_patient_templates import PATIENT_TEMPLATES, written_catalogue

CLONE = Path(__file__).parents[2]
CALLS = ("_", "gettext", "gettext_lazy", "pgettext", "ngettext")
# What a tag, a value, a comment or the style of the printed sheet says is no text.
MARKUP = re.compile(
    r"<style>.*?</style>|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<[^<>]*>", re.DOTALL
)
TRANSLATED = re.compile(r"\{% blocktranslate.*?endblocktranslate %\}", re.DOTALL)


@pytest.fixture
def odd(tmp_path, monkeypatch):
    """The shipped languages and the odd one."""
    for folder in sorted(languages.FOLDER.iterdir()):
        (tmp_path / folder.name).symlink_to(folder)
    pseudo.make_folder(tmp_path / pseudo.CODE)
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    languages.languages.cache_clear()
    yield tmp_path / pseudo.CODE
    languages.languages.cache_clear()


def messages_in(file: Path) -> list[str]:
    """Literals that a module gives to gettext."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [
        argument.value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in CALLS
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def test_every_word_that_python_says_to_a_patient_is_in_spanish_too():
    catalogue = written_catalogue()
    files = [*CLONE.glob("intake/**/*.py"), *CLONE.glob("clinic/**/*.py")]
    said = [message for file in files for message in messages_in(file)]
    assert len(said) > 20
    assert {message for message in said if not all(catalogue.get(message, [""]))} == set()


@pytest.mark.parametrize("name", [name for name in PATIENT_TEMPLATES if "/staff/" not in name])
def test_no_template_of_a_patient_holds_a_word_outside_the_catalogue(name):
    text = (CLONE / "templates" / name).read_text(encoding="utf-8")
    bare = MARKUP.sub(" ", TRANSLATED.sub(" ", text))
    assert re.findall(r"[^\W\d_]{2,}", bare.replace("Previsit", "")) == []


def test_the_settings_list_the_folders():
    folders = {folder.name for folder in languages.FOLDER.iterdir()}
    assert {code for code, _ in settings.LANGUAGES} == folders == set(languages.languages())


def test_the_pack_speaks_a_further_language_and_stays_the_same_pack(odd):
    pack = load_pack()
    further = languages.in_every_language(pack)
    assert languages.problems(pack) == []
    assert further.content_hash == pack.content_hash
    assert further.questionnaire.content_hash == pack.questionnaire.content_hash
    assert further.questionnaire.item("life.smoke").text("eo") == "⟦Do you smoke?⟧"
    assert further.pattern("rf.ces").patient_message("eo").startswith("⟦")


def change(folder, name, **changes):
    file = folder / name
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    for path, value in changes.items():
        *way, last = path.split("/")
        place = document
        for step in way:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value
    file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    languages.languages.cache_clear()


@pytest.mark.parametrize(
    ("file", "path", "value", "said"),
    [
        ("items.yaml", "items/rf.now", None, "item 'rf.now' has no text"),
        ("items.yaml", "items/rf.now/text", None, "item rf.now has no 'text'"),
        ("items.yaml", "items/about.dob/help", None, "item about.dob has no 'help'"),
        ("items.yaml", "items/pain.avg/anchors", None, "item pain.avg has no 'anchors'"),
        (
            "items.yaml",
            "items/rf.now/options/chest",
            None,
            "item rf.now: option 'chest' has no text",
        ),
        ("items.yaml", "items/odd", {"text": "x"}, "item 'odd' does not exist"),
        ("items.yaml", "sections/life", None, "section 'life' has no text"),
        ("messages.yaml", "rf.ces", None, "message 'rf.ces' has no text"),
        ("messages.yaml", "rf.ces", "Call {NOBODY}", "message rf.ces: unknown placeholder"),
        ("contradictions.yaml", "new_or_old", None, "contradiction 'new_or_old' has no text"),
        ("notice.yaml", "statement", None, "notice.yaml has no 'statement'"),
    ],
)
def test_a_gap_stops_the_start_and_says_where(odd, file, path, value, said):
    change(odd, file, **{path: value})
    found = languages.problems(load_pack())
    assert any(said in each for each in found), found
    assert all(each.startswith("language eo: ") for each in found)
