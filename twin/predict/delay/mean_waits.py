"""The mean wait of a packet before each span of its path, beside the longest.

The mean is Cobham's, with one change: a constant-rate flow never meets its own packets, so they are left out. It is
given as two figures that enclose it. `light`: request-response flows send nothing, classes that share by weight let
this one pass first, flows whose arrivals are not independent of this one's are never met, and a packet finds the link
as busy with the others as it is on average. `heavy`: request-response flows never pause, the other classes go first,
flows of the same interval are always met, TCP sends as many packets at once as in its first window, each of which is
acknowledged, as after a loss, and the link is as busy as it is while this flow's own packets are not in service. A link
that TCP keeps full is never idle then, so that voice waits for half a packet on average: L / 2C. (That stays exact
where a full packet outlasts the interval of the call: the wait is then still uniform from 0 to L / C.)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf

from twin.core.units import NS_PER_S
from twin.predict.delay.address_resolution import resolving
from twin.predict.delay.air_waits import AirWaits
from twin.predict.delay.correlated_arrivals import CorrelatedArrivals, constant
from twin.predict.delay.delay_bounds import UNBOUNDED, DelayBounds, fair_sojourn
from twin.predict.delay.mean_by_chance import random_packets, repeat_variance, wait_variance
from twin.predict.delay.overflow import most_dropped, offered
from twin.predict.delay.waits import Wait
from twin.predict.load.max_min_fairness import Shares, Throughputs
from twin.predict.load.packet_streams import Point, Stream
from twin.predict.load.queue_crossings import Crossings
from twin.predict.load.queues import Queue
from twin.predict.load.utilisation import FULL, band_loads, utilisation
from twin.predict.radio.station_pace import USUALLY
from twin.predict.theory.goodput import SEGMENTS_PER_ACK
from twin.predict.theory.queueing import Load, residual

TRAIN = 10
"""Packets that TCP may send at once (RFC 6928): in a first window, or for acknowledgements that waited together."""


def waits(crossings: Crossings, rates: Throughputs) -> tuple[tuple[Wait, ...], ...]:
    """For each stream, the wait in each queue of its path; empty for TCP, which fills queues itself."""
    thinking, saturated = rates.thinking, rates.saturated
    idle, busy = band_loads(crossings, thinking), band_loads(crossings, saturated)
    trains = band_loads(crossings, _each_acknowledged(crossings, saturated), TRAIN)
    greedy = {point: _greedy(crossings, point) for point in crossings.at}
    correlated = {point: CorrelatedArrivals(crossings, point, thinking) for point in crossings.at}
    random = {point: random_packets(crossings, point) for point in crossings.at}
    loads = {point: utilisation(bands) for point, bands in busy.items()}
    air, loaded = AirWaits(crossings), offered(crossings)
    bounds = air.bounds
    disturbed, address_waits = crossings.behind(crossings.impaired), resolving(crossings)
    rows = []
    for index, stream in enumerate(crossings.streams):
        row: list[Wait] = list(_longest(crossings, bounds, index, disturbed)) if stream.single else []
        for place, point in enumerate(stream.points if stream.packet_rate is not None else ()):
            queue = crossings.queues[point]
            if queue.cell is not None and not queue.alone:
                row.append(_impaired(crossings, index, place, air.wait(index, place)))
                continue
            passage = crossings.passages[point][index]
            band = passage.band
            sojourn = bounds.sojourns[point, band]
            longest = sojourn.longest
            if longest == inf and None not in (jitters := [wait.bound for wait in row]):
                longest = fair_sojourn(crossings, bounds, stream, point, sum(jitter or 0.0 for jitter in jitters))
            bound = None if longest == inf else longest - passage.longest
            own = [Load(0.0 if queues else rate * passage.service / NS_PER_S, passage.in_service) for queues, rate in
                   zip(_own_queueing(crossings, stream, point), (thinking.through[index], saturated.through[index]),
                       strict=True)]
            independent = correlated[point].without(idle[point], index, thinking.through[index])
            light = mean_wait(queue, independent, greedy[point], band, own[0], heavy=False)
            first = {k: load if queue.strict(band) and k > band else trains[point][k]
                     for k, load in busy[point].items()}
            held_back = bool(queue.bands and queue.bands[band].ceiling)
            heavy = None if held_back else mean_wait(queue, first, greedy[point], band, own[1], heavy=True)
            dropped = None
            if heavy is not None:
                in_phase = heavy + correlated[point].in_phase(index)
                dropped = most_dropped(crossings, loaded, point, index, in_phase)
                heavy = in_phase if bound is None else min(in_phase, max(bound, light or 0.0))
            wait = _between(light, bound if heavy is None else heavy, bound, sojourn.lossless)
            variance = wait_variance(random[point], stream.packet_rate or 0.0, loads[point], wait.mean or 0.0)
            lost, overflow = (0.0, 0.0) if sojourn.lossless else _seldom(dropped, air.overflows(point, band))
            wait = replace(wait, lost=lost, overflow=overflow,
                           mean_variance=variance + repeat_variance(crossings, point, index))
            if point in disturbed:
                wait = Wait(0.0, bound, bound, sojourn.lossless)
            wait = replace(wait, usual=air.usual(point, band, passage.longest)).after(queue.retransmission(stream))
            row.append(_impaired(crossings, index, place, wait) if crossings.impaired else wait)
        rows.append(tuple([replace(wait, arp=address_waits[index, place]) if (index, place) in address_waits else wait
                           for place, wait in enumerate(row)]))
    return tuple(rows)


def _each_acknowledged(crossings: Crossings, saturated: Shares) -> Shares:
    """The shares where each packet of TCP is acknowledged, as after a loss. Where the path back cannot carry that, the
    acknowledgements fill its queue."""
    acks = {k for k, stream in enumerate(crossings.streams) if stream.ratio == 1 / SEGMENTS_PER_ACK}
    return saturated._replace(at={
        point: tuple([share * SEGMENTS_PER_ACK if k in acks else share
                      for k, share in zip(crossings.at[point], shares, strict=True)])
        for point, shares in saturated.at.items()})


def _seldom(dropped: float | None, overflow: float | None) -> tuple[float | None, float]:
    """The part of the packets that a queue drops, and the chance that a packet finds it full beside that; whichever
    says more. dropped: on average, at the most; overflow: how often that is."""
    if overflow is None or (dropped is not None and dropped <= overflow):
        return dropped, USUALLY
    return 0.0, overflow


def _longest(crossings: Crossings, bounds: DelayBounds, index: int, disturbed: Collection[Point]) -> Iterator[Wait]:
    """The longest waits of requests, whose mean depends on their answers; unknown on air that stations contend for, and
    at disturbed queues."""
    for point in crossings.streams[index].points:
        passage, queue = crossings.passages[point][index], crossings.queues[point]
        sojourn = UNBOUNDED if (queue.cell is not None and not queue.alone) or point in disturbed else \
            bounds.sojourns[point, passage.band]
        longest = None if sojourn.longest == inf else sojourn.longest - passage.longest
        yield Wait(None, None, longest, sojourn.lossless)


def _impaired(crossings: Crossings, index: int, place: int, wait: Wait) -> Wait:
    """A wait with what the medium behind it delays a stream beyond the least: a packet waits for those before it that
    are later, unless it comes so long after them that none can be. place: of the hop on the stream's path."""
    stream = crossings.streams[index]
    given = crossings.impaired.get(stream.hops[place])
    if given is None:
        return wait
    alone = crossings.at[stream.points[place]] == (index,) and constant(stream)
    apart = alone and NS_PER_S / (stream.packet_rate or inf) >= given.jitter_range
    held = given.mean_delay if apart else given.held_delay
    return wait.impaired(given.mean_delay - given.least_delay, given.delay_range, held - given.least_delay)


