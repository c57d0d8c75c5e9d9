"""A draft for the demo's rehearsal: the shipped pack, one pattern harder to reach. Pure."""

import copy

from intake.rules.pack import Pack, build_pack, load_pack

STRICTER = "ilio.bursitis"
MARKS = ("possible_score", "min_score", "strong_score")


def stricter() -> Pack:
    """Each tier of one pattern takes one point more."""
    documents = copy.deepcopy(dict(load_pack().documents))
    patterns = documents["patterns"]
    patterns["meta"]["version"] += "-stricter"
    for pattern in patterns["patterns"]:
        if pattern["id"] == STRICTER:
            pattern |= {mark: pattern[mark] + 1 for mark in MARKS}
    return build_pack(documents)
