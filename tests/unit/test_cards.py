"""The cards of every made-up patient, read off the page alone: redone by hand, traced, unmixed."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from types import SimpleNamespace as Values

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path

from intake import figures
from intake.briefs import FlagVerdict
from intake.cards import Raised, make_cards, weight
from intake.citations import source_of
from intake.demo.stories import BOTH_SIDES, tell_stories
from intake.evidence import evidence_of
from intake.figures import CITED, FIGURE, tell, texts_of
from intake.languages import in_every_language
from intake.lines import figures_of, missing_of, open_lines_of
from intake.quotes import Said
from intake.rules.answered import Answers
from intake.rules.answers import read_answers
from intake.rules.findings import find as find_patterns
from intake.rules.pack import load_pack
from intake.stories import tell as tell_story
from intake.triggers import parts_by_way, trigger_of, ways_of
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


def told_of(case):
    """What the patient of a case said, in Spanish, and the pack that reads it."""
    pack = in_every_language(load_pack())
    questionnaire = pack.questionnaire
    answers = questionnaire.in_force(case.answers)
    page = Page(frozenset(questionnaire.by_id))
    shown = shown_texts(
        questionnaire, questionnaire.shown(answers), answers, page, language="es", at=NOON
    )
    return pack, Said(shown, questionnaire, answers)


def cards_of(case):
    pack, said = told_of(case)
    return make_cards(pack, said, [raised_of(pack, one) for one in case.findings.shown], {})


def drawn(case):
    _, said = told_of(case)
    story = tell_story(said.questionnaire, said.answers, said.shown, frozenset(), {})
    parts = [
        render_to_string(
            "components/staff/card.html", {"card": card, "verdict_error": None, "csrf_token": "x"}
        )
        for card in cards_of(case)
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
        for points in points_in(card.select(f".side-{side} .lines > li"), name):
            assert points * sign > 0, (side, points)
            total += points
    return total


def points_in(lines, name):
    """Of the lines under a pattern's name; of all of them where the card has one pattern."""
    whose = None
    for line in lines:
        if "whose" in line.get("class", ()):
            whose = words(line)
        elif name == whose:
            yield int(line.select_one(".points").text)


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
            redone += 1
        if marks:
            tier = words(card.select_one(".tier"))
            assert TIERS[tier] == max(tier_of(int(one["score"]), one) for one in marks), id
            shared += len(marks) > 1
        else:
            assert not card.select(".points, .tier"), (id, "a rule has no points")
    assert (redone, shared) == (172, 15)


def range_on(card, one):
    """By hand: the score with all that could still be added, and with all that could be taken."""
    low = high = int(one["score"])
    for points in points_in(card.select(".open-lines > li"), one["name"]):
        low, high = low + min(points, 0), high + max(points, 0)
    return low, high


def test_every_range_can_be_redone_from_the_open_lines_of_the_card_alone():
    ranges = 0
    for id, card in drawn_cards():
        marks = scores_on(card)
        open_ended = [one for one in marks if one["low"]]
        assert bool(open_ended) == bool(card.select(".open-lines")), id
        for one in open_ended:
            assert range_on(card, one) == (int(one["low"]), int(one["high"])), (id, words(card.h3))
            ranges += 1
    assert ranges == 9


def test_on_other_answers_than_the_flag_was_raised_on_no_open_line_is_told():
    """Its points would not make the range that stands on the card."""
    pack, case = load_pack(), next(case for case in cases() if open_of(case))
    finding = open_of(case)[0]
    kept = dict(evidence_of(pack, finding), high=99)
    said = Said({}, pack.questionnaire, pack.questionnaire.in_force(case.answers))
    assert open_lines_of(pack, said, [(finding.pattern, kept | {"high": finding.high})])
    assert open_lines_of(pack, said, [(finding.pattern, kept)]) == ()


