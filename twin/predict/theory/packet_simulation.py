"""Planned packets through a network of queues, packet by packet: delays and losses of each flow, exactly.

Flows at constant rate, and random ones whose gaps are drawn from the seed, are known before a run. So what they do to
each other in queues follows from arithmetic, hop by hop (Lindley's recursion), in the order of time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush, heapreplace
from math import inf

from twin.core.units import NS_PER_S
from twin.predict.theory.packet_queues import (
    FairQueue,
    Fifo,
    Htb,
    HtbClass,
    Leaf,
    Packet,
    PriorityAndRoundRobin,
    Selector,
    Visit,
)
from twin.predict.theory.token_bucket import TokenBucket


@dataclass(frozen=True, slots=True)
class QueueSpec:
    """A queue before a span. limits: of each band, bytes, or packets where queueing is fair or visits cost 1; quanta:
    of each band, 0 if strict; classes: of htb. fair: of each band quantum, target and interval, or None for a FIFO."""

    limits: tuple[float, ...]
    quanta: tuple[float, ...] = ()
    classes: tuple[HtbClass, ...] = ()
    fair: tuple[tuple[float, float, float] | None, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether it is one FIFO that never pauses."""
        return len(self.limits) == 1 and self.fair[:1] in ((), (None,)) and not any(c.ceiling for c in self.classes)

    def leaves(self) -> list[Leaf]:
        """Its bands, empty."""
        fair = self.fair or (None,) * len(self.limits)
        return [Fifo(limit) if how is None else FairQueue(limit, *how)
                for limit, how in zip(self.limits, fair, strict=True)]

    def selector(self) -> Selector:
        """What chooses between its bands."""
        return Htb(self.classes) if self.classes else PriorityAndRoundRobin(self.quanta or (0.0,))


@dataclass(frozen=True, slots=True)
class PlannedFlow:
    """departures: ns; visits: its queues, in order, by name. policer: the name of its policer, after the first
    `entered` queues; size: what it counts there, bytes of IP."""

    departures: Sequence[int]
    visits: tuple[tuple[object, Visit], ...]
    policer: object = None
    size: int = 0
    entered: int = 1


@dataclass(slots=True)
class Outcome:
    """What became of a flow's packets. delays: of those that arrived, ns. policed, lost: how many the policer and full
    queues dropped; lost_late: of the latter, those sent in the second half. waits: sum at each hop, ns. reliable: False
    where CoDel would have dropped packets."""

    waits: list[float]
    delays: list[float] = field(default_factory=list)
    policed: int = 0
    lost: int = 0
    lost_late: int = 0
    reliable: bool = True


class Simulation:
    """The event loop. Each event is the arrival of a packet at its next queue, or the end of a service."""

    def __init__(self, flows: Sequence[PlannedFlow], queues: Mapping[object, QueueSpec],
                 policers: Mapping[object, tuple[TokenBucket, ...]], deadline: float = inf) -> None:
        """deadline: after which no packet is received, ns."""
        self._flows, self._deadline = flows, deadline
        self._queues = {name: _Plain(spec) if spec.plain else _Banded(spec) for name, spec in queues.items()}
        self._policers = {name: _Policer(buckets) for name, buckets in policers.items()}
        self.outcomes = [Outcome([0.0] * len(flow.visits)) for flow in flows]
        self._middle = max((flow.departures[-1] for flow in flows if flow.departures), default=0) / 2

    def run(self) -> list[Outcome]:
        """All packets, until the last has arrived."""
        sources = [(flow.departures[0], k, 0) for k, flow in enumerate(self._flows) if flow.departures]
        heapify(sources)
        events: list[tuple[float, int, _Banded | tuple[int, int, float]]] = []
        number = 0
        while sources or events:
            if sources and (not events or sources[0][0] <= events[0][0]):
                sent, k, index = sources[0]
                departures = self._flows[k].departures
                if index + 1 < len(departures):
                    heapreplace(sources, (departures[index + 1], k, index + 1))
                else:
                    heappop(sources)
                happened = self._arrive(float(sent), k, 0, float(sent))
            else:
                now, _, what = heappop(events)
                happened = self._arrive(now, *what) if isinstance(what, tuple) else what.serve(now)
            for at, event in happened:
                number += 1
                heappush(events, (at, number, self._left(event, at) if isinstance(event, Packet) else event))
        for queue in self._queues.values():
            for k in queue.delayed:
                self.outcomes[k].reliable = False
        return self.outcomes

    def _arrive(self, now: float, k: int, hop: int, sent: float) -> Happened:
        flow, outcome = self._flows[k], self.outcomes[k]
        if hop == len(flow.visits):
            if now > self._deadline:
                outcome.lost += 1
            else:
                outcome.delays.append(now - sent)
            return ()
        if hop == flow.entered and flow.policer is not None and not self._policers[flow.policer].passes(now, flow.size):
            outcome.policed += 1
            return ()
        name, visit = flow.visits[hop]
        queue = self._queues[name]
        happened = queue.arrive(now, Packet(k, hop, sent, now, visit))
        for lost in queue.taken_losses():
            self.outcomes[lost.flow].lost += 1
            self.outcomes[lost.flow].lost_late += lost.sent >= self._middle
        return happened

    def _left(self, packet: Packet, at: float) -> tuple[int, int, float]:
        """A packet that arrives at its next queue at `at`."""
        visit = packet.visit
        self.outcomes[packet.flow].waits[packet.hop] += at - packet.arrived - visit.service - visit.then
        return packet.flow, packet.hop + 1, packet.sent


