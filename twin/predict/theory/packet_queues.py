"""Queues packet by packet, as Linux serves them: FIFOs and fair queues, strict priority, deficit round robin, htb.

A packet is of a flow, which says in which band it waits, for how many bytes it counts and how long it is served. Times
in ns. CoDel drops nothing here: a flow whose packets wait for longer than it allows is marked as `delayed`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple, Protocol

from twin.core.units import NS_PER_S


class Visit(NamedTuple):
    """A flow at one queue. band: in which it waits; cost: bytes there; service, then: ns until a packet is sent, and
    from then until it is at the next queue; queue_key: what shares a queue with it where queueing is fair."""

    band: int
    cost: float
    service: float
    then: float
    queue_key: object = None


class Packet(NamedTuple):
    """flow: its number; hop: how many queues it has left; sent: when it was sent; arrived: at this queue."""

    flow: int
    hop: int
    sent: float
    arrived: float
    visit: Visit


class Leaf(Protocol):
    """The packets of one band."""

    def put(self, packet: Packet) -> bool:
        """Take a packet, unless the queue is full."""

    def size(self) -> float:
        """Bytes of the packet that leaves next; only where there is one."""

    def take(self, now: float) -> Packet:
        """The packet that leaves next."""

    def __len__(self) -> int:
        """How many packets wait."""


class Fifo:
    """First come, first served, up to `limit` bytes."""

    def __init__(self, limit: float) -> None:
        self._limit, self._backlog, self._waiting = limit, 0.0, deque[Packet]()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, packet: Packet) -> bool:
        """Take a packet, unless the queue is full."""
        if self._backlog + packet.visit.cost > self._limit:
            return False
        self._backlog += packet.visit.cost
        self._waiting.append(packet)
        return True

    def size(self) -> float:
        """Bytes of the first packet."""
        return self._waiting[0].visit.cost

    def take(self, now: float) -> Packet:
        """The first packet."""
        packet = self._waiting.popleft()
        self._backlog -= packet.visit.cost
        return packet


@dataclass(slots=True, eq=False)
class _Flow:
    """The queue of one flow in a fair queue. late: since when its packets have waited for longer than the target."""

    waiting: deque[Packet]
    deficit: float = 0.0
    backlog: float = 0.0
    late: float | None = None


class FairQueue:
    """Deficit round robin over flows, new ones first (RFC 8290), up to `limit` packets: then the longest one drops."""

    def __init__(self, limit: float, quantum: float, target: float, interval: float) -> None:
        self._limit, self._quantum, self._target, self._interval = limit, quantum, target, interval
        self._flows: dict[object, _Flow] = {}
        self._new, self._old = deque[_Flow](), deque[_Flow]()
        self._count = 0
        self._next: _Flow | None = None
        self.delayed, self.dropped = set[int](), list[Packet]()

    def __len__(self) -> int:
        return self._count

    def put(self, packet: Packet) -> bool:
        """Take a packet; where there are too many, one of the longest queue is dropped (`dropped`)."""
        flow = self._flows.setdefault(packet.visit.queue_key, _Flow(deque()))
        if not flow.waiting and flow not in self._new and flow not in self._old:
            flow.deficit = self._quantum
            self._new.append(flow)
        flow.waiting.append(packet)
        flow.backlog += packet.visit.cost
        self._count += 1
        if self._count > self._limit:
            longest = max(self._flows.values(), key=lambda flow: flow.backlog)
            lost = longest.waiting.popleft()
            longest.backlog -= lost.visit.cost
            self._count -= 1
            self._next = None
            self.dropped.append(lost)
        return True

    def size(self) -> float:
        """Bytes of the packet that leaves next."""
        return self._select().waiting[0].visit.cost

    def take(self, now: float) -> Packet:
        """The packet that leaves next."""
        flow = self._select()
        packet = flow.waiting.popleft()
        flow.backlog -= packet.visit.cost
        flow.deficit -= packet.visit.cost
        self._count -= 1
        self._next = None
        self._watch(flow, packet, now)
        return packet

    def _select(self) -> _Flow:
        while self._next is None:
            queue = self._new or self._old
            flow = queue[0]
            if flow.deficit <= 0:
                flow.deficit += self._quantum
                queue.popleft()
                self._old.append(flow)
            elif not flow.waiting:
                queue.popleft()
                if queue is self._new and self._old:
                    self._old.append(flow)
            else:
                self._next = flow
        return self._next

    def _watch(self, flow: _Flow, packet: Packet, now: float) -> None:
        """Note flows of which CoDel would drop packets: late for an interval."""
        if now - packet.arrived < self._target or not flow.waiting:
            flow.late = None
        elif flow.late is None:
            flow.late = now
        elif now - flow.late >= self._interval:
            self.delayed.add(packet.flow)


class Selector(Protocol):
    """Which band is served next."""

    def chosen(self, bands: Sequence[Leaf], now: float) -> int | None:
        """The band, of those with packets; None where all have to wait."""

    def ready(self, bands: Sequence[Leaf], now: float) -> float:
        """When one may be served again, if all have to wait."""


class PriorityAndRoundRobin:
    """Strict bands first (quantum 0), the others by deficit round robin, as `ets`."""

    def __init__(self, quanta: Sequence[float]) -> None:
        self._quanta = quanta
        self._strict = [k for k, quantum in enumerate(quanta) if not quantum]
        self._active, self._deficits = deque[int](), [0.0] * len(quanta)

    def chosen(self, bands: Sequence[Leaf], now: float) -> int | None:
        """The first strict band with packets, else the next in the round."""
        for k in self._strict:
            if len(bands[k]):
                return k
        for k, quantum in enumerate(self._quanta):
            if quantum and len(bands[k]) and k not in self._active:
                self._active.append(k)
                self._deficits[k] = quantum
        while self._active:
            k = self._active[0]
            if not len(bands[k]):
                self._active.popleft()
                continue
            size = bands[k].size()
            if size <= self._deficits[k]:
                self._deficits[k] -= size
                return k
            self._deficits[k] += self._quanta[k]
            self._active.rotate(-1)
        return None

    def ready(self, bands: Sequence[Leaf], now: float) -> float:
        """Never: it always serves."""
        return inf


class HtbClass(NamedTuple):
    """A band of htb. rate, ceiling: bit/s (ceiling 0: none); burst, ceiling_burst: bytes of tokens."""

    rate: float
    ceiling: float
    burst: float
    ceiling_burst: float
    priority: int
    quantum: float


class Htb:
    """Bands within their own rates first, then what is borrowed, both by priority and deficit; ceilings make them wait.
    """

    def __init__(self, classes: Sequence[HtbClass]) -> None:
        self._classes, self._at = classes, 0.0
        self._own, self._most = [c.burst for c in classes], [c.ceiling_burst for c in classes]
        self._deficits = [[0.0] * len(classes) for _ in range(2)]
        self._current: dict[tuple[int, int], int] = {}

    def chosen(self, bands: Sequence[Leaf], now: float) -> int | None:
        """A band that may send; its tokens are taken."""
        self._fill(now)
        waiting = [k for k, band in enumerate(bands)
                   if len(band) and (not self._classes[k].ceiling or self._most[k] >= 0)]
        within = [k for k in waiting if self._own[k] >= 0]
        if not waiting:
            return None
        k = self._by_deficit(within or waiting, bands, 0 if within else 1)
        size = bands[k].size()
        self._own[k] -= size
        self._most[k] -= size
        return k

    def _by_deficit(self, allowed: Sequence[int], bands: Sequence[Leaf], level: int) -> int:
        """The next class of the highest priority: each sends until its deficit is used up, then the one after it."""
        first = min(self._classes[k].priority for k in allowed)
        current = self._current.get((level, first), 0)
        k = min((k for k in allowed if self._classes[k].priority == first),
                key=lambda k: (k - current) % len(self._classes))
        deficits = self._deficits[level]
        deficits[k] -= bands[k].size()
        self._current[level, first] = k
        if deficits[k] < 0:
            deficits[k] += self._classes[k].quantum
            self._current[level, first] = k + 1
        return k

    def _fill(self, now: float) -> None:
        seconds, self._at = (now - self._at) / (8 * NS_PER_S), now
        for k, c in enumerate(self._classes):
            self._own[k] = min(c.burst, self._own[k] + seconds * c.rate)
            self._most[k] = min(c.ceiling_burst, self._most[k] + seconds * c.ceiling)

    def ready(self, bands: Sequence[Leaf], now: float) -> float:
        """When the first of the bands with packets is below its ceiling again."""
        return min((now - self._most[k] * 8 * NS_PER_S / self._classes[k].ceiling + 1
                    for k, band in enumerate(bands) if len(band)), default=inf)
