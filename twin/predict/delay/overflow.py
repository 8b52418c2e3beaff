"""How many packets a queue may drop although it is not overloaded: at the most, by the mean wait (Markov's inequality).
And by how much streams differ in what they lose where it is.

What finds no room would have waited for longer than a full queue takes to empty, had the queue no limit; what CoDel
drops has waited for longer than its target. Where queueing is fair, one stream may wait for longer than the others, but
all together no longer than in one FIFO (conservation of work).
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.core.units import NS_PER_S
from twin.predict.delay.arrival_curves import Key
from twin.predict.load.packet_streams import Point
from twin.predict.load.queue_crossings import Crossings
from twin.predict.load.queues import Queue

ALIKE = 0.01
"""Packets whose sizes differ by at most this part find room alike."""
WORST = 0.9
"""Beyond this part of the packets the inequality says nothing."""


def offered(met: Crossings) -> dict[Key, float]:
    """What arrives in each band of each queue that has bands, bit/s of its rate; without those in which it depends on
    TCP, and those of the air."""
    loads: dict[Key, float] = {}
    unknown: set[Key] = set()
    for point, crossing in met.at.items():
        queue = met.queues[point]
        for stream, key in ((met.streams[k], (point, met.passages[point][k].band)) for k in crossing):
            loads[key] = loads.get(key, 0.0) + (stream.packet_rate or 0.0) * queue.cost(stream)
            if not queue.bands or queue.cell is not None or stream.packet_rate is None or stream.channels:
                unknown.add(key)
    return {key: load for key, load in loads.items() if key not in unknown}


def most_dropped(met: Crossings, loads: Mapping[Key, float], point: Point, index: int, mean: float) -> float | None:
    """The part of a stream's packets, 0 to 1, that the queue before a span drops at the most; None where it depends on
    TCP, or nothing can be said. loads: what is offered. mean: wait of packets in one FIFO, ns."""
    queue, stream = met.queues[point], met.streams[index]
    band = queue.band(stream.service_class)
    if (point, band) not in loads:
        return None
    own = (stream.packet_rate or 0.0) * queue.cost(stream)
    unequal = 1.0 if queue.fifo(band) or not own else loads[point, band] / own
    shortest = _shortest_wait(queue, band, queue.cost(stream))
    part = mean * unequal / shortest if shortest > 0 else 1.0
    return part if part < WORST else None


def loss_factors(met: Crossings, point: Point, index: int) -> tuple[float, float]:
    """How many times the loss of the whole band a stream may lose in a full FIFO of bytes: least and most. A small
    packet finds room where a large one does not; none can lose more than all that does not fit."""
    queue, passages, streams = met.queues[point], met.passages[point], met.streams
    band = passages[index].band
    loads = {k: (streams[k].packet_rate or 0.0) * passages[k].cost for k in met.at[point] if passages[k].band == band}
    costs, own = [passages[k].cost for k, load in loads.items() if load], passages[index].cost
    if not queue.fifo(band) or not loads.get(index) or max(costs) <= min(costs) * (1 + ALIKE):
        return 1.0, 1.0
    return float(own == max(costs)), 1.0 if own == min(costs) else sum(loads.values()) / loads[index]


def _shortest_wait(queue: Queue, band: int, cost: float) -> float:
    """The shortest wait of a packet that is dropped, ns. cost: bits of the rate that it takes."""
    chosen = queue.bands[band]
    full = (chosen.limit * 8 - cost) * NS_PER_S / queue.rate
    return full if queue.fifo(band) else min(full, float(chosen.target))
