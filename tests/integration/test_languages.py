"""The same answers mean the same in any language, and a new folder goes through a whole intake."""

import json
from functools import cache
from pathlib import Path

import pytest
from django.utils import timezone

from intake import languages
from intake.demo.stories import tell_stories
from intake.models import Flag, Response
from intake.queries.questionnaires import build_published
from intake.rules.compiled import compile_pack
from intake.rules.pack import load_pack
from tests import pseudo
from tests.clients import signed_in, with_link
from tests.factories.intakes import answer, begin, calm_answers, tell, urgent_answers
from tests.factories.visits import invite, make_visit, open_link
from tests.walking import filled, go_on, post, read, sign, text_of, url_of, walk

EVERY_ITEM = {item.link_id: None for item in load_pack().questionnaire.items}


@pytest.fixture
def odd(tmp_path, monkeypatch, settings):
    """The site as it would start with one more folder."""
    for folder in sorted(languages.FOLDER.iterdir()):
        (tmp_path / folder.name).symlink_to(folder)
    pseudo.make_folder(tmp_path / pseudo.CODE)
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    languages.languages.cache_clear()
    build_published.cache_clear()
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, tmp_path / pseudo.CODE / "locale"]
    settings.LANGUAGES = [*settings.LANGUAGES, (pseudo.CODE, "⟦Odd⟧")]
    yield
    languages.languages.cache_clear()
    build_published.cache_clear()


def flags_of(response):
    rows = Flag.objects.filter(response=response, changed_at=None)
    return set(rows.values_list("pattern", "urgency", "tier", "is_suppressed"))


def test_the_same_answers_raise_the_same_flags_in_any_language(desk, ash):
    """Every vignette of the pack, saved as the pages save it."""
    pack = load_pack()
    today = timezone.now().date()
    drafts = {code: begin(desk, make_visit(desk, ash), code) for code in ("en", "es")}
    told = list(tell_stories(pack, compile_pack(pack), today))
    assert len(told) > 200
    raised = 0
    for story in told:
        found = []
        for code, draft in drafts.items():
            draft.language = code
            page = {**EVERY_ITEM, **story.answers}
            declined = [key for key, value in page.items() if value is None]
            given = {key: value for key, value in page.items() if value is not None}
            found.append(flags_of(answer(draft, given, declined=declined)))
        assert found[0] == found[1], story
        raised += len(found[0])
    assert raised > 300


@pytest.mark.parametrize("role", ["self", "carer"])
def test_a_new_folder_goes_through_a_whole_intake(odd, desk, ash, visit_with_ash, role):
    invite(desk, visit_with_ash)
    otter = with_link(open_link(visit_with_ash))
    otter.post("/language/", {"language": pseudo.CODE, "next": "/"})
    by = "self" if role == "self" else "parent"
    answers = urgent_answers(about__completed_by=by, problem__words="Zzz", goal__main="Zzz")
    response, passed = go_on(otter), 0
    while url_of(response) != "/intake/check/":
        assert_odd(response)
        url, passed = url_of(response), passed + 1
        assert passed < 80
        agreed = {"agree": "on", "role": role}
        form = filled(read(response), answers) if "/questions/" in url else agreed
        response = post(otter, url, form)
        assert response.status_code == 200, text_of(response)
    assert_odd(response)
    assert_odd(otter.get("/intake/fit/", follow=True))
    otter.post("/intake/fit/")
    assert_odd(otter.get("/intake/sign/"))
    assert_odd(sign(otter))
    kept = Response.objects.get(appointment=visit_with_ash)
    assert kept.language == pseudo.CODE
    assert {each["language"] for each in kept.shown.values()} == {pseudo.CODE}


def assert_odd(response):
    """Every label, heading, question and button is of the folder."""
    page = read(response)
    assert page.html["lang"] == pseudo.CODE
    spoken = "main h1, main h2, main label, main legend, main dt, main .hint, main .button, main p"
    for found in page.select(spoken):
        text = " ".join(found.get_text(" ").split())
        is_word = any(letter.isalpha() for letter in text)
        known = "⟦" in text or text in ("Zzz", *instrument_texts())
        assert not is_word or known, (url_of(response), text)


@cache
def instrument_texts():
    """An instrument brings its languages in its own file; in others it stands as it was written."""
    folder = Path(languages.__file__).parent / "content" / "instruments"
    files = [json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.json")]
    found, left = [], list(files)
    while left:
        one = left.pop()
        found += [one[key] for key in ("title", "text") if key in one]
        left += one.get("item", [])
    said = languages.languages()["en"].voices
    found += [
        text.format_map(said["people"]["carer"])
        for parts in said["activities"].values()
        for text in parts.values()
    ]
    return tuple(found)


def test_what_was_said_plainer_is_kept_so_and_staff_read_the_pack(desk, ash, visit_with_ash):
    """Page, check, receipt and the answers on the brief say one thing, word for word."""
    plain = "Training in the military or with the police, or marches with a load"
    own = "Military or police training, or marching with a load"
    invite(desk, visit_with_ash)
    otter = with_link(open_link(visit_with_ash))
    walk(otter, calm_answers(life__activity=["military"]))
    for page in (otter.get("/intake/check/"), otter.get("/intake/questions/life/"), sign(otter)):
        assert plain in text_of(page)
        assert own not in text_of(page)
    kept = Response.objects.get(appointment=visit_with_ash)
    assert kept.shown["life.activity"]["answers"] == [plain]
    brief = text_of(signed_in(ash).get(f"/visits/{visit_with_ash.pk}/"))
    assert f"In the week {own}" in brief
    assert plain in brief


def test_a_message_is_said_plainer_too(desk, visit_with_ash):
    draft = begin(desk, visit_with_ash)
    answer(draft, calm_answers(about__sex="male", rf__male=["testicle_sudden"]))
    assert "Sudden pain in a testicle is an emergency." in tell(draft).text


def test_an_error_is_of_the_folder_too(odd, desk, visit_with_ash):
    invite(desk, visit_with_ash)
    otter = with_link(open_link(visit_with_ash))
    otter.post("/language/", {"language": pseudo.CODE, "next": "/"})
    refused = otter.post("/intake/notice/", {})
    assert "⟦Tick the box if you agree⟧" in text_of(refused)


def test_calm_answers_are_calm_in_every_shipped_language(desk, ash):
    for code in languages.languages():
        draft = begin(desk, make_visit(desk, ash), code)
        answer(draft, calm_answers())
        assert not Flag.objects.filter(response=draft, urgency__gte=2).exists()
