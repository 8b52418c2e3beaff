"""Flows: who sends to whom, from which port to which, how marked, and when."""

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
    """One direction of one workload of one line.

    source_port, sink_port: as on the wire (TCP: of the server end, the client's port is the kernel's, 0 here). traffic:
    what is sent, of which kind. start, stop: offsets from the start of the measurement; 0 as stop: with its end.
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
