"""A small part of the shipped pack, quick to build and to break."""

import copy
from functools import cache
from typing import Any

from intake.rules.pack import read_documents

KEPT = ("ilio.tendinopathy", "ilio.bursitis", "look.hip_oa", "rf.aff", "rf.perthes")


@cache
def shipped() -> dict[str, dict[str, Any]]:
    return read_documents()


def small_documents() -> dict[str, Any]:
    """Five patterns with every item, test and source; what names other patterns is cut down."""
    documents = {
        name: copy.deepcopy(shipped()[name])
        for name in ("items", "patterns", "exercises", "sources")
    }
    kept = [each for each in documents["patterns"]["patterns"] if each["id"] in KEPT]
    for each in kept:
        each["suppressed_by"] = [id for id in each.get("suppressed_by", []) if id in KEPT]
    documents["patterns"]["patterns"] = kept
    for each in documents["exercises"]["exercises"] + documents["exercises"]["education"]:
        each["for"] = [id for id in each["for"] if id in KEPT]
    return documents


def entry(documents: dict[str, Any], id: str) -> dict[str, Any]:
    """The item, pattern, test, source, exercise or line with this id."""
    lists = [
        documents["items"]["items"],
        documents["patterns"]["patterns"],
        documents["patterns"]["tests"],
        documents["sources"]["sources"],
        documents["exercises"]["exercises"],
        documents["exercises"]["education"],
        *(each["supports"] for each in documents["patterns"]["patterns"]),
        *(each["contradicts"] for each in documents["patterns"]["patterns"]),
    ]
    return next(
        each for listed in lists for each in listed if id in (each.get("id"), each.get("linkId"))
    )