def with_means(row: Sequence[Wait], means: Sequence[float]) -> tuple[Wait, ...]:
    """Waits whose means are known."""
    return tuple(replace(wait, light=mean, heavy=mean, mean_variance=0.0)
                 for wait, mean in zip(row, means, strict=True))


def _own_queueing(crossings: Crossings, stream: Stream, point: Point) -> tuple[bool, bool]:
    """Whether the packets of a stream wait there for each other: at the least, and at the most.

    Random packets that cross several queues in tandem wait as long in all as in the slowest of these alone (Friedman
    1965): none waits where service took as long before.
    """
    if not stream.random:
        return False, False
    before = [crossings.queues[earlier].service(stream) for earlier in stream.points[:stream.points.index(point)]]
    here = crossings.queues[point].service(stream)
    slowest = all(crossings.queues[other].service(stream) <= here for other in stream.points)
    first = here > max(before, default=0.0)
    return slowest and first, first


def _between(light: float | None, heavy: float | None, bound: float | None, lossless: bool) -> Wait:
    """A wait with its smaller mean first: saturated pages also bring small packets where others are large."""
    if light is None or heavy is None:
        return Wait(light, heavy, bound, lossless)
    return Wait(min(light, heavy), max(light, heavy), bound, lossless)


def mean_wait(
    queue: Queue, bands: Mapping[int, Load], greedy: Collection[int], band: int, own: Load, heavy: bool
) -> float | None:
    """Mean wait in `band` of a stream of load `own`, ns; None where the queue depends on the behaviour of TCP.

    bands: for each band in use, the utilisation by its streams, and the mean service time of the packet in service.
    greedy: bands with TCP in them. Own packets are part of the load of the band and are taken out here.
    """
    total = utilisation(bands)
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
    """The bands with TCP that nothing but the network limits."""
    streams = (crossings.streams[index] for index in crossings.at[point])
    return frozenset(crossings.queues[point].band(s.service_class) for s in streams if s.greedy)