def open_of(case):
    """What was found with open answers that could change it."""
    return [one for one in case.findings.shown if one.tier and not one.firm]


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
                is_part = str(quote.next_sibling).startswith(" …")
                parts += is_part
                assert stands_in(quote.text, is_part, said), (id, quote.text, said)
                assert quote["title"] == row.dt.text
                assert quote["lang"] == row.dt["lang"] == "es"
    assert lines > 800
    assert derived < 40
    assert parts > 50


def stands_in(quote, is_part, said):
    """Whether a quote is the whole answer, or says that it is some of it."""
    if not is_part:
        return quote == " · ".join(said)
    told = quote.split(" · ")
    return 0 < len(told) < len(said) and [one for one in said if one in told] == told


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
        "a-pain-area": "Buttock",
        "a-rf-unwell": "Heavy sweats at night",
        "a-hx-surgery": "Any operation or bad infection, last 3 months",
    }
    assert all(quote.is_part for quote in quotes)


def test_two_answers_with_commas_of_their_own_can_be_told_apart():
    pack = load_pack()
    answers = Answers({"life.activity": ("run", "jump")}, NOON.date())
    page = Page(frozenset({"life.activity"}))
    asked = [pack.questionnaire.item("life.activity")]
    shown = shown_texts(pack.questionnaire, asked, answers, page, language="en", at=NOON)
    quote = Said(shown, pack.questionnaire, answers).quote("life.activity", None)
    assert quote.answer == "Running · Hurdles, jumps or other athletics"
    assert not quote.is_part


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
    pack = load_pack()
    sources = [source_of(pack, id) for id in pack.sources]
    cites = {source.cite: source for source in sources}
    for id, card in drawn_cards():
        lines = card.select(".side:not(.side-missing) .lines > li:has(.basis)")
        bases = [words(line.select_one(".basis")) for line in lines]
        assert all(any(kind in basis for kind in kinds) for basis in bases), bases
        listed = card.select(".more dl.how")[-1]
        titles = [dt for dt in listed.select("dt") if not words(dt).startswith("The advice")]
        assert len(titles) == (len(lines) or 1), id
        for cited in listed.select("dd:not(.figure)"):
            source = cites[cited.find(string=True).strip() or words(cited.a)]
            assert words(cited.small) == source.about if source.about else cited.small is None


def test_what_is_no_publication_is_named_for_what_it_is():
    """No file names, no kind and no reading that the pack does not state."""
    pack = load_pack()
    shown = {id: source_of(pack, id) for id in pack.sources}
    judged = shown["author-judgement"]
    assert (judged.cite, judged.about) == ("Judgement of the authors; no study", "")
    general = [one for id, one in shown.items() if pack.sources[id].kind == "seed"]
    assert len(general) == 5
    for one in general:
        assert one.cite.startswith("General text given to the authors, not a clinical source (")
        assert one.about == "read in full"
    assert not [one for one in shown.values() if re.search(r"\.txt|[Ss]eed", one.cite + one.about)]
    for id, one in shown.items():
        source = pack.sources[id]
        if source.id.startswith("S-"):
            assert one.cite == source.cite
            read = one.was_read_label
            assert ("from memory" in read) if source.verified == "memory" else "read" in read


NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
LOOKS = re.compile(
    r"%|percent|probab|likely|likelihood(?! ratio)|chance|\bodds|post-test|\d (in|out of) \d"
    r"|\b(LR|OR|AUC|NPV|PPV|kappa|sensitivity|specificity)\b"
)


def test_nothing_on_a_card_looks_like_a_probability():
    """What was published about others stands apart, called so, over the sources it is from."""
    figures, cites = 0, {source.cite for source in load_pack().sources.values()}
    for id, card in drawn_cards():
        again = BeautifulSoup(str(card), "html.parser").article
        for figure in again.select(".figure"):
            assert words(figure).startswith("Published figure: "), id
            if figure.name == "small":
                assert re.search(r", from: .+ \(.*(read|memory)", words(figure)), words(figure)
            else:
                assert words(figure).endswith(", from:"), id
                under = figure.find_next_siblings("dt")[:1] or [None]
                rest = figure.find_next_siblings("dd")
                assert any(one.small for one in rest if one.find_next("dt") is under[0]), id
            figures += 1
            figure.decompose()
        for cited in again.select(".more dl:last-of-type dd"):
            if (cited.find(string=True).strip() or words(cited.a)) in cites:
                cited.decompose()  # a title is quoted as it is
        found = LOOKS.search(words(again))
        assert not found, (id, words(again)[found.start() - 60 : found.end() + 20])
    assert figures > 500


