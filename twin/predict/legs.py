"""What the parts of a path cost a flow: fixed delay and serialization, which are exact, and waiting, which is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from twin.plan.blueprint import Blueprint
from twin.plan.paths import Hop
from twin.predict.capacity import ETHERNET_HEADER
from twin.predict.crossings import Crossings, carrier, crossings
from twin.predict.fluid import Paces, settle
from twin.predict.queueing import serialization
from twin.predict.waits import Wait, waits


@dataclass(frozen=True, slots=True)
class Leg:
    """One span of a flow's path, ns: propagation and equipment, serialization of a packet, and the wait before it."""

    hop: Hop
    fixed: float
    serialization: float
    wait: Wait


def legs(blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]]) -> dict[str, tuple[Leg, ...]]:
    """The legs of every constant-rate flow, by its name; () where there is no way. TCP flows are left out."""
    met = crossings(blueprint, paths)
    return legs_of(blueprint, paths, met, settle(met))


def legs_of(
    blueprint: Blueprint, paths: Mapping[str, Sequence[Hop]], met: Crossings, paces: Paces
) -> dict[str, tuple[Leg, ...]]:
    """The same, from crossings and paces that are known already."""
    spans = {span.name: span for span in blueprint.spans}
    found = {}
    for flow, row in zip(blueprint.flows, waits(met, paces), strict=False):
        if flow.interval:
            ways = [carrier(spans[hop.span], hop.forth) for hop in paths.get(flow.name, ())]
            found[flow.name] = tuple(
                Leg(hop, way.delay, serialization(way.layer.cost(flow.packet + ETHERNET_HEADER), way.rate), wait)
                for hop, way, wait in zip(paths.get(flow.name, ()), ways, row, strict=True)
            )
    return found
