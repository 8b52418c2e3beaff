"""Between which bounds TCP gets its max-min share: by buffer, round trip, queueing discipline, and who shares its FIFO.

CUBIC reduces its window to 0.7 of it when a packet is lost. A queue that holds B bytes before a span on whose path BDP
bytes are in flight is then empty for some time if 0.7 (B + BDP) < BDP: one connection gets at least 0.7 (1 + B / BDP)
of its share (after Appenzeller, Keslassy and McKeown 2004). CoDel keeps a queue of its target only, and a packet that
waits for the one in service; CAKE drops that one, too, and keeps so few that losses cost timeouts. What one connection
leaves, others may take. Connections in one FIFO share it by their round trips (RFC 8312, 5.1), and meet its losses by
chance. So do constant-rate flows there: what they lose while the queue is full, and what media have lost of any flow
before, TCP gets in addition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf, sqrt
from typing import NamedTuple

from twin.core.units import NS_PER_S
from twin.model import Discipline
from twin.plan.blueprint import Blueprint, LinkDirection
from twin.plan.blueprint.layers import HEADER
from twin.plan.forwarding.paths import Hop
from twin.predict.load.max_min_fairness import Throughputs, max_min_shares
from twin.predict.load.packet_streams import Point, Stream, carrier
from twin.predict.load.queue_crossings import Crossings
from twin.predict.load.utilisation import FULL, Loads, utilisation
from twin.predict.theory.goodput import ACK_PACKET

DECREASE = 0.7
"""What CUBIC leaves of its window after a loss (RFC 8312)."""
CERTAIN = 1.15
"""From this multiple of the share on, the buffer keeps the span busy in spite of several losses in one round trip."""
CHANCE_IN_FIFO = 0.4
"""The least part of its share by round trips that a connection gets in a FIFO over a run: losses fall unevenly."""
FEW_PACKETS = 4
"""Below so many packets in flight a connection has no fast retransmit (RFC 5681), and waits for timeouts."""
GROWTH = 3 * (1 - DECREASE) / (1 + DECREASE)
"""Packets by which the window of CUBIC grows in a round trip where it is as fast as Reno's (RFC 8312, 4.2)."""
FULL_TRIPS = 3
"""Round trips for which a queue may be full between two losses of one connection: as the window outgrows it, until the
sender hears of that, and while it repairs."""
LOSS_FACTOR = 0.4
"""The least part of what the square root law gives: a run is short, and losses fall unevenly."""
MOST_LOSS = 0.05
"""Up to this loss of the medium the square root law holds (Mathis et al. 1997): beyond, timeouts decide."""


class TcpRange(NamedTuple):
    """The least and the most packets per second that TCP gets through; least 0: nothing is certain. held: how many
    packets may have come when the run begins or ends, and wait for one that was lost and is behind a full queue."""

    least: float
    most: float
    held: float = 0.0


def tcp_ranges(blueprint: Blueprint, met: Crossings, rates: Throughputs, load: Loads) -> dict[int, TcpRange]:
    """The range of every stream of TCP data, by its index. load: of all queues, while request-response flows are
    saturated."""
    media = _Media(blueprint, met.impaired)
    lowest = _with_peaks(met, rates, load)
    greedy = [k for k, stream in enumerate(met.streams) if stream.greedy and stream.points]
    limited = {k: rates.ack_limited[k].least if k in rates.ack_limited else lowest[k] for k in greedy}
    least = {k: limited[k] * _certain(met, k, rates, load, media) for k in greedy}
    return {k: TcpRange(least[k], _most(met, k, rates, load, least, media), _held(met, k, rates, load, media))
            for k in greedy}


