"""What was meant by a name that is not known: a word for the same thing, a slip of the keyboard, or a missing blank."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from twin.model.yaml.nodes import Node, ScalarNode

SIMILAR = 0.65
"""From which similarity on a known name is taken for the one that was meant (difflib's ratio)."""
CANDIDATES = 2_000
"""Known names among which the nearest is sought; comparing is slow."""
COMPARED = 60
"""Characters that are compared."""

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "links": ("spans",), "edges": ("spans",), "fibres": ("spans",), "fibers": ("spans",), "trunks": ("spans",),
    "nodes": ("switches",), "routers": ("switches",), "servers": ("head-ends",), "headends": ("head-ends",),
    "places": ("sites",), "communes": ("sites",), "locations": ("sites",), "cells": ("radio-cells",),
    "customers": ("subscribers", "lines"), "subscribers": ("lines",), "clients": ("lines", "subscribers"),
    "homes": ("lines",), "users": ("lines", "subscribers"), "simulated": ("emulated",), "sampled": ("emulated",),
    "offer": ("profile",), "offers": ("profiles",), "plan": ("profile",), "plans": ("profiles",),
    "applications": ("workloads", "services"), "traffic": ("workloads",), "slo": ("targets",), "sla": ("targets",),
    "queues": ("classes",), "failures": ("faults",), "bandwidth": ("capacity", "rate"), "speed": ("capacity", "rate"),
    "rate": ("capacity",), "distance": ("length",), "latency": ("delay",), "location": ("site",),
    "download": ("down",), "downstream": ("down",), "upload": ("up",), "upstream": ("up",), "source": ("basis",),
    "loss": ("impairments",), "jitter": ("impairments",), "netem": ("impairments",), "duplication": ("duplicate",),
    "reordering": ("reorder",), "gemodel": ("loss-bursts",), "priority": ("strict",),
    "description": ("about",), "version": ("twin",), "type": ("activity", "technology"),
}
"""Words of other tools and of everyday speech for keys of a description, the likelier first."""


def meant(text: str, known: Collection[str]) -> str | None:
    """The known name that a text stands for, if one is near."""
    synonyms = [name for name in SYNONYMS.get(text.casefold().replace("_", "-"), ()) if name in known]
    if synonyms:
        return synonyms[0]
    by_fold = {name.casefold(): name for name in list(known)[:CANDIDATES]}
    close = get_close_matches(text[:COMPARED].casefold(), by_fold, n=1, cutoff=SIMILAR)
    return by_fold[close[0]] if close else None


def without_blank(text: str, known: Collection[str]) -> tuple[str, str] | None:
    """A key and its value where the blank between them is missing: "site:north"."""
    key, colon, value = text.partition(":")
    return (key, value) if colon and key in known else None


def comma_number(whole: Node, rest: str) -> str | None:
    """The number that a decimal comma cut into a value and a key: {down: 1,5 Mbit/s} is {down: 1, "5 Mbit/s": null}."""
    if isinstance(whole, ScalarNode) and whole.plain and re.fullmatch(r"-?[0-9]+", whole.text) and rest[:1].isdigit():
        return f"{whole.text}.{rest}"
    return None
