"""Engset's formula: blocking where few sources call, each of which is silent while it talks (Engset 1918)."""

from __future__ import annotations


def engset_time_congestion(sources: int, load: float, circuits: int) -> float:
    """The part of the time for which all circuits are busy. load: what an idle source offers, erlang."""
    if circuits >= sources:
        return load ** sources / (1 + load) ** sources if circuits == sources else 0.0
    congestion = 1.0
    for n in range(1, circuits + 1):
        arriving = (sources - n + 1) * load * congestion
        congestion = arriving / (n + arriving)
    return congestion


def engset_blocking(sources: int, load: float, circuits: int) -> float:
    """The probability that a call finds all circuits busy: what one source sees of the others."""
    return engset_time_congestion(sources - 1, load, circuits) if circuits < sources else 0.0