class _Plain:
    """One FIFO: when a packet leaves is known when it arrives."""

    delayed: frozenset[int] = frozenset()

    def __init__(self, spec: QueueSpec) -> None:
        (self._limit,) = spec.limits
        self._free, self._backlog = 0.0, 0.0
        self._waiting = deque[tuple[float, float]]()
        self._lost: list[Packet] = []

    def arrive(self, now: float, packet: Packet) -> Happened:
        """Lindley's recursion: its service begins when it has arrived, and the one before has left."""
        waiting, (_, cost, service, then, _) = self._waiting, packet.visit
        while waiting and waiting[0][0] <= now:
            self._backlog -= waiting.popleft()[1]
        if self._free <= now:
            self._free = now + service
        elif self._backlog + cost > self._limit:
            self._lost.append(packet)
            return ()
        else:
            waiting.append((self._free, cost))
            self._backlog += cost
            self._free += service
        return ((self._free + then, packet),)

    def taken_losses(self) -> list[Packet]:
        """Packets that were dropped since the last time."""
        lost, self._lost = self._lost, []
        return lost


class _Banded:
    """Several bands, or other queues than one FIFO: what is served is chosen when the one before has left."""

    def __init__(self, spec: QueueSpec) -> None:
        self._bands, self._selector = spec.leaves(), spec.selector()
        self._free = 0.0
        self._lost: list[Packet] = []

    @property
    def delayed(self) -> set[int]:
        """Flows of which CoDel would drop packets."""
        return {flow for band in self._bands if isinstance(band, FairQueue) for flow in band.delayed}

    def arrive(self, now: float, packet: Packet) -> Happened:
        """It waits, or is served at once."""
        band = self._bands[packet.visit.band]
        if not band.put(packet):
            self._lost.append(packet)
        if isinstance(band, FairQueue) and band.dropped:
            self._lost += band.dropped
            band.dropped.clear()
        return self.serve(now) if self._free <= now else ()

    def taken_losses(self) -> list[Packet]:
        """Packets that were dropped since the last time."""
        lost, self._lost = self._lost, []
        return lost

    def serve(self, now: float) -> Happened:
        """Serve the next packet, if there is one and nothing is in service."""
        if self._free > now or not any(len(band) for band in self._bands):
            return ()
        chosen = self._selector.chosen(self._bands, now)
        if chosen is None:
            self._free = self._selector.ready(self._bands, now)
            return ((self._free, self),)
        packet = self._bands[chosen].take(now)
        self._free = now + packet.visit.service
        return (self._free + packet.visit.then, packet), (self._free, self)


Happened = Sequence[tuple[float, Packet | _Banded]]
"""Packets that reach the end of their span, and queues that finish a service, each at a time in ns."""


class _Policer:
    """Token buckets, one after the other."""

    def __init__(self, buckets: Sequence[TokenBucket]) -> None:
        self._buckets, self._tokens, self._at = buckets, [bucket.depth for bucket in buckets], [0.0] * len(buckets)

    def passes(self, now: float, size: int) -> bool:
        """Whether a packet of `size` IP bytes passes; it takes tokens of each bucket that it passes."""
        for k, bucket in enumerate(self._buckets):
            tokens = self._tokens[k] + (now - self._at[k]) * bucket.rate / (8 * NS_PER_S)
            self._tokens[k], self._at[k] = min(bucket.depth, tokens), now
            if self._tokens[k] < size + bucket.overhead:
                return False
            self._tokens[k] -= size + bucket.overhead
        return True