class _Media:
    """Round trips and losses of streams, from the media of their paths."""

    def __init__(self, blueprint: Blueprint, impaired: Collection[Hop]) -> None:
        self._impaired = impaired
        self._spans = {span.name: span for span in blueprint.spans}
        self._lossless = not any(span.forward.lossy or span.reverse.lossy for span in blueprint.spans)

    def _carriers(self, hops: Sequence[Hop]) -> list[LinkDirection]:
        return [carrier(self._spans[hop.span], hop.forward) for hop in hops]

    def round_trip(self, stream: Stream) -> float:
        """Of a full packet and its acknowledgement, without queueing, ns."""
        back = [Hop(hop.span, not hop.forward) for hop in reversed(stream.hops)]
        ways = (stream.hops, stream.frame), (back, ACK_PACKET + HEADER)
        return sum(medium.least_delay + medium.serialization(frame) for hops, frame in ways
                   for medium in self._carriers(hops))

    def disturb(self, stream: Stream) -> bool:
        """Whether the media of a stream, or of its acknowledgements, have jitter, reorder or duplicate."""
        both = (Hop(hop.span, forward) for hop in stream.hops for forward in (True, False))
        return bool(self._impaired) and any(hop in self._impaired for hop in both)

    def loss(self, stream: Stream) -> float:
        """The probability that the media lose a packet."""
        kept = 1.0
        for medium in self._carriers(stream.hops):
            kept *= 1 - medium.loss_probability(stream.frame)
        return 1 - kept

    def loss_before(self, stream: Stream, point: Point) -> float:
        """The probability that they lose a packet before a queue on its path."""
        return 0.0 if self._lossless else self.loss(replace(stream, hops=stream.hops[:stream.points.index(point)]))


def _with_peaks(met: Crossings, rates: Throughputs, load: Loads) -> Sequence[float]:
    """Packets per second of each stream while those whose rate varies send as much as they can before full spans."""
    if not any(stream.peak is not None and stream.peak > (stream.packet_rate or 0.0) and any(_full(stream, load))
               for stream in met.streams):
        return rates.saturated.through
    streams = tuple(replace(stream, packet_rate=max(stream.peak or 0.0, stream.packet_rate))
                    if stream.packet_rate is not None else stream for stream in met.streams)
    return max_min_shares(replace(met, streams=streams), pages=True).through


def _certain(met: Crossings, k: int, rates: Throughputs, load: Loads, media: _Media) -> float:
    """The part of its max-min share that a stream is sure of."""
    stream, share = met.streams[k], rates.saturated.through[k]
    if not share or met.copied.intersection(stream.points):
        return 0.0
    parts = [_at_queue(met, k, point, rates, media) for point in _full(stream, load)]
    return min((1.0, *parts, _in_spite_of_loss(stream, share, media), _behind_policer(met, stream, share, media)))


def _full(stream: Stream, load: Loads) -> Iterator[Point]:
    """The queues of a stream that are never idle."""
    return (point for point in stream.points if utilisation(load[point]) >= FULL)


def _at_queue(met: Crossings, k: int, point: Point, rates: Throughputs, media: _Media) -> float:
    """The part of its share that a stream is sure of before one full span."""
    stream = met.streams[k]
    together = [j for j in _in_its_fifo(met, k, point) if met.streams[j].greedy] or [k]
    rate = sum(rates.saturated.through[j] * met.streams[j].frame for j in together)
    connections = sum(met.streams[j].connections for j in together)
    held = _buffer(met, point, stream, rate)
    trip = media.round_trip(stream)
    in_flight = rate * trip / NS_PER_S
    few = (held + in_flight) / connections < FEW_PACKETS * stream.frame
    part = min(_filled(held / in_flight if in_flight else inf), DECREASE if few and _impatient(met, k, point) else 1.0)
    if met.passages[point][k].fifo_key is None or connections == 1:
        return part
    if few:
        return 0.0
    weights = sum(met.streams[j].connections * trip / media.round_trip(met.streams[j]) for j in together)
    return part * CHANCE_IN_FIFO * min(1.0, connections / weights)


def _held(met: Crossings, k: int, rates: Throughputs, load: Loads, media: _Media) -> float:
    """The packets of a window that fills the queue before a full span, with those in flight, on each connection."""
    windows = (_window(met, k, point, rates, media) for point in _full(met.streams[k], load))
    return max((window for window in windows if window < inf), default=0.0)


def _window(met: Crossings, k: int, point: Point, rates: Throughputs, media: _Media) -> float:
    """The packets of a stream in a full queue, and in flight."""
    stream, rate = met.streams[k], rates.saturated.through[k] * met.streams[k].frame
    return (_buffer(met, point, stream, rate) + rate * media.round_trip(stream) / NS_PER_S) / stream.frame


def _in_its_fifo(met: Crossings, k: int, point: Point) -> list[int]:
    """The streams that share a FIFO with one; none where connections have queues of their own."""
    passages = met.passages[point]
    own = passages[k]
    return [j for j in met.at[point] if own.fifo_key is not None and passages[j].fifo_key == own.fifo_key
            and passages[j].band == own.band]


def _filled(ratio: float) -> float:
    """The part of a span that one connection fills. ratio: of the buffer to what is in flight."""
    part = DECREASE * (1 + ratio)
    return 1.0 if part >= CERTAIN else min(part, 1 / CERTAIN)


