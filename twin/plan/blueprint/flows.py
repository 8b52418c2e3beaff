"""Flows: source, destination, ports, DSCP and times of one direction of a workload."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from twin.core.units import Time
from twin.model import Direction
from twin.plan.blueprint.traffic import Traffic

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Flow:
    """One direction of a workload on one line.

    source_port, sink_port: as on the wire (TCP: of the server; 0 for the client, whose port the kernel chooses).
    traffic: its kind. start, stop: ns after the start of the measurement; stop 0: at its end.
    """

    name: str
    workload: str
    service: str
    service_class: str
    line_group: str
    line: str
    direction: Direction
    source: str
    sink: str
    source_port: int
    sink_port: int
    dscp: int
    traffic: Traffic
    start: Time = Time(0)
    stop: Time = Time(0)


def carrying(kind: type[Kind], flows: Iterable[Flow]) -> Iterator[tuple[Flow, Kind]]:
    """The flows that carry a kind of traffic, each with it."""
    return ((flow, flow.traffic) for flow in flows if isinstance(flow.traffic, kind))
