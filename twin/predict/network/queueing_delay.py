"""How long a packet waits before each span of its path: on average, and at most.

The mean is Cobham's, with one change: a constant-rate flow never meets its own packets, so they are left out. It is
told as two figures between which the truth lies. `light`: pages are never asked for, classes that share by weight let
this one pass first, and a packet finds the line as busy with others as it is on average. `heavy`: pages never pause,
the other classes go first, and it finds the line as busy as it is while this flow's own packets are not in service. A
line that TCP keeps full is never idle then, so that voice waits for half a packet on average: L / 2C. (That stays
exact where a full packet outlasts the interval of the call: the wait is then still spread evenly from 0 to L / C.)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from twin.core.units import NS_PER_S
from twin.predict.network.delay_bounds import longest
from twin.predict.network.max_min_fairness import Paces
from twin.predict.network.packet_streams import Point, Stream
from twin.predict.network.queue_crossings import Crossings
from twin.predict.network.queues import Queue
from twin.predict.theory.queueing import Load, residual

Loads = Mapping[Point, Mapping[int, Load]]
"""The load of each band of each queue."""
FULL = 0.999
"""From this share of time on, a line counts as never idle."""

CALM = 0.8
"""Up to this part of its time, the air of a radio cell delays packets and nothing more."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Waiting before one span, ns: mean between light and heavy, and longest; None where no closed form is honest.

    room: whether it is sure that every packet finds room in the queue.
    """

    light: float | None
    heavy: float | None
    bound: float | None
    room: bool = False

    @property
    def mean(self) -> float | None:
        """The middle between light and heavy."""
        return None if self.light is None or self.heavy is None else (self.light + self.heavy) / 2

    def after(self, more: float) -> Wait:
        """The same with so much more on average, for which nothing bounds the longest; ns."""
        if not more:
            return self
        light, heavy = (None if one is None else one + more for one in (self.light, self.heavy))
        return Wait(light, heavy, None, False)


def waits(crossings: Crossings, paces: Paces) -> tuple[tuple[Wait, ...], ...]:
    """For each stream, the wait in each queue of its path; empty for TCP, which makes its own queues."""
    calm, eager = paces.calm, paces.eager
    idle, busy = loads(crossings, calm), loads(crossings, eager)
    greedy = {point: _greedy(crossings, point) for point in crossings.at}
    stays = longest(crossings)
    found = []
    for index, stream in enumerate(crossings.streams):
        row = []
        for point in stream.points if stream.pace is not None else ():
            queue = crossings.queues[point]
            if queue.cell is not None and not queue.alone:
                row.append(Wait(None, None, None))
                continue
            band, service = queue.band(stream.service_class), queue.service(stream)
            stay = stays[point, band]
            bound = None if stay.longest == inf else stay.longest - queue.longest(stream)
            meets = _meets(crossings, stream, point)
            own = [Load(0.0 if met else pace * service / NS_PER_S, queue.seen(stream))
                   for met, pace in zip(meets, (calm[index], eager[index]), strict=True)]
            light = mean(queue, idle[point], greedy[point], band, own[0], heavy=False)
            heavy = mean(queue, busy[point], greedy[point], band, own[1], heavy=True)
            wait = _between(light, bound if heavy is None else heavy, bound, stay.room)
            row.append(wait.after(queue.vain(stream)))
        found.append(tuple(row))
    return tuple(found)


def _meets(crossings: Crossings, stream: Stream, point: Point) -> tuple[bool, bool]:
    """Whether the packets of a stream wait there for each other: at the least, and at the most.

    Where they come at random and go one after the other through several queues, they wait as long in all as before the
    slowest of these alone (Friedman 1965): none waits where it took as long before.
    """
    if not stream.random:
        return False, False
    before = [crossings.queues[one].service(stream) for one in stream.points[:stream.points.index(point)]]
    here = crossings.queues[point].service(stream)
    slowest = all(crossings.queues[one].service(stream) <= here for one in stream.points)
    first = here > max(before, default=0.0)
    return slowest and first, first


def _between(light: float | None, heavy: float | None, bound: float | None, room: bool) -> Wait:
    """A wait with its lesser mean first: pages that never pause also bring small packets where others are large."""
    if light is None or heavy is None:
        return Wait(light, heavy, bound, room)
    return Wait(min(light, heavy), max(light, heavy), bound, room)


def mean(
    queue: Queue, bands: Mapping[int, Load], greedy: Collection[int], band: int, own: Load, heavy: bool
) -> float | None:
    """Mean wait in `band` of a stream of load `own`, ns; None where the queue depends on how TCP behaves.

    bands: for each band in use, the share of time that its streams take, and the mean service time of what is found
    in service. greedy: bands with TCP in them. Own packets are among the load of the band and are taken out here.
    """
    total = sum(load.share for load in bands.values())
    full, strict = total >= FULL, queue.strict(band)
    if own.share >= FULL or (full and not strict and (heavy or band in greedy)):
        return None
    remaining = max(0.0, residual(tuple(bands.values())) - residual((own,)))
    if heavy or full:
        remaining /= 1 - own.share
    before = sum(load.share for k, load in bands.items() if queue.strict(k) and (k < band or not strict))
    if heavy and not strict:
        before = total - bands[band].share
    upto = before + bands[band].share - own.share
    return remaining / ((1 - before) * (1 - upto)) if upto < FULL else None


def _greedy(crossings: Crossings, point: Point) -> frozenset[int]:
    """The bands in which TCP waits that nothing but the network holds back."""
    streams = (crossings.streams[index] for index in crossings.at[point])
    return frozenset(crossings.queues[point].band(s.service_class) for s in streams if s.greedy)


def loads(crossings: Crossings, paces: Sequence[float]) -> dict[Point, dict[int, Load]]:
    """The load of each band of each queue."""
    loads: dict[Point, dict[int, Load]] = {}
    for point, members in crossings.at.items():
        queue = crossings.queues[point]
        bands: dict[int, tuple[float, float]] = {}
        for index in members:
            stream = crossings.streams[index]
            band, share = queue.band(stream.service_class), paces[index] * queue.service(stream) / NS_PER_S
            total, weighted = bands.get(band, (0.0, 0.0))
            bands[band] = total + share, weighted + share * queue.seen(stream)
        loads[point] = {k: Load(total, weighted / total if total else 0.0) for k, (total, weighted) in bands.items()}
    return loads
