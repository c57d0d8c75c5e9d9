"""A pack with anything wrong in it is refused, and everything wrong is said at once."""

import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from types import MappingProxyType
from typing import Any

import pytest

from intake.rules.loading.fields import Fields
from intake.rules.pack import (
    CONTENT,
    FILES,
    PackError,
    build_pack,
    build_questionnaire,
    load_pack,
    read_documents,
)
from intake.rules.patterns import points_of
from intake.rules.problems import Invalid
from tests.unit.rules.small import entry, shipped, small_documents

Break = Callable[[dict[str, Any]], object]


def problems_of(documents: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(PackError) as refused:
        build_pack(documents)
    return refused.value.problems


def put(id: str, key: str, value: object) -> Break:
    return lambda documents: entry(documents, id).__setitem__(key, value)


def drop(id: str, key: str) -> Break:
    return lambda documents: entry(documents, id).pop(key)


def twice(document: str, key: str) -> Break:
    return lambda documents: documents[document][key].append(documents[document][key][-1])


def meta(document: str, key: str, value: object) -> Break:
    return lambda documents: documents[document]["meta"].__setitem__(key, value)


def option(documents: dict[str, Any], item: str, number: int = 0) -> dict[str, Any]:
    return entry(documents, item)["options"][number]


def leaf(**condition: object) -> Break:
    """The condition of one line, replaced."""
    return put("look.hip_oa.s1", "if", condition)


LINE = "pattern look.hip_oa: line look.hip_oa.s1"

BROKEN: dict[str, tuple[Break, str]] = {
    # ids that do not exist
    "item": (
        leaf(item="pain.nowhere", any=["groin_front_hip"]),
        f"{LINE}: unknown item 'pain.nowhere'",
    ),
    "option": (
        leaf(item="pain.area", any=["elbow"]),
        f"{LINE}: unknown option of pain.area 'elbow'",
    ),
    "option in of": (
        leaf(item="pain.area", count_gte=1, of=["elbow"]),
        f"{LINE}: unknown option of pain.area 'elbow'",
    ),
    "option from another item": (
        leaf(item="pain.main_area", any=["elbow"]),
        f"{LINE}: unknown option of pain.main_area 'elbow'",
    ),
    "item of a gate": (
        put("look.hip_oa", "gate", {"not": {"item": "x", "answered": True}}),
        "pattern look.hip_oa: gate: unknown item 'x'",
    ),
    "item of a trigger": (
        put("rf.perthes", "trigger", {"item": "x", "answered": True}),
        "pattern rf.perthes: trigger: unknown item 'x'",
    ),
    "item of an escalation": (
        put("rf.aff", "escalate_to_emergency_if", {"item": "x", "answered": True}),
        "pattern rf.aff: escalation to emergency: unknown item 'x'",
    ),
    "item of settle": (
        lambda documents: entry(documents, "look.hip_oa")["settle"].update(ask=["x"]),
        "pattern look.hip_oa: unknown item 'x'",
    ),
    "pattern that suppresses": (
        put("rf.aff", "suppressed_by", ["rf.gone"]),
        "pattern rf.aff: unknown pattern 'rf.gone'",
    ),
    "pattern that overlaps": (
        put("ilio.bursitis", "overlaps_with", ["ilio.gone"]),
        "pattern ilio.bursitis: unknown pattern 'ilio.gone'",
    ),
    "pattern of an exercise": (
        put("X-SLR", "for", ["ilio.gone"]),
        "exercise X-SLR: unknown pattern 'ilio.gone'",
    ),
    "source of a line": (
        put("look.hip_oa.s1", "sources", ["S-GONE"]),
        f"{LINE}: unknown source 'S-GONE'",
    ),
    "source of a pattern": (
        put("rf.aff", "sources", ["S-GONE"]),
        "pattern rf.aff: unknown source 'S-GONE'",
    ),
    "source of a test": (
        put("T-PALP", "sources", ["S-GONE"]),
        "test T-PALP: unknown source 'S-GONE'",
    ),
    "source of an exercise": (
        put("E-SNAP", "sources", ["S-GONE"]),
        "exercise E-SNAP: unknown source 'S-GONE'",
    ),
    "test": (put("rf.aff", "tests", ["T-GONE"]), "pattern rf.aff: unknown test 'T-GONE'"),
    "test of settle": (
        lambda documents: entry(documents, "look.hip_oa")["settle"].update(tests=["T-GONE"]),
        "pattern look.hip_oa: unknown test 'T-GONE'",
    ),
    "exercise": (
        put("ilio.bursitis", "exercises", ["X-GONE"]),
        "pattern ilio.bursitis: unknown exercise 'X-GONE'",
    ),
    "section": (put("pain.avg", "section", "gone"), "item pain.avg: unknown section 'gone'"),
    # texts that a patient reads
    "text of an item": (drop("rf.ces", "es"), "item rf.ces: has no text 'es'"),
    "blank text of an item": (put("rf.ces", "en", "  "), "item rf.ces: has no text 'en'"),
    "help of an item": (drop("rf.ces", "help_es"), "item rf.ces: has no text 'help_es'"),
    "text of an option": (
        lambda documents: option(documents, "rf.ces").pop("en"),
        "item rf.ces: option saddle has no text 'en'",
    ),
    "one end of a scale": (
        put("pain.avg", "anchors_es", ["Sin dolor"]),
        "item pain.avg: has no two texts 'anchors_es'",
    ),
    "text of a section": (
        lambda documents: documents["items"]["meta"]["sections"][0].pop("es"),
        "section about: has no text 'es'",
    ),
    "name of a pattern": (drop("rf.aff", "name_es"), "pattern rf.aff: has no text 'name_es'"),
    "message of a pattern": (
        drop("rf.aff", "patient_msg_es"),
        "pattern rf.aff: has no text 'patient_msg_es'",
    ),
    "name of an exercise": (drop("X-SLR", "name_es"), "exercise X-SLR: has no text 'name_es'"),
    "steps of an exercise": (drop("X-SLR", "steps_es"), "exercise X-SLR: has no text 'steps_es'"),
    "text of education": (drop("E-SNAP", "text_es"), "exercise E-SNAP: has no text 'text_es'"),
    "label of a tier": (
        lambda documents: documents["patterns"]["meta"]["tiers"]["some"].pop("es"),
        "patterns: tier 'some' has no text 'es'",
    ),
    "placeholder": (
        put("rf.aff", "patient_msg_es", "Llame al {URGENT}."),
        "pattern rf.aff: patient_msg_es: unknown placeholder {URGENT}",
    ),
    # order of the questions
    "ask_if later": (
        put("pain.side", "ask_if", {"item": "rf.now", "any": ["chest"]}),
        "item pain.side: ask_if reads 'rf.now', which is asked later",
    ),
    "ask_if on itself": (
        put("pain.side", "ask_if", {"item": "pain.side", "answered": True}),
        "item pain.side: ask_if reads 'pain.side', which is asked later",
    ),
    "ask_if on a later derived value": (
        put("pain.side", "ask_if", {"derived": "athlete", "eq": True}),
        "item pain.side: ask_if reads 'life.activity', which is asked later",
    ),
    "ask_if unknown": (
        put("pain.side", "ask_if", {"item": "x", "any": ["y"]}),
        "item pain.side: ask_if: unknown item 'x'",
    ),
    "ask_if broken": (
        put("pain.side", "ask_if", {"any": ["y"]}),
        "item pain.side: ask_if: no condition has the keys 'any'",
    ),
    "options_from later": (
        put("pain.main_area", "options_from", "rf.now"),
        "item pain.main_area: options_from names a later item 'rf.now'",
    ),
    "options_from unknown": (
        put("pain.main_area", "options_from", "x"),
        "item pain.main_area: options_from names an unknown item 'x'",
    ),
    "orders": (put("pain.side", "order", 3), "items: the orders do not rise"),
    # there twice
    "item twice": (twice("items", "items"), "items: item 'goal.main' is there twice"),
    "pattern twice": (twice("patterns", "patterns"), "pack: pattern 'rf.perthes' is there twice"),
    "test twice": (twice("patterns", "tests"), "pack: test 'T-LATERAL' is there twice"),
    "source twice": (twice("sources", "sources"), "is there twice"),
    "exercise twice": (twice("exercises", "exercises"), "is there twice"),
    "education twice": (twice("exercises", "education"), "is there twice"),
    "line twice": (
        put("look.hip_oa.s1", "id", "look.hip_oa.s2"),
        "patterns: line 'look.hip_oa.s2' is there twice",
    ),
    "option twice": (
        lambda documents: entry(documents, "rf.ces")["options"].append(option(documents, "rf.ces")),
        "item rf.ces: option 'saddle' is there twice",
    ),
    "section twice": (
        lambda documents: documents["items"]["meta"]["sections"].append(
            {"id": "about", "en": "a", "es": "a"}
        ),
        "items: section 'about' is there twice",
    ),
    # evidence
    "line without a source": (put("look.hip_oa.s1", "sources", []), f"{LINE}: has no source"),
    "line without sources": (drop("look.hip_oa.s1", "sources"), f"{LINE}: has no source"),
    "pattern without a source": (put("rf.aff", "sources", []), "pattern rf.aff: has no source"),
    "line that says nothing": (put("look.hip_oa.s1", "say", " "), f"{LINE}: 'say' is empty"),
    "basis": (put("look.hip_oa.s1", "basis", "a hunch"), f"{LINE}: unknown basis 'a hunch'"),
    "points beyond judgement": (
        put("look.hip_oa.s5", "points", 3),
        "line look.hip_oa.s5: 3 points, but judgement gives at most 2",
    ),
    "points beyond the ratio": (
        put("look.hip_oa.s4", "points", 3),
        "line look.hip_oa.s4: 3 points, but its likelihood ratio gives 2",
    ),
    "ratio missing": (drop("look.hip_oa.s4", "lr"), "look.hip_oa.s4: basis lr needs lr and ci"),
    "interval missing": (drop("look.hip_oa.s4", "ci"), "look.hip_oa.s4: basis lr needs lr and ci"),
    "ratio below nothing": (put("look.hip_oa.s4", "lr", -1), "look.hip_oa.s4: lr is not above 0"),
    "ratio in words": (put("look.hip_oa.s4", "lr", "high"), "s4: 'lr' is not a number"),
    "half an interval": (put("look.hip_oa.s4", "ci", [1]), "'ci' is not two numbers above 0"),
    "points for what speaks against": (
        put("look.hip_oa.c1", "points", 2),
        "line look.hip_oa.c1",
    ),
    "no points": (drop("look.hip_oa.s5", "points"), "line look.hip_oa.s5 needs points above 0"),
    "no points against": (
        put("ilio.bursitis.c1", "points", 1),
        "pattern ilio.bursitis: line ilio.bursitis.c1 needs points below 0",
    ),
    "points in a rule": (
        put("rf.aff.s1", "points", 1),
        "pattern rf.aff: line rf.aff.s1 of a rule has points",
    ),
    # patterns
    "scores that do not rise": (
        put("look.hip_oa", "min_score", 4),
        "pattern look.hip_oa: possible_score, min_score and strong_score must rise",
    ),
    "score missing": (drop("look.hip_oa", "min_score"), "look.hip_oa: has no 'min_score'"),
    "gate missing": (drop("look.hip_oa", "gate"), "pattern look.hip_oa: has no 'gate'"),
    "settle missing": (drop("look.hip_oa", "settle"), "look.hip_oa: settle: is not a mapping"),
    "trigger missing": (drop("rf.aff", "trigger"), "pattern rf.aff: has no 'trigger'"),
    "trigger_says missing": (drop("rf.aff", "trigger_says"), "rf.aff: has no 'trigger_says'"),
    "kind": (put("rf.aff", "kind", "guess"), "pattern rf.aff: unknown kind 'guess'"),
    "group": (put("rf.aff", "group", "other"), "pattern rf.aff: unknown group 'other'"),
    "urgency": (put("rf.aff", "urgency", "soon"), "pattern rf.aff: unknown urgency 'soon'"),
    "suppresses itself": (
        put("rf.aff", "suppressed_by", ["rf.aff"]),
        "pattern rf.aff: names itself in suppressed_by or overlaps_with",
    ),
    "lines not a list": (put("rf.aff", "supports", {}), "rf.aff: 'supports' is not a list"),
    "tests not texts": (put("rf.aff", "tests", [1]), "rf.aff: 'tests' is not a list of texts"),
    # items
    "type": (put("pain.avg", "type", "slider"), "item pain.avg: unknown type 'slider'"),
    "no options": (drop("pain.side", "options"), "item pain.side: has no options"),
    "options that it cannot take": (
        put("pain.avg", "options", [{"id": "a", "en": "a", "es": "a"}]),
        "item pain.avg: has options but takes none",
    ),
    "options from two places": (
        put("pain.side", "options_from", "pain.area"),
        "item pain.side: has both options and options_from",
    ),
    "flag": (put("rf.ces", "safety", "yes"), "item rf.ces: 'safety' is not true or false"),
    "order of an item": (put("rf.ces", "order", "13"), "rf.ces: 'order' is not a whole number"),
    "an item that is none": (
        lambda documents: documents["items"]["items"].append("x"),
        "item number 55: is not a mapping",
    ),
    # conditions
    "any on a text": (
        leaf(item="goal.main", any=["x"]),
        f"{LINE}: 'goal.main' has no options to choose",
    ),
    "count on a scale": (
        leaf(item="pain.avg", count_gte=1),
        f"{LINE}: 'pain.avg' has no options to choose",
    ),
    "number of a choice": (
        leaf(item="pain.side", gte=1),
        f"{LINE}: 'pain.side' is compared but is not a number",
    ),
    "two operators": (
        leaf(item="pain.area", any=["knee"], none=["knee"]),
        f"{LINE}: if: a condition on 'pain.area' has the operators 'any', 'none'",
    ),
    "no operator": (leaf(item="pain.area"), "a condition on 'pain.area' has the operators none"),
    "of with any": (
        leaf(item="pain.area", any=["knee"], of=["knee"]),
        f"{LINE}: if: a condition with 'item' has no key 'of'",
    ),
    "of with a number": (
        leaf(item="pain.avg", gte=1, of=["knee"]),
        f"{LINE}: if: a condition with 'item' has no key 'of'",
    ),
    "unknown key": (
        leaf(any_of=[], unless=[]),
        f"{LINE}: if: a condition with 'any_of' has no key 'unless'",
    ),
    "unknown form": (leaf(one_of=[]), f"{LINE}: if: no condition has the keys 'one_of'"),
    "no options named": (leaf(item="pain.area", any=[]), "'any' of a condition names no option"),
    "options not a list": (
        leaf(item="pain.area", none="knee"),
        "'none' of a condition is not a list of options",
    ),
    "count in words": (
        leaf(item="pain.area", count_gte="two"),
        "'count_gte' of a condition is not a whole number",
    ),
    "answered in words": (
        leaf(item="pain.area", answered="yes"),
        "'answered' of 'pain.area' is not true or false",
    ),
    "item not text": (leaf(item=1, any=["x"]), "'item' of a condition is not text"),
    "parts not a list": (leaf(all_of={}), "'all_of' is not a list of conditions"),
    "no parts": (leaf(count_true_gte=1), "'conds' is not a list of conditions"),
    "part not a mapping": (leaf(all_of=["x"]), "a condition is not a mapping"),
    "derived": (leaf(derived="height", gte=1), f"{LINE}: if: unknown derived value 'height'"),
    "derived without a limit": (leaf(derived="age"), "a comparison has no limit"),
    "limit in words": (leaf(derived="age", gte="18"), "'gte' of a condition is not a number"),
    "athlete as a number": (
        leaf(derived="athlete", gte=1),
        "athlete is compared with 'eq: true' or 'eq: false' only",
    ),
    "age as a truth": (leaf(derived="age", eq=True), "age is compared with numbers only"),
    # what code and pack must agree about
    "grammar": (
        meta("patterns", "condition_grammar", {"version": 3}),
        "patterns: the condition grammar is not version 2",
    ),
    "athlete": (
        meta("patterns", "athlete_any", ["run"]),
        "patterns: athlete_any is not what the rules compute",
    ),
    "ranks": (
        meta("patterns", "urgency", {"routine": {"rank": 0}}),
        "patterns: the ranks of the urgencies are not what the rules use",
    ),
    "placeholders": (
        meta("patterns", "placeholders", []),
        "patterns: the placeholders are not those that are filled in",
    ),
    "languages": (meta("items", "languages", []), "items: names no languages"),
    # whole documents
    "version": (lambda documents: documents["items"]["meta"].pop("version"), "has no 'version'"),
    "meta": (lambda documents: documents["patterns"].pop("meta"), "patterns: has no 'meta'"),
    "patterns": (
        lambda documents: documents["patterns"].pop("patterns"),
        "patterns: has no 'patterns'",
    ),
    "sources": (lambda documents: documents["sources"].pop("sources"), "has no 'sources'"),
    "items": (lambda documents: documents["items"].pop("items"), "items: has no 'items'"),
    "exercises": (
        lambda documents: documents["exercises"].update(exercises="none"),
        "exercises: 'exercises' is not a list",
    ),
    "document": (lambda documents: documents.pop("sources"), "pack: has no document 'sources'"),
}


def test_the_small_pack_is_sound_before_it_is_broken():
    assert len(build_pack(small_documents()).patterns) == 5


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_pack_is_refused_with_a_sentence(name: str):
    breaking, sentence = BROKEN[name]
    documents = small_documents()
    breaking(documents)

    found = problems_of(documents)
    assert [problem for problem in found if sentence in problem], found


def test_a_line_may_read_a_number():
    documents = small_documents()
    entry(documents, "look.hip_oa.s1")["if"] = {"item": "pain.avg", "gte": 7.5}

    line = build_pack(documents).pattern("look.hip_oa").supports[0]
    assert line.condition.items() == {"pain.avg"}


def test_all_problems_are_told_at_once():
    documents = small_documents()
    names = ("item", "test", "no points against", "text of an option", "ask_if later", "grammar")
    for name in names:
        BROKEN[name][0](documents)

    found = problems_of(documents)
    assert [name for name in names if not any(BROKEN[name][1] in each for each in found)] == []


def test_one_bad_pattern_is_not_reported_as_unknown_by_the_others():
    documents = small_documents()
    entry(documents, "ilio.tendinopathy")["kind"] = "guess"

    assert problems_of(documents) == ("pattern ilio.tendinopathy: unknown kind 'guess'",)


def test_a_condition_nested_without_end_is_refused():
    documents, condition = small_documents(), {"item": "pain.area", "any": ["knee"]}
    for _ in range(30):
        condition = {"not": condition}
    entry(documents, "look.hip_oa")["gate"] = condition

    assert problems_of(documents) == (
        "pattern look.hip_oa: gate: a condition is nested too deeply",
    )


def test_an_entry_without_an_id_is_named_by_its_number():
    documents = small_documents()
    del documents["patterns"]["tests"][1]["id"]
    for each in documents["patterns"]["patterns"]:
        each["tests"] = []
        each.get("settle", {})["tests"] = []

    assert problems_of(documents) == ("test number 2: has no 'id'",)


def test_more_points_than_judgement_gives_need_a_written_reason():
    documents = small_documents()
    entry(documents, "look.hip_oa.s5").update(points=3, cap_note="defining feature")

    assert build_pack(documents).pattern("look.hip_oa").supports[4].points == 3


@pytest.mark.parametrize(
    ("ratio", "interval", "points"),
    [
        (2.0, (1.6, 2.5), 1),
        (4.0, (3.0, 6.0), 2),
        (4.0, (1.9, 9.0), 1),
        (6.4, (4.1, 9.9), 3),
        (24.0, (4.0, 99.0), 3),
        (0.5, (0.25, 0.58), -1),
        (0.25, (0.1, 0.6), -1),
        (0.11, (0.01, 0.4), -3),
        (1.1, (0.9, 1.3), 0),
    ],
)
def test_points_follow_the_likelihood_ratio(ratio, interval, points):
    assert points_of(ratio, interval) == points


def test_the_shipped_pack_is_loaded_once():
    pack = load_pack()

    assert pack is load_pack()
    assert (pack.version, len(pack.patterns), len(pack.tests)) == ("0.2.0", 70, 28)
    assert len(pack.questionnaire.items) == 54
    assert pack.tiers["strong"]["en"] == "Good match"
    assert pack.pattern("rf.aaa").patient_message("es").startswith("Un dolor nuevo")
    assert pack.sources["S-DOHA15"].url.startswith("https://")


def test_a_pack_cannot_be_changed():
    pack = load_pack()

    with pytest.raises(FrozenInstanceError):
        pack.version = "9"
    with pytest.raises(TypeError):
        pack.tests["T-PALP"] = None
    with pytest.raises(FrozenInstanceError):
        pack.exercises["X-SLR"].names = {}
    assert isinstance(pack.exercises, MappingProxyType)
    assert isinstance(pack.exercises["X-SLR"].dose, MappingProxyType)
    assert isinstance(pack.exercises["X-SLR"].steps["en"], tuple)


def test_building_a_pack_leaves_its_documents_alone():
    documents = small_documents()
    before = json.dumps(documents)
    build_pack(documents)

    assert json.dumps(documents) == before


def test_any_change_of_content_changes_the_hash():
    documents = small_documents()
    before = build_pack(documents)
    entry(documents, "rf.aff")["therapist_msg"] += "."
    after = build_pack(documents)

    assert after.content_hash != before.content_hash
    assert after.questionnaire.content_hash == before.questionnaire.content_hash


def test_a_questionnaire_can_be_built_without_the_rules():
    assert build_questionnaire(shipped()["items"]) == load_pack().questionnaire


def test_a_broken_questionnaire_is_refused_without_the_rules():
    documents = small_documents()
    entry(documents, "rf.ces")["section"] = "gone"

    with pytest.raises(PackError, match="unknown section 'gone'"):
        build_questionnaire(documents["items"])


def test_every_file_that_cannot_be_read_is_named(tmp_path):
    for name in FILES:
        (tmp_path / f"{name}.yaml").write_bytes((CONTENT / "seed-claims.yaml").read_bytes())
    (tmp_path / "items.yaml").write_text("a: [", encoding="utf-8")
    (tmp_path / "sources.yaml").write_text("on: 2024-05-01", encoding="utf-8")
    (tmp_path / "patterns.yaml").write_bytes(b"\xff")
    (tmp_path / "exercises.yaml").unlink()

    with pytest.raises(PackError) as refused:
        read_documents(tmp_path)

    names = [problem.split(".yaml cannot be read: ")[0] for problem in refused.value.problems]
    assert names == ["items", "patterns", "exercises", "sources"]
    assert not any("\n" in problem for problem in refused.value.problems)


def test_keys_that_are_numbers_become_texts():
    listed = load_pack().documents["exercises"]["exercises"]
    dose = next(each["dose"] for each in listed if each["id"] == "X-BAND-PROG")

    assert set(dose["load_by_week"]) == {"1", "6"}


def test_a_field_that_is_wrong_in_two_ways_is_told_twice():
    fields = Fields({"a": 1, "b": " "})
    fields.text("a"), fields.text("b"), fields.text("c")

    with pytest.raises(Invalid) as refused:
        fields.finish()
    assert refused.value.reasons == ("'a' is not text", "'b' is empty", "has no 'c'")


def test_a_pattern_reads_what_its_condition_its_lines_and_its_escalations_read():
    pack = load_pack()
    assert {"rf.ces", "rf.ces_when", "rf.leg_weak"} <= pack.pattern("rf.ces").reads
    escalating = next(each for each in pack.patterns if each.escalations)
    assert escalating.escalations[0][1].items() <= escalating.reads
    assert all(
        line.condition.items() <= each.reads for each in pack.patterns for line in each.lines
    )
