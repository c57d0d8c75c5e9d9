"""The cards of every made-up patient, read off the page alone: redone by hand, traced, unmixed."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace as Values

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path

from intake.briefs import FlagVerdict
from intake.cards import Raised, make_cards, missing_of
from intake.evidence import evidence_of
from intake.languages import in_every_language
from intake.quotes import Said
from intake.rules.answered import Answers
from intake.rules.pack import load_pack
from intake.stories import tell
from intake.wording import shown_texts
from tests.spec.cases import cases

pytestmark = pytest.mark.urls(__name__)
urlpatterns = [path("verdict/<key>/", lambda request, key: HttpResponse(), name="verdict")]

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
TIERS = {"Worth checking": 0, "Some match": 1, "Good match": 2}
SCORE = re.compile(
    r"^(?:(?P<name>.+?): )?(?P<score>-?\d+) points; worth checking from (?P<possible>\d+), "
    r"some match from (?P<some>\d+), good match from (?P<strong>\d+)"
    r"(?:; open answers could make it (?P<low>-?\d+) to (?P<high>-?\d+))?$"
)


@dataclass(frozen=True)
class Page:
    asked: frozenset[str]
    declined: frozenset[str] = frozenset()
    as_on: Mapping[str, str] = field(default_factory=dict)


@cache
def pages():
    """Every case as the cards and the answers of its brief, in Spanish."""
    return {case.id: drawn(case) for case in cases()}


def drawn(case):
    pack = in_every_language(load_pack())
    questionnaire = pack.questionnaire
    answers = questionnaire.in_force(case.answers)
    page = Page(frozenset(questionnaire.by_id))
    shown = shown_texts(
        questionnaire, questionnaire.shown(answers), answers, page, language="es", at=NOON
    )
    raised = [raised_of(pack, finding) for finding in case.findings.shown]
    cards = make_cards(pack, Said(shown, questionnaire, answers), raised, {})
    story = tell(questionnaire, answers, shown, frozenset(), {})
    parts = [
        render_to_string(
            "components/staff/card.html", {"card": card, "verdict_error": None, "csrf_token": "x"}
        )
        for card in cards
    ]
    parts.append(render_to_string("components/staff/answers.html", {"sections": story.answers}))
    return BeautifulSoup("".join(parts), "html.parser")


def raised_of(pack, finding):
    evidence = evidence_of(pack, finding)
    return Raised(
        pattern=finding.pattern,
        group=finding.group,
        urgency=finding.urgency,
        tier=finding.tier,
        evidence=evidence,
        raised_at=NOON,
        changed_at=None,
        verdict=FlagVerdict(uuid.uuid4(), evidence["name"], finding.group == "redflag"),
    )


def words(element):
    return " ".join(element.get_text(" ").split())


def drawn_cards():
    return [(id, card) for id, page in pages().items() for card in page.select("article.card")]


def scores_on(card):
    """Each score a card states: the whole of what a reader knows of it."""
    said = card.select_one(".score")
    found = [SCORE.match(part) for part in words(said).split(" · ")] if said else []
    assert all(found), said
    return [match.groupdict() for match in found]


def points_on(card, name):
    """The points of the lines of one side after the other, added up; a name where two share."""
    total = 0
    for side, sign in (("for", 1), ("against", -1)):
        for line in card.select(f".side-{side} .lines > li"):
            points = int(line.select_one(".points").text)
            assert points * sign > 0, (side, points)
            if name is None or words(line.select_one(".basis")).startswith(f"{name}: "):
                total += points
    return total


def tier_of(score, marks):
    """By hand: which of the three marks the points reach."""
    reached = [score >= int(marks[name]) for name in ("possible", "some", "strong")]
    assert reached[0], "below the first mark nothing is shown"
    return sum(reached) - 1


def test_every_score_of_every_case_can_be_redone_from_the_card_alone():
    redone = shared = 0
    for id, card in drawn_cards():
        marks = scores_on(card)
        for one in marks:
            by_hand = points_on(card, one["name"])
            assert by_hand == int(one["score"]), (id, words(card.h3))
            if one["low"]:
                assert int(one["low"]) <= by_hand <= int(one["high"]), id
            redone += 1
        if marks:
            tier = words(card.select_one(".tier"))
            assert TIERS[tier] == max(tier_of(int(one["score"]), one) for one in marks), id
            shared += len(marks) > 1
        else:
            assert not card.select(".points, .tier"), (id, "a rule has no points")
    assert (redone, shared) == (172, 15)


def test_redoing_a_score_notices_a_point_too_many():
    """The control: a card whose points do not add up is caught."""
    card = next(card for _, card in drawn_cards() if len(scores_on(card)) == 1)
    again = BeautifulSoup(str(card), "html.parser").article
    again.select_one(".points").string = "+9"
    assert points_on(again, None) != int(scores_on(again)[0]["score"])


def test_patterns_that_share_evidence_stand_on_one_card_at_the_higher_tier():
    names = load_pack().pattern("ilio.tendinopathy"), load_pack().pattern("ilio.bursitis")
    one, other = (pattern.name("en") for pattern in names)
    mixed = 0
    for id, page in pages().items():
        titles = [words(title) for title in page.select("article.card h3")]
        with_both = [title for title in titles if title == f"{one} / {other}"]
        assert len(with_both) == (one in " ".join(titles) and other in " ".join(titles)), id
        mixed += len(with_both)
    assert mixed == 15


def test_every_line_leads_to_an_answer_that_stands_on_the_page_word_for_word():
    lines = derived = parts = 0
    for id, page in pages().items():
        for line in page.select(".side .lines > li:has(.basis)"):
            lines += 1
            quotes = line.select("a.quote")
            if not quotes:
                # The cases state an age or a body mass where a patient gives what it comes from.
                derived += 1
                continue
            assert line.find("a")["href"] == quotes[0]["href"]
            for quote in quotes:
                row = page.select_one(quote["href"])
                said = [words(answer).removesuffix(" (in Spanish)") for answer in row.select("dd")]
                parts += quote.text.endswith(" …")
                assert stands_in(quote.text, said), (id, quote.text, said)
                assert quote["title"] == row.dt.text
                assert quote["lang"] == row.dt["lang"] == "es"
    assert lines > 800
    assert derived < 40
    assert parts > 50


def stands_in(quote, said):
    """Whether a quote is the whole answer, or says that it is some of it."""
    if not quote.endswith(" …"):
        return quote == ", ".join(said)
    left = quote.removesuffix(" …")
    for one in said:
        left = left.removeprefix(one).removeprefix(", ") if left.startswith(one) else left
    return left == "" and len(said) > 1


def test_only_what_makes_a_line_true_is_quoted():
    """Of several things that would each do, those that were said; of a list, what counts."""
    pack, when = load_pack(), NOON.date()
    values = {
        "rf.unwell": ("sweats", "weight_loss"),
        "hx.conditions": ("none",),
        "hx.meds": ("none",),
        "hx.surgery": ("hip_replacement", "recent_any"),
        "pain.area": ("buttock", "knee"),
    }
    answers = Answers(values, when)
    page = Page(frozenset(values))
    asked = pack.questionnaire.shown(answers)
    shown = shown_texts(pack.questionnaire, asked, answers, page, language="en", at=NOON)
    said = Said(shown, pack.questionnaire, answers)
    condition = pack.pattern("rf.psoas_abscess").condition
    quotes = said.quotes_for(condition, sorted(condition.items()))
    assert {quote.anchor: quote.answer for quote in quotes} == {
        "a-pain-area": "Buttock …",
        "a-rf-unwell": "Heavy sweats at night …",
        "a-hx-surgery": "Any operation or bad infection, last 3 months …",
    }


def test_a_line_that_is_true_no_longer_quotes_all_that_it_reads():
    pack = load_pack()
    answers = Answers({"rf.unwell": ("none",)}, NOON.date())
    page = Page(frozenset({"rf.unwell"}))
    asked = pack.questionnaire.shown(answers)
    shown = shown_texts(pack.questionnaire, asked, answers, page, language="en", at=NOON)
    said = Said(shown, pack.questionnaire, answers)
    condition = pack.pattern("rf.psoas_abscess").lines[0].condition
    [quote] = said.quotes_for(condition, ["rf.unwell", "hx.meds"])
    assert quote.answer == "None of these"


def test_no_link_on_a_card_leads_nowhere():
    for id, page in pages().items():
        anchors = {element["id"] for element in page.select("[id]")}
        leads = {a["href"][1:] for a in page.select('article.card a[href^="#"]')}
        assert leads <= anchors, (id, leads - anchors)


def test_every_line_says_what_it_is_and_every_source_what_and_whether_it_was_read():
    kinds = ("likelihood ratio", "criterion", "figure", "guideline", "judgement")
    cites = {source.cite: source for source in load_pack().sources.values()}
    for id, card in drawn_cards():
        lines = card.select(".side .lines > li:has(.basis)")
        bases = [words(line.select_one(".basis")) for line in lines]
        assert all(any(kind in basis for kind in kinds) for basis in bases), bases
        listed = card.select(".more dl.how")[-1]
        assert len(listed.select("dt")) == (len(lines) or 1), id
        for cited in listed.select("dd"):
            source = cites[cited.find(string=True).strip() or words(cited.a)]
            known, kind, was_read = words(cited.small).split(" · ")
            assert (known, bool(kind)) == (source.id, True)
            assert was_read.startswith("read: " if source.verified == "seen" else "from memory")


def test_nothing_on_a_card_looks_like_a_probability():
    """A study's own figures stand in the pack's words; nothing we work out is a share."""
    for id, card in drawn_cards():
        for element in card.select("h3, .tier, .score, .urgency, .points, .rule b"):
            assert not re.search(r"%|percent|probab|likel|chance|odds", words(element).lower()), id


def test_an_answer_with_a_doubt_is_not_called_none_at_all():
    kept = {"question": "Q", "language": "en"}
    shown = {
        "both": kept | {"answers": ["Blood thinner", "I am not sure"]},
        "doubt": kept | {"answers": ["I am not sure"]},
        "declined": kept | {"answers": []},
    }
    said = Values(shown=shown, asked=frozenset({*shown, "open"}))
    doubts = [Said.doubt(said, item) for item in ("both", "doubt", "declined", "open")]
    assert doubts == ["answered, but not sure of all", "answered “I am not sure”", "", ""]


def test_medicines_ticked_beside_not_sure_say_both_on_the_card():
    pack = load_pack()
    answers = {"hx.meds": ["Blood thinner", "I am not sure"]}
    shown = {id: {"question": "Q", "language": "en", "answers": a} for id, a in answers.items()}
    said = Said(shown, pack.questionnaire, Answers({}, NOON.date()))
    [missing] = missing_of(pack, said, [{"missing": ["hx.meds"]}])
    assert missing.doubt == "answered, but not sure of all"


def test_a_rule_says_what_raises_it_and_never_stands_without_an_answer_for_it():
    for id, card in drawn_cards():
        if scores_on(card):
            assert not card.select(".rule"), id
            continue
        assert len(words(card.select_one(".rule"))) > len("Raised when") + 5, id
        assert card.select(".side-for a.quote, .rule a.quote, .side-for li"), id