def test_nothing_on_the_first_screen_looks_like_a_probability():
    for case in cases():
        for card in cards_of(case):
            line = render_to_string("components/staff/finding.html", {"card": card})
            found = LOOKS.search(words(BeautifulSoup(line, "html.parser")))
            assert not found, (case.id, found)


def test_no_figure_of_the_pack_is_lost_and_none_is_made():
    """Every number that a card leaves out stands under its sources, as the pack has it."""
    for said in texts_of(load_pack()):
        told = tell(said)
        assert not FIGURE.search(told.text), told
        assert all(figure in said for figure in told.figures), said
        left = CITED.sub("", f"{told.text} {' '.join(told.figures)}")
        assert {*NUMBER.findall(CITED.sub("", said))} <= {*NUMBER.findall(left)}, said


def test_a_text_that_nobody_worded_still_loses_its_figures():
    told = tell("Sweats (seen in 12% of 300, S-NEW24). Of these 9% were ill. Ask (S-NEW24).")
    assert told.text == "Sweats. Ask."
    assert told.figures == ("seen in 12% of 300, S-NEW24", "Of these 9% were ill")
    assert told.cited == ("S-NEW24",)
    assert tell("Half of all, that is 50%").text == "As answered"


def test_a_figure_of_the_advice_stands_with_the_source_named_beside_it_and_with_no_other():
    pack = load_pack()
    pattern = pack.pattern("look.radic_l4s1")
    settle, message = pattern.settle.say, pattern.therapist_message
    named, unnamed = figures_of(pack, pattern.id, message, settle)
    assert "AUC 0.72-0.74" in named.figure
    assert [source.id for source in named.sources] == ["S-KONST12"]
    assert unnamed.figure.startswith("AUC 0.95 in one model (the pack does not say from which")
    assert {source.id for source in unnamed.sources} == {*pattern.sources} - {"author-judgement"}
    general = figures_of(pack, "ilio.strain", pack.pattern("ilio.strain").settle.say)
    assert all(source.id for line in general for source in line.sources), "no general text"
    [cited] = figures_of(pack, "rf.dvt", pack.pattern("rf.dvt").therapist_message, None)
    assert (cited.figure, [source.id for source in cited.sources]) == ("", ["S-BI25"])
    assert figures_of(pack, "rf.torsion", "Phone now.", None) == ()
    assert figures_of(pack, "gone", message, None) == ()


def test_words_of_our_own_stand_for_a_text_of_the_pack_or_the_start_stops(monkeypatch):
    pack = load_pack()
    assert figures.problems(pack) == []
    ours = figures.worded()
    more = ours | {"texts": ours["texts"] | {"Gone": "x"}, "ways": ours["ways"] | {"rf.no": "all"}}
    monkeypatch.setattr(figures, "worded", lambda: more)
    [first, second] = figures.problems(pack)
    assert "does not say 'Gone'" in first
    assert "no pattern 'rf.no'" in second


def test_where_nothing_can_speak_against_it_that_is_said():
    said = {}
    for id, card in drawn_cards():
        if none := card.select_one(".side-against .none"):
            said.setdefault(words(none), []).append((id, "g-redflag" in card["class"]))
    warning, other = "No answer can weigh this warning away.", "The form asks nothing that would."
    assert set(said) == {warning, other, "Nothing the patient said."}
    assert all(is_red for _, is_red in said[warning])
    assert not any(is_red for _, is_red in said[other])