def _buffer(met: Crossings, point: Point, stream: Stream, rate: float) -> float:
    """Bytes that TCP may keep in a queue, of which it gets `rate` bytes/s."""
    queue = met.queues[point]
    if not queue.bands:
        return float(queue.packets * stream.frame) if queue.packets else inf
    band = queue.bands[queue.band(stream.service_class)]
    if queue.fifo(queue.band(stream.service_class)):
        return float(band.limit)
    return min(float(band.limit), max(2.0 * stream.frame, rate * band.target / NS_PER_S))


def _impatient(met: Crossings, k: int, point: Point) -> bool:
    """Whether a queue drops even the last packet that waits for too long."""
    queue, band = met.queues[point], met.passages[point][k].band
    return bool(queue.bands) and queue.bands[band].discipline is Discipline.CAKE


def _in_spite_of_loss(stream: Stream, share: float, media: _Media) -> float:
    """The part of its share that TCP is sure of on media that lose packets; none where jitter, reordering or copies
    may look like losses to it."""
    loss = media.loss(stream)
    if loss > MOST_LOSS or media.disturb(stream):
        return 0.0
    if not loss:
        return 1.0
    law = stream.connections * NS_PER_S / media.round_trip(stream) * sqrt(1.5 / loss)
    return LOSS_FACTOR * min(1.0, law / share)


def _behind_policer(met: Crossings, stream: Stream, share: float, media: _Media) -> float:
    """The part of its share that TCP is sure of behind a policer, which drops without a queue: its bucket is the only
    buffer."""
    point = met.policer_of(stream)
    if point is None:
        return 1.0
    policer = met.policers[point]
    if policer.rate(stream) * met.queues[stream.entry].service(stream) >= NS_PER_S:
        return 1.0
    in_flight = policer.burst(stream) + share * media.round_trip(stream) / NS_PER_S
    return DECREASE if in_flight >= FEW_PACKETS * stream.connections else 0.0


def _most(met: Crossings, k: int, rates: Throughputs, load: Loads, least: Mapping[int, float], media: _Media) -> float:
    """Packets per second that a stream gets if all others get no more than they are sure of."""
    stream = met.streams[k]
    most = rates.ack_limited[k].most if k in rates.ack_limited else rates.thinking.through[k]
    extra = [_spare(met, k, point, rates, least) + _displaced(met, k, point, rates, media)
             for point in _full(stream, load)]
    return most + min(extra, default=0.0)


def _spare(met: Crossings, k: int, point: Point, rates: Throughputs, least: Mapping[int, float]) -> float:
    """What other TCP may leave a stream of its shares of a queue, packets/s."""
    passages = met.passages[point]
    left = sum(max(0.0, rates.thinking.through[j] - least[j]) * passages[j].cost for j in met.at[point]
               if j != k and j in least)
    return left / passages[k].cost


def _displaced(met: Crossings, k: int, point: Point, rates: Throughputs, media: _Media) -> float:
    """What a stream may get of the shares of constant-rate flows in a queue, packets/s: media lose some of their
    packets before, and the queue drops others."""
    passages, (beside, dropped) = met.passages[point], _dropped(met, k, point, rates, media)
    kept = {j: (1 - media.loss_before(met.streams[j], point)) * (1 - dropped * (j in beside)) for j in met.at[point]
            if met.streams[j].packet_rate is not None}
    lost = [rates.thinking.through[j] * passages[j].cost * (1 - part) for j, part in kept.items()]
    return sum(lost) / passages[k].cost


def _dropped(met: Crossings, k: int, point: Point, rates: Throughputs, media: _Media) -> tuple[Collection[int], float]:
    """The streams of which a queue that TCP fills may drop packets, and which part: those in its FIFO. One connection
    keeps that full for some of the round trips in which its window grows again. Where few packets wait, CAKE drops them
    of all streams of the band."""
    beside, passages = _in_its_fifo(met, k, point), met.passages[point]
    if not beside and _impatient(met, k, point):
        few = _window(met, k, point, rates, media) < FEW_PACKETS * met.streams[k].connections
        return [j for j in met.at[point] if passages[j].band == passages[k].band], float(few)
    if len(beside) <= 1 or sum([met.streams[j].connections for j in beside if met.streams[j].greedy]) > 1:
        return beside, 1.0
    return beside, min(1.0, FULL_TRIPS * GROWTH / ((1 - DECREASE) * max(1.0, _window(met, k, point, rates, media))))
