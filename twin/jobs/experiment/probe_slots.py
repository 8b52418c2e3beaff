"""Time slots for probes on an idle network such that no two meet; each repeats after one period. Pure.

The time at which a packet is on each span follows from serialization and propagation. Packets are placed one after the
other, each at the first moment at which it finds every span on its path free.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from twin.core.units import NS_PER_S, PPM, Time
from twin.plan.blueprint import Blueprint, LinkDirection, RadioCellPlan, RadioHopDirection, Scheduler, SpanPlan
from twin.plan.forwarding.paths import Hop

GUARD = Time(50_000)
"""ns that stay free between two packets on a span."""
STEP = Time(250_000)
"""Starts are tried at multiples of this, ns."""


@dataclass(frozen=True, slots=True)
class Slots:
    """When each packet starts (ns, in the order asked), and after which period all may start again."""

    starts: tuple[Time, ...]
    period: Time


@dataclass(frozen=True, slots=True)
class Stay:
    """A packet on a span: from when to when after its start, ns; medium: what it has to itself meanwhile."""

    medium: tuple[str, bool]
    begin: int
    end: int


class Media:
    """The spans of a blueprint, and what a packet of some size occupies on its path."""

    def __init__(self, blueprint: Blueprint) -> None:
        self._spans: Mapping[str, SpanPlan] = {span.name: span for span in blueprint.spans}
        self._cells: Mapping[str, RadioCellPlan] = {cell.name: cell for cell in blueprint.cells}

    def direction(self, hop: Hop) -> LinkDirection:
        """What carries packets over this hop."""
        span = self._spans[hop.span]
        return span.forward if hop.forward else span.reverse

    def cell(self, hop: Hop) -> RadioCellPlan | None:
        """The radio cell that the hop leads through, if any."""
        name = self._spans[hop.span].cell
        return None if name is None else self._cells[name]

    def way(self, hop: Hop) -> RadioHopDirection | None:
        """The hop as a way through its radio cell, if it is one."""
        cell = self.cell(hop)
        ways = cell.hop_directions if cell else ()
        return next((way for way in ways if (way.span, way.forward) == (hop.span, hop.forward)), None)

    def scheduler(self, hop: Hop) -> Scheduler | None:
        """What queues packets before the hop: in a radio cell, at its station."""
        cell, way = self.cell(hop), self.way(hop)
        return cell.stations[way.station].scheduler if cell and way else \
            self._spans[hop.span].scheduler(hop.forward)

    def medium(self, hop: Hop) -> tuple[str, bool]:
        """What no two packets use at a time: one direction of a span, a hop that both share, or a radio cell."""
        span = self._spans[hop.span]
        if span.cell is not None:
            return f"air {span.cell}", True
        return span.name, hop.forward or span.shared is not None

    def clean(self, path: Sequence[Hop], frame: int) -> float:
        """The chance, 0 to 1, that a frame crosses the path without being lost or sent again anywhere."""
        return prod((1 - self.direction(hop).loss_probability(frame)) * (1 - self._damaged(hop)) for hop in path)

    def arrives(self, path: Sequence[Hop], frame: int) -> float:
        """The chance, 0 to 1, that a frame crosses the path, sent again where it is damaged in the air."""
        return prod((1 - self.direction(hop).loss_probability(frame))
                    * (1 - self._damaged(hop) ** (1 + self._retries(hop)))
                    for hop in path)

    def _damaged(self, hop: Hop) -> float:
        way = self.way(hop)
        return way.frame_errors / PPM if way else 0.0

    def _retries(self, hop: Hop) -> int:
        cell = self.cell(hop)
        return cell.retries if cell else 0

    def steady(self, path: Sequence[Hop]) -> bool:
        """Whether neither jitter nor reordering nor copies disturb the packets of the path, both ways."""
        return not any(self.direction(hop).impairments.disturbs
                       for there in path for hop in (there, Hop(there.span, not there.forward)))

    def lossless(self, path: Sequence[Hop]) -> bool:
        """Whether no packet is ever lost on the path."""
        return not any(self.direction(hop).lossy or self._damaged(hop) for hop in path)

    def spacing(self, hop: Hop, frame: int) -> float:
        """The least time from a frame to the next, ns: serialization, or longer where a shaper counts more."""
        order = self._spans[hop.span].scheduler(hop.forward)
        counted = order.layer.cost(frame) * 8 * NS_PER_S / order.rate if order else 0.0
        return max(self.direction(hop).serialization(frame), counted)

    def stays(self, path: Sequence[Hop], frame: int) -> tuple[Stay, ...]:
        """Where a frame is, from when at the earliest to when at the latest: in the air backoffs may hold it up, and
        its acknowledgement follows; jitter may delay it."""
        early, late, stays = 0.0, 0.0, []
        for hop in path:
            link, cell, way = self.direction(hop), self.cell(hop), self.way(hop)
            spare = cell.difs + cell.cw_min * cell.slot + way.ack_time if cell and way else 0
            taken, spread = link.serialization(frame), link.impairments.delay_range
            stays.append(Stay(self.medium(hop), round(early), round(late + self.spacing(hop, frame) + spare) + GUARD))
            early, late = early + taken + link.least_delay, late + taken + spare + link.least_delay + spread
        return tuple(stays)


def slots(packets: Sequence[tuple[Stay, ...]]) -> Slots:
    """Place packets, each given by where it stays on its path."""
    busy: dict[tuple[str, bool], _Busy] = {}
    starts, last = [], 0
    for stays in packets:
        start = _first(stays, busy)
        for stay in stays:
            busy.setdefault(stay.medium, _Busy()).take(start + stay.begin, start + stay.end)
        last = max(last, start + max(stay.end for stay in stays))
        starts.append(Time(start))
    return Slots(tuple(starts), Time(last + GUARD))


class _Busy:
    """When a medium is taken: stretches that do not overlap, in order."""

    def __init__(self) -> None:
        self._begins: list[int] = []
        self._ends: list[int] = []

    def take(self, begin: int, end: int) -> None:
        """Take a stretch that is free."""
        at = bisect(self._begins, begin)
        self._begins.insert(at, begin)
        self._ends.insert(at, end)

    def free_from(self, begin: int, end: int) -> int:
        """By how much later so long a stretch may begin at the earliest."""
        at, first = bisect(self._ends, begin), begin
        while at < len(self._begins) and self._begins[at] < end:
            end += self._ends[at] - begin
            begin = self._ends[at]
            at += 1
        return begin - first


def _first(stays: Sequence[Stay], busy: Mapping[tuple[str, bool], _Busy]) -> int:
    """The first start at which all media on the path are free."""
    start, late = 0, -1
    while late:
        late = max(busy[stay.medium].free_from(start + stay.begin, start + stay.end) if stay.medium in busy else 0
                   for stay in stays)
        start += -(-late // STEP) * STEP
    return start