def test_on_the_sheet_too_a_shared_card_says_whose_each_line_is():
    made = (card for case in cases() for card in cards_of(case))
    shared = next(card for card in made if len(card.names) > 1 and card.for_lines)
    brief = Values(cards=[shared], age=30, birth_date=None, starts_at=NOON, visit_id=1)
    sheet = render_to_string("intake/staff/sheet.html", {"brief": brief, "size": 8})
    card = BeautifulSoup(sheet, "html.parser").select_one(".card")
    told = words(card.find("b", string="For").parent)
    first, second = (told.index(f"{name}: +") for name in shared.names)
    assert told.count(shared.names[0]) == told.count(shared.names[1]) == 1
    for line in shared.for_lines:
        place = told.index(f"{line.points} {line.text}")
        assert (first < place < second) == (line.whose == shared.names[0]), line
    assert "break-inside: avoid" in sheet


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
    marked = 0
    for id, card in drawn_cards():
        if scores_on(card):
            assert not card.select(".rule"), id
            continue
        [rule] = card.select(".rule")
        assert len(words(rule)) > len("Raised when") + 5, id
        assert card.select(".side-for a.quote, .rule a.quote, .side-for li"), id
        ways = [words(way) for way in rule.select("li")]
        if ways and not words(rule.p).endswith("all of this:"):
            so = [way.startswith("This one: ") for way in ways]
            assert so[0], (id, ways)
            assert so == sorted(so, reverse=True), id
            marked += 1
    assert marked > 60, marked


def test_the_way_that_raised_a_rule_stands_first_and_is_marked():
    pack = load_pack()
    values = {
        "hx.conditions": ("cancer",),
        "pain.area": ("low_back",),
        "rf.night": ("none",),
        "rf.unwell": ("none",),
        "rf.weight_bear": "normal",
        "pain.trend": "jump",
        "hx.cancer_when": "past",
    }
    said = Said({}, pack.questionnaire, Answers(values, NOON.date()))
    says = pack.pattern("rf.cancer_pain").trigger_says
    trigger = trigger_of(pack, said, "rf.cancer_pain", says, "", is_alone=False)
    assert trigger.head == "Cancer now or before, pain in the back, hip or leg, and one of these:"
    assert [way.is_so for way in trigger.ways] == [True, False, False]
    assert trigger.ways[0].text.startswith("(not for a known small skin cancer) much worse")


def test_every_rule_with_several_ways_knows_which_part_is_which():
    pack = load_pack()
    for pattern in pack.patterns:
        ways = [one for one in pattern.trigger_says if not one.endswith(":")]
        if len(ways) > 1 and figures.worded()["ways"].get(pattern.id) != "all":
            parts = ways_of(pattern.condition)
            assert all(parts_by_way(pattern.id, len(ways), len(parts))), pattern.id


def test_a_look_alike_without_a_tier_stands_after_some_match_and_a_warning_sign_before_all():
    def card(group, urgency, tier=None):
        return Values(group=group, urgency=urgency, tier=tier, is_changed=False)

    sign = card("redflag", "before_appointment")
    good, some, rule, little = (
        card("lookalike", "before_appointment", tier)
        for tier in ("strong", "some", None, "possible")
    )
    routine = card("iliopsoas", "routine", "strong")
    cards = [little, routine, rule, some, sign, good]
    assert sorted(cards, key=weight) == [sign, good, some, rule, little, routine]


def test_the_demonstration_shows_a_card_with_both_sides():
    """Its first calm patient of each day has a whole intake with a line against a flag."""
    pack, today = load_pack(), NOON.date()
    find = partial(find_patterns, pack)
    [story] = [one for one in tell_stories(pack, find, today) if one.vignette == BOTH_SIDES]
    assert (story.is_complete, story.urgency) == (True, "before_appointment")
    answers = pack.questionnaire.in_force(read_answers(pack.questionnaire, story.answers, on=today))
    assert any(one.against_lines for one in find(answers).shown if one.tier != "possible")
